import { FDT_HEADER, FDT_LAST_COMPATIBLE, FDT_MAGIC, FDT_TOKEN, FDT_VERSION, type FdtReservation } from './blob-format';

/** A node as read: values are bytes, for only the binding of a property knows what they mean. */
export interface ReadFdtNode {
  readonly name: string;
  readonly properties: ReadonlyMap<string, Uint8Array>;
  readonly children: readonly ReadFdtNode[];
}

export interface ReadFdt {
  readonly root: ReadFdtNode;
  readonly reservations: readonly FdtReservation[];
  readonly bootCpu: number;
}

/** Nodes in nodes: no machine's tree comes near it. */
const DEEPEST = 64;

/** Reads a version 17 blob. Throws an Error that says what is wrong and at which byte. */
export function readFdt(blob: Uint8Array): ReadFdt {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length < FDT_HEADER.size) throw new Error(`A device tree blob is longer than ${blob.length} bytes.`);
  const magic = view.getUint32(FDT_HEADER.magic);
  if (magic !== FDT_MAGIC) throw new Error(`A device tree blob does not begin with 0x${magic.toString(16)}.`);
  const compatible = view.getUint32(FDT_HEADER.lastCompatible);
  if (compatible > FDT_VERSION || view.getUint32(FDT_HEADER.version) < FDT_LAST_COMPATIBLE) {
    throw new Error(`A device tree blob of version ${view.getUint32(FDT_HEADER.version)} cannot be read.`);
  }
  const size = view.getUint32(FDT_HEADER.totalSize);
  if (size > blob.length) throw new Error(`The device tree blob says it has ${size} bytes but has ${blob.length}.`);

  const bytes = new BlobBytes(blob.subarray(0, size));
  const reservations: FdtReservation[] = [];
  for (let at = view.getUint32(FDT_HEADER.reservationsOffset); ; at += 16) {
    const reservation = { address: bytes.u64(at), size: bytes.u64(at + 8) };
    if (reservation.address === 0n && reservation.size === 0n) break;
    reservations.push(reservation);
  }
  const structure = new StructureReader(
    bytes,
    view.getUint32(FDT_HEADER.structureOffset),
    view.getUint32(FDT_HEADER.stringsOffset),
  );
  return { root: structure.readTree(), reservations, bootCpu: view.getUint32(FDT_HEADER.bootCpu) };
}

/** Numbers, most significant byte first, and pieces of a blob. Each throws if the blob ends before. */
class BlobBytes {
  private readonly view: DataView;

  constructor(private readonly blob: Uint8Array) {
    this.view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  }

  u32(at: number): number {
    this.require(at, 4);
    return this.view.getUint32(at);
  }

  u64(at: number): bigint {
    this.require(at, 8);
    return this.view.getBigUint64(at);
  }

  piece(at: number, length: number): Uint8Array {
    this.require(at, length);
    return this.blob.slice(at, at + length);
  }

  /** Up to the next NUL, without it. */
  upToNul(from: number): Uint8Array {
    const end = from > this.blob.length ? -1 : this.blob.indexOf(0, from);
    if (end < 0) throw new Error(`The device tree blob has a text at byte ${from} that does not end.`);
    return this.blob.subarray(from, end);
  }

  private require(at: number, length: number): void {
    if (at + length > this.blob.length)
      throw new Error(`The device tree blob has ${this.blob.length} bytes, but something of ${length} bytes lies at byte ${at}.`);
  }
}

const roundedUp = (at: number): number => Math.ceil(at / 4) * 4;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

class StructureReader {
  constructor(
    private readonly bytes: BlobBytes,
    private at: number,
    private readonly strings: number,
  ) {}

  readTree(): ReadFdtNode {
    this.expect(FDT_TOKEN.beginNode);
    const root = this.readNode(0);
    this.expect(FDT_TOKEN.end);
    return root;
  }

  /** After the token that begins the node. */
  private readNode(depth: number): ReadFdtNode {
    if (depth > DEEPEST) throw new Error(`The device tree blob has nodes more than ${DEEPEST} deep at byte ${this.at}.`);
    const nameBytes = this.bytes.upToNul(this.at);
    const name = textOf(nameBytes);
    this.at = roundedUp(this.at + nameBytes.length + 1);
    const properties = new Map<string, Uint8Array>();
    const children: ReadFdtNode[] = [];
    for (;;) {
      const start = this.at;
      const token = this.token();
      if (token === FDT_TOKEN.property) {
        const length = this.bytes.u32(this.at);
        const key = textOf(this.bytes.upToNul(this.strings + this.bytes.u32(this.at + 4)));
        properties.set(key, this.bytes.piece(this.at + 8, length));
        this.at = roundedUp(this.at + 8 + length);
      } else if (token === FDT_TOKEN.beginNode) {
        children.push(this.readNode(depth + 1));
      } else if (token === FDT_TOKEN.endNode) {
        return { name, properties, children };
      } else {
        throw new Error(`The device tree blob has token ${token} at byte ${start}, within a node.`);
      }
    }
  }

  private token(): number {
    for (;;) {
      const token = this.bytes.u32(this.at);
      this.at += 4;
      if (token !== FDT_TOKEN.nop) return token;
    }
  }

  private expect(token: number): void {
    const start = this.at;
    const found = this.token();
    if (found !== token) throw new Error(`The device tree blob has token ${found} at byte ${start} where ${token} should be.`);
  }
}

/** The node at `path`, e.g. `/cpus/cpu@0`; undefined if there is none. */
export function findNode(root: ReadFdtNode, path: string): ReadFdtNode | undefined {
  let node: ReadFdtNode | undefined = root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    node = node?.children.find((child) => child.name === name);
  }
  return node;
}

/** A property's 32-bit cells; undefined if the node has no such property. */
export function readCells(node: ReadFdtNode, name: string): number[] | undefined {
  const bytes = node.properties.get(name);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >>> 2 }, (_, n) => view.getUint32(n * 4));
}

/** A property's NUL-terminated texts; undefined if the node has no such property. */
export function readTexts(node: ReadFdtNode, name: string): string[] | undefined {
  const bytes = node.properties.get(name);
  return bytes && new TextDecoder().decode(bytes).split('\0').slice(0, -1);
}
