import { MEMORY_MAP } from '../../machine/memory-map';
import { LIMITS } from '../api';
import type { Kernel } from './kernel';

const RAM_BASE = MEMORY_MAP.ram.base;
/** Where the RAM of the largest machine ends. */
const MOST_RAM_END = RAM_BASE + LIMITS.maxMemoryMiB * 0x100000;

/** ELF files: bare-metal programs. Source: System V ABI (gABI), chapters 4 and 5; ELF for the Arm 64-bit Architecture. */

const MAGIC = 0x464c457f;
const EM_AARCH64 = 183;
const [PT_LOAD, PT_INTERP] = [1, 3] as const;
const MOST_SEGMENTS = 256;
const [HEADER_BYTES, PROGRAM_HEADER_BYTES] = [64, 56] as const;

/** e_machine of files people have. */
const MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: '32-bit x86',
  8: 'MIPS',
  20: 'PowerPC',
  21: '64-bit PowerPC',
  22: 's390',
  40: '32-bit Arm',
  43: '64-bit SPARC',
  62: 'x86-64',
  243: 'RISC-V',
  258: 'LoongArch',
};

/** e_type of files that are not loaded. */
const UNLOADABLE: Readonly<Record<number, string>> = {
  1: 'an object file that is not linked yet (a kernel module?): link it, or give the kernel it belongs to',
  4: 'a core dump: give the kernel that left it',
};

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

export const isElf = (bytes: Uint8Array): boolean => bytes.length >= 4 && view(bytes).getUint32(0, true) === MAGIC;

interface ProgramHeader {
  type: number;
  offset: number;
  virtual: bigint;
  physical: bigint;
  fileSize: number;
  memorySize: number;
}

/** Reads a file that {@link isElf} says is one. Throws one sentence. */
export function readElf(bytes: Uint8Array): Kernel {
  const data = view(bytes);
  if (bytes.length < HEADER_BYTES)
    throw new Error(
      `The kernel is an ELF file that is cut off: it has ${bytes.length} bytes, and its header alone has ${HEADER_BYTES}.`,
    );
  const machine = data.getUint16(18, bytes[5] !== 2);
  if (machine !== EM_AARCH64) {
    const name = MACHINES[machine];
    throw new Error(
      `The kernel is an ELF file for machine ${machine}${name ? ` (${name})` : ''}, not for arm64 (${EM_AARCH64}): give one that was built for arm64.`,
    );
  }
  if (bytes[4] !== 2 || bytes[5] !== 1)
    throw new Error('The kernel is an ELF file for arm64, but not a little-endian 64-bit one: build it as such.');
  const unloadable = UNLOADABLE[data.getUint16(16, true)];
  if (unloadable) throw new Error(`The kernel is ${unloadable}.`);
  const headers = programHeaders(bytes, data);
  if (headers.some(({ type }) => type === PT_INTERP))
    throw new Error(
      'The kernel is a program or library for Linux (it wants a dynamic linker): give the kernel, and the program in an initrd.',
    );
  const segments = headers.filter(({ type, memorySize }) => type === PT_LOAD && memorySize > 0);
  if (segments.length > MOST_SEGMENTS)
    throw new Error(
      `The kernel is an ELF file with ${segments.length} segments to load, more than the ${MOST_SEGMENTS} any program has: it is damaged.`,
    );
  if (segments.length === 0) throw new Error('The kernel is an ELF file with nothing to load: give one that was linked.');
  return load(bytes, data.getBigUint64(24, true), segments);
}

function programHeaders(bytes: Uint8Array, data: DataView): ProgramHeader[] {
  const first = Number(data.getBigUint64(32, true));
  const entrySize = data.getUint16(54, true);
  const count = data.getUint16(56, true);
  if (count > 0 && entrySize < PROGRAM_HEADER_BYTES)
    throw new Error(
      `The kernel is an ELF file whose program headers have ${entrySize} bytes instead of ${PROGRAM_HEADER_BYTES}: it is damaged.`,
    );
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * entrySize;
    if (at + PROGRAM_HEADER_BYTES > bytes.length)
      throw new Error(
        `The kernel is an ELF file that is cut off in its program headers, which end at byte ${first + count * entrySize}: the file has ${bytes.length}.`,
      );
    return {
      type: data.getUint32(at, true),
      offset: Number(data.getBigUint64(at + 8, true)),
      virtual: data.getBigUint64(at + 16, true),
      physical: data.getBigUint64(at + 24, true),
      fileSize: Number(data.getBigUint64(at + 32, true)),
      memorySize: Number(data.getBigUint64(at + 40, true)),
    };
  });
}

function load(bytes: Uint8Array, virtualEntry: bigint, headers: readonly ProgramHeader[]): Kernel {
  const segments: Kernel['segments'] = [];
  let end = 0;
  let entry = virtualEntry;
  for (const { offset, virtual, physical, fileSize, memorySize } of headers) {
    if (offset + fileSize > bytes.length)
      throw new Error(
        `The kernel is an ELF file that is cut off: a segment ends at byte ${offset + fileSize}, the file at ${bytes.length}.`,
      );
    if (virtualEntry >= virtual && virtualEntry < virtual + BigInt(memorySize)) entry = virtualEntry + physical - virtual;
    if (fileSize > memorySize)
      throw new Error(`The kernel is an ELF file with ${fileSize} bytes for ${memorySize} bytes of memory: it is damaged.`);
    if (physical + BigInt(memorySize) <= BigInt(RAM_BASE) || physical >= BigInt(MOST_RAM_END)) throw outside(physical);
    if (memorySize > MOST_RAM_END - Number(physical))
      throw new Error(
        `The kernel is an ELF file with a segment of ${memorySize} bytes at ${hex(physical)}, but RAM ends at ${hex(MOST_RAM_END)} at most: it is damaged, or for a larger machine.`,
      );
    const address = Number(physical);
    // A linker may put the file's headers in the page before the program, and that before RAM: nothing is there, as on QEMU.
    const before = Math.min(Math.max(0, RAM_BASE - address), fileSize);
    segments.push({ address: Math.max(address, RAM_BASE), bytes: bytes.subarray(offset + before, offset + fileSize) });
    end = Math.max(end, address + memorySize);
  }
  if (
    entry < BigInt(RAM_BASE) &&
    headers.some(({ physical, memorySize }) => entry >= physical && entry < physical + BigInt(memorySize))
  )
    throw new Error(
      `The kernel is an ELF file that is entered at ${hex(entry)}, but RAM begins at ${hex(RAM_BASE)}: link it for addresses there (its physical ones, p_paddr).`,
    );
  if (entry < BigInt(RAM_BASE) || entry >= BigInt(end))
    throw new Error(
      `The kernel is an ELF file that is entered at ${hex(entry)}, where it loads nothing: give it an entry point.`,
    );
  return { entry: Number(entry), segments, end, bareMetal: true };
}

function outside(physical: bigint): Error {
  const linux = physical >= 0xffff_0000_0000_0000n;
  const instead = linux
    ? 'if this is the vmlinux of a Linux build, give arch/arm64/boot/Image'
    : 'link it for addresses there (its physical ones, p_paddr)';
  const above = !linux && physical >= BigInt(MOST_RAM_END);
  const where = above ? `is from ${hex(RAM_BASE)} to ${hex(MOST_RAM_END)} at most` : `begins at ${hex(RAM_BASE)}`;
  return new Error(`The kernel is an ELF file for address ${hex(physical)}, but RAM ${where}: ${instead}.`);
}
