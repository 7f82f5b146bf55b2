import { HIGH_BASE, type Mapping, PLACE, type Program } from './program';

/** Page tables of programs, made from the manual's description and not by the code under test. */

/** log2 of a page, and of the entries of a table. TCR_EL1.TG0 and TG1 for it; the levels that have blocks. */
export interface TestGranule {
  readonly page: number;
  readonly index: number;
  readonly tg: readonly [tg0: bigint, tg1: bigint];
  readonly blocks: readonly number[];
}
export const TEST_GRANULES: readonly TestGranule[] = [
  { page: 12, index: 9, tg: [0n, 2n], blocks: [1, 2] },
  { page: 14, index: 11, tg: [2n, 1n], blocks: [2] },
  { page: 16, index: 13, tg: [1n, 3n], blocks: [2] },
];

/** A reserved value is taken as 4 KiB (QEMU does so, too). */
export function testGranuleOf(tcr: bigint, high: boolean): TestGranule {
  const tg = (tcr >> (high ? 30n : 14n)) & 3n;
  return TEST_GRANULES.find((granule) => granule.tg[high ? 1 : 0] === tg) ?? TEST_GRANULES[0]!;
}

export const txszOf = (tcr: bigint, high: boolean): number => Number((tcr >> (high ? 16n : 0n)) & 0x3fn);

export const shiftOf = ({ page, index }: TestGranule, level: number): number => page + (3 - level) * index;

/** The level where walks start: counted up from pages until the bits are used up. */
export function firstLevel(granule: TestGranule, inputBits: number): number {
  let level = 3;
  while (shiftOf(granule, level - 1) < inputBits) level--;
  return level;
}

/** Bytes that the first table is as large as, and at a multiple of; 64 at least. */
export function firstTableBytes(granule: TestGranule, inputBits: number): number {
  const bits = Math.min(Math.max(inputBits, granule.page + 1), 48);
  return Math.max(8 << (bits - shiftOf(granule, firstLevel(granule, bits))), 64);
}

export const DESCRIPTOR = { VALID: 1n, TABLE: 3n, AF: 1n << 10n, USER: 1n << 6n, READ_ONLY: 1n << 7n } as const;
const TABLE_ADDRESS = 0xffff_ffff_f000n;

/** The way in and out of a program whose monitor is in the upper half: its code at its own address, by two blocks of 1 GiB. */
const ENTRY_TABLE = PLACE.tables;
const ENTRY_TXSZ = 25n;
const LOW_FIELDS = 0xffffn | (1n << 37n) | (1n << 41n) | (1n << 55n);

export interface BuiltTables {
  /** Values by physical address, in order. */
  readonly pokes: ReadonlyMap<number, bigint>;
  readonly ttbr0: bigint;
  readonly ttbr1: bigint;
  readonly tcrEntry: bigint;
  readonly ttbr0Entry: bigint;
  /** Where the leaf of a mapping is; a mapping that another is in the way of has none. */
  readonly leafOf: ReadonlyMap<Mapping, number>;
}

class Builder {
  readonly pokes = new Map<number, bigint>();
  private next: number = PLACE.tables + 0x1000;

  table(bytes: number): number | undefined {
    const address = Math.ceil(this.next / bytes) * bytes;
    if (address + bytes > PLACE.tablesEnd) return undefined;
    this.next = address + bytes;
    return address;
  }
}

