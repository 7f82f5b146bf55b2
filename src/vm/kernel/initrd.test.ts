import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf, file, image, latin1, RAM_BASE, ZSTD_IMAGE, zboot } from './files.testkit';
import { checkInitrd } from './initrd';

describe('an initrd', () => {
  it.each<[string, Uint8Array]>([
    ['a cpio archive', latin1('070701'.padEnd(110, '0'))],
    ['something in gzip', gzipSync('anything')],
    ['something in zstd', ZSTD_IMAGE],
    ['something in xz', file(64, [0, '\xfd7zXZ\0'])],
    ['something in lz4', file(64, [0, '\x02\x21\x4c\x18'])],
    ['something in lzma', file(64, [0, '\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff'])],
    ['a squashfs', file(64, [0, 'hsqs'])],
    ['an ext2 file system', file(2048, [1080, '\x53\xef'])],
    ['zeros, as some have before their archive', new Uint8Array(4096)],
  ])('may be %s', (_, bytes) => {
    expect(() => checkInitrd(bytes)).not.toThrow();
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'The initrd is empty: give a cpio archive, as it is or compressed, or leave it out.'],
    ['an Image', image(4096, 0), 'The initrd is a kernel: give it as the kernel, and give a cpio archive'],
    ['a zboot image', zboot(new Uint8Array(4), 'gzip'), 'The initrd is a kernel: give it as the kernel'],
    [
      'a program',
      elf([{ address: RAM_BASE, file: 4, memory: 4 }]),
      'The initrd is an ELF file: give a cpio archive, as it is or compressed, with it inside.',
    ],
    [
      'a picture',
      file(64, [0, '\x89PNG\r\n\x1a\n']),
      'The initrd is a PNG picture: give a cpio archive, as it is or compressed.',
    ],
    ['a text', latin1('not an archive'), 'The initrd is a text: give a cpio archive'],
  ])('is not %s', (_, bytes, sentence) => {
    expect(() => checkInitrd(bytes)).toThrow(sentence);
  });
});
