/** Finds the translation table that a physical address lies in: what an onlooker asks who has met a table entry in memory. Nothing of the machine changes. */
import type { GuestRam } from '../ram';
import { SCTLR, TCR } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { type Granule, granuleOf, levelShift, startLevel } from './granule';

/** The entry of a table, and the first virtual address that it is for. */
export interface TableEntry {
  readonly ttbr: 'TTBR0_EL1' | 'TTBR1_EL1';
  readonly level: number;
  readonly table: number;
  readonly index: number;
  readonly virtual: bigint;
}

/** Tables that are looked through: an address space of Linux has some hundreds to a few thousands. */
const MOST_TABLES = 4096;
const TABLE = 3;
const TABLE_ADDRESS = 0xffff_ffff_f000n;

interface Pending {
  readonly address: number;
  readonly level: number;
  readonly entries: number;
  readonly virtual: bigint;
}

/**
 * The entry at `pa` of a table that the vCPU's TTBRs lead to now; of several ways the one with the fewest levels. Undefined if it is none, or behind the first
 * {@link MOST_TABLES} tables of a half.
 */
export function findTableEntry(vcpu: Vcpu, ram: GuestRam, pa: number): TableEntry | undefined {
  if ((vcpu.lo(SYS.SCTLR_EL1) & SCTLR.M) === 0) return undefined;
  return findInHalf(vcpu, ram, pa, false) ?? findInHalf(vcpu, ram, pa, true);
}

function findInHalf(vcpu: Vcpu, ram: GuestRam, pa: number, high: boolean): TableEntry | undefined {
  const tcr = vcpu.lo(SYS.TCR_EL1);
  const inputBits = 64 - ((tcr >>> (high ? TCR.T1SZ_SHIFT : TCR.T0SZ_SHIFT)) & TCR.TXSZ_MASK);
  if (inputBits < 16 || inputBits > 48 || tcr & (high ? TCR.EPD1 : TCR.EPD0)) return undefined;
  const granule = granuleOf(vcpu, high);
  const level = startLevel(granule, inputBits);
  const entries = 2 ** (inputBits - levelShift(granule, level));
  const root = Number(vcpu.get64(high ? SYS.TTBR1_EL1 : SYS.TTBR0_EL1) & 0xffff_ffff_fffen & ~BigInt(entries * 8 - 1));
  const pending: Pending[] = [{ address: root, level, entries, virtual: high ? (1n << 64n) - (1n << BigInt(inputBits)) : 0n }];
  for (let seen = 0; seen < pending.length && seen < MOST_TABLES; seen++) {
    const table = pending[seen]!;
    if (pa >= table.address && pa < table.address + table.entries * 8) {
      const index = Math.floor((pa - table.address) / 8);
      const virtual = table.virtual + (BigInt(index) << BigInt(levelShift(granule, table.level)));
      return { ttbr: high ? 'TTBR1_EL1' : 'TTBR0_EL1', level: table.level, table: table.address, index, virtual };
    }
    if (table.level < 3 && pending.length < MOST_TABLES) addTables(ram, granule, table, pending);
  }
  return undefined;
}

/** Puts the tables that a table's entries point to behind those that wait. */
function addTables(ram: GuestRam, granule: Granule, { address, level, entries, virtual }: Pending, pending: Pending[]): void {
  if (!ram.contains(address, entries * 8)) return;
  const shift = BigInt(levelShift(granule, level));
  const { buffer, byteOffset } = ram.view(address, entries * 8);
  const words = new Uint32Array(buffer, byteOffset, entries * 2);
  for (let index = 0; index < entries; index++) {
    if ((words[index * 2]! & TABLE) !== TABLE) continue;
    const next = Number(ram.read64(address + index * 8) & TABLE_ADDRESS & ~((1n << BigInt(granule.pageShift)) - 1n));
    pending.push({ address: next, level: level + 1, entries: 2 ** granule.stride, virtual: virtual + (BigInt(index) << shift) });
  }
}
