/**
 * The TLBs that EL1 uses, by the table of the upper half (TTBR1_EL1): those of two tables are kept. Where Linux keeps its page tables from user space (KPTI) each
 * exception from EL0 and each return to it changes that table and the ASID with it, and finds its entries again. Entries belong to a table of the lower half and, if they are not
 * global, to an ASID: what is of others is dropped when the TLBs are attached again, not before. Invalidation has to reach both.
 */
import { setMmuIndex } from '../exceptions';
import { CODE_TLB, CPU, KERNEL_SPACES, MMU_INDEX, TLB } from '../layout';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { codeTlbAddress, dataTlbAddress, windowAddress } from './tlb-entries';
import { TlbTable } from './tlb-table';

const MMU_INDICES = Object.keys(MMU_INDEX).length;
/** TTBR bits that are not the ASID, in the high word. */
const TABLE_HI = 0xffff;

export class KernelSpace {
  /** Data TLBs by MMU index. */
  readonly data: readonly TlbTable[];
  readonly code: TlbTable;
  readonly tables: readonly TlbTable[];
  /** TTBR1_EL1 and TTBR0_EL1 without their ASID fields, low words and high. */
  private high: readonly [lo: number, hi: number] = [0, 0];
  private low: readonly [lo: number, hi: number] = [0, 0];
  /** Of all entries that are not global. */
  asid = 0;

  constructor(
    private readonly vcpu: Vcpu,
    private readonly index: number,
    private readonly asidOf: (vcpu: Vcpu) => number,
  ) {
    this.data = Object.values(MMU_INDEX).map((mmuIndex) => {
      const number = index * MMU_INDICES + mmuIndex;
      return new TlbTable(vcpu.views, dataTlbAddress(vcpu, number), TLB.ENTRIES, true, windowAddress(vcpu, number));
    });
    this.code = new TlbTable(vcpu.views, codeTlbAddress(vcpu, index), CODE_TLB.ENTRIES, false);
    this.tables = [...this.data, this.code];
  }

  /** Whether its entries are of the current table of the upper half. */
  get isCurrent(): boolean {
    const [lo, hi] = this.tableOf(SYS.TTBR1_EL1);
    return this.high[0] === lo && this.high[1] === hi;
  }

  private tableOf(ttbr: number): readonly [lo: number, hi: number] {
    return [this.vcpu.lo(ttbr), this.vcpu.hi(ttbr) & TABLE_HI];
  }

  /** Its entries are of the current tables and ASID from now on: those that are not are dropped by `dropLow`, which is given what the lower half has, and `dropNonGlobal`. */
  adopt(dropLow: (table: TlbTable) => void, dropNonGlobal: (table: TlbTable) => void): void {
    const [lo, hi] = this.tableOf(SYS.TTBR0_EL1);
    if (this.low[0] !== lo || this.low[1] !== hi) for (const table of this.tables) dropLow(table);
    const asid = this.asidOf(this.vcpu);
    if (this.asid !== asid) for (const table of this.tables) dropNonGlobal(table);
    this.low = [lo, hi];
    this.high = this.tableOf(SYS.TTBR1_EL1);
    this.asid = asid;
  }

  attach(): void {
    this.vcpu.set32(CPU.KERNEL_SPACE, this.index);
    setMmuIndex(this.vcpu);
  }

  clear(): void {
    for (const table of this.tables) table.clear();
  }
}

/** Those of one vCPU. */
export class KernelSpaces {
  readonly all: readonly KernelSpace[];

  constructor(
    private readonly vcpu: Vcpu,
    asidOf: (vcpu: Vcpu) => number,
  ) {
    this.all = Array.from({ length: KERNEL_SPACES }, (_, index) => new KernelSpace(vcpu, index, asidOf));
  }

  /** The one that EL1 uses. */
  get current(): KernelSpace {
    return this.all[this.vcpu.get32(CPU.KERNEL_SPACE)]!;
  }

  /** TTBR1_EL1 names another table: attaches the TLBs of that, or those of the other one, emptied. */
  switched(): KernelSpace {
    const { current } = this;
    const known = this.all.find((space) => space.isCurrent);
    const space = known ?? this.all.find((other) => other !== current)!;
    if (!known) space.clear();
    space.attach();
    return space;
  }
}
