import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** What the App needs, from `app.yml` beside `src` or `dist`. */
const Manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});
const PLACE = new URL('../../../app.yml', import.meta.url);

export type Granted = { readonly permissions: Readonly<Record<string, string>>; readonly events: readonly string[] };

/** Permissions and events, as GitHub says them, that are asked for in `app.yml` and missing in what was granted; one sentence each. */
export function missingIn(granted: Granted, whose: string): readonly string[] {
  if (!existsSync(PLACE)) return [];
  const { default_permissions: wanted, default_events: events } = Manifest.parse(parse(readFileSync(PLACE, 'utf8')));
  const permissions = Object.entries(wanted).filter(([name, level]) => {
    const given = granted.permissions[name];
    return given !== level && given !== 'write' && given !== 'admin';
  });
  return [
    ...permissions.map(([name, level]) => `${whose} lacks the permission ${name}: ${level}.`),
    ...events
      .filter((event) => !granted.events.includes(event))
      .map((event) => `${whose} is not sent the event ${event}.`),
  ];
}
