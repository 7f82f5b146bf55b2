import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as compression from '../src/vm/kernel/compression';
import { unpacked } from './browser-unpack';

const MIB = 1 << 20;
const noBreath = (): undefined => undefined;
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

describe('a file', () => {
  it('that is packed is unpacked, and any other left alone', async () => {
    expect((await unpacked(zipped(3 * MIB), 'kernel', noBreath)).length).toBe(3 * MIB);
    const plain = Uint8Array.of(1, 2, 3);
    expect(await unpacked(plain, 'kernel', noBreath)).toBe(plain);
  });

  it('is unpacked in pieces so small that none takes long, with a breath before each', async () => {
    const noise = Uint8Array.from({ length: MIB }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 19);
    const packed = new Uint8Array(gzipSync(noise));
    let breaths = 0;
    const breathe = (): Promise<void> => Promise.resolve(void breaths++);
    expect(Buffer.compare(await unpacked(packed, 'kernel', breathe), noise)).toBe(0);
    expect(breaths).toBeGreaterThanOrEqual(packed.length / 65536);
    expect(breaths).toBeGreaterThan(1);
    const tired = (): undefined => {
      throw new Error('enough');
    };
    await expect(unpacked(packed, 'kernel', tired)).rejects.toThrow('enough');
  });

  it('that is damaged, or goes on behind its end, is left to the code that can say so', async () => {
    const whole = zipped(MIB);
    // As browsers do; Node has errors of its own.
    decompressor(() => {
      throw new TypeError('The compressed data was not valid.');
    });
    await expect(unpacked(whole.slice(0, -12), 'kernel', noBreath)).rejects.toThrow(
      'The kernel is compressed with gzip and cut off',
    );
    const longer = new Uint8Array([...whole, 1, 2, 3]);
    expect((await unpacked(longer, 'kernel', noBreath)).length).toBe(MIB);
  });

  it('is not unpacked a second time, the slow way, when something else went wrong', async () => {
    decompressor(() => {
      throw new RangeError('Array buffer allocation failed');
    });
    const slow = vi.spyOn(compression, 'unpackBreathing');
    await expect(unpacked(zipped(MIB), 'kernel', noBreath)).rejects.toThrow('Array buffer allocation failed');
    expect(slow).not.toHaveBeenCalled();
  });

  it('is unpacked no further than anything can be that fits into a machine', async () => {
    const part = new Uint8Array(512 * MIB);
    const counted = decompressor(() => part);
    await expect(unpacked(zipped(MIB), 'initramfs', noBreath)).rejects.toThrow(
      /^The initramfs of \d+ bytes unpacks to more than the 3072 MiB of memory that a machine can have/,
    );
    expect(counted.made).toBeLessThan(10);
  });

  it('is unpacked no further than it may be', async () => {
    await expect(unpacked(zipped(20 * MIB), 'kernel', noBreath, { limit: 16 * MIB })).rejects.toThrow(
      /^The kernel of \d+ bytes unpacks to more than the 16 MiB of memory that this machine has: give it more memory, or another kernel\.$/,
    );
  });

  it('is unpacked no further when the start is given up', async () => {
    const giving = new AbortController();
    const counted = decompressor(() => {
      if (counted.made === 5) giving.abort(new Error('given up'));
      return new Uint8Array(1);
    });
    await expect(unpacked(zipped(MIB), 'kernel', noBreath, { signal: giving.signal })).rejects.toThrow('given up');
    expect(counted.made).toBeLessThan(10);
  });
});
