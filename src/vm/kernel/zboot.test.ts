import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { image, MIB, RAM_BASE, readAnyKernel, zboot } from './files.testkit';

const inner = image(4096, 0);
const payload = new Uint8Array(gzipSync(inner));

describe('EFI zboot images', () => {
  it('are unpacked', async () => {
    expect(await readAnyKernel(zboot(payload, 'gzip'))).toMatchObject({
      entry: RAM_BASE + 2 * MIB,
      segments: [{ address: RAM_BASE + 2 * MIB, bytes: inner }],
    });
  });

  it.each<[string, Uint8Array, string]>([
    [
      'another compression',
      zboot(payload, 'xzkern'),
      'an EFI zboot image packed with “xzkern”, and only gzip and zstd are unpacked here',
    ],
    ['a cut header', zboot(payload, 'gzip').subarray(0, 40), 'cut off: it has 40 bytes, and its header alone has 64'],
    [
      'a cut payload',
      zboot(payload, 'gzip').subarray(0, 70),
      `an EFI zboot image that is cut off: its payload ends at byte ${64 + payload.length}, the file at 70.`,
    ],
    [
      'a payload that is something else',
      zboot(payload, 'zstd'),
      `says its payload is zstd, but its ${payload.length} bytes at 64 are not`,
    ],
  ])('with %s give a sentence', async (_, file, sentence) => {
    await expect(readAnyKernel(file)).rejects.toThrow(sentence);
  });
});
