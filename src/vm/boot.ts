import type { Machine } from '../machine/machine';
import { MEMORY_MAP } from '../machine/memory-map';
import type { BootImages } from './api';

const RAM_BASE = MEMORY_MAP.ram.base;

/** Loading what a machine boots: arm64 Image, gzip'd Image, ELF, or a flat binary. Sources: Linux Documentation/arch/arm64/booting.rst, ELF-64. */

/** Decompresses gzip; the host's. */
export type Gunzip = (bytes: Uint8Array) => Promise<Uint8Array>;

/** A kernel unpacked and understood. Addresses are guest-physical. */
export interface Kernel {
  entry: number;
  segments: { address: number; bytes: Uint8Array }[];
  /** First address behind everything the kernel needs before it looks at the device tree (BSS included). */
  end: number;
  /** An ELF file: a bare-metal program, which looks for the device tree at the start of RAM. */
  bareMetal?: true;
}

const IMAGE_MAGIC = 0x644d5241; // "ARM\x64" at offset 56
const ELF_MAGIC = 0x464c457f;
const EM_AARCH64 = 183;
const PT_LOAD = 1;
const MIB = 0x100000;
const FLAT_OFFSET = 0x80000;
/** QEMU keeps the bottom of RAM for itself and moves Images with no text offset up by this; dmesg then shows the same addresses. */
const IMAGE_SHIFT = 2 * MIB;

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Unpacks and reads a kernel. Throws one clear sentence for what is not one. */
export async function readKernel(file: Uint8Array, gunzip: Gunzip): Promise<Kernel> {
  if (file.length === 0) throw new Error('The kernel file is empty.');
  let bytes = file;
  if (isGzip(file)) {
    try {
      bytes = await gunzip(file);
    } catch {
      throw new Error(`The kernel is compressed with gzip, but its ${file.length} bytes are damaged or cut off.`);
    }
  }
  if (bytes.length < 4) throw new Error(`A kernel of ${bytes.length} bytes is too short to be one.`);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.getUint32(0, true) === ELF_MAGIC) return readElf(bytes, data);
  if (bytes.length >= 64 && data.getUint32(56, true) === IMAGE_MAGIC) return readImage(bytes, data);
  const foreign = foreignFormat(bytes, data);
  if (foreign) throw new Error(`The kernel is ${foreign}, not an arm64 Image, an arm64 ELF file or a flat arm64 binary.`);
  const address = RAM_BASE + FLAT_OFFSET;
  return { entry: address, segments: [{ address, bytes }], end: address + bytes.length };
}

/** Files people try that cannot be flat arm64 code. */
function foreignFormat(bytes: Uint8Array, data: DataView): string | undefined {
  if (bytes.length > 0x206 && data.getUint32(0x202, true) === 0x53726448) return 'an x86 bzImage';
  if (bytes.length > 40 && data.getUint32(36, true) === 0x016f2818) return 'a 32-bit ARM zImage';
  if (bytes[0] === 0x4d && bytes[1] === 0x5a) return 'a PE file for another machine';
  if (bytes[0] === 0xfd && bytes[1] === 0x37) return 'compressed with xz (only gzip is understood)';
  if (data.getUint32(0, true) === 0xfd2fb528) return 'compressed with zstd (only gzip is understood)';
  if (bytes[0] === 0x21 && bytes[1] === 0x3c) return 'an ar archive (a .deb package?)';
  return undefined;
}

function readImage(bytes: Uint8Array, data: DataView): Kernel {
  const size = Number(data.getBigUint64(16, true));
  let offset = Number(data.getBigUint64(8, true));
  if (offset < 4096) offset += IMAGE_SHIFT;
  if (size && bytes.length > size + MIB)
    throw new Error(`The kernel Image says it has ${size} bytes, but the file has ${bytes.length}.`);
  const address = RAM_BASE + offset;
  const whole = endOfSections(bytes, data);
  if (bytes.length < whole) throw new Error(`The kernel Image is cut off: it has ${bytes.length} bytes of ${whole}.`);
  return { entry: address, segments: [{ address, bytes }], end: address + Math.max(size, bytes.length) };
}

/**
 * The size an Image's own header includes BSS, so it does not tell a file that ends early. Linux Images are EFI applications, too: the
 * table of their PE sections does (Microsoft PE format; Linux arch/arm64/kernel/efi-header.S). 0 for Images that are not.
 */
function endOfSections(bytes: Uint8Array, data: DataView): number {
  const header = data.getUint32(60, true);
  if (bytes[0] !== 0x4d || bytes[1] !== 0x5a || header + 24 > bytes.length || data.getUint32(header, true) !== 0x4550) return 0;
  const sections = data.getUint16(header + 6, true);
  const first = header + 24 + data.getUint16(header + 20, true);
  let end = 0;
  for (let i = 0; i < sections && first + 40 * (i + 1) <= bytes.length; i++) {
    const at = first + 40 * i;
    end = Math.max(end, data.getUint32(at + 16, true) + data.getUint32(at + 20, true));
  }
  return end;
}

