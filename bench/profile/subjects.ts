import { WORKLOADS } from '../debian/workloads';

/** What is profiled. */

export const ENGINES = ['jit', 'interpreter'] as const;
export type EngineName = (typeof ENGINES)[number];

export const BOOT = 'boot';

/** In the order they run in: all of it happens to one guest. */
export const subjectNames = (only: string): string[] =>
  [BOOT, ...WORKLOADS.map(({ name }) => name)].filter((name) => name.includes(only));
