import { eachBreakpointIn } from './debug-match';
import type { SoftTlb } from './mmu/tlb';
import type { Records } from './records';
import type { Vcpu } from './vcpu';

/**
 * Makes a vCPU stop where its breakpoint registers may match, and look. They are about virtual addresses, while records belong to physical
 * pages: so an instruction is marked when its page is entered into the code TLB, and what is marked is looked at whoever comes by. When the registers
 * change, all marks of the vCPU go, and its TLBs with them, so that each page is entered anew. The TLBs also keep pages with watchpoints out of the way.
 */
export class GuestBreakpoints {
  /** By vCPU: physical addresses of instructions. */
  private readonly marks: readonly Set<number>[];

  constructor(
    vcpus: readonly Vcpu[],
    private readonly parts: { readonly records: Records; readonly tlb: SoftTlb },
  ) {
    this.marks = vcpus.map(() => new Set());
  }

  /** What is enabled on this vCPU has changed. */
  changed(vcpu: Vcpu): void {
    const { records, tlb } = this.parts;
    const marks = this.marks[vcpu.index]!;
    for (const pa of marks) records.clearBreakpoint(pa, vcpu);
    marks.clear();
    tlb.flushVcpu(vcpu);
  }

  /** The page of a virtual address has come into the vCPU's code TLB, with its records. */
  pageEntered(vcpu: Vcpu, lo: number, hi: number, pagePa: number): void {
    eachBreakpointIn(vcpu, lo, hi, (offset) => {
      this.parts.records.setBreakpoint(pagePa + offset, vcpu);
      this.marks[vcpu.index]!.add(pagePa + offset);
    });
  }
}
