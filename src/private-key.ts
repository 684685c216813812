import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from './errors.ts';

/** Where the App's private key may be: PEM with real or written newlines, base64 of it, or a file. */
export type KeySource = {
  readonly PRIVATE_KEY?: string | undefined;
  readonly PRIVATE_KEY_PATH?: string | undefined;
};

/** The key as PEM; what is wrong with it goes to `problems`, one sentence each. */
export function readPrivateKey(env: KeySource, problems: string[]): string | undefined {
  const source = env.PRIVATE_KEY === undefined ? 'PRIVATE_KEY_PATH' : 'PRIVATE_KEY';
  const text = env.PRIVATE_KEY ?? readKeyFile(env.PRIVATE_KEY_PATH, problems);
  if (text === undefined) return undefined;
  const pem = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString('utf8');
  try {
    return createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    problems.push(
      `${source} is not a private key: expected the PEM file that GitHub generated for the App, as text or in base64.`,
    );
    return undefined;
  }
}

function readKeyFile(path: string | undefined, problems: string[]): string | undefined {
  if (path === undefined) {
    problems.push(
      'PRIVATE_KEY is missing: set it, or PRIVATE_KEY_PATH, to the private key that GitHub generated for the App.',
    );
    return undefined;
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`PRIVATE_KEY_PATH cannot be read: ${messageOf(error)}.`);
    return undefined;
  }
}
