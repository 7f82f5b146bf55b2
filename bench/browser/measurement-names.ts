/** What is measured in the browser besides the kernels, by the names that `--only` and `--list` go by; in the order they are measured in. */
export const MEASUREMENT_NAMES = [
  'bytes before the guest',
  'click to shell',
  'thread of the page',
  'frames of the timeline',
  'answers of the worker',
  'idle guest',
  'memory beyond guest RAM',
] as const;

export type MeasurementName = (typeof MEASUREMENT_NAMES)[number];
