import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      environment: 'node',
      include: ['{src,workers,guests,scripts,tests,bench}/**/*.test.ts'],
      exclude: [...configDefaults.exclude, 'tests/browser/**'],
      // A machine is one WebAssembly memory: with a process per file it is given back when the file is done.
      pool: 'forks',
      testTimeout: 20_000,
      hookTimeout: 60_000,
    },
  }),
);
