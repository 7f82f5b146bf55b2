/** Files people may choose as a kernel by mistake, each the smallest that shows its mistake. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const chosen = (name: string, buffer: Buffer): ChosenFile => ({ name, mimeType: 'application/octet-stream', buffer });

/** x86 boot protocol: the word “HdrS” at 0x202. */
export function bzImage(): ChosenFile {
  const file = Buffer.alloc(0x1000);
  file.write('HdrS', 0x202, 'latin1');
  return chosen('bzImage', file);
}

const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const PT_LOAD = 1;

/** A 64-bit little-endian ELF file with one segment of `segment` bytes, all of which it says to have. */
function elf(machine: number, segment: number): Buffer {
  const file = Buffer.alloc(120);
  file.write('\x7fELF', 0, 'latin1');
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(PT_LOAD, 64);
  file.writeBigUInt64LE(120n, 64 + 8);
  file.writeBigUInt64LE(0x4020_0000n, 64 + 24);
  file.writeBigUInt64LE(BigInt(segment), 64 + 32);
  file.writeBigUInt64LE(BigInt(segment), 64 + 40);
  return file;
}

export const foreignElf = (): ChosenFile => chosen('vmlinux', elf(EM_X86_64, 0));

/** An ELF file for arm64 of which only the headers arrived. */
export const truncatedElf = (): ChosenFile => chosen('vmlinux-arm64', elf(EM_AARCH64, 4096));

/** An arm64 Image (Linux Documentation/arch/arm64/booting.rst, with its PE header) that ends before its first section does. */
export function truncatedImage(): ChosenFile {
  const file = Buffer.alloc(4096);
  file.write('MZ', 0, 'latin1');
  file.writeBigUInt64LE(0x10_0000n, 16);
  file.write('ARM\x64', 56, 'latin1');
  file.writeUInt32LE(64, 60);
  file.write('PE\0\0', 64, 'latin1');
  file.writeUInt16LE(1, 64 + 6);
  const section = 64 + 24;
  file.writeUInt32LE(0x8_0000, section + 16);
  file.writeUInt32LE(0x1000, section + 20);
  return chosen('Image', file);
}

export const emptyFile = (): ChosenFile => chosen('Image', Buffer.alloc(0));

/** A gzip file whose second half is missing. */
export function damagedGzip(): ChosenFile {
  const whole = gzipSync(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) & 0xff)));
  return chosen('Image.gz', whole.subarray(0, whole.length >> 1));
}

/** The lab guest as somebody's own kernel: a flat binary that boots in milliseconds. */
export const labKernel = (): ChosenFile =>
  chosen('lab.bin', readFileSync(join(import.meta.dirname, '../../../public/guests/lab/lab.bin')));

/** Words that are no instructions, 1 MiB: of no known format. */
export const oddFile = (): ChosenFile => chosen('odd.bin', Buffer.from('3412ff00'.repeat(1 << 18), 'hex'));

const LARGE = 15 << 20;

/** No kernel: an initial RAM disk beside which no kernel fits into a machine of 16 MiB. */
export const largeInitrd = (): ChosenFile => chosen('initrd.img', Buffer.alloc(LARGE));
