/**
 * Filling and invalidating the software TLBs that Wasm handlers probe.
 *
 * Entries are not tagged with an ASID. EL1 has TLBs for each of two tables of the upper half (kernel-spaces.ts), of which those in use are of the current ASID: its change drops the
 * non-global ones; EL0 has TLBs for each of the last few address spaces (user-spaces.ts). Invalidation by address must cope with what is larger than 4 KiB, is inserted in pieces of that, and is
 * invalidated whole by one address. A page of 16 or 64 KiB is looked for piece by piece. For blocks a bit set by hash of the block's number tells
 * whether pieces may exist; only then the slots of the block are searched.
 */
import { anyWatchpoint, isPageWatched } from '../debug-match';
import { mmuIndexOfEl1 } from '../exceptions';
import { CODE_TLB, CPU, TLB } from '../layout';
import { type GuestRam, PAGE_BYTES } from '../ram';
import type { TlbMaintenance } from '../sysregs/context';
import { SCTLR, TCR, TCR_HI } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { BlockSet } from './block-set';
import { granuleOf } from './granule';
import { type KernelSpace, KernelSpaces } from './kernel-spaces';
import { ENTRY, ENTRY_BLOCK_SHIFT, ENTRY_FLAG } from './tlb-entries';
import { HALF_BIT, HOLDS, TAG_HI_MASK, type TlbTable } from './tlb-table';
import type { Translation } from './translation';
import { UserSpaces } from './user-spaces';

const PAGE_MASK = 0xfffff000;
const TWO_32 = 2 ** 32;
const GIB_SHIFT = 30;
const GIB = 2 ** GIB_SHIFT;

/** The TLBs of one vCPU. */
class VcpuTlbs {
  readonly kernels: KernelSpaces;
  readonly users: UserSpaces;
  /** All there are. */
  readonly tables: readonly TlbTable[];
  /** What blocks any of them may hold pieces of. */
  readonly blocks = new BlockSet();

  constructor(vcpu: Vcpu) {
    this.kernels = new KernelSpaces(vcpu, currentAsid);
    this.users = new UserSpaces(vcpu, currentAsid);
    this.tables = [
      ...this.kernels.all.flatMap(({ tables }) => tables),
      ...this.users.all.flatMap(({ data, code }) => [data, code]),
    ];
  }
}

/** The ASID translations are made under: TCR_EL1.A1 says which TTBR holds it, TCR_EL1.AS its width. */
export function currentAsid(vcpu: Vcpu): number {
  const ttbr = vcpu.lo(SYS.TCR_EL1) & TCR.A1 ? SYS.TTBR1_EL1 : SYS.TTBR0_EL1;
  return (vcpu.hi(ttbr) >>> 16) & asidMask(vcpu);
}

const asidMask = (vcpu: Vcpu): number => (vcpu.hi(SYS.TCR_EL1) & TCR_HI.AS ? 0xffff : 0xff);

export class SoftTlb implements TlbMaintenance {
  private readonly ofVcpus: readonly VcpuTlbs[];

  constructor(
    readonly vcpus: readonly Vcpu[],
    private readonly ram: GuestRam,
  ) {
    this.ofVcpus = vcpus.map((vcpu) => new VcpuTlbs(vcpu));
    this.reset();
  }

  /** Empties everything whatever it holds: at start and after the memory was restored from a snapshot. */
  reset(): void {
    for (const { tables, users, blocks } of this.ofVcpus) {
      users.forget();
      for (const table of tables) table.clear(true);
      blocks.clear();
    }
  }

