/**
 * How long tests wait, in host milliseconds. A test judges what happens, not how fast: these are for a machine many times slower than a
 * developer's whose processors are shared, and are met only where something will never happen.
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const PATIENCE = {
  /** For an answer: of a page, a shell, a guest that runs. */
  ANSWER: 2 * MINUTE,
  /** For a Linux guest that boots, wakes or goes to sleep. */
  BOOT: 6 * MINUTE,
  /** For a whole test or hook. */
  TEST: 15 * MINUTE,
} as const;
