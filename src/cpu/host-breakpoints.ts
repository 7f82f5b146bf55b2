import type { SoftTlb } from './mmu/tlb';
import { PAGE_BYTES } from './ram';
import type { Records } from './records';
import type { Vcpu } from './vcpu';

/** Where a vCPU stood when the host was told of a breakpoint: its instruction has not run yet. */
interface Told {
  readonly pc: bigint;
  readonly sp: bigint;
  readonly el: number;
  /** Instructions it had retired. */
  readonly retired: number;
}

/**
 * Breakpoints of the host by virtual address, whatever is mapped there and whenever it comes. They work like those of the guest (guest-breakpoints.ts): an
 * instruction is marked when its page is entered into a code TLB, and what is marked is looked at when somebody comes by. So they outlive records that are dropped,
 * code that is overwritten, page tables that change, and resets; the guest pays for pages that hold one, and cannot tell.
 */
export class HostBreakpoints {
  /** By page number (address / 4096), the addresses in it. */
  private readonly byPage = new Map<bigint, bigint[]>();
  private readonly addresses = new Set<bigint>();
  /** Physical addresses of marked instructions. */
  private readonly marks = new Set<number>();
  /** By vCPU: what it may pass. */
  private readonly told: (Told | undefined)[] = [];

  constructor(private readonly parts: { readonly records: Records; readonly tlb: SoftTlb }) {}

  /** Replaces all of them, between two slices. `retired`: instructions, by vCPU, so far. */
  set(addresses: Iterable<bigint>, retired: readonly number[]): void {
    const { records, tlb } = this.parts;
    const wanted = new Set(addresses);
    if (wanted.size === this.addresses.size && [...wanted].every((address) => this.addresses.has(address))) return;
    // Who was told of a place before there was a breakpoint, and has gone on since, may long have passed it.
    for (const [index, told] of this.told.entries())
      if (told && !this.addresses.has(told.pc) && told.retired !== retired[index]) this.told[index] = undefined;
    for (const pa of this.marks) records.clearBreakpoint(pa, 'debugger');
    this.marks.clear();
    this.addresses.clear();
    this.byPage.clear();
    for (const address of wanted) {
      const page = pageOf(address);
      this.addresses.add(address);
      this.byPage.set(page, [...(this.byPage.get(page) ?? []), address]);
    }
    // Each page is entered anew, and marked then.
    tlb.dropAllCode();
  }

  /** The page of a virtual address has come into a code TLB, with its records. */
  pageEntered(lo: number, hi: number, pagePa: number): void {
    if (this.byPage.size === 0) return;
    const page = ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)) / BigInt(PAGE_BYTES);
    for (const address of this.byPage.get(page) ?? []) {
      const pa = pagePa + Number(address % BigInt(PAGE_BYTES));
      this.marks.add(pa);
      this.parts.records.setBreakpoint(pa, 'debugger');
    }
  }

  /** Whether a vCPU that has come to a marked instruction is to stop before it. A place it was let {@link pass} is passed once. */
  due(vcpu: Vcpu): boolean {
    if (!this.addresses.has(vcpu.pc)) return false;
    const told = this.told[vcpu.index];
    if (!told || told.pc !== vcpu.pc || told.sp !== vcpu.sp || told.el !== vcpu.el) return true;
    this.told[vcpu.index] = undefined;
    return false;
  }

  /**
   * The host knows that the vCPU stands where it does: when it goes on from there it does not stop before that instruction again, even if an interrupt
   * comes first. `retired`: instructions of the vCPU so far.
   */
  pass(vcpu: Vcpu, retired: number): void {
    this.told[vcpu.index] = { pc: vcpu.pc, sp: vcpu.sp, el: vcpu.el, retired };
  }

  /** The machine is another than it was: nobody has been told of anything. */
  forget(): void {
    this.told.length = 0;
  }
}

const pageOf = (address: bigint): bigint => address / BigInt(PAGE_BYTES);
