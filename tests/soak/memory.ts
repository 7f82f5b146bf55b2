const MIB = 1 << 20;

/** What the host had in use after a round; bytes. */
export interface Sample {
  minutes: number;
  round: number;
  rss: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  /** Of the guest's console, in all. */
  consoleBytes: number;
}

const mib = (bytes: number): string => (bytes / MIB).toFixed(1);

/** A sample as a line. */
export const table = ({ minutes, round, rss, heapUsed, external, arrayBuffers, consoleBytes }: Sample): string =>
  `${minutes.toFixed(1)} min, round ${round}: process ${mib(rss)} MiB, heap ${mib(heapUsed)}, external ${mib(external)}, ` +
  `array buffers ${mib(arrayBuffers)}; ${mib(consoleBytes)} MiB printed`;

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** What a process may gain from the first to the last quarter. Garbage that is not collected yet and the engine's own tables are less. */
export const FLAT_PROCESS_BYTES = 48 * MIB;

/** By how much the last quarter is above the one after the warm-up (the second of eight parts), as medians. */
export function gain(figures: readonly number[]): number {
  const eighth = Math.max(1, figures.length >> 3);
  return median(figures.slice(-2 * eighth)) - median(figures.slice(eighth, 3 * eighth));
}

/** {@link gain} of what the host had in use, in bytes. */
export function growth(samples: readonly Sample[]): { rss: number; heapUsed: number; words: string } {
  const of = (key: 'rss' | 'heapUsed' | 'external' | 'arrayBuffers'): number => gain(samples.map((sample) => sample[key]));
  const words = (['rss', 'heapUsed', 'external', 'arrayBuffers'] as const).map((key) => `${key} ${mib(of(key))} MiB`).join(', ');
  return { rss: of('rss'), heapUsed: of('heapUsed'), words };
}
