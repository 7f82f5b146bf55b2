import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import { PATIENCE } from './tests/patience.ts';
import viteConfig from './vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      environment: 'node',
      include: ['{src,workers,guests,scripts,tests,bench}/**/*.test.ts'],
      // Playwright's, and those that boot Linux for minutes (vitest.guest.config.ts) or kernels of others (vitest.outside.config.ts).
      exclude: [...configDefaults.exclude, 'tests/browser/**', 'tests/guest/**', 'tests/outside/**'],
      // A machine is one WebAssembly memory: with a process per file it is given back when the file is done.
      pool: 'forks',
      testTimeout: PATIENCE.TEST,
      hookTimeout: PATIENCE.TEST,
    },
  }),
);
