import { execFileSync, spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { file, image, latin1, readAnyKernel, zboot } from './files.testkit';
import { FORMATS, formatOf } from './foreign';
import { readKernel } from './kernel';

const pe = (machine: number): Uint8Array =>
  file(256, [0, 'MZ'], [60, [128]], [128, 'PE\0\0'], [132, [machine & 0xff, machine >> 8]]);

const FILES: readonly [name: string, file: Uint8Array, what: string][] = [
  ['saved machine', file(64, [0, 'DORMOUSE']), 'a saved machine of Dormouse'],
  [
    'xz',
    file(64, [0, '\xfd7zXZ\0']),
    'compressed with xz, which is not unpacked here: unpack it first (`unxz`), and give what comes out.',
  ],
  ['lz4', file(64, [0, '\x04\x22\x4d\x18']), 'compressed with lz4, which is not unpacked here: unpack it first (`unlz4`)'],
  ['lz4 legacy', file(64, [0, '\x02\x21\x4c\x18']), 'compressed with lz4 (its legacy format)'],
  ['bzip2', file(64, [0, 'BZh9']), 'compressed with bzip2'],
  ['lzop', file(64, [0, '\x89LZO\0\r\n\x1a\n']), 'compressed with lzop'],
  ['lzip', file(64, [0, 'LZIP\x01']), 'compressed with lzip'],
  ['compress', file(64, [0, '\x1f\x9d\x90']), 'compressed with compress'],
  ['lzma', file(64, [0, '\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff']), 'compressed with lzma'],
  ['cpio newc', latin1('070701'.padEnd(110, '0')), 'an initramfs (a cpio archive): give it as the initrd'],
  ['cpio with checksums', latin1('070702'.padEnd(110, '0')), 'an initramfs (a cpio archive)'],
  ['cpio odc', latin1('070707'.padEnd(110, '0')), 'an initramfs (a cpio archive)'],
  ['cpio binary', file(64, [0, '\xc7\x71']), 'an initramfs (a cpio archive)'],
  ['cpio binary, the other way round', file(64, [0, '\x71\xc7']), 'an initramfs (a cpio archive)'],
  ['bzImage', file(0x400, [0, 'MZ'], [0x202, 'HdrS']), 'an x86 bzImage'],
  ['zImage', file(64, [36, '\x18\x28\x6f\x01']), 'a 32-bit Arm zImage'],
  ['RISC-V Image', file(64, [0, 'MZ'], [56, 'RSC\x05']), 'a RISC-V Image'],
  ['EFI x86', pe(0x8664), 'an EFI program for x86'],
  ['EFI arm64', pe(0xaa64), 'an EFI program for arm64, but no kernel'],
  ['EFI RISC-V', pe(0x5064), 'an EFI program for RISC-V'],
  ['EFI LoongArch', pe(0x6264), 'an EFI program for LoongArch'],
  ['EFI Arm', pe(0x1c2), 'an EFI program for 32-bit Arm'],
  [
    'an Image of 40 bytes',
    file(40, [0, 'MZ']),
    'the beginning of an EFI program or of an Image, cut off in its header: give all of it',
  ],
  ['DOS', file(64, [0, 'MZ\x90']), 'a DOS, Windows or EFI program'],
  [
    'boot.img',
    file(64, [0, 'ANDROID!']),
    'an Android boot.img: take the kernel out of it, and give that (`unpack_bootimg` does).',
  ],
  ['vendor_boot.img', file(64, [0, 'VNDRBOOT']), 'an Android vendor_boot.img'],
  ['FIT', file(200, [0, '\xd0\x0d\xfe\xed'], [100, '\0\0\0\x01images\0\0']), 'a FIT image (U-Boot)'],
  ['DTB', file(64, [0, '\xd0\x0d\xfe\xed']), 'a device tree: the machine brings its own'],
  ['uImage', file(64, [0, '\x27\x05\x19\x56']), 'a uImage (U-Boot)'],
  ['qcow2', file(64, [0, 'QFI\xfb']), 'a qcow2 disk image'],
  ['VMDK', file(64, [0, 'KDMV']), 'a VMDK disk image'],
  ['VDI', file(128, [64, '\x7f\x10\xda\xbe']), 'a VDI disk image'],
  ['VHDX', file(64, [0, 'vhdxfile']), 'a VHDX disk image'],
  ['VHD', file(64, [0, 'conectix']), 'a VHD disk image'],
  ['fixed VHD', file(4096, [3584, 'conectix']), 'a VHD disk image'],
  ['ISO 9660', file(0x9000, [0x8001, 'CD001']), 'an ISO 9660 image (a CD)'],
  ['squashfs', file(64, [0, 'hsqs']), 'a squashfs file system'],
  ['ext4', file(2048, [1080, '\x53\xef']), 'an ext2, ext3 or ext4 file system'],
  ['swap', file(4096, [4086, 'SWAPSPACE2']), 'a swap area'],
  ['swap of 16 KiB pages', file(16384, [16374, 'S1SUSPEND\0']), 'a swap area'],
  ['Btrfs', file(0x11000, [0x10040, '_BHRfS_M']), 'a Btrfs file system'],
  ['XFS', file(64, [0, 'XFSB']), 'an XFS file system'],
  ['GPT', file(1024, [510, '\x55\xaa'], [512, 'EFI PART']), 'a disk image with a GPT'],
  ['FAT16', file(512, [54, 'FAT16'], [510, '\x55\xaa']), 'a FAT file system'],
  ['FAT32', file(512, [82, 'FAT32'], [510, '\x55\xaa']), 'a FAT file system'],
  ['MBR', file(512, [510, '\x55\xaa']), 'a disk image with an MBR'],
  ['.deb', latin1('!<arch>\ndebian-binary   0'), 'a .deb package'],
  ['ar', latin1('!<arch>\nlibc.o/   '), 'an ar archive'],
  ['.rpm', file(64, [0, '\xed\xab\xee\xdb']), 'an RPM package'],
  ['ZIP', file(64, [0, 'PK\x03\x04']), 'a ZIP archive'],
  ['empty ZIP', file(22, [0, 'PK\x05\x06']), 'a ZIP archive'],
  ['7-Zip', file(64, [0, '7z\xbc\xaf\x27\x1c']), 'a 7-Zip archive'],
  ['tar', file(512, [0, 'boot/Image'], [257, 'ustar']), 'a tar archive'],
  ['Mach-O', file(64, [0, '\xcf\xfa\xed\xfe']), 'a Mach-O program (macOS)'],
  ['32-bit Mach-O', file(64, [0, '\xce\xfa\xed\xfe']), 'a Mach-O program (macOS)'],
  ['fat Mach-O', file(64, [0, '\xca\xfe\xba\xbe\0\0\0\x02']), 'a Mach-O program (macOS)'],
  ['thin fat Mach-O', file(64, [0, '\xca\xfe\xba\xbe\0\0\0\x01']), 'a Mach-O program (macOS)'],
  ['Java', file(64, [0, '\xca\xfe\xba\xbe\0\0\0\x34']), 'a Java class'],
  ['Wasm', file(64, [0, '\0asm\x01']), 'a WebAssembly module'],
  ['LLVM', file(64, [0, 'BC\xc0\xde']), 'LLVM bitcode'],
  [
    'PNG',
    file(64, [0, '\x89PNG\r\n\x1a\n']),
    'a PNG picture: give an arm64 Image (as it is, or packed with gzip or zstd) or an ELF file.',
  ],
  ['JPEG', file(64, [0, '\xff\xd8\xff\xe0']), 'a JPEG picture'],
  ['GIF', file(64, [0, 'GIF89a']), 'a GIF picture'],
  ['WebP', file(64, [0, 'RIFF'], [8, 'WEBP']), 'a WebP picture'],
  ['BMP', file(64, [0, 'BM\x40'], [10, [54]]), 'a BMP picture'],
  ['PDF', latin1('%PDF-1.7\n%\xe2\xe3'), 'a PDF document'],
  ['SQLite', latin1('SQLite format 3\0'), 'an SQLite database'],
  [
    'HTML',
    latin1('\n<!DOCTYPE html><title>404 Not Found</title>'),
    'a web page (HTML; an error of the server it was downloaded from?)',
  ],
  ['XML', latin1('<?xml version="1.0"?><a/>'), 'an XML file'],
  ['script', latin1('#!/bin/sh\nexit 0\n'), 'a script'],
  ['VMDK text', latin1('# Disk DescriptorFile\nversion=1\n'), 'a VMDK description'],
  ['Git LFS', latin1('version https://git-lfs.github.com/spec/v1\n'), 'a Git LFS pointer'],
  ['JSON', latin1('{ "files": [] }'), 'JSON'],
  ['text', latin1('Dear reader, this is no kernel.'), 'a text'],
  ['text in UTF-8', new TextEncoder().encode('Siebenschläfer schlafen gern.'), 'a text'],
];

describe('a file that is no kernel', () => {
  it.each(FILES)('%s', (_, bytes, what) => {
    expect(() => readKernel(bytes)).toThrow(`The kernel is ${what}`);
  });

  it('is told from each row of the table', () => {
    const met = new Set([
      ...FILES.map(([, bytes]) => formatOf(bytes)),
      formatOf(gzipSync('x')),
      formatOf(zboot(gzipSync('x'), 'gzip')),
      formatOf(latin1('\x28\xb5\x2f\xfd')),
    ]);
    expect(FORMATS.filter((format) => !met.has(format)).map(({ what }) => what)).toEqual([]);
  });

  it('is told when it is packed, too', async () => {
    await expect(readAnyKernel(gzipSync(latin1('070701'.padEnd(110, '0'))))).rejects.toThrow(
      'The kernel, unpacked, is an initramfs (a cpio archive)',
    );
    await expect(readAnyKernel(gzipSync(gzipSync(image(4096, 0))))).rejects.toThrow(
      'The kernel, unpacked, is packed with gzip once more: unpack it first',
    );
    await expect(readAnyKernel(gzipSync(zboot(gzipSync(image(4096, 0)), 'gzip')))).rejects.toThrow(
      'The kernel, unpacked, is an EFI zboot image, packed once more: unpack it first (`gunzip`)',
    );
    await expect(readAnyKernel(gzipSync(''))).rejects.toThrow('The kernel unpacks to nothing.');
  });

  it('is told when it is blank or empty', () => {
    expect(() => readKernel(new Uint8Array(0))).toThrow('The kernel file is empty.');
    expect(() => readKernel(new Uint8Array(5000))).toThrow('The kernel is blank, its bytes are 0x0');
    expect(() => readKernel(new Uint8Array(5000).fill(0xff))).toThrow('The kernel is blank, its bytes are 0xff');
  });

  const made = (program: string, ...args: string[]): Uint8Array => execFileSync(program, args, { input: image(4096, 0) });
  it.each([
    ['xz', 'xz', ['-c']],
    ['lzma', 'xz', ['--format=lzma', '-c']],
    ['bzip2', 'bzip2', ['-c']],
    ['lz4', 'lz4', ['-c']],
    ['lz4 (its legacy format)', 'lz4', ['-l', '-c']],
  ])('is known as %s when the real program made it (where it is installed)', (name, program, args) => {
    if (spawnSync(program, ['--version']).error) return;
    expect(() => readKernel(made(program, ...args))).toThrow(`The kernel is compressed with ${name}, which is not unpacked here`);
  });
});
