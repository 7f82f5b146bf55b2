import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { PATIENCE } from './tests/patience.ts';

/** Conformance with a real Linux: minutes, not seconds, so it is not part of the unit suite. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/guest/**/*.test.ts'],
    // A guest keeps little more than one processor busy.
    pool: 'forks',
    maxWorkers: Math.min(4, availableParallelism()),
    testTimeout: PATIENCE.TEST,
    hookTimeout: PATIENCE.TEST,
    reporters: ['verbose'],
  },
});