  /**
   * Enters the page of a successful translation into the data TLB the access used: for reading if readable, for writing if
   * writable and its stores may go unseen, to be watched if the page has decoded instructions. Device memory, and anything outside RAM, is never entered;
   * no page with a watchpoint, and nothing at all while SCTLR_EL1.A is set, so that every access comes to where watchpoints, or its alignment, are checked.
   * Returns true if an entry was made.
   */
  fillData(vcpu: Vcpu, vaLo: number, vaHi: number, unprivileged: boolean, translation: Translation): boolean {
    const { pa } = translation;
    if (translation.device || vcpu.lo(SYS.SCTLR_EL1) & SCTLR.A || !this.ram.holds(pa)) return false;
    if (isPageWatched(vcpu, vaLo, vaHi)) return false;
    const pagePa = pa - (pa % PAGE_BYTES);
    const addend = this.ram.host(pagePa) - ((vaLo & PAGE_MASK) >>> 0);
    const { users } = this.of(vcpu);
    const table = unprivileged || vcpu.get32(CPU.EL) === 0 ? users.current().data : this.kernel(vcpu).data[mmuIndexOfEl1(vcpu)]!;
    const flags = this.note(vcpu, table, vaLo, vaHi, translation);
    if (translation.readable) {
      table.enter(0, vaLo, vaHi, addend, flags);
      const isBlock = translation.flat || translation.leafShift === GIB_SHIFT;
      if (isBlock && !anyWatchpoint(vcpu)) this.openWindow(table, vaLo, vaHi, translation);
    }
    const enterWrite = translation.writable && this.ram.storesMayPass(pagePa);
    if (enterWrite) {
      const word = table.enter(TLB.WRITE, vaLo, vaHi, addend, flags);
      if (this.ram.pageHasCode(pagePa)) watchEntry(vcpu.views.u32, word);
    }
    return translation.readable || enterWrite;
  }

  /** Opens the window of a data TLB to the block that an address lies in, as far as RAM goes. With the MMU off RAM is all one block. */
  private openWindow(table: TlbTable, vaLo: number, vaHi: number, { pa, flat }: Translation): void {
    const { ram } = this;
    if (!ram.contains(pa)) return;
    const block = flat ? 0 : pa - (pa % GIB);
    const first = Math.max(block, ram.base);
    const end = Math.min(flat ? ram.end : block + GIB, ram.end);
    // Down from the address itself, which does not leave its GiB, or RAM.
    const baseLo = vaLo - (pa - first);
    if (baseLo < 0) return;
    table.openWindow(baseLo, vaHi, Math.min(end - first, 2 ** 32 - baseLo), (ram.host(first) - baseLo) | 0);
  }

  /** Enters the first record of an executable page into the code TLB of the current EL. */
  fillCode(vcpu: Vcpu, vaLo: number, vaHi: number, translation: Translation, recordAddress: number): void {
    const { users } = this.of(vcpu);
    const table = vcpu.get32(CPU.EL) === 0 ? users.current().code : this.kernel(vcpu).code;
    const flags = this.note(vcpu, table, vaLo, vaHi, translation);
    table.enter(0, vaLo, vaHi, recordAddress, flags | (translation.guarded ? CODE_TLB.GUARDED : 0));
  }

  /** First record of the page of a virtual address by the code TLB of the current EL, 0 if it is not there: what `jump` does in Wasm. */
  codePage(vcpu: Vcpu, vaLo: number, vaHi: number): number {
    const { u32 } = vcpu.views;
    const entry = (vcpu.get32(CPU.CTLB) + ((vaLo >>> 12) & (CODE_TLB.ENTRIES - 1)) * CODE_TLB.ENTRY_SIZE) >>> 2;
    return u32[entry] === (vaLo & PAGE_MASK) >>> 0 && u32[entry + 1] === vaHi >>> 0 ? u32[entry + 2]! : 0;
  }

  /** Whether the page of a virtual address is guarded, by the code TLB of the current EL; undefined if it is not there. */
  isGuarded(vcpu: Vcpu, vaLo: number, vaHi: number): boolean | undefined {
    if (!this.codePage(vcpu, vaLo, vaHi)) return undefined;
    const entry = vcpu.get32(CPU.CTLB) + ((vaLo >>> 12) & (CODE_TLB.ENTRIES - 1)) * CODE_TLB.ENTRY_SIZE;
    return (vcpu.views.u32[(entry + CODE_TLB.FLAGS) >>> 2]! & CODE_TLB.GUARDED) !== 0;
  }

