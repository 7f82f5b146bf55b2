import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      environment: 'node',
      include: ['{src,workers,guests,scripts,tests,bench}/**/*.test.ts'],
      // Playwright's, and those that boot Linux for minutes (vitest.guest.config.ts).
      exclude: [...configDefaults.exclude, 'tests/browser/**', 'tests/guest/**'],
      // A machine is one WebAssembly memory: with a process per file it is given back when the file is done.
      pool: 'forks',
      // Tests of the command line start processes, and many at once on a machine with two processors.
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  }),
);
