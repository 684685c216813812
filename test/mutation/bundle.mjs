import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Makes one script of the tests of the two folders whose mutants are counted and of all that they import, so that
 * running them anew for a mutant is running one script that is already compiled. Each test file is evaluated only
 * when it is asked for.
 */

/** Those of one folder say as much about its mutants, sooner: `MUTATION_TESTS=test/decision`. */
const folders = process.env.MUTATION_TESTS?.split(',') ?? ['test/decision', 'test/policy'];
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`),
);

await build({
  stdin: {
    contents: files.map((file) => `exports[${JSON.stringify(file)}] = () => require('./${file}');`).join('\n'),
    resolveDir: '.',
  },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  // Evaluated once; what is not named here is small, or cannot be required.
  external: ['vitest', 'zod', 'yaml', 'temporal-polyfill', 'picomatch', 're2js', 'fast-check', 'ajv'],
  outfile: 'test/mutation/tests.cjs',
  logLevel: 'warning',
  plugins: [{ name: 'urls of their own', setup: keepUrls }],
});

/** In one script every module would have the script's URL, but tests read files beside them. */
function keepUrls(builder) {
  builder.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
    contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    loader: 'ts',
  }));
}
