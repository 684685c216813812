import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { format } from 'node:util';
import { Script } from 'node:vm';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'vitest';

/**
 * A test runner for Stryker that stays in one process. Vitest starts a worker and imports some hundred modules for
 * each of thousands of mutants; here the tests are one script (`bundle.mjs`) that is compiled once. It is evaluated
 * anew for each mutant all the same, so that nothing a mutant leaves behind (a cached glob, say) reaches the next one.
 */

class Runner {
  #evaluate;
  #require;
  #durations = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  /** Stryker changes to the directory of the mutants only after it has loaded this module. */
  init() {
    const bundle = resolve('test/mutation/tests.cjs');
    this.#require = createRequire(bundle);
    const text = `(function (exports, require) {${readFileSync(bundle, 'utf8')}\n})`;
    this.#evaluate = new Script(text, { filename: bundle }).runInThisContext();
    // The same cases for every mutant: a score that does not change by chance.
    process.env.PROPERTY_CASES = '5';
    this.#require('fast-check').configureGlobal({ seed: 23, numRuns: 5 });
    // Matchers that are added ask for the file under test.
    globalThis.__vitest_worker__ = { filepath: bundle };
    expect.extend({ toMatchFileSnapshot });
  }

  dispose() {}

  async dryRun() {
    const state = strykerState();
    state.activeMutant = undefined;
    const tests = [];
    for (const found of this.#collect()) {
      state.currentTestId = found.id;
      tests.push(await this.#run(found));
      state.currentTestId = undefined;
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: state.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }) {
    const state = strykerState();
    Object.assign(state, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0, activeMutant: undefined });
    if (mutantActivation === 'static') state.activeMutant = activeMutant.id;
    const chosen = this.#collect(testFilter).sort((one, other) => this.#expected(one) - this.#expected(other));
    state.activeMutant = activeMutant.id;
    const tests = [];
    for (const found of chosen) {
      const result = await this.#run(found);
      tests.push(result);
      if (result.status === TestStatus.Failed && !disableBail) break;
    }
    state.activeMutant = undefined;
    const endless = determineHitLimitReached(state.hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests });
  }

  /** The fastest first: most mutants are killed by many. */
  #expected({ id }) {
    return this.#durations.get(id) ?? 0;
  }

  #collect(filter) {
    const wanted = filter === undefined ? undefined : new Set(filter);
    const files = {};
    const collected = collector();
    this.#evaluate(files, (name) => (name === 'vitest' ? collected : this.#require(name)));
    for (const [file, evaluate] of Object.entries(files)) {
      if (wanted !== undefined && !filter.some((id) => id.startsWith(`${file}#`))) continue;
      collected.file = file;
      evaluate();
    }
    return collected.tests.filter(({ id }) => wanted?.has(id) ?? true);
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
