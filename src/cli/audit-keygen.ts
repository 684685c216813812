import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { isKeyName, publicBytesOf, renderVerifierKey, verifierKeyOf } from '../audit/note.ts';
import { newSigningKey } from '../signing-key.ts';
import { CannotRun, type Command, flag, noPositionals, option, required } from './command.ts';
import { reasonOf } from './files.ts';
import { printJson } from './terminal.ts';

export const auditKeygen: Command = {
  name: 'audit keygen',
  summary: 'make a key that checkpoints of the ledger are signed with',
  help: `
Usage: countersign audit keygen --name NAME [--out FILE] [--json]

Makes an Ed25519 key. The private half is LEDGER_SIGNING_KEY of the app: keep it apart from the database, since whoever has both can
make another ledger. The verifier is public: hand it to auditors yourself, so that they need not believe an export.

Options:
  --name NAME   what checkpoints call the key, which is the app's LEDGER_NAME: a name of yours, such as countersign.acme.example
  --out FILE    write the private key there, readable by its owner only; otherwise it goes to standard output, and the verifier to
                standard error
  --json        print both, or with --out the verifier, as data

Exit status: 0 made, 2 it cannot be written, or the file is there already.

Example:
  countersign audit keygen --name countersign.acme.example --out ledger-signing-key.pem`,
  options: { name: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean' } },
  run: (given, terminal) => {
    noPositionals(given);
    const name = required(given, 'name');
    if (!isKeyName(name)) throw new CannotRun(`"${name}" cannot be a key's name: it must have no spaces and no plus.`);
    const pem = newSigningKey();
    const verifier = renderVerifierKey(verifierKeyOf(name, publicBytesOf(createPrivateKey(pem))));
    const out = option(given, 'out');
    if (out !== undefined) write(out, pem);
    if (flag(given, 'json'))
      printJson(terminal, out === undefined ? { privateKey: pem, verifier } : { file: out, verifier });
    else if (out === undefined) {
      terminal.print(pem.trimEnd());
      terminal.complain(verifier);
    } else terminal.print(verifier);
    return 0;
  },
};

/** A key that is there already is never written over: what it has signed could no longer be continued. */
function write(file: string, pem: string): void {
  try {
    writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new CannotRun(`${file} cannot be written: ${isThere ? 'there is such a file already' : reasonOf(error)}.`);
  }
}
