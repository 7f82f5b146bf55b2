/** What a file is that somebody drops on the page, by what is in it; only of texts the name says more. No more of it is read than that takes. */
import { SECTOR_BYTES } from '../src/storage/block-device';
import type { Recognised } from '../src/vm/api';
import { isGzip, isZstd } from '../src/vm/kernel/compression';
import { isElf } from '../src/vm/kernel/elf';
import { firmwareName } from '../src/vm/kernel/firmware-image';
import { formatOf } from '../src/vm/kernel/foreign';
import { isImage, memoryOfImage } from '../src/vm/kernel/image';
import { unpack } from '../src/vm/kernel/unpackers';
import { isZboot } from '../src/vm/kernel/zboot';

/** The formats' marks lie within this, packed or not. */
const HEAD_BYTES = 1 << 17;
/** A zstd frame is unpacked as a whole to see its head; a larger one is taken for what such files mostly are. */
const MOST_ZSTD_BYTES = 8 << 20;
const SAVED = 'a saved machine of Dormouse';
const ASSEMBLY_NAME = /\.(s|asm)$/i;
/** Assembly has one of its lines within this. */
const ASSEMBLY_BYTES = 1 << 16;
/** A line that only assembly has: a directive of its own, or an instruction with a register. */
const ASSEMBLY_LINE =
  /^[ \t]*(\.(text|globa?l|section|equ|macro|balign|include)\b|(mov[zkn]?|ldr|str|adrp?|add|msr|mrs|cmp|cbn?z)\s+[xwsv]\w+\s*,)/m;

/** Nothing on it says what it is: blank, or of a kind that is not known here. */
const DISK_NAME = /\.(img|raw|iso|dd)$/i;
const CONVERT = 'Such images cannot be attached here: make a raw one of it with `qemu-img convert -O raw`, and drop that.';
const unpackFirst = (packing: 'gzip' | 'zstd'): string =>
  `Unpack it first (\`${packing === 'gzip' ? 'gunzip' : 'unzstd'}\`), and drop what comes out.`;

export async function recogniseFile(file: Blob, name: string): Promise<Recognised> {
  const head = await headOf(file, HEAD_BYTES);
  if (head.length === 0) return { kind: 'other', what: 'an empty file' };
  const whole = recognise(head, name);
  if (whole) return whole;
  const packing = isGzip(head) ? 'gzip' : isZstd(head) ? 'zstd' : undefined;
  const format = formatOf(head);
  if (!packing && !format && DISK_NAME.test(name) && file.size % SECTOR_BYTES === 0)
    return { kind: 'disk', what: 'a raw disk image, by its name' };
  if (!packing)
    return format?.kind === 'packed' && /\b(initrd|initramfs|cpio)\b/i.test(name)
      ? { kind: 'initrd', what: 'an initramfs, as its name says, in a compression that the kernel unpacks' }
      : { kind: 'other', what: format?.what ?? 'a file of no known format' };
  const inside = await unpackedHead(file, packing).catch(() => undefined);
  const packed = inside && recognise(inside, name);
  if (packed?.kind === 'disk' || packed?.kind === 'firmware')
    return { kind: 'other', what: `${packed.what}, packed with ${packing}`, instead: unpackFirst(packing) };
  if (packed && packed.kind !== 'saved' && packed.kind !== 'source')
    return { ...packed, what: `${packed.what}, packed with ${packing}` };
  return { kind: 'other', what: `something packed with ${packing}` };
}

function recognise(head: Uint8Array, name: string): Recognised | undefined {
  if (isImage(head)) {
    const memory = memoryOfImage(head);
    return { kind: 'kernel', what: 'an arm64 kernel (Image)', ...(memory ? { memory } : {}) };
  }
  if (isZboot(head)) return { kind: 'kernel', what: 'an arm64 kernel (EFI zboot image)' };
  if (isElf(head)) return elf(head);
  const firmware = firmwareName(head);
  if (firmware) return { kind: 'firmware', what: `firmware (${firmware})`, firmware };
  const format = formatOf(head);
  if (format?.what === SAVED) return { kind: 'saved', what: SAVED };
  if (format?.kind === 'initrd') return { kind: 'initrd', what: format.what };
  if (format?.kind === 'disk')
    return { kind: 'disk', what: /disk|CD/.test(format.what) ? format.what : `${format.what}, as on a disk` };
  if (format?.kind === 'disk to convert') return { kind: 'other', what: format.what, instead: CONVERT };
  if (format?.what === 'a text' && (ASSEMBLY_NAME.test(name) || looksLikeAssembly(head)))
    return { kind: 'source', what: 'A64 assembly' };
  return undefined;
}

const looksLikeAssembly = (head: Uint8Array): boolean =>
  ASSEMBLY_LINE.test(new TextDecoder().decode(head.subarray(0, ASSEMBLY_BYTES)));

/** e_machine of the ELF header, and AArch64's (ELF for the Arm 64-bit Architecture, section 5.1). */
const E_MACHINE = 18;
const EM_AARCH64 = 183;

function elf(head: Uint8Array): Recognised {
  const machine = (head[E_MACHINE] ?? 0) | ((head[E_MACHINE + 1] ?? 0) << 8);
  return machine === EM_AARCH64
    ? { kind: 'kernel', what: 'an ELF file for arm64' }
    : { kind: 'other', what: 'an ELF file for another processor than arm64' };
}

async function headOf(file: Blob, bytes: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, bytes).arrayBuffer());
}

async function unpackedHead(file: Blob, packing: 'gzip' | 'zstd'): Promise<Uint8Array | undefined> {
  if (packing === 'zstd') {
    if (file.size > MOST_ZSTD_BYTES) return undefined;
    return unpack(new Uint8Array(await file.arrayBuffer()), 'file').subarray(0, HEAD_BYTES);
  }
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < HEAD_BYTES) {
      const { value, done } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