  /** Stores of all vCPUs to a physical page in RAM must look at its code lines from now on: it is about to have some. */
  watch(pagePa: number): void {
    const host = this.ram.host(pagePa) | 0;
    for (const vcpu of this.vcpus) {
      const { u32 } = vcpu.views;
      for (const table of this.of(vcpu).tables) {
        if (!table.isData) continue;
        table.each(TLB.WRITE, (word) => {
          // A watched entry's tag is another page's.
          const isWatched = (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.WATCHED) !== 0;
          if (!isWatched && ((u32[word + ENTRY.TAG_LO]! + u32[word + ENTRY.ADDEND]!) | 0) === host) watchEntry(u32, word);
        });
      }
    }
  }

  /** Drops all write entries of all vCPUs: see {@link GuestRam.mark}. */
  dropAllWritable(): void {
    for (const { tables } of this.ofVcpus) for (const table of tables) table.dropWritable();
  }

  /** Empties the code TLBs of all vCPUs: pages that hold code are entered anew. */
  dropAllCode(): void {
    for (const { kernels, users } of this.ofVcpus) {
      for (const { code } of kernels.all) code.clear();
      for (const user of users.all) user.code.clear();
    }
  }

  flushVcpu(vcpu: Vcpu): void {
    const { tables, users, blocks } = this.of(vcpu);
    users.forget();
    for (const table of tables) table.clear();
    blocks.clear();
  }

  flushAll(): void {
    for (const vcpu of this.vcpus) this.flushVcpu(vcpu);
  }

  /**
   * The architecture lets entries of the old table live until a TLBI. EL0's of the low half do, and EL1's of the high half, for when the table comes back; nobody needs
   * the others. EL0's of the high half would be in every address space.
   */
  tableChanged(vcpu: Vcpu, high: boolean): void {
    const { kernels, users } = this.of(vcpu);
    if (high) {
      for (const { data, code } of users.all) for (const table of [data, code]) table.dropHalf(true);
      kernels.switched();
    }
    this.kernel(vcpu);
    if (!high) users.switched();
  }

  asidChanged(vcpu: Vcpu): void {
    this.kernel(vcpu);
    this.of(vcpu).users.switched();
  }

  /** EL1's TLBs, with nothing in them that is not of the current tables and ASID. */
  private kernel(vcpu: Vcpu): KernelSpace {
    const { current } = this.of(vcpu).kernels;
    current.adopt();
    return current;
  }

  dropAsid(vcpu: Vcpu, asid: number): void {
    const { kernels, users } = this.of(vcpu);
    const wanted = asid & asidMask(vcpu);
    for (const { asid, tables } of kernels.all) if (asid === wanted) for (const table of tables) table.dropNonGlobal();
    for (const { asid, data, code } of users.all) if (asid === wanted) for (const table of [data, code]) table.dropNonGlobal();
  }

  dropPage(vcpu: Vcpu, vaLo: number, vaHi: number, asid: number): void {
    this.eachKeeping(vcpu, asid, (table, keep) => this.dropPageIn(table, vcpu, vaLo, vaHi, keep));
  }

  /** A range that would pass the end of its half of the address space ends there (pseudocode TLBIRange: it saturates), and takes nothing of the other. */
  dropRange(vcpu: Vcpu, firstPage: number, pages: number, asid: number): void {
    const { u32 } = vcpu.views;
    const granule = granuleOf(vcpu, firstPage < 0).pageShift;
    const half = firstPage < 0 ? HOLDS.HIGH : HOLDS.LOW;
    const endPage = firstPage < 0 ? Math.min(firstPage + pages, 0) : firstPage + pages;
    const inRange = (word: number, keep: number): boolean => {
      const flags = u32[word + ENTRY.FLAGS]!;
      if ((flags & keep) !== 0) return false;
      // As much as the leaf maps, of which the entry is a piece.
      const bytes = 2 ** (flags >>> ENTRY_BLOCK_SHIFT || granule);
      const hi = u32[word + ENTRY.TAG_HI]! & TAG_HI_MASK;
      const lo = flags & ENTRY_FLAG.WATCHED ? (u32[word + ENTRY.TAG_LO]! ^ TLB.WATCHED_TAG) >>> 0 : u32[word + ENTRY.TAG_LO]!;
      const leaf = Math.floor(((hi & HALF_BIT ? hi - 2 * HALF_BIT : hi) * TWO_32 + lo) / bytes) * bytes;
      return leaf < endPage * PAGE_BYTES && leaf + bytes > firstPage * PAGE_BYTES;
    };
    this.eachKeeping(vcpu, asid, (table, keep) => {
      if ((table.holds & half) !== 0) table.drop((word) => inRange(word, keep));
    });
  }

