import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkImages } from './check';

const MIB = 1 << 20;

describe('what a machine is to boot', () => {
  it('is unpacked up to what the machine can hold, and no further', async () => {
    const kernel = gzipSync(new Uint8Array(40 * MIB));
    await expect(checkImages({ kernel }, { memoryMiB: 16 })).rejects.toThrow(
      `The kernel of ${kernel.length} bytes unpacks to more than the 16 MiB of memory that this machine has: give it more memory, or another kernel.`,
    );
    // With memory enough it is looked at.
    await expect(checkImages({ kernel }, { memoryMiB: 64 })).rejects.toThrow('The kernel, unpacked, is blank');
  });
});
