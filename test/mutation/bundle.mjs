import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The tests of one folder say as much about its mutants, sooner: `MUTATION_TESTS=test/decision`. */
const folders = process.env.MUTATION_TESTS?.split(',') ?? ['test/decision', 'test/policy'];

/**
 * The text of one script that exports each test file as a function that evaluates it. Stryker has put every mutant of
 * every file in there, switched off. With `mutated`, all files but that one are as they were written, which runs
 * several times faster.
 */
export async function bundled(mutated) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const { outputFiles } = await build({
    stdin: {
      contents: files.map((file) => `exports[${JSON.stringify(file)}] = () => require('./${file}');`).join('\n'),
      resolveDir: process.cwd(),
    },
    absWorkingDir: process.cwd(),
    bundle: true,
    preserveSymlinks: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    minifySyntax: true,
    // Evaluated once; what is not named here is small, or cannot be required.
    external: ['vitest', 'zod', 'yaml', 'temporal-polyfill', 'picomatch', 're2js', 'fast-check', 'ajv'],
    logLevel: 'warning',
    plugins: [
      { name: 'sources', setup: (builder) => builder.onLoad({ filter: /\.ts$/ }, (file) => load(file, mutated)) },
    ],
  });
  return outputFiles[0].text;
}

function load({ path }, mutated) {
  const text = readFileSync(path, 'utf8');
  return {
    contents: withOwnUrl(mutated === undefined ? text : withoutMutants(text, path, resolve(mutated))),
    loader: 'ts',
  };

  /** In one script every module would have the script's URL, but tests read files beside them. */
  function withOwnUrl(source) {
    return source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
  }
}

/** Coverage is known from the first run, so that it goes everywhere. */
function withoutMutants(text, path, mutated) {
  const uncounted = text.replace(/\bstryCov_\w+\((?:"\d+"(?:, )?)*\)(?! \{)/g, '0');
  return path === mutated ? uncounted : uncounted.replace(/\bstryMutAct_\w+\("\d+"\)/g, 'false');
}
