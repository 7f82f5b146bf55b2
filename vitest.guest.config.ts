import { defineConfig } from 'vitest/config';

/** Conformance with a real Linux: minutes, not seconds, so it is not part of the unit suite. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/guest/**/*.test.ts'],
    // One machine at a time: boots that share two cores make each other's timeouts meaningless.
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Time limits of a busy machine: what fails twice has failed.
    retry: 1,
    reporters: ['verbose'],
  },
});
