import { z } from 'zod';
import type { AsApp } from './as-app.ts';

const Granted = z.object({ permissions: z.record(z.string(), z.string()), events: z.array(z.string()).default([]) });
export type Granted = z.infer<typeof Granted>;

/** What the App asks of every organization, and what one has given it. */
export async function readGranted(
  app: AsApp,
  organization: string,
): Promise<{ readonly asked: Granted; readonly given: Granted }> {
  const asked = await app.readPage('GET /app', {});
  const given = await app.readPage('GET /orgs/{org}/installation', { org: organization });
  return { asked: Granted.parse(asked.data), given: Granted.parse(given.data) };
}
