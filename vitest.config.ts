import { defineConfig } from 'vitest/config';

/** Tests of the pure core and of the simulator need nothing; the others get a real PostgreSQL and the app as it is built. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'pure',
          include: [
            'test/{policy,decision,audit,notify,commands,coverage,deployment,findings,follow-up,access-review,reports,simulator}/**/*.test.ts',
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/{github,store,jobs,web,e2e,cli}/**/*.test.ts', 'test/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // GitHub tells times in whole seconds, so two things done by a test in one second may be taken for simultaneous: on the safe side.
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
});
