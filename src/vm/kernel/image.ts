import { MEMORY_MAP } from '../../machine/memory-map';
import { LIMITS } from '../api';
import { FLAT_OFFSET } from './flat';
import type { Kernel } from './kernel';

const RAM_BASE = MEMORY_MAP.ram.base;

/** The arm64 Image. Source: Linux Documentation/arch/arm64/booting.rst. */

const MAGIC = 0x644d5241; // "ARM\x64" at offset 56
const HEADER_BYTES = 64;
const MIB = 0x100000;
/** QEMU keeps the bottom of RAM for itself and moves Images with a text offset below a page up by this; dmesg then shows the same addresses. */
const IMAGE_SHIFT = 2 * MIB;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const isImage = (bytes: Uint8Array): boolean => bytes.length >= HEADER_BYTES && view(bytes).getUint32(56, true) === MAGIC;

/** Bytes of RAM, from its beginning, that an Image takes; 0 if it does not say. */
export function memoryOfImage(bytes: Uint8Array): number {
  const data = view(bytes);
  const size = Number(data.getBigUint64(16, true));
  return size && size + Number(data.getBigUint64(8, true));
}

/** Reads an Image that {@link isImage} says is one. Throws one sentence if it is cut off or says two sizes. */
export function readImage(bytes: Uint8Array): Kernel {
  const data = view(bytes);
  const size = Number(data.getBigUint64(16, true));
  // Kernels before 3.17 have no size, and their offset cannot be trusted.
  let offset = size === 0 ? FLAT_OFFSET : Number(data.getBigUint64(8, true));
  if (offset < 4096) offset += IMAGE_SHIFT;
  if (size && bytes.length > size + MIB)
    throw new Error(`The kernel Image says it has ${size} bytes, but the file has ${bytes.length}.`);
  if (offset >= LIMITS.maxMemoryMiB * MIB)
    throw new Error(
      `The kernel Image wants to be 0x${offset.toString(16)} bytes into RAM, which ends before that in any machine: its text offset is damaged.`,
    );
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
