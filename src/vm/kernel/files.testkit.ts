import { MEMORY_MAP } from '../../machine/memory-map';
import { type Kernel, readKernel, unpackKernel } from './kernel';

/** Kernels of a few bytes. */

export const RAM_BASE = MEMORY_MAP.ram.base;
export const MIB = 0x100000;

export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A file of `length` zeros with some bytes in it. */
export function file(length: number, ...parts: [at: number, bytes: string | readonly number[]][]): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const [at, part] of parts) bytes.set(typeof part === 'string' ? latin1(part) : part, at);
  return bytes;
}

/** Words of A64. */
export function words(...all: number[]): Uint8Array {
  const bytes = new Uint8Array(all.length * 4);
  const view = new DataView(bytes.buffer);
  all.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  return bytes;
}

/** An arm64 Image that says it has `size` bytes. */
export function image(size: number, textOffset: number, bytes = size): Uint8Array {
  const whole = new Uint8Array(bytes);
  const view = new DataView(whole.buffer);
  view.setBigUint64(8, BigInt(textOffset), true);
  view.setBigUint64(16, BigInt(size), true);
  view.setUint32(56, 0x644d5241, true);
  return whole;
}

/** An Image that is an EFI application, as Linux makes them, with one section that ends at `whole`. */
export function linuxImage(whole: number, bytes: number): Uint8Array {
  const made = image(whole + MIB, 0, bytes);
  const view = new DataView(made.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(60, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(64 + 6, 1, true);
  view.setUint32(64 + 24 + 16, whole - 0x1000, true);
  view.setUint32(64 + 24 + 20, 0x1000, true);
  return made;
}

export interface ElfSegment {
  address: number | bigint;
  file: number;
  memory: number;
  type?: number;
}

export function elf(
  segments: readonly ElfSegment[],
  header: { machine?: number; type?: number; entry?: bigint } = {},
): Uint8Array {
  const { machine = 183, type = 2, entry = BigInt(segments[0]?.address ?? 0) } = header;
  const bytes = new Uint8Array(64 + 56 * segments.length + segments.reduce((sum, each) => sum + each.file, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x464c457f, true);
  bytes[4] = 2;
  bytes[5] = 1;
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, segments.length, true);
  let offset = 64 + 56 * segments.length;
  segments.forEach((segment, i) => {
    const at = 64 + i * 56;
    view.setUint32(at, segment.type ?? 1, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(segment.address), true);
    view.setBigUint64(at + 24, BigInt(segment.address), true);
    view.setBigUint64(at + 32, BigInt(segment.file), true);
    view.setBigUint64(at + 40, BigInt(segment.memory), true);
    offset += segment.file;
  });
  return bytes;
}

/** A zboot image around a payload. */
export function zboot(payload: Uint8Array, compression: string): Uint8Array {
  const bytes = new Uint8Array(64 + payload.length);
  bytes.set(latin1('MZ\0\0zimg'));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 64, true);
  view.setUint32(12, payload.length, true);
  bytes.set(latin1(compression), 24);
  bytes.set(payload, 64);
  return bytes;
}

/** `image(4096, 0)` packed by `zstd -19 --check` (Zstandard 1.5). */
export const ZSTD_IMAGE = latin1(atob('KLUv/WQAD5UAAEAAEABBUk1kAAMQAMD3tQcRNg58QnE='));

/** Reads a kernel as whoever boots one does. */
export async function readAnyKernel(file: Uint8Array): Promise<Kernel> {
  const unpacked = await unpackKernel(file, () => undefined);
  return readKernel(unpacked, 'auto', unpacked !== file);
}