  /** Calls `drop` for each table that invalidation under an ASID (-1: any) is for, with the flags of entries that it leaves: global ones match every ASID. */
  private eachKeeping(vcpu: Vcpu, asid: number, drop: (table: TlbTable, keep: number) => void): void {
    const { kernels, users } = this.of(vcpu);
    const keep = (of: number): number => (asid < 0 || (asid & asidMask(vcpu)) === of ? 0 : ENTRY_FLAG.NON_GLOBAL);
    for (const { asid, tables } of kernels.all) {
      const ofKernel = keep(asid);
      for (const table of tables) drop(table, ofKernel);
    }
    for (const { asid, data, code } of users.all) {
      const ofUser = keep(asid);
      drop(data, ofUser);
      drop(code, ofUser);
    }
  }

  /** Drops a page's entries that have none of the flags in `keep`. */
  private dropPageIn(table: TlbTable, vcpu: Vcpu, vaLo: number, vaHi: number, keep: number): void {
    if ((table.holds & (vaHi & HALF_BIT ? HOLDS.HIGH : HOLDS.LOW)) === 0) return;
    const { blocks } = this.of(vcpu);
    const { u32 } = vcpu.views;
    const granuleBytes = 1 << granuleOf(vcpu, (vaHi & HALF_BIT) !== 0).pageShift;
    const pageLo = (vaLo & -granuleBytes) >>> 0;
    const pageHi = vaHi & TAG_HI_MASK;
    for (let at = 0; at < granuleBytes; at += PAGE_BYTES) table.dropPage(pageLo + at, pageHi, keep);
    if (blocks.mayHold(pageLo, pageHi)) table.drop((word) => isPiece(u32, word, pageLo, pageHi, keep));
  }

  private of(vcpu: Vcpu): VcpuTlbs {
    return this.ofVcpus[vcpu.index]!;
  }

  /** Records what an entry about to be made brings into a table; returns the entry's flags. */
  private note(vcpu: Vcpu, table: TlbTable, vaLo: number, vaHi: number, translation: Translation): number {
    table.holds |= (vaHi & HALF_BIT ? HOLDS.HIGH : HOLDS.LOW) | (translation.nonGlobal ? HOLDS.NON_GLOBAL : HOLDS.GLOBAL);
    const flags = translation.nonGlobal ? ENTRY_FLAG.NON_GLOBAL : 0;
    if (translation.flat || translation.level === 3) return flags;
    this.of(vcpu).blocks.add(translation.leafShift, vaLo, vaHi & TAG_HI_MASK);
    return flags | (translation.leafShift << ENTRY_BLOCK_SHIFT);
  }
}

/** Makes a write entry a watched one: see TLB.WATCHED. */
function watchEntry(u32: Uint32Array, word: number): void {
  u32[word + ENTRY.TAG_LO]! ^= TLB.WATCHED_TAG;
  u32[word + ENTRY.FLAGS]! |= ENTRY_FLAG.WATCHED;
}

/** Whether an entry is a piece of a block that holds the page. */
function isPiece(u32: Uint32Array, word: number, pageLo: number, pageHi: number, keep: number): boolean {
  const flags = u32[word + ENTRY.FLAGS]!;
  const shift = flags >>> ENTRY_BLOCK_SHIFT;
  if (shift === 0 || (flags & keep) !== 0) return false;
  return (u32[word + ENTRY.TAG_HI]! & TAG_HI_MASK) === pageHi && u32[word + ENTRY.TAG_LO]! >>> shift === pageLo >>> shift;
}
