import { defineConfig, mergeConfig } from 'vitest/config';
import guest from './vitest.guest.config.ts';

/** Kernels and test suites that others have built, fetched when asked for: an hour, so it is part of the nightly campaigns only. */
const config = mergeConfig(guest, defineConfig({}));
config.test = { ...config.test, include: ['tests/outside/**/*.test.ts'], maxWorkers: 1 };
export default config;