function readElf(bytes: Uint8Array, data: DataView): Kernel {
  if (bytes[4] !== 2 || bytes[5] !== 1 || bytes.length < 64)
    throw new Error('The kernel is an ELF file, but not a little-endian 64-bit one.');
  const machine = data.getUint16(18, true);
  if (machine !== EM_AARCH64) throw new Error(`The kernel is an ELF file for machine ${machine}, not for arm64 (${EM_AARCH64}).`);
  const headers = Number(data.getBigUint64(32, true));
  const entrySize = data.getUint16(54, true);
  const count = data.getUint16(56, true);
  const segments: Kernel['segments'] = [];
  let end = 0;
  let entry = Number(data.getBigUint64(24, true));
  for (let i = 0; i < count; i++) {
    const at = headers + i * entrySize;
    if (at + 56 > bytes.length) throw new Error('The kernel is an ELF file that is cut off in its program headers.');
    if (data.getUint32(at, true) !== PT_LOAD) continue;
    const offset = Number(data.getBigUint64(at + 8, true));
    const virtual = Number(data.getBigUint64(at + 16, true));
    const address = Number(data.getBigUint64(at + 24, true));
    const fileSize = Number(data.getBigUint64(at + 32, true));
    const memorySize = Number(data.getBigUint64(at + 40, true));
    if (offset + fileSize > bytes.length)
      throw new Error(
        `The kernel is an ELF file that is cut off: a segment ends at byte ${offset + fileSize}, the file at ${bytes.length}.`,
      );
    if (entry >= virtual && entry < virtual + memorySize && virtual !== address) entry += address - virtual;
    // A linker may put the file's headers in the page before the program, and that before RAM: nothing is there, as on QEMU.
    const before = address < RAM_BASE && address + memorySize > RAM_BASE ? Math.min(RAM_BASE - address, fileSize) : 0;
    segments.push({ address: address + before, bytes: bytes.subarray(offset + before, offset + fileSize) });
    end = Math.max(end, address + memorySize);
  }
  if (segments.length === 0) throw new Error('The kernel is an ELF file with nothing to load.');
  return { entry, segments, end, bareMetal: true };
}

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** QEMU wants so much room for a device tree at the start of RAM. */
const DEVICE_TREE_ROOM = MIB;

/** Where everything goes, QEMU's way: initrd half-way up RAM or at 128 MiB, the device tree behind it, or for an ELF file at the start of RAM. */
export interface Placement {
  initrd?: { start: number; end: number };
  deviceTree: number;
}

export function place(kernel: Kernel, initrdBytes: number | undefined, memoryMiB: number): Placement {
  const memory = memoryMiB * MIB;
  const end = RAM_BASE + memory;
  const needed = kernel.end - RAM_BASE + (initrdBytes ?? 0) + 2 * MIB;
  if (kernel.end > end || needed > memory) {
    throw new Error(`${memoryMiB} MiB of memory are too small: kernel and initrd alone need ${Math.ceil(needed / MIB)} MiB.`);
  }
  let initrdStart = RAM_BASE + Math.min(memory / 2, 128 * MIB);
  if (initrdStart < kernel.end) initrdStart = alignUp(kernel.end, 4096);
  const behind = initrdBytes === undefined ? initrdStart : initrdStart + initrdBytes;
  let deviceTree = alignUp(behind, 2 * MIB);
  if (deviceTree + MIB > end) deviceTree = alignUp(behind, 4096);
  if (deviceTree + 64 * 1024 > end) {
    throw new Error(
      `${memoryMiB} MiB of memory are too small: kernel and initrd alone need ${Math.ceil((deviceTree + MIB - RAM_BASE) / MIB)} MiB.`,
    );
  }
  const lowest = Math.min(...kernel.segments.map(({ address }) => address));
  if (kernel.bareMetal && lowest >= RAM_BASE + DEVICE_TREE_ROOM) deviceTree = RAM_BASE;
  return initrdBytes === undefined
    ? { deviceTree }
    : { initrd: { start: initrdStart, end: initrdStart + initrdBytes }, deviceTree };
}

/** Puts kernel, initrd and device tree into a machine's memory and resets it to the kernel's entry. Returns the device tree. */
export function boot(machine: Machine, kernel: Kernel, images: Pick<BootImages, 'initrd' | 'append'>): Uint8Array {
  const { initrd, append } = images;
  const where = place(kernel, initrd?.length, machine.options.memoryMiB);
  const deviceTree = machine.deviceTree({
    ...(append === undefined ? {} : { bootargs: append }),
    ...(where.initrd ? { initrd: where.initrd } : {}),
  });
  for (const { address, bytes } of kernel.segments) machine.load(address, bytes, 'kernel');
  if (initrd && where.initrd) machine.load(where.initrd.start, initrd, 'initrd');
  machine.load(where.deviceTree, deviceTree, 'device tree');
  machine.reset(kernel.entry, where.deviceTree);
  return deviceTree;
}
