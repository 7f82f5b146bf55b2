import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackBreathing } from './compression';
import { image, latin1, MIB, readAnyKernel, ZSTD_IMAGE } from './files.testkit';
import { unpack } from './unpackers';

const content = image(4096, 0);
const zipped = new Uint8Array(gzipSync(content));
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
/** A skippable frame of zstd. */
const SKIPPABLE = latin1('\x53\x2a\x4d\x18\x04\0\0\0junk');

describe.each([
  ['gzip', zipped],
  ['zstd', ZSTD_IMAGE],
])('%s', (name, packed) => {
  it('is unpacked', async () => {
    expect(unpack(packed, 'kernel')).toEqual(content);
    expect((await readAnyKernel(packed)).segments[0]!.bytes).toEqual(content);
  });

  it('is unpacked with breaths between, and given up when a breath throws', async () => {
    let breaths = 0;
    const breathe = async (): Promise<void> => void breaths++;
    expect(await unpackBreathing(packed, 'kernel', breathe)).toEqual(content);
    expect(breaths).toBeGreaterThan(0);
    const tired = (): undefined => {
      throw new Error('enough');
    };
    await expect(unpackBreathing(packed, 'kernel', tired)).rejects.toThrow('enough');
  });

  it('may have anything behind it', () => {
    for (const tail of ['appended', '\0\0\0\0', '\xd0\x0d\xfe\xed device tree', '\x28', '\x1f'])
      expect(unpack(joined(packed, latin1(tail)), 'kernel')).toEqual(content);
  });

  it('may come in several parts', () => {
    expect(unpack(joined(packed, packed), 'kernel')).toEqual(joined(content, content));
  });

  it('is bounded', () => {
    expect(() => unpack(packed, 'kernel', 4095)).toThrow(
      /^The kernel of \d+ bytes unpacks to more than the 0 MiB of memory that this machine has: give it more memory, or another kernel\.$/,
    );
    expect(unpack(packed, 'kernel', 4096)).toHaveLength(4096);
  });

  it('gives a sentence with the numbers wherever it is cut off', () => {
    for (let length = 4; length < packed.length; length++) {
      expect(() => unpack(packed.subarray(0, length), 'kernel')).toThrow(
        new RegExp(
          `^The kernel is compressed with ${name} and cut off: the file ends after ${length} bytes, which unpack to \\d+, and more must follow\\.$`,
        ),
      );
    }
  });

  it('gives a sentence whichever bit is wrong, or comes out', () => {
    for (let bit = 32; bit < packed.length * 8; bit++) {
      const wrong = packed.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      try {
        unpack(wrong, 'kernel');
      } catch (error) {
        expect((error as Error).message).toMatch(
          /^The kernel (is compressed with \w+ and (damaged at byte \d+ of \d+: .+\.|cut off: .+\.)|unpacks to .*)$/,
        );
      }
    }
  });
});

describe('a bomb', () => {
  it('is given up while it is unpacked', () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(64 * MIB)));
    expect(() => unpack(bomb, 'kernel', 8 * MIB)).toThrow(/^The kernel of \d+ bytes unpacks to more than the 8 MiB of memory/);
  });

  it('of zstd is, too', () => {
    // A frame with a window of 1 MiB whose blocks are one byte repeated 128 Ki times.
    const block = '\x02\x00\x10x';
    const frame = latin1(`\x28\xb5\x2f\xfd\0\x50${block.repeat(400)}\x03\x00\x10x`);
    expect(() => unpack(frame, 'kernel', 8 * MIB)).toThrow(/^The kernel of \d+ bytes unpacks to more than the 8 MiB of memory/);
    expect(unpack(frame, 'kernel', 60 * MIB)).toHaveLength(401 * 128 * 1024);
  });
});

it('skips frames of zstd that hold something else', () => {
  expect(unpack(joined(ZSTD_IMAGE, SKIPPABLE, ZSTD_IMAGE), 'kernel')).toEqual(joined(content, content));
});
