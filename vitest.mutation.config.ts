import { defineConfig } from 'vitest/config';

/** The tests of the two folders whose mutants are counted. */
export default defineConfig({
  test: {
    include: ['test/{policy,decision}/**/*.test.ts'],
    env: { PROPERTY_CASES: '20' },
    testTimeout: 60_000,
    isolate: false,
  },
});
