// Loaded before the app or the command line (NODE_OPTIONS=--import=…): writes down every statement that comes out of store/, with its
// parameters, the tenant that its session has set, and the functions that it was sent by. It changes nothing of what is sent.
import { appendFileSync } from 'node:fs';
import pg from 'pg';

const FILE = process.env.STATEMENTS_FILE;
/** Of one text, as many sets of parameters as this are enough. */
const MOST = 4;
const FRAME = /at (?:async )?(?:Object\.|Module\.)?([\w$.<>]+) \(file:.*\/store\/([\w-]+(?:\/[\w-]+)?)\.js/;

const tenants = new WeakMap();
const seen = new Map();
Error.stackTraceLimit = 60;

function functions() {
  const lines = (new Error('where').stack ?? '').split('\n');
  return lines.flatMap((line) => {
    const found = FRAME.exec(line);
    return found === null ? [] : [`${found[2]}.${found[1]}`];
  });
}

function encoded(value) {
  if (value instanceof Date) return { date: value.toISOString() };
  if (Buffer.isBuffer(value)) return { bytes: value.toString('base64') };
  if (Array.isArray(value)) return { list: value.map(encoded) };
  return { plain: value ?? null };
}

function note(client, query, values) {
  const text = typeof query === 'string' ? query : query?.text;
  if (typeof text !== 'string') return;
  const set = /set local countersign\.tenant = '(\d+)'/.exec(text);
  if (set !== null) tenants.set(client, Number(set[1]));
  if (/^(commit|rollback)$/.test(text)) tenants.delete(client);
  if (/^(begin|commit|rollback|set )/.test(text)) return;
  const by = functions();
  if (by.length === 0) return;
  const key = `${text}\n${by.join()}`;
  const times = seen.get(key) ?? 0;
  if (times >= MOST) return;
  seen.set(key, times + 1);
  const given = (typeof query === 'string' ? values : (query.values ?? values)) ?? [];
  const line = { text, values: given.map(encoded), tenant: tenants.get(client) ?? null, by };
  appendFileSync(FILE, `${JSON.stringify(line)}\n`);
}

for (const kind of [pg.Client, pg.Pool]) {
  const { query } = kind.prototype;
  kind.prototype.query = function (...given) {
    note(this, given[0], Array.isArray(given[1]) ? given[1] : undefined);
    return query.apply(this, given);
  };
}
