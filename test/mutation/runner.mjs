import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { format } from 'node:util';
import { Script } from 'node:vm';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'vitest';
import { bundled } from './bundle.mjs';

/**
 * A test runner for Stryker that stays in one process. Vitest starts a worker and imports some hundred modules for
 * each of thousands of mutants; here the tests are one script, made for each file that is mutated and compiled once.
 */
class Runner {
  #suites = new Map();
  #require = createRequire(import.meta.url);
  #durations = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    // The same cases for every mutant: a score that does not change by chance.
    process.env.PROPERTY_CASES = '5';
    this.#require('fast-check').configureGlobal({ seed: 23, numRuns: 5 });
    // Matchers that are added ask for the file under test.
    globalThis.__vitest_worker__ = { filepath: '' };
    expect.extend({ toMatchFileSnapshot });
  }

  dispose() {}

  async dryRun() {
    const state = strykerState();
    state.activeMutant = undefined;
    const tests = [];
    for (const found of evaluated(await this.#suiteOf(undefined), this.#require)) {
      state.currentTestId = found.id;
      tests.push(await this.#run(found));
      state.currentTestId = undefined;
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: state.mutantCoverage };
  }

  async mutantRun(options) {
    const suite = await this.#suiteOf(options.sandboxFileName);
    const isStatic = options.mutantActivation === 'static';
    // Only policy/ keeps something from one call to the next: what it has compiled.
    if (isStatic || options.sandboxFileName.includes('src/policy/')) suite.tests = undefined;
    const result = await this.#try(suite, options, isStatic);
    if (result.status !== MutantRunStatus.Killed || (await this.#passes(suite, result.killedBy))) return result;
    // Something that an earlier mutant has left behind may have killed it.
    suite.tests = undefined;
    return this.#try(suite, options, isStatic);
  }

  async #try(suite, { activeMutant, testFilter, hitLimit, disableBail }, isStatic) {
    const state = strykerState();
    Object.assign(state, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0, activeMutant: undefined });
    if (isStatic) state.activeMutant = activeMutant.id;
    suite.tests ??= evaluated(suite, this.#require);
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const chosen = suite.tests.filter(({ id }) => wanted?.has(id) ?? true);
    // The fastest first: most mutants are killed by many.
    chosen.sort((one, other) => this.#expected(one) - this.#expected(other));
    state.activeMutant = activeMutant.id;
    const tests = [];
    for (const found of chosen) {
      const result = await this.#run(found);
      tests.push(result);
      if (result.status === TestStatus.Failed && !disableBail) break;
    }
    Object.assign(state, { activeMutant: undefined });
    const endless = determineHitLimitReached(state.hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests });
  }

  async #passes(suite, ids) {
    for (const { id, run } of suite.tests) if (ids.includes(id) && (await outcome(run)) !== undefined) return false;
    return true;
  }

  #expected({ id }) {
    return this.#durations.get(id) ?? 0;
  }

  async #suiteOf(mutated) {
    const known = this.#suites.get(mutated);
    if (known !== undefined) return known;
    const text = `(function (exports, require) {${await bundled(mutated)}\n})`;
    const suite = { evaluate: new Script(text, { filename: 'tests.cjs' }).runInThisContext(), tests: undefined };
    // Mutants come file by file.
    this.#suites.clear();
    this.#suites.set(mutated, suite);
    return suite;
  }

  async #run({ id, name, run, fileName }) {
    const before = performance.now();
    const failure = await outcome(run);
    const timeSpentMs = performance.now() - before;
    this.#durations.set(id, timeSpentMs);
    const about = { id, name, fileName, timeSpentMs };
    return failure === undefined
      ? { ...about, status: TestStatus.Success }
      : { ...about, status: TestStatus.Failed, failureMessage: failure };
  }
}

/** Evaluates the tests and everything that they import, anew. */
function evaluated({ evaluate }, requireAny) {
  const files = {};
  const collected = collector();
  evaluate(files, (name) => (name === 'vitest' ? collected : requireAny(name)));
  for (const [file, collect] of Object.entries(files)) {
    collected.file = file;
    collect();
  }
  return collected.tests;
}

function toMatchFileSnapshot(received, path) {
  const pass = received === readFileSync(resolve('test/policy', path), 'utf8');
  return { pass, message: () => `is not what ${path} says` };
}

async function outcome(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function strykerState() {
  globalThis.__stryker__ ??= {};
  return globalThis.__stryker__;
}

/** As much of vitest as the tests of the two folders use. */
function collector() {
  const tests = [];
  const names = [];
  const known = new Set();

  function describe(name, body) {
    names.push(name);
    body();
    names.pop();
  }

  function test(title, run) {
    const name = [...names, title].join(' ');
    let id = `${collected.file}#${name}`;
    while (known.has(id)) id += "'";
    known.add(id);
    tests.push({ id, name, run, fileName: resolve(collected.file) });
  }

  const each = (one) => (table) => (title, run) => {
    table.forEach((row, index) => {
      const values = Array.isArray(row) ? row : [row];
      const named = values.slice(0, title.match(/%/g)?.length ?? 0);
      one(`${index}: ${format(title, ...named)}`, () => run(...values));
    });
  };

  const collected = {
    tests,
    file: '',
    expect,
    describe: Object.assign(describe, { each: each(describe) }),
    test: Object.assign(test, { each: each(test) }),
  };
  return collected;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'script', Runner)];
