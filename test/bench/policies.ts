/** Policies as large as they may be: one such as people write, and the most expensive ones of several kinds. */

const mostBytes = 256 * 1024;
const mostSeparators = 32_000;
const mostOpenings = 20_000;
const mostMarks = 120_000;

/** Repeats an item until the file has what it may have. */
function filled(head: string, item: (n: number) => string, tail = ''): string {
  const parts = [head];
  let [bytes, separators, openings, marks] = sizeOf(head + tail);
  for (let n = 0; ; n += 1) {
    const next = item(n);
    const [moreBytes, moreSeparators, moreOpenings, moreMarks] = sizeOf(next);
    bytes += moreBytes;
    separators += moreSeparators;
    openings += moreOpenings;
    marks += moreMarks;
    const isFull = bytes > mostBytes || separators > mostSeparators || openings > mostOpenings || marks > mostMarks;
    if (isFull) return parts.join('') + tail;
    parts.push(next);
  }
}

function sizeOf(text: string): [number, number, number, number] {
  return [
    Buffer.byteLength(text),
    text.match(/[,:\n]/g)?.length ?? 0,
    text.match(/[[{]/g)?.length ?? 0,
    text.match(/[,:\n[\]{}"'&*!?#%@|>`\t\r]/g)?.length ?? 0,
  ];
}

/** Some 520 systems, each with owners, a role and a rule of its own. */
export function densePolicy(): string {
  const sections = { systems: '', roles: '', rules: '' };
  const head = `version: 1
stages: [peer, release]
proposals: [{ category: remediation, when: { labels: [remediation] } }]
environments: { production: { base: [main] } }
classifications: { customer-data: { when: { paths: ["**/customers/**"] } } }
`;
  for (let n = 0; ; n += 1) {
    const system = `  service-${n}:
    when: { paths: ["services/service-${n}/**", "libs/service-${n}/**"] }
    classifications: [customer-data]
    owners: ["team:acme/service-${n}", "user:person-${n}"]
`;
    const role = `  owner-${n}: { members: ["team:acme/service-${n}"], backups: ["user:person-${n}"] }\n`;
    const rule = `  - name: "service ${n}"
    when: { systems: [service-${n}], environments: [production], lines: ">= ${n}" }
    require:
      peer: [{ role: owner-${n} }]
      release: [{ role: release, count: 2 }]
    evidence: [verification-plan, rollback-plan]
`;
    const text = `${head}systems:\n${sections.systems}roles:\n  release: { members: ["team:acme/release"] }\n${sections.roles}rules:\n${sections.rules}`;
    if (text.length + system.length + role.length + rule.length > mostBytes) return text;
    sections.systems += system;
    sections.roles += role;
    sections.rules += rule;
  }
}

const proposals = 'version: 1\nproposals: [{ category: a, when: ';
const letters = (n: number): string =>
  (n < 26 ? '' : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26));

/** By what is in them. All but a few are refused, and what counts is how soon. */
export const hostilePolicies: Readonly<Record<string, () => string>> = {
  'small mappings': () => filled('a: [', () => '{a: b},', ']'),
  'empty lists, no commas': () => filled('a: [', () => '[] ', ']'),
  'closing brackets': () => filled('a: ', () => ']'),
  'nested lists': () => filled('a: [', () => `${'['.repeat(38)}${']'.repeat(38)},`, ']'),
  tags: () => filled('a: [', () => '!a ', ']'),
  'merge keys': () => filled('a: [', () => '{<<: a},', ']'),
  'keys twice': () => filled('', () => 'a: 1\n'),
  comments: () => filled('', () => 'a #\n'),
  'escapes that are none': () => filled('a: "', () => '\\q', '"'),
  'unknown keys': () => filled('', (n) => `key${letters(n)}: 1\n`),
  'unknown keys of rules': () => filled('version: 1\nrules: [', () => '{nam: 1},', ']'),
  // What the usual reader leaves to the YAML library, which an anchor is enough for, after as much as possible of it.
  'unknown keys of rules, an anchor last': () => filled('version: 1\nrules: [', () => '{nam: 1},', '&a {}]'),
  'wrong members': () => filled('version: 1\nroles:\n', (n) => `  r${n}: {members: [a, b, c]}\n`),
  'wrong members, an anchor last': () =>
    filled('version: 1\nroles:\n', (n) => `  r${n}: {members: [a, b, c]}\n`, '  r: &a {members: [a]}\n'),
  'names twice': () => filled('version: 1\nrules: [', () => '{name: a},', ']'),
  'empty rules': () => filled('version: 1\nrules: [', (n) => `{name: ${letters(n)}},`, ']'),
  stages: () => filled('version: 1\nstages: [', (n) => `${letters(n)},`, ']'),
  'nested conditions': () => filled(`${proposals}{ any: [`, () => '{any: [{not: {}}]},', '] } }]'),
  'unknown systems': () =>
    filled(
      `version: 1\nsystems: {${Array.from({ length: 500 }, (_, n) => `systemsystem${letters(n)}: {when: {}}`).join(',')}}\nrules: [{ name: a, when: { systems: [`,
      (n) => `systemsystex${letters(n)},`,
      '] } }]',
    ),
  globs: () => filled(`${proposals}{ paths: [`, (n) => `"${letters(n)}/**",`, '] } }]'),
  'globs with braces': () =>
    filled(`${proposals}{ paths: [`, (n) => `"${'{a,b}'.repeat(6)}/${letters(n)}${'/cd'.repeat(6)}",`, '] } }]'),
  'one glob by aliases': () =>
    `${proposals}{ paths: [&g "${'{a,b}'.repeat(6)}${'/cd'.repeat(6)}"${', *g'.repeat(990)}] } }]`,
  'lists by aliases': () =>
    `version: 1\nproposals:\n  - { category: a, when: &c { any: [${Array.from({ length: 40 }, (_, n) => `{ labels: [x${n}] }`).join(', ')}] } }\n${'  - { category: a, when: *c }\n'.repeat(400)}`,
  'regular expressions': () =>
    `version: 1\nproposals: [${Array.from({ length: 50 }, (_, n) => `{ category: a, when: { title: '${'[^\\pL]'.repeat(4)}(?:[^\\pL]){150}${n % 10}' } }`).join(', ')}]`,
  'a large role in many seats': () =>
    filled(
      `version: 1\nstages: [s]\nroles: { r: { members: [${Array.from({ length: 9000 }, (_, n) => `"user:${letters(n)}"`).join(',')}] } }\nrules: [{ name: a, require: { s: [`,
      () => '{role: r},',
      '] } }]',
    ),
  'windows of many calendars': () =>
    filled(
      `version: 1\ncalendars:\n${Array.from({ length: 2000 }, (_, n) => ` ${letters(n)}: {timezone: UTC, hours: {mon: 09:00-10:00}}\n`).join('')}windows:\n`,
      (n) => ` w${n}: {calendar: ${letters(1999)}}\n`,
    ),
};
