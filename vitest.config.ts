import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };
import { LongFirst } from './tools/long-first.mjs';

const seconds = 1_000;

/** How long one test may take before it counts as hanging: many times what it takes on a quiet machine. */
const patience = 400 * seconds;

/** Test projects by what they need: nothing, real servers on loopback, the real application in Electron. */
export default defineConfig({
  define: { STEWARD_VERSION: JSON.stringify(manifest.version) },
  test: {
    allowOnly: false,
    passWithNoTests: false,
    retry: 0,
    sequence: { sequencer: LongFirst },
    // Only what fails waits for so long; the default of one second is too short for a busy machine.
    expect: { poll: { timeout: 60 * seconds } },
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{unit,property,channels}/**/*.test.{ts,tsx}'],
          environment: 'node',
          testTimeout: patience,
          hookTimeout: patience,
          // Channels against emulated servers wait as much as they compute; the default would be one on two cores.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'tools/setup/tests-built.mjs',
          environment: 'node',
          testTimeout: patience,
          hookTimeout: patience,
          // These wait for servers and for time-outs much more than they compute.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'tools/setup/tests-window.mjs',
          environment: 'node',
          testTimeout: patience,
          hookTimeout: patience,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
