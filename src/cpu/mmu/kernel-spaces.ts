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
  private highLo = 0;
  private highHi = 0;
  private lowLo = 0;
  private lowHi = 0;
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
    return this.highLo === this.vcpu.lo(SYS.TTBR1_EL1) && this.highHi === (this.vcpu.hi(SYS.TTBR1_EL1) & TABLE_HI);
  }

  /** Its entries are of the current tables and ASID from now on: those that are not are dropped. */
  adopt(): void {
    const { vcpu, tables } = this;
    const [lo, hi, asid] = [vcpu.lo(SYS.TTBR0_EL1), vcpu.hi(SYS.TTBR0_EL1) & TABLE_HI, this.asidOf(vcpu)];
    if (this.lowLo !== lo || this.lowHi !== hi) for (const table of tables) table.dropHalf(false);
    if (this.asid !== asid) for (const table of tables) table.dropNonGlobal();
    this.lowLo = lo;
    this.lowHi = hi;
    this.highLo = vcpu.lo(SYS.TTBR1_EL1);
    this.highHi = vcpu.hi(SYS.TTBR1_EL1) & TABLE_HI;
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
  switched(): void {
    const { current } = this;
    const known = this.all.find((space) => space.isCurrent);
    const space = known ?? this.all.find((other) => other !== current)!;
    if (!known) space.clear();
    space.attach();
  }
}
