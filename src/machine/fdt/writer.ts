import { FDT_HEADER, FDT_LAST_COMPATIBLE, FDT_MAGIC, FDT_TOKEN, FDT_VERSION, type FdtReservation } from './blob-format';

/**
 * The value of a property. A number is one 32-bit cell, a bigint two cells (64 bits, high cell first), a string is
 * terminated by a NUL, lists are those one after the other; bytes stay as they are; `true` is a property without value.
 */
export type FdtValue = string | number | bigint | readonly string[] | readonly (number | bigint)[] | Uint8Array | true;

/** A node of a device tree. Properties and children keep their order. */
export interface FdtNode {
  /** With the unit address, e.g. `pl011@9000000`; empty for the root. */
  readonly name: string;
  readonly properties: Readonly<Record<string, FdtValue>>;
  readonly children: readonly FdtNode[];
}

export function fdtNode(
  name: string,
  properties: Readonly<Record<string, FdtValue>>,
  children: readonly FdtNode[] = [],
): FdtNode {
  return { name, properties, children };
}

export interface FdtOptions {
  reservations?: readonly FdtReservation[];
  /** Physical id of the CPU that boots (header field boot_cpuid_phys). */
  bootCpu?: number;
}

/** What the specification allows in names, and one unit address. */
const NODE_NAME = /^[0-9a-zA-Z,._+-]{1,63}(@[0-9a-zA-Z,._+-]+)?$/;
const PROPERTY_NAME = /^[0-9a-zA-Z,._+?#-]{1,63}$/;

/**
 * Writes a device tree as a version 17 blob.
 * Throws a RangeError that names the node or property if a name or a number does not fit the format.
 */
export function writeFdt(root: FdtNode, { reservations = [], bootCpu = 0 }: FdtOptions = {}): Uint8Array {
  if (root.name !== '') throw new RangeError(`The root node of a device tree has no name, not "${root.name}".`);
  const strings = new StringsBlock();
  const structure = new Bytes();
  writeNode(structure, strings, root, '');
  structure.u32(FDT_TOKEN.end);

  const reservationMap = new Bytes();
  for (const { address, size } of [...reservations, { address: 0n, size: 0n }]) {
    reservationMap.u64(address);
    reservationMap.u64(size);
  }

  const structureOffset = FDT_HEADER.size + reservationMap.length;
  const stringsOffset = structureOffset + structure.length;
  const blob = new Bytes();
  blob.u32(FDT_MAGIC);
  blob.u32(stringsOffset + strings.bytes.length);
  blob.u32(structureOffset);
  blob.u32(stringsOffset);
  blob.u32(FDT_HEADER.size);
  blob.u32(FDT_VERSION);
  blob.u32(FDT_LAST_COMPATIBLE);
  blob.u32(bootCpu);
  blob.u32(strings.bytes.length);
  blob.u32(structure.length);
  for (const part of [reservationMap, structure, strings.bytes]) blob.append(part.take());
  return blob.take();
}

function writeNode(out: Bytes, strings: StringsBlock, node: FdtNode, path: string): void {
  out.u32(FDT_TOKEN.beginNode);
  out.text(node.name);
  out.align();
  for (const [name, value] of Object.entries(node.properties)) {
    if (!PROPERTY_NAME.test(name)) throw new RangeError(`"${name}" in ${path || '/'} cannot be the name of a property.`);
    const bytes = encode(value, `${path}/${name}`);
    out.u32(FDT_TOKEN.property);
    out.u32(bytes.length);
    out.u32(strings.offset(name));
    out.append(bytes);
    out.align();
  }
  const seen = new Set<string>();
  for (const child of node.children) {
    if (!NODE_NAME.test(child.name)) throw new RangeError(`"${child.name}" in ${path || '/'} cannot be the name of a node.`);
    if (seen.has(child.name)) throw new RangeError(`There are two nodes named "${child.name}" in ${path || '/'}.`);
    seen.add(child.name);
    writeNode(out, strings, child, `${path}/${child.name}`);
  }
  out.u32(FDT_TOKEN.endNode);
}

function encode(value: FdtValue, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const out = new Bytes();
  if (value === true) return out.take();
  for (const element of Array.isArray(value)
    ? (value as readonly (string | number | bigint)[])
    : [value as string | number | bigint]) {
    if (typeof element === 'string') {
      if (element.includes('\0')) throw new RangeError(`The text of ${path} contains a NUL.`);
      out.text(element);
    } else if (typeof element === 'bigint') {
      if (element !== BigInt.asUintN(64, element)) throw new RangeError(`${element} in ${path} does not fit 64 bits.`);
      out.u64(element);
    } else {
      if (element !== element >>> 0) throw new RangeError(`${element} in ${path} does not fit a 32-bit cell.`);
      out.u32(element);
    }
  }
  return out.take();
}

/** The names of properties, each once. */
class StringsBlock {
  readonly bytes = new Bytes();
  private readonly offsets = new Map<string, number>();

  offset(name: string): number {
    const known = this.offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.bytes.length;
    this.offsets.set(name, offset);
    this.bytes.text(name);
    return offset;
  }
}

/** A growing array of big-endian bytes. */
class Bytes {
  private buffer = new Uint8Array(256);
  length = 0;

  u32(value: number): void {
    this.reserve(4);
    new DataView(this.buffer.buffer).setUint32(this.length, value);
    this.length += 4;
  }

  u64(value: bigint): void {
    this.reserve(8);
    new DataView(this.buffer.buffer).setBigUint64(this.length, value);
    this.length += 8;
  }

  /** UTF-8 and a NUL. */
  text(value: string): void {
    this.append(new TextEncoder().encode(value));
    this.append(Uint8Array.of(0));
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Pads with zeros to the next cell. */
  align(): void {
    while (this.length % 4 !== 0) this.append(Uint8Array.of(0));
  }

  take(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.length + more, this.buffer.length * 2));
    larger.set(this.buffer);
    this.buffer = larger;
  }
}
