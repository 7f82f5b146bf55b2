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

/** By how many bytes the last quarter is above the one after the warm-up (the second of eight parts), as medians. */
export function growth(samples: readonly Sample[]): { rss: number; heapUsed: number; words: string } {
  const eighth = Math.max(1, samples.length >> 3);
  const first = samples.slice(eighth, 3 * eighth);
  const last = samples.slice(-2 * eighth);
  const of = (key: 'rss' | 'heapUsed' | 'external' | 'arrayBuffers'): number =>
    median(last.map((sample) => sample[key])) - median(first.map((sample) => sample[key]));
  const words = (['rss', 'heapUsed', 'external', 'arrayBuffers'] as const).map((key) => `${key} ${mib(of(key))} MiB`).join(', ');
  return { rss: of('rss'), heapUsed: of('heapUsed'), words };
}
