/** The kernels: programs with one subject each, `kernels/NAME.c`, that every engine should be good at. */

export type KernelGroup = 'integer' | 'FP and SIMD';

export interface Kernel {
  name: string;
  group: KernelGroup;
  /** Laps of a benchmark: QEMU takes about a second for so many. */
  laps: number;
}

/** Laps of a test: short, and yet long enough for a compiler to find what is hot. */
export const testLaps = ({ laps }: Kernel): number => Math.ceil(laps / 100);

const kernels = (group: KernelGroup, laps: Readonly<Record<string, number>>): Kernel[] =>
  Object.entries(laps).map(([name, count]) => ({ name, group, laps: count }));

export const KERNELS: readonly Kernel[] = [
  ...kernels('integer', {
    quicksort: 500,
    'merge-sort': 300,
    'string-search': 300,
    crc32: 3000,
    sha256: 6000,
    'hash-table': 1500,
    'linked-list': 300,
    'binary-tree': 200,
    bytecode: 800,
    recursion: 2500,
    'matrix-int': 1500,
  }),
  ...kernels('FP and SIMD', {
    'matrix-double': 500,
    mandelbrot: 40,
    'n-body': 1000,
    fft: 3000,
    'memory-copy': 20000,
    'memory-set': 20000,
    blur: 7500,
    adler32: 12000,
    saxpy: 6000,
  }),
];