/** Puts a leaf into the tables under `root`. Returns its address, undefined if there is no room or another leaf on the way. */
function insert(builder: Builder, root: number, granule: TestGranule, inputBits: number, mapping: Mapping): number | undefined {
  const input = mapping.va & ((1n << BigInt(inputBits)) - 1n);
  let table = root;
  for (let level = firstLevel(granule, inputBits); ; level++) {
    const index = (input >> BigInt(shiftOf(granule, level))) & ((1n << BigInt(granule.index)) - 1n);
    const at = table + Number(index) * 8;
    const there = builder.pokes.get(at);
    if (level >= mapping.level) {
      if (there !== undefined) return undefined;
      builder.pokes.set(at, mapping.leaf);
      return at;
    }
    if (there === undefined && mapping.lostTable !== undefined) {
      builder.pokes.set(at, mapping.lostTable | DESCRIPTOR.TABLE | mapping.tableBits);
      return undefined;
    }
    if (there === undefined) {
      const made = builder.table(1 << granule.page);
      if (made === undefined) return undefined;
      builder.pokes.set(at, BigInt(made) | DESCRIPTOR.TABLE | mapping.tableBits);
      table = made;
    } else {
      if ((there & 3n) !== DESCRIPTOR.TABLE) return undefined;
      const next = Number(there & TABLE_ADDRESS);
      if (next < PLACE.tables || next >= PLACE.tablesEnd) return undefined;
      table = next;
    }
  }
}

/** The monitor's regions in its half: code for all to execute, tables and records for EL1 to write. Normal memory by AttrIndx 7. */
function monitorMappings(program: Program, granule: TestGranule): Mapping[] {
  const base = program.monitorHigh ? HIGH_BASE : 0n;
  const level = granule.page === 16 ? 3 : 2;
  const bytes = 1 << shiftOf(granule, level);
  const type = level === 3 ? 3n : 1n;
  const mapped = (from: number, to: number, bits: bigint): Mapping[] =>
    Array.from({ length: Math.ceil((to - from) / bytes) }, (_, i) => ({
      high: program.monitorHigh,
      va: base + BigInt(from + i * bytes),
      level,
      leaf: BigInt(from + i * bytes) | type | DESCRIPTOR.AF | (7n << 2n) | bits,
      tableBits: 0n,
    }));
  const UXN_PXN = 3n << 53n;
  return [
    ...mapped(PLACE.monitor, PLACE.code + 0x1_0000, DESCRIPTOR.USER | DESCRIPTOR.READ_ONLY),
    ...mapped(PLACE.tables, PLACE.current + 0x1_0000, UXN_PXN),
  ];
}

export function buildTables(program: Program): BuiltTables {
  const builder = new Builder();
  const { tcr, monitorHigh } = program;
  const roots = [false, true].map((high) => {
    const granule = testGranuleOf(tcr, high);
    const page = builder.table(1 << granule.page)!;
    const bytes = firstTableBytes(granule, 64 - txszOf(tcr, high));
    return page + (program.roots[high ? 1 : 0] % ((1 << granule.page) / bytes)) * bytes;
  }) as [number, number];
  const leafOf = new Map<Mapping, number>();
  const insertAll = (mappings: readonly Mapping[]): void => {
    for (const mapping of mappings) {
      const inputBits = 64 - txszOf(tcr, mapping.high);
      // A size that is out of range is never walked.
      if (inputBits > 48 || inputBits < 16) continue;
      const at = insert(builder, roots[mapping.high ? 1 : 0], testGranuleOf(tcr, mapping.high), inputBits, mapping);
      if (at !== undefined) leafOf.set(mapping, at);
    }
  };
  insertAll(monitorMappings(program, testGranuleOf(tcr, monitorHigh)));
  insertAll(program.mappings);
  const [ttbr0, ttbr1] = roots.map((root, half) => BigInt(root) | (program.asids[half]! << 48n) | program.cnp[half]!) as [
    bigint,
    bigint,
  ];
  if (!monitorHigh) return { pokes: builder.pokes, ttbr0, ttbr1, tcrEntry: tcr, ttbr0Entry: ttbr0, leafOf };
  // Block of 1 GiB, writable for EL1 only, at the address itself.
  builder.pokes.set(ENTRY_TABLE + 8, 0x4000_0000n | DESCRIPTOR.VALID | DESCRIPTOR.AF | (7n << 2n));
  return {
    pokes: builder.pokes,
    ttbr0,
    ttbr1,
    tcrEntry: (tcr & ~LOW_FIELDS) | ENTRY_TXSZ,
    ttbr0Entry: BigInt(ENTRY_TABLE) | (program.asids[0] << 48n),
    leafOf,
  };
}
