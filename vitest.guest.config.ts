import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { compilerDigest } from './scripts/compiler-digest.ts';
import { PATIENCE } from './tests/patience.ts';

/** Conformance with a real Linux: minutes, not seconds, so it is not part of the unit suite. */
export default defineConfig({
  // The guest's compiled code is that of these sources, as in what is built.
  define: { COMPILER_DIGEST: compilerDigest() },
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
