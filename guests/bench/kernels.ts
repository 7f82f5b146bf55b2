/** The kernels: programs with one subject each, `kernels/NAME.c`, that every engine should be good at. */

export type KernelGroup = 'integer' | 'FP and SIMD';

export interface Kernel {
  name: string;
  group: KernelGroup;
  /** Laps of a benchmark: QEMU's TCG takes one to three seconds for so many. */
  laps: number;
}

/** Laps of a test. Two, since the second finds what the first has left. */
export const TEST_LAPS = 2;

const kernels = (group: KernelGroup, laps: Readonly<Record<string, number>>): Kernel[] =>
  Object.entries(laps).map(([name, count]) => ({ name, group, laps: count }));

export const KERNELS: readonly Kernel[] = [
  ...kernels('integer', {
    quicksort: 200,
    'merge-sort': 200,
    'string-search': 300,
    crc32: 3000,
    sha256: 6000,
    'hash-table': 1000,
    'linked-list': 300,
    'binary-tree': 200,
    bytecode: 200,
    recursion: 500,
    'matrix-int': 800,
  }),
  ...kernels('FP and SIMD', {
    'matrix-double': 500,
    mandelbrot: 40,
    'n-body': 100,
    fft: 2000,
    'memory-copy': 500,
    'memory-set': 500,
    blur: 1500,
    adler32: 3000,
    saxpy: 3000,
  }),
];

/** As the user wrote it, so that a slip can be told with the names there are. */
export function kernelNamed(name: string): Kernel {
  const found = KERNELS.find((kernel) => kernel.name === name);
  if (!found) throw new Error(`There is no kernel “${name}”; there are ${KERNELS.map((kernel) => kernel.name).join(', ')}.`);
  return found;
}
