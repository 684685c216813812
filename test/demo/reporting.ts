import { dirname, join } from 'node:path';
import type { Report, SectionId } from '../../src/reports/model.ts';
import { sessionStatements } from '../../src/reports/script.ts';
import { shown } from '../../src/reports/values.ts';
import type { Narrator } from './narrator.ts';
import { countersign } from './proving.ts';
import type { Stage } from './stage.ts';

/** Beside everything else of the demo, which is there until it ends. */
export function reportFileOf({ app }: Stage): string {
  return join(dirname(app.logFile), 'report.html');
}

/** The scene after the proof: what all of it comes to, in a report of what was just played. */
export async function reportOn(stage: Stage, narrator: Narrator): Promise<void> {
  await narrator.step('Management asks for figures. A report is made of what has just been played.', async () => {
    const file = reportFileOf(stage);
    await report(stage, ['--format', 'html', '--out', file]);
    const made = JSON.parse(await report(stage, ['--json'])) as Report;
    const told: readonly SectionId[] = ['stale-approvals', 'rubber-stamps', 'findings', 'records'];
    const headlines = told.map((id) => `· ${headlineOf(made, id)}`);
    return [...headlines, `The page with all of it, and with its charts, until the demo ends: ${file}`];
  });
  await narrator.step('Somebody doubts it, takes the query under a table, and asks the database.', async () => {
    const made = JSON.parse(await report(stage, ['--json'])) as Report;
    return asked(stage, made);
  });
}

async function report({ database }: Stage, typed: readonly string[]): Promise<string> {
  const ran = await countersign(['report', '--org', 'acme', ...typed], database.url);
  if (ran.status !== 0) throw new Error(`expected a report; ${ran.out}`);
  return ran.out;
}

function headlineOf({ sections }: Report, wanted: SectionId): string {
  const section = sections.find(({ id }) => id === wanted);
  if (section === undefined) throw new Error(`expected a section on ${wanted}; there is none.`);
  return `${section.title}: ${section.headline}`;
}

/** Runs the printed query of one table as a person would; it must give what the report shows. */
async function asked({ database }: Stage, { tenant, sections }: Report): Promise<readonly string[]> {
  const table = sections.flatMap(({ tables }) => tables).find(({ id }) => id === 'approvals');
  if (table === undefined) throw new Error('expected a table of approvals; there is none.');
  for (const statement of sessionStatements(tenant)) await database.query(statement);
  const rows = await database.query<Report['sections'][number]['tables'][number]['rows'][number]>(table.query);
  await database.query('commit');
  if (JSON.stringify(rows) !== JSON.stringify(table.rows) || rows.length === 0)
    throw new Error(`expected ${JSON.stringify(table.rows)}; the database says ${JSON.stringify(rows)}.`);
  const said = table.columns.map(
    ({ key, title, kind }) => `${title.toLowerCase()} ${shown(rows[0]?.[key] ?? null, kind)}`,
  );
  return [`As the app's role, for acme: ${said.join(', ')}. The report says the same.`];
}
