import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as compression from '../src/vm/kernel/compression';
import { unpacked } from './guest-downloads';

const MIB = 1 << 20;
const { signal } = new AbortController();
const zipped = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(new Uint8Array(bytes).fill(7)));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A decompressor that makes `parts` of whatever it is given, and counts them. */
function decompressor(part: () => Uint8Array, parts = Number.POSITIVE_INFINITY): { made: number } {
  const counted = { made: 0 };
  vi.stubGlobal(
    'DecompressionStream',
    class {
      readonly writable = new WritableStream();
      readonly readable = new ReadableStream({
        pull(controller) {
          if (counted.made++ < parts) controller.enqueue(part());
          else controller.close();
        },
      });
    },
  );
  return counted;
}

describe('a downloaded file', () => {
  it('that is packed is unpacked, and any other left alone', async () => {
    expect((await unpacked(zipped(3 * MIB), 'kernel', signal)).length).toBe(3 * MIB);
    const plain = Uint8Array.of(1, 2, 3);
    expect(await unpacked(plain, 'kernel', signal)).toBe(plain);
  });

  it('that is damaged, or goes on behind its end, is left to the code that can say so', async () => {
    const whole = zipped(MIB);
    // As browsers do; Node has errors of its own.
    decompressor(() => {
      throw new TypeError('The compressed data was not valid.');
    });
    await expect(unpacked(whole.slice(0, -12), 'kernel', signal)).rejects.toThrow(
      'The kernel is compressed with gzip and cut off',
    );
    const longer = new Uint8Array([...whole, 1, 2, 3]);
    expect((await unpacked(longer, 'kernel', signal)).length).toBe(MIB);
  });

  it('is not unpacked a second time, the slow way, when something else went wrong', async () => {
    decompressor(() => {
      throw new RangeError('Array buffer allocation failed');
    });
    const slow = vi.spyOn(compression, 'gunzip');
    await expect(unpacked(zipped(MIB), 'kernel', signal)).rejects.toThrow('Array buffer allocation failed');
    expect(slow).not.toHaveBeenCalled();
  });

  it('is unpacked no further than anything can be that fits into a machine', async () => {
    const part = new Uint8Array(512 * MIB);
    const counted = decompressor(() => part);
    await expect(unpacked(zipped(MIB), 'initramfs', signal)).rejects.toThrow(
      /^The initramfs of \d+ bytes unpacks to more than the 3072 MiB of memory that a machine can have/,
    );
    expect(counted.made).toBeLessThan(10);
  });

  it('is unpacked no further when the start is given up', async () => {
    const giving = new AbortController();
    const counted = decompressor(() => {
      if (counted.made === 5) giving.abort(new Error('given up'));
      return new Uint8Array(1);
    });
    await expect(unpacked(zipped(MIB), 'kernel', giving.signal)).rejects.toThrow('given up');
    expect(counted.made).toBeLessThan(10);
  });
});
