import { describe, expect, it } from 'vitest';
import { expectedChecksums } from '../../guests/bench/expected';
import { checksumIn, kernelImage } from '../../guests/bench/image';
import { KERNELS, testLaps } from '../../guests/bench/kernels';
import { runImage } from './in-process';

/**
 * The kernels as a test of correctness. Their assembly is in the repository, so no compiler is needed; the checksums were found by the
 * same C, compiled for another processor and run there (guests/bench/build.ts).
 */
const expected = expectedChecksums();

describe.each(['interpreter', 'jit'] as const)('on the %s', (engine) => {
  it.each(KERNELS)('the kernel $name finds what its C finds on another processor', async (kernel) => {
    const { name } = kernel;
    const laps = testLaps(kernel);
    const { console } = await runImage(kernelImage(name, laps), engine);
    expect(checksumIn(console, name)).toBe(expected[name]?.[laps]);
  });
});
