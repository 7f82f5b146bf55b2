/** A device tree in words: what cells mean is the bindings' affair, of which those of this board are known here. */
import { type ReadFdtNode, readCells, readFdt } from '../../machine/fdt/reader';
import { interruptSource } from '../../machine/interrupt-sources';
import { FIRST_PPI_INTID, FIRST_SPI_INTID } from '../../machine/memory-map';
import { crc32 } from '../../storage/crc32';
import type { DeviceTreeAnswer, TreeLink, TreeNode, TreeProperty, TreeUnchanged } from '../api/device-tree';
import { cellsOf, deviceTreeSource, sourceOfValue, textsOf } from './device-tree-source';

/** Properties whose first cell of each entry is a phandle, and the property of the node pointed to that says how many cells follow. */
const PHANDLES: Readonly<Record<string, string | undefined>> = {
  'interrupt-parent': undefined,
  cpu: undefined,
  clocks: '#clock-cells',
  gpios: '#gpio-cells',
};
/** Cells of addresses and sizes where no parent says otherwise. Source: Devicetree Specification 0.4, section 2.3.5. */
const DEFAULT_CELLS = { address: 2, size: 1 } as const;
/** The GIC's binding: three cells, the third with the trigger in its low bits. */
const GIC = {
  cells: 3,
  spi: 0,
  ppi: 1,
  triggers: { 1: 'rising edge', 2: 'falling edge', 4: 'level high', 8: 'level low' },
} as const;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** `4 KiB`, `512 MiB`; an odd number of bytes as it is. */
function sizeWords(bytes: bigint): string {
  for (const [unit, shift] of [
    ['GiB', 30n],
    ['MiB', 20n],
    ['KiB', 10n],
  ] as const)
    if (bytes >= 1n << shift && bytes % (1n << shift) === 0n) return `${bytes >> shift} ${unit}`;
  return `${bytes} bytes`;
}

/** Several cells as one number, the highest first. */
const joined = (cells: readonly number[]): bigint => cells.reduce((value, cell) => (value << 32n) | BigInt(cell), 0n);

interface Place {
  readonly node: ReadFdtNode;
  readonly path: string;
}

class TreeInWords {
  private readonly byPhandle = new Map<number, Place>();

  constructor(root: ReadFdtNode) {
    this.note({ node: root, path: '/' });
  }

  private note(place: Place): void {
    const [phandle] = readCells(place.node, 'phandle') ?? [];
    if (phandle !== undefined) this.byPhandle.set(phandle, place);
    for (const node of place.node.children) this.note({ node, path: childPath(place.path, node.name) });
  }

  /** @param parents the nodes above, nearest first */
  node(node: ReadFdtNode, path: string, parents: readonly ReadFdtNode[]): TreeNode {
    const properties = [...node.properties].map(([name, value]): TreeProperty => {
      const told = this.tell(name, value, parents);
      return { name, source: sourceOfValue(value), ...told };
    });
    const children = node.children.map((child) => this.node(child, childPath(path, child.name), [node, ...parents]));
    return { name: node.name || '/', path, properties, children };
  }

  private tell(name: string, value: Uint8Array, parents: readonly ReadFdtNode[]): Partial<TreeProperty> {
    const cells = cellsOf(value);
    if (name === 'stdout-path') {
      const [path] = textsOf(value) ?? [];
      return path === undefined ? {} : { links: [{ text: path, path: path.split(':')[0]! }] };
    }
    if (name.endsWith('-seed')) return { words: `${value.length} random bytes` };
    if (!cells) return {};
    if (name === 'reg') return this.ranges(cells, parents);
    if (name === 'interrupts') return this.interrupts(cells);
    if (Object.hasOwn(PHANDLES, name)) return this.pointers(cells, PHANDLES[name]);
    if (name.startsWith('linux,initrd-')) return { links: [{ text: hex(joined(cells)), address: joined(cells) }] };
    if (name === 'clock-frequency') return { words: `${cells[0]! / 1e6} MHz` };
    if (name === 'bus-range') return { words: `buses ${cells.join(' to ')}` };
    if (cells.length === 1 && (name.startsWith('#') || name === 'linux,code')) return { words: String(cells[0]) };
    return {};
  }

  private ranges(cells: readonly number[], parents: readonly ReadFdtNode[]): Partial<TreeProperty> {
    const [parent] = parents;
    const ask = (name: string, otherwise: number): number => (parent && readCells(parent, name)?.[0]) ?? otherwise;
    const addressCells = ask('#address-cells', DEFAULT_CELLS.address);
    const sizeCells = ask('#size-cells', DEFAULT_CELLS.size);
    const each = addressCells + sizeCells;
    if (each === 0 || cells.length % each !== 0) return {};
    // CPUs have an affinity there, and no size.
    if (sizeCells === 0) return { words: `MPIDR_EL1 affinity ${hex(joined(cells))}` };
    const links: TreeLink[] = [];
    for (let at = 0; at < cells.length; at += each) {
      const address = joined(cells.slice(at, at + addressCells));
      const size = joined(cells.slice(at + addressCells, at + each));
      links.push({ text: `${hex(address)}, ${sizeWords(size)}`, address });
    }
    return { links };
  }

  private interrupts(cells: readonly number[]): Partial<TreeProperty> {
    if (cells.length % GIC.cells !== 0) return {};
    const words: string[] = [];
    for (let at = 0; at < cells.length; at += GIC.cells) {
      const [kind, number, flags] = cells.slice(at, at + GIC.cells) as [number, number, number];
      const isSpi = kind === GIC.spi;
      const intid = number + (isSpi ? FIRST_SPI_INTID : FIRST_PPI_INTID);
      const trigger = GIC.triggers[(flags & 0xf) as keyof typeof GIC.triggers] ?? `trigger ${flags & 0xf}`;
      const who = isSpi ? '' : `, ${interruptSource(intid, () => [])}`;
      words.push(`${isSpi ? 'SPI' : 'PPI'} ${number} = INTID ${intid}, ${trigger}${who}`);
    }
    return { words: words.join('; ') };
  }

  private pointers(cells: readonly number[], cellsOfTarget: string | undefined): Partial<TreeProperty> {
    const links: TreeLink[] = [];
    for (let at = 0; at < cells.length; ) {
      const target = this.byPhandle.get(cells[at]!);
      if (!target) return {};
      const more = (cellsOfTarget && readCells(target.node, cellsOfTarget)?.[0]) || 0;
      const specifier = cells.slice(at + 1, at + 1 + more);
      links.push({ text: [target.path, ...specifier.map(String)].join(' '), path: target.path });
      at += 1 + more;
    }
    return { links };
  }
}

const childPath = (path: string, name: string): string => (path === '/' ? `/${name}` : `${path}/${name}`);

/** Throws one sentence if `blob` is no device tree. @param known the checksum of one that need not be told again */
export function inspectDeviceTree(blob: Uint8Array, known?: number): DeviceTreeAnswer | TreeUnchanged {
  const checksum = crc32(blob);
  return checksum === known ? { unchanged: true } : tell(blob, checksum);
}

function tell(blob: Uint8Array, checksum: number): DeviceTreeAnswer {
  const read = readFdt(blob);
  return {
    root: new TreeInWords(read.root).node(read.root, '/', []),
    source: deviceTreeSource(read),
    bytes: blob.length,
    checksum,
  };
}
