import { findNotes } from '../audit/find-notes.ts';
import type { Kept } from '../audit/kept.ts';
import { parseVerifierKey, type VerifierKey } from '../audit/note.ts';
import { type Verdict, verifyExport } from '../audit/verify.ts';
import { CannotRun, type Command, flag, type Given, onlyPositional, option, options } from './command.ts';
import { readText } from './files.ts';
import { linesOf } from './lines.ts';
import { openProgress } from './progress.ts';
import { printJson, type Terminal } from './terminal.ts';

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'verify an export of the ledger, offline',
  help: `
Usage: countersign audit verify FILE --key VERIFIER [--key …] [--checkpoint FILE …] [--origin LOG] [--json]

Computes every hash of an export again and says in a sentence what is wrong and where. Needs no database and no network.

What makes it a proof is what you bring along: the key, handed to you by somebody you trust and not read from the export, and
checkpoints that were kept elsewhere: in a check run, a mail, a repository. An owner of the database who also has the signing key can
make another ledger, and no checkpoint from before it will agree.

Options:
  --key VERIFIER      who may have signed: name+hash+key, as audit keygen and audit keys print it; may be given several times
  --checkpoint FILE   a file that holds a checkpoint, alone or in any text, such as a check run's summary; several times
  --origin LOG        the log that it must be of, such as countersign.acme.example/1234567
  --json              print the verdict as data

FILE may be -, standard input.

Exit status: 0 all of it holds, 1 something does not, 2 it could not be verified at all.

Examples:
  countersign audit verify q4.ndjson --key "$VERIFIER"
  countersign audit verify q4.ndjson --key "$VERIFIER" --checkpoint check-run-of-october.md`,
  options: {
    key: { type: 'string', multiple: true },
    checkpoint: { type: 'string', multiple: true },
    origin: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: (given, terminal) => {
    const file = onlyPositional(given, 'FILE');
    const keys = keysGiven(given);
    const { kept, without } = keptGiven(given);
    const origin = option(given, 'origin');
    const progress = openProgress('Verifying');
    const verdict = verifyExport(linesOf(file, progress.at), {
      keys,
      kept,
      ...(origin === undefined ? {} : { origin }),
    });
    progress.end();
    const problems = [...verdict.problems, ...without];
    const ok = problems.length === 0;
    if (flag(given, 'json')) printJson(terminal, { ...verdict, ok, problems });
    else show(verdict, ok, problems, terminal);
    return ok ? 0 : 1;
  },
};

function keysGiven(given: Given): readonly VerifierKey[] {
  const texts = options(given, 'key');
  if (texts.length === 0)
    throw new CannotRun(
      '--key is missing: give the verifier of the key that signs, from a source that you trust; keys that an export names prove nothing by themselves.',
    );
  return texts.map((text) => {
    const key = parseVerifierKey(text);
    if (key === undefined) throw new CannotRun(`"${text}" is not a verifier, which has the form name+hash+key.`);
    return key;
  });
}

/** The checkpoints in the files given; a file that holds none is a finding, since somebody thought that it did. */
function keptGiven(given: Given): { readonly kept: readonly Kept[]; readonly without: readonly string[] } {
  const files = options(given, 'checkpoint').map((file) => ({ file, notes: findNotes(readText(file)) }));
  return {
    kept: files.flatMap(({ file, notes }) => notes.map((note) => ({ name: file, note }))),
    without: files.filter(({ notes }) => notes.length === 0).map(({ file }) => `There is no checkpoint in ${file}.`),
  };
}

function show(verdict: Verdict, ok: boolean, problems: readonly string[], { print, paint }: Terminal): void {
  for (const { agrees, name, size } of verdict.checkpoints)
    if (agrees) print(`${paint('green', '✓')} The checkpoint in ${name}, of ${size} entries, agrees.`);
  for (const problem of problems) print(`${paint('red', '✗')} ${problem}`);
  if (!ok) return;
  const { origin, entries, start, end, size, opened, erased } = verdict;
  const range = entries === 0 ? 'No entry' : `${counted(entries)}, index ${start} to ${(end ?? 1) - 1},`;
  print(
    `${paint('green', '✓')} ${range} of ${origin}: unchanged since the checkpoint of ${counted(size ?? 0)} was signed.`,
  );
  if (opened + erased > 0) print(`  ${opened} commitments are opened, and ${erased} are of strings that were erased.`);
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}
