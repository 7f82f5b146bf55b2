/**
 * The TLBs that EL0 uses, and accesses made as if from there (LDTR, STTR), by address space: the last few have TLBs of their own, so that a process
 * finds its entries again when it is switched to. An address space is a table (TTBR0_EL1) and an ASID. Invalidation has to reach all of them.
 *
 * An entry may thus outlive a change of its descriptor that no TLBI follows, as the architecture allows: Linux's DAMON clears access flags that way,
 * and notices an access late. Which entries there are is a function of what the guest does, on either engine.
 *
 * Attached is the current address space if it has TLBs; if not, EL0 is led to a TLB that is always empty until the first entry is made. The reserved
 * table that Linux passes through at every switch has nothing to enter, and so takes no TLBs from a process.
 */
import { setMmuIndex } from '../exceptions';
import { CODE_TLB, CPU, KERNEL_SPACES, MEMORY, TLB, USER_SPACES } from '../layout';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { codeTlbAddress, dataTlbAddress } from './tlb-entries';
import { TlbTable } from './tlb-table';

/** Numbers of the first of their TLBs: those before are EL1's. */
const FIRST_DATA = 2 * KERNEL_SPACES;
const FIRST_CODE = KERNEL_SPACES;

/** TTBR bits that are not the ASID, in the high word. */
const TABLE_HI = 0xffff;

export class UserSpace {
  readonly data: TlbTable;
  readonly code: TlbTable;
  /** TTBR0_EL1 without its ASID field. */
  tableLo = 0;
  tableHi = 0;
  /** Of all entries that are not global. */
  asid = 0;
  /** When it was attached last: larger is later; 0: no address space has these TLBs. */
  attached = 0;

  constructor(vcpu: Vcpu, index: number) {
    this.data = new TlbTable(vcpu.views, dataTlbAddress(vcpu, FIRST_DATA + index), TLB.ENTRIES, true);
    this.code = new TlbTable(vcpu.views, codeTlbAddress(vcpu, FIRST_CODE + index), CODE_TLB.ENTRIES, false);
  }

  is(tableLo: number, tableHi: number, asid: number): boolean {
    return this.attached !== 0 && this.tableLo === tableLo && this.tableHi === tableHi && this.asid === asid;
  }

  clear(): void {
    this.data.clear();
    this.code.clear();
  }
}

/** Leads EL0 to the empty TLB. */
export function detachUserSpace(vcpu: Vcpu): void {
  vcpu.set32(CPU.DTLB_EL0, MEMORY.EMPTY_TLB);
  vcpu.set32(CPU.CTLB_EL0, MEMORY.EMPTY_TLB);
  setMmuIndex(vcpu);
}

const isAttached = (vcpu: Vcpu): boolean => vcpu.get32(CPU.DTLB_EL0) !== MEMORY.EMPTY_TLB;

/** Those of one vCPU. */
export class UserSpaces {
  readonly all: readonly UserSpace[];
  private last: UserSpace;
  private attachments = 0;

  constructor(
    private readonly vcpu: Vcpu,
    private readonly asidOf: (vcpu: Vcpu) => number,
  ) {
    this.all = Array.from({ length: USER_SPACES }, (_, index) => new UserSpace(vcpu, index));
    this.last = this.all[0]!;
  }

  /** TTBR0_EL1 or the ASID has changed: attaches the current address space if it has TLBs. */
  switched(): void {
    const space = this.find();
    if (space) this.attach(space);
    else detachUserSpace(this.vcpu);
  }

  /** The current address space, attached. A new one gets the TLBs of the one that was not attached for longest. */
  current(): UserSpace {
    if (isAttached(this.vcpu)) return this.last;
    const space = this.find() ?? this.renew();
    this.attach(space);
    return space;
  }

  /** Takes the TLBs, which are empty or about to be emptied, from all address spaces. */
  forget(): void {
    for (const space of this.all) space.attached = 0;
    this.attachments = 0;
    detachUserSpace(this.vcpu);
  }

  private attach(space: UserSpace): void {
    const { vcpu } = this;
    space.attached = ++this.attachments;
    this.last = space;
    vcpu.set32(CPU.DTLB_EL0, space.data.start);
    vcpu.set32(CPU.CTLB_EL0, space.code.start);
    setMmuIndex(vcpu);
  }

  private find(): UserSpace | undefined {
    const { vcpu, all } = this;
    const [lo, hi, asid] = [vcpu.lo(SYS.TTBR0_EL1), vcpu.hi(SYS.TTBR0_EL1) & TABLE_HI, this.asidOf(vcpu)];
    for (const space of all) if (space.is(lo, hi, asid)) return space;
    return undefined;
  }

  private renew(): UserSpace {
    const { vcpu, all } = this;
    const oldest = all.reduce((one, other) => (other.attached < one.attached ? other : one));
    oldest.clear();
    oldest.tableLo = vcpu.lo(SYS.TTBR0_EL1);
    oldest.tableHi = vcpu.hi(SYS.TTBR0_EL1) & TABLE_HI;
    oldest.asid = this.asidOf(vcpu);
    return oldest;
  }
}
