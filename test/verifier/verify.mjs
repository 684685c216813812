#!/usr/bin/env node
// A second verifier of exports of the ledger, written from docs/ledger.md alone. It shares no code with the first.
// node verify.mjs EXPORT --key VERIFIER … [--checkpoint FILE …]: prints one line, and ends with 0 if all of it holds, 1 if not.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';

class Refused extends Error {}
const refuse = (why) => {
  throw new Refused(why);
};
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

// RFC 8785.
function canonical(value) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : refuse('a number is infinite');
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : refuse('half a surrogate pair');
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(',')}}`;
}

function readKey(text) {
  const [, name, hash, key] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? refuse('not a verifier');
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 33 || bytes[0] !== 1) refuse('not a verifier');
  const id = sha256(`${name}\n`, bytes).subarray(0, 4);
  if (id.toString('hex') !== hash) refuse('not a verifier');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, id, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

function readCheckpoint(note, keys, origin) {
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) refuse('not a note');
  const text = note.slice(0, at + 1);
  const signatures = note
    .slice(at + 2, -1)
    .split('\n')
    .map((line) => /^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? refuse('not a signature'))
    .map(([, name, encoded]) => ({ name, bytes: Buffer.from(encoded, 'base64') }));
  const believed = keys.some(({ name, id, key }) => {
    const own = signatures.filter((one) => one.name === name && one.bytes.subarray(0, 4).equals(id));
    return own.length > 0 && own.every(({ bytes }) => verifySignature(null, Buffer.from(text), key, bytes.subarray(4)));
  });
  if (!believed) refuse('no key of yours has signed the checkpoint');
  const [log, size, root] = text.split('\n');
  if (log !== origin) refuse('the checkpoint is of another log');
  if (!/^(0|[1-9]\d*)$/.test(size)) refuse('the checkpoint has no size');
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== root) refuse('the checkpoint has no root');
  return { size: Number(size), root };
}

class Tree {
  constructor(size, subtrees) {
    this.size = size;
    this.subtrees = subtrees;
  }
  add(level, hash) {
    const width = 2 ** level;
    let joint = hash;
    for (let rest = this.size / width; rest % 2 === 1; rest = Math.floor(rest / 2))
      joint = sha256(Buffer.of(1), this.subtrees.pop(), joint);
    this.subtrees.push(joint);
    this.size += width;
  }
  root() {
    if (this.subtrees.length === 0) return sha256('').toString('base64');
    const left = [...this.subtrees];
    let right = left.pop();
    while (left.length > 0) right = sha256(Buffer.of(1), left.pop(), right);
    return right.toString('base64');
  }
}

// The levels of the complete subtrees that cover the leaves from `at` to before `to`.
function levelsBetween(at, to) {
  const levels = [];
  while (at < to) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    levels.push(level);
    at += 2 ** level;
  }
  return levels;
}

const isIndex = (value) => Number.isSafeInteger(value) && value >= 0;
const isHash = (value) =>
  typeof value === 'string' &&
  Buffer.from(value, 'base64').length === 32 &&
  Buffer.from(value, 'base64').toString('base64') === value;
const isText = (value) => typeof value === 'string';

// JSON in the one form that an export has: these members, in this order.
function readAs(text, names) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    refuse('not JSON');
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== names) return undefined;
  return JSON.stringify(value) === text ? value : refuse('not written as exports are');
}

function commitmentsOf(value, found = new Set()) {
  if (typeof value !== 'object' || value === null) return found;
  const names = Object.keys(value);
  if (!Array.isArray(value) && names.join() === 'commitment' && /^[0-9a-f]{64}$/.test(value.commitment))
    found.add(value.commitment);
  else for (const name of names) commitmentsOf(value[name], found);
  return found;
}

function checkEntry({ entry, revealed }, tenant) {
  if (!isText(entry) || typeof revealed !== 'object' || revealed === null || Array.isArray(revealed))
    refuse('not an entry');
  let value;
  try {
    value = JSON.parse(entry);
  } catch {
    refuse('an entry is not JSON');
  }
  if (canonical(value) !== entry) refuse('an entry is not canonical');
  if (value?.tenant !== tenant) refuse('an entry is of another organization');
  const names = Object.keys(revealed);
  if (names.join() !== [...names].sort().join()) refuse('what is revealed is not sorted');
  const held = commitmentsOf(value);
  for (const name of names) {
    const opening = revealed[name];
    if (Object.keys(opening ?? {}).join() !== 'salt,value' || !isText(opening.value))
      refuse('what is revealed has another form');
    if (!isText(opening.salt) || !/^([0-9a-f]{2})*$/.test(opening.salt)) refuse('a salt is not hex');
    if (!held.has(name)) refuse('what is revealed is not in the entry');
    if (sha256(Buffer.from(opening.salt, 'hex'), opening.value).toString('hex') !== name)
      refuse('a commitment is to something else');
  }
}

async function* linesOf(path) {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield decoder.decode(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) refuse('the last line has no newline');
}

const HEADER = 'format,origin,tenant,start,end,checkpoint,left,right,keys';

function readHeader(text, keys) {
  const header = readAs(text, HEADER) ?? refuse('not a header');
  const { format, origin, tenant, start, end, checkpoint, left, right } = header;
  if (format !== 'countersign-ledger-export/1') refuse('not of this format');
  if (![tenant, start, end].every(isIndex) || !isText(origin) || !isText(checkpoint)) refuse('a wrong header');
  if (![left, right].every((list) => Array.isArray(list) && list.every(isHash))) refuse('a wrong header');
  if (!Array.isArray(header.keys) || !header.keys.every(isText)) refuse('a wrong header');
  const signed = readCheckpoint(checkpoint, keys, origin);
  if (!origin.endsWith(`/${tenant}`)) refuse('the log is of another organization');
  if (start > end || end > signed.size) refuse('no range of the checkpoint');
  const levels = levelsBetween(end, signed.size);
  if (left.length !== levelsBetween(0, start).length || right.length !== levels.length) refuse('hashes are missing');
  return { header, signed, levels };
}

async function verifyExport(path, keys, kept) {
  let state;
  let due = 0;
  let isOver = false;
  let tree;
  const compare = () => {
    for (const one of state.waiting.filter(({ size }) => size === tree.size)) {
      if (one.root !== tree.root()) refuse('a kept checkpoint has another root');
      one.isDone = true;
    }
  };
  for await (const text of linesOf(path)) {
    if (isOver) refuse('something follows the end');
    if (state === undefined) {
      state = readHeader(text, keys);
      const { header } = state;
      tree = new Tree(
        header.start,
        header.left.map((hash) => Buffer.from(hash, 'base64')),
      );
      state.waiting = kept.map((note) => readCheckpoint(note, keys, header.origin));
      due = header.start;
      compare();
      continue;
    }
    const { header } = state;
    const line = readAs(text, 'index,entry,revealed');
    if (line === undefined) {
      const end = readAs(text, 'end,entries') ?? refuse('neither an entry nor the end');
      if (end.end !== true || due !== header.end || end.entries !== due - header.start) refuse('entries are missing');
      isOver = true;
      continue;
    }
    if (line.index !== due || due >= header.end) refuse('another index is due');
    checkEntry(line, header.tenant);
    tree.add(0, sha256(Buffer.of(0), line.entry));
    due += 1;
    compare();
  }
  if (!isOver) refuse('cut off');
  for (const [at, hash] of state.header.right.entries()) tree.add(state.levels[at], Buffer.from(hash, 'base64'));
  if (tree.root() !== state.signed.root) refuse('another root than was signed');
  compare();
  if (state.waiting.some(({ isDone }) => isDone !== true)) refuse('a kept checkpoint cannot be compared');
}

const given = { key: [], checkpoint: [], file: undefined };
for (let at = 2; at < process.argv.length; at += 1) {
  const name = process.argv[at].replace(/^--/, '');
  if (name === 'key' || name === 'checkpoint') given[name].push(process.argv[++at]);
  else given.file = process.argv[at];
}

try {
  const kept = given.checkpoint.map((file) => readFileSync(file, 'utf8'));
  await verifyExport(given.file, given.key.map(readKey), kept);
  process.stdout.write('holds\n');
} catch (error) {
  if (!(error instanceof Refused || error instanceof TypeError || error instanceof RangeError)) throw error;
  process.stdout.write(`refused: ${error.message}\n`);
  process.exitCode = 1;
}
