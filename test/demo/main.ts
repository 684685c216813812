import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createNarrator, type Narrator } from './narrator.ts';
import { type Cleanup, createCleanup, openStage, type Stage, type Story } from './stage.ts';

const STORIES = new URL('./stories/', import.meta.url);
const FIRST = 'main-job';

const OPTIONS = {
  story: { type: 'string', default: FIRST },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function storyNames(): readonly string[] {
  const files = readdirSync(STORIES).filter((file) => file.endsWith('.ts'));
  return files.map((file) => file.slice(0, -'.ts'.length)).sort();
}

async function loadStory(name: string): Promise<Story> {
  const module = (await import(new URL(`${name}.ts`, STORIES).href)) as { readonly story: Story };
  return module.story;
}

async function help(): Promise<string> {
  const stories = await Promise.all(
    storyNames().map(async (name) => `  ${name.padEnd(16)}${(await loadStory(name)).about}`),
  );
  return `Plays a story with the app as it is built, beside a simulated GitHub. Nothing needs to be set up, nothing leaves this
machine, and nothing stays behind: the database is an embedded PostgreSQL in a temporary folder.

  npm run demo                       the story, then everything stays up until Ctrl-C
  npm run demo -- --once             the story only; exit status 0 if every step came out as told, otherwise 1
  npm run demo -- --story NAME       another story (${FIRST} unless named)
  npm run demo -- --help             this

Stories:
${stories.join('\n')}
`;
}

/** Resolves at the first signal to end. A terminal's Ctrl-C may arrive twice, by way of npm; more than that ends at once. */
function interruption(): Promise<string> {
  let received = 0;
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        received += 1;
        if (received > 2) process.exit(1);
        done(signal);
      });
  });
}

type Ending = 'told' | 'failed' | 'interrupted';

async function perform(story: Story, once: boolean, narrator: Narrator, cleanup: Cleanup): Promise<Ending> {
  const interrupted = interruption();
  const began = Date.now();
  let stage: Stage | undefined;
  const playing = async (): Promise<Ending> => {
    stage = await openStage(story, narrator, cleanup);
    await story.play(stage, narrator);
    narrator.good(`Every step came out as told, in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
    if (!once) await story.afterwards?.(stage, narrator);
    return 'told';
  };
  const failing = (error: unknown): Ending => {
    narrator.bad(`\n${error instanceof Error ? error.message : String(error)}`);
    for (const trouble of stage?.app.troubles() ?? []) narrator.bad(`In the log of Countersign: ${trouble}`);
    return 'failed';
  };
  const ending = await Promise.race([playing().catch(failing), interrupted.then((): Ending => 'interrupted')]);
  if (once || stage === undefined || ending === 'interrupted') return ending;
  showAround(stage, narrator);
  const end = await Promise.race([interrupted.then(() => ending), stage.app.ended]);
  if (end === ending) return ending;
  return failing(end);
}

function showAround({ simulator, app, database }: Stage, narrator: Narrator): void {
  narrator.heading('Where to look');
  narrator.line('GitHub, and everything that people and machines can do on it (POST /_control/<method>, in JSON):');
  narrator.command(`curl ${simulator.url}/_control/`);
  narrator.line('Countersign, its metrics and its log:');
  narrator.command(`curl ${app.url}/metrics`);
  narrator.command(`tail -f ${app.logFile}`);
  narrator.line('The database:');
  narrator.command(
    `psql ${database.url} -c 'select entry_id, kind, countersign.opened(tenant_id, entry) from countersign.ledger order by entry_id'`,
  );
  narrator.heading('Everything stays up until you press Ctrl-C; nothing is kept then.');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(await help());
    return;
  }
  if (!storyNames().includes(values.story))
    throw new Error(`There is no story "${values.story}". There are: ${storyNames().join(', ')}.`);
  const story = await loadStory(values.story);
  const narrator = createNarrator();
  narrator.title(`Countersign: ${story.about}`);
  const cleanup = createCleanup();
  let ending: Ending = 'failed';
  try {
    ending = await perform(story, values.once, narrator, cleanup);
  } finally {
    narrator.hush();
    process.stdout.write('\nStopping … ');
    await cleanup.now();
    process.stdout.write('everything is stopped, and nothing is left.\n');
  }
  if (ending === 'failed' || (ending === 'interrupted' && values.once)) process.exitCode = 1;
}

main().then(
  // A story that was interrupted may still be waiting for something.
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
