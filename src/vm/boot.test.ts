import { describe, expect, it } from 'vitest';
import { MEMORY_MAP } from '../machine/memory-map';
import { type Kernel, place, readKernel } from './boot';

const RAM_BASE = MEMORY_MAP.ram.base;

const MIB = 0x100000;
const noGunzip = async (): Promise<Uint8Array> => {
  throw new Error('damaged');
};

function image(size: number, textOffset: number, bytes = size): Uint8Array {
  const file = new Uint8Array(bytes);
  const view = new DataView(file.buffer);
  view.setBigUint64(8, BigInt(textOffset), true);
  view.setBigUint64(16, BigInt(size), true);
  view.setUint32(56, 0x644d5241, true);
  return file;
}

/** An Image that is an EFI application, as Linux makes them, with one section that ends at `whole`. */
function linuxImage(whole: number, bytes: number): Uint8Array {
  const file = image(whole + MIB, 0, bytes);
  const view = new DataView(file.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(60, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(64 + 6, 1, true);
  view.setUint32(64 + 24 + 16, whole - 0x1000, true);
  view.setUint32(64 + 24 + 20, 0x1000, true);
  return file;
}

function elf(machine: number, segments: { address: number; file: number; memory: number }[]): Uint8Array {
  const file = new Uint8Array(64 + 56 * segments.length + segments.reduce((sum, s) => sum + s.file, 0));
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x464c457f, true);
  file[4] = 2;
  file[5] = 1;
  view.setUint16(18, machine, true);
  view.setBigUint64(24, BigInt(segments[0]?.address ?? 0), true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, segments.length, true);
  let offset = 64 + 56 * segments.length;
  segments.forEach((segment, i) => {
    const at = 64 + i * 56;
    view.setUint32(at, 1, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(segment.address), true);
    view.setBigUint64(at + 24, BigInt(segment.address), true);
    view.setBigUint64(at + 32, BigInt(segment.file), true);
    view.setBigUint64(at + 40, BigInt(segment.memory), true);
    offset += segment.file;
  });
  return file;
}

describe('readKernel', () => {
  it('places an arm64 Image as QEMU does: 2 MiB up where its text offset is zero', async () => {
    const kernel = await readKernel(image(4 * MIB, 0, 3 * MIB), noGunzip);
    expect(kernel.entry).toBe(RAM_BASE + 2 * MIB);
    expect(kernel.end).toBe(RAM_BASE + 6 * MIB);
    expect((await readKernel(image(MIB, 0x80000), noGunzip)).entry).toBe(RAM_BASE + 0x80000);
  });

  it('unpacks a gzip file first', async () => {
    const inner = image(MIB, 0);
    const kernel = await readKernel(new Uint8Array([0x1f, 0x8b, 0]), async () => inner);
    expect(kernel.segments[0]!.bytes).toBe(inner);
  });

  it('loads the segments of an arm64 ELF file', async () => {
    const kernel = await readKernel(elf(183, [{ address: RAM_BASE + 0x80000, file: 16, memory: 64 }]), noGunzip);
    expect(kernel).toMatchObject({ entry: RAM_BASE + 0x80000, end: RAM_BASE + 0x80000 + 64 });
  });

  it('leaves out what an ELF file has for addresses before RAM', async () => {
    const file = elf(183, [{ address: RAM_BASE - 16, file: 48, memory: 64 }]);
    const { segments, end } = await readKernel(file, noGunzip);
    expect(segments).toEqual([{ address: RAM_BASE, bytes: file.subarray(file.length - 32) }]);
    expect(end).toBe(RAM_BASE + 48);
  });

  it('takes anything else of arm64 code as a flat binary', async () => {
    const kernel = await readKernel(new Uint8Array([0x00, 0x00, 0x80, 0xd2]), noGunzip);
    expect(kernel.entry).toBe(RAM_BASE + 0x80000);
  });

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'The kernel file is empty.'],
    ['a damaged gzip file', new Uint8Array([0x1f, 0x8b, 1, 2]), 'compressed with gzip, but its 4 bytes are damaged'],
    ['a truncated Image', linuxImage(8 * MIB, MIB), 'The kernel Image is cut off: it has 1048576 bytes of 8388608.'],
    ['an ELF file for x86', elf(62, [{ address: 0, file: 4, memory: 4 }]), 'an ELF file for machine 62, not for arm64'],
    ['an ELF file with nothing to load', elf(183, []), 'nothing to load'],
    ['a PE file', new Uint8Array([0x4d, 0x5a, 0x90, 0, 0, 0]), 'a PE file for another machine'],
    ['an xz file', new Uint8Array([0xfd, 0x37, 0x7a, 0x58]), 'compressed with xz'],
  ])('says in one sentence what is wrong with %s', async (_, file, words) => {
    await expect(readKernel(file, noGunzip)).rejects.toThrow(words);
  });
});

describe('place', () => {
  const kernel = (megabytes: number): Kernel => ({
    entry: RAM_BASE,
    segments: [],
    end: RAM_BASE + megabytes * MIB,
  });

  it('puts the initrd half-way up RAM or at 128 MiB, and the device tree behind it', () => {
    expect(place(kernel(40), 1000, 512)).toEqual({
      initrd: { start: RAM_BASE + 128 * MIB, end: RAM_BASE + 128 * MIB + 1000 },
      deviceTree: RAM_BASE + 130 * MIB,
    });
    expect(place(kernel(10), 1000, 64).initrd!.start).toBe(RAM_BASE + 32 * MIB);
  });

  it('puts the device tree at the start of RAM for an ELF file that leaves 1 MiB there', async () => {
    const at = async (address: number) =>
      place(await readKernel(elf(183, [{ address, file: 4, memory: 4 }]), noGunzip), undefined, 512);
    expect((await at(RAM_BASE + MIB)).deviceTree).toBe(RAM_BASE);
    expect((await at(RAM_BASE + MIB - 4)).deviceTree).toBe(RAM_BASE + 128 * MIB);
  });

  it('never lets them overlap a large kernel', () => {
    const where = place(kernel(140), 5000, 512);
    expect(where.initrd!.start).toBeGreaterThanOrEqual(RAM_BASE + 140 * MIB);
    expect(where.deviceTree).toBeGreaterThanOrEqual(where.initrd!.end);
  });

  it('says how much memory is needed when there is too little', () => {
    expect(() => place(kernel(60), 5 * MIB, 64)).toThrow('64 MiB of memory are too small: kernel and initrd alone need 67 MiB.');
  });
});
