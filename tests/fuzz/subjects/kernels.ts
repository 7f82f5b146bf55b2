import { gzipSync } from 'node:zlib';
import { assembleLab } from '../../../guests/lab/assemble-lab';
import { checkImages } from '../../../src/vm/kernel/check';
import { elf, image, linuxImage, ZSTD_IMAGE, zboot } from '../../../src/vm/kernel/files.testkit';
import { refusalOf } from '../complaint';
import { damaged } from '../damage';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const FILES = 50;
const MEMORY_MIB = 64;
const RAM = 0x4000_0000;

/** A newc archive with one empty file and its end. */
const INITRD = new TextEncoder().encode(
  ['init', 'TRAILER!!!']
    .map(
      (name) =>
        `070701${'0'.repeat(8 * 11)}${(name.length + 1).toString(16).padStart(8, '0')}${'0'.repeat(8)}`.slice(0, 110) +
        `${name}\0\0\0\0`,
    )
    .join(''),
);

/** What people drop on the page, damaged: it is taken, or refused in one sentence. */
export const kernels: Subject = {
  name: 'kernels',
  cases: 'files',
  batch: FILES,
  async start() {
    const plain = [
      image(0x8000, 0, 4096),
      linuxImage(0x4000, 0x4000),
      elf([{ address: RAM + 0x8_0000, file: 512, memory: 4096 }]),
      elf([
        { address: RAM + 0x8_0000, file: 64, memory: 64 },
        { address: RAM + 0x10_0000, file: 0, memory: 0x1_0000 },
        { address: 0, file: 16, memory: 16, type: 4 },
      ]),
      assembleLab().bytes.slice(0, 4096),
      INITRD,
    ];
    const packed = plain.slice(0, 3).map((file) => new Uint8Array(gzipSync(file)));
    const files = [...plain, ...packed, zboot(packed[0]!, 'gzip'), zboot(ZSTD_IMAGE, 'zstd'), ZSTD_IMAGE];
    return async (seed) => {
      const random = new Random(seed);
      const counts: Counts = { taken: 0, refused: 0 };
      for (let n = 0; n < FILES; n++) {
        const kernel = damaged(random, random.pick(files));
        const images = random.chance(4) ? { kernel, initrd: damaged(random, random.pick(files)) } : { kernel };
        const kernelFormat = random.pick(['auto', 'auto', 'auto', 'flat', 'firmware'] as const);
        try {
          await checkImages(images, { memoryMiB: MEMORY_MIB, kernelFormat });
          counts.taken!++;
        } catch (error) {
          refusalOf(error);
          counts.refused!++;
        }
      }
      return counts;
    };
  },
};
