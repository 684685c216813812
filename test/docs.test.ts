import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];

test.each(PAGES)('what %s links to is there', (page) => {
  const text = readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '');
  const targets = Array.from(text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, target = '']) => target);
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  expect(local.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
});

test('the README names every environment variable that the program reads', () => {
  const source = readFileSync('src/config.ts', 'utf8').replace(
    /^.*const Environment = z\.object\(\{(.*?)^\}\);.*$/ms,
    '$1',
  );
  const variables = Array.from(source.matchAll(/^ {2}([A-Z_]+):/gm), ([, name = '']) => name);
  const readme = readFileSync('README.md', 'utf8');
  expect(variables.length).toBeGreaterThan(10);
  expect(variables.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test('every npm script that the documentation names is one', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Record<string, string> };
  const named = PAGES.flatMap((page) =>
    Array.from(readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z]+)/g), ([, name = '']) => name),
  );
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every function and file that the architecture names is there', () => {
  const text = readFileSync('docs/architecture.md', 'utf8').replace(/^```.*?^```/gms, '');
  const sources = filesIn('src', '.ts');
  const code = sources.map((file) => readFileSync(file, 'utf8')).join('\n');
  const names = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, name = '']) => name);
  const files = names.filter((name) => /^[\w-]+\/[\w/-]+\.ts$|^\w+\.ts$/.test(name));
  const functions = names.filter((name) => /^[a-z]+[A-Z]\w*$|^[A-Z_]{4,}$/.test(name));
  expect(files.filter((file) => !sources.includes(`src/${file}`))).toEqual([]);
  expect(functions.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});

test('the examples of the short form are what the program reads', async () => {
  const { Scenario } = await import('../src/cli/scenario.ts');
  const page = readFileSync('docs/policy-tools.md', 'utf8');
  const [, facts = ''] = /^```yaml facts\n(.*?)^```/ms.exec(page) ?? [];
  expect(Scenario.safeParse(parse(facts))).toMatchObject({ success: true });
  const missing = Object.keys(Scenario.shape).filter((key) => !new RegExp(`\\b${key}\\b`).test(page));
  expect(missing).toEqual([]);
});

function filesIn(folder: string, ending: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}
