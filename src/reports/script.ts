import { plain } from './escape.ts';
import type { Report } from './model.ts';

/** What a session of psql has to say before it asks: who works, for which organization, in which view of the database. */
export function sessionStatements(tenant: number): readonly string[] {
  return [
    'begin transaction isolation level repeatable read, read only;',
    'set local role countersign_app;',
    `set local countersign.tenant = '${tenant}';`,
  ];
}

/** Every query of a report as one script for psql, which prints the figures of the report. */
export function* scriptLines({ organization, tenant, from, to, version, sections }: Report): Generator<string> {
  yield `-- ${plain(version)}: report on ${plain(organization)}, from ${from} to before ${to}`;
  yield '-- Run it with psql as a login that may work as the app: psql "$DATABASE_URL" -f FILE';
  yield* sessionStatements(tenant);
  for (const section of sections)
    for (const table of section.tables) {
      yield '';
      yield `-- ${section.title}: ${table.title}`;
      yield `${table.query};`;
    }
  yield '';
  yield 'commit;';
}
