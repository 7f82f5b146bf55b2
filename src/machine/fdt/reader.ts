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

  const reservations: FdtReservation[] = [];
  for (let at = view.getUint32(FDT_HEADER.reservationsOffset); ; at += 16) {
    const reservation = { address: view.getBigUint64(at), size: view.getBigUint64(at + 8) };
    if (reservation.address === 0n && reservation.size === 0n) break;
    reservations.push(reservation);
  }
  const root = new StructureReader(blob, view).readTree();
  return { root, reservations, bootCpu: view.getUint32(FDT_HEADER.bootCpu) };
}

class StructureReader {
  private at: number;
  private readonly strings: number;

  constructor(
    private readonly blob: Uint8Array,
    private readonly view: DataView,
  ) {
    this.at = view.getUint32(FDT_HEADER.structureOffset);
    this.strings = view.getUint32(FDT_HEADER.stringsOffset);
  }

  readTree(): ReadFdtNode {
    this.expect(FDT_TOKEN.beginNode);
    const root = this.readNode();
    this.expect(FDT_TOKEN.end);
    return root;
  }

  /** After the token that begins the node. */
  private readNode(): ReadFdtNode {
    const name = this.text(this.at);
    this.at = (this.at + name.length + 1 + 3) & ~3;
    const properties = new Map<string, Uint8Array>();
    const children: ReadFdtNode[] = [];
    for (;;) {
      const start = this.at;
      const token = this.token();
      if (token === FDT_TOKEN.property) {
        const length = this.view.getUint32(this.at);
        const key = this.text(this.strings + this.view.getUint32(this.at + 4));
        properties.set(key, this.blob.slice(this.at + 8, this.at + 8 + length));
        this.at = (this.at + 8 + length + 3) & ~3;
      } else if (token === FDT_TOKEN.beginNode) {
        children.push(this.readNode());
      } else if (token === FDT_TOKEN.endNode) {
        return { name, properties, children };
      } else {
        throw new Error(`The device tree blob has token ${token} at byte ${start} within node "${name}".`);
      }
    }
  }

  private token(): number {
    for (;;) {
      const token = this.view.getUint32(this.at);
      this.at += 4;
      if (token !== FDT_TOKEN.nop) return token;
    }
  }

  private expect(token: number): void {
    const start = this.at;
    const found = this.token();
    if (found !== token) throw new Error(`The device tree blob has token ${found} at byte ${start} where ${token} should be.`);
  }

  private text(from: number): string {
    const end = this.blob.indexOf(0, from);
    if (end < 0) throw new Error(`The device tree blob has a text at byte ${from} that does not end.`);
    return new TextDecoder().decode(this.blob.subarray(from, end));
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
