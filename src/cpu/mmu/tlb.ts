/**
 * Filling and invalidating the software TLBs that Wasm handlers probe.
 *
 * Entries are not tagged with an ASID: only translations of the current ASID are ever present, and a change of ASID drops the
 * non-global ones. Invalidation by address must cope with blocks (2 MiB, 1 GiB), which are inserted as 4 KiB pieces while the
 * guest invalidates a whole block by one address: a bit set by hash of the block's number tells whether pieces may exist; only
 * then the slots of the block are searched.
 */
import { currentMmuIndex } from '../exceptions';
import { CODE_TLB, CPU, MMU_INDEX, TLB } from '../layout';
import { type GuestRam, PAGE_BYTES } from '../ram';
import type { TlbMaintenance } from '../sysregs/context';
import { SCTLR, TCR, TCR_HI } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { BlockSet } from './block-set';
import { DATA_TLBS, ENTRY, ENTRY_FLAG, TLB_COUNT, tlbAddress, windowAddress } from './tlb-entries';
import { HOLDS, TlbTable } from './tlb-table';
import type { Translation } from './translation';

/** VA bit 55 in the high word: which half of the address space, thus which TTBR. */
const HALF_BIT = 0x00800000;
/** VA[55:32] in the high word. */
const HI_MASK = 0x00ffffff;
const PAGE_MASK = 0xfffff000;
const GIB = 2 ** 30;

/** The TLBs of one vCPU. */
class VcpuTlbs {
  /** By number: see tlb-entries.ts. */
  readonly tables: readonly TlbTable[];
  /** What blocks any of them may hold pieces of. */
  readonly blocks = new BlockSet();

  constructor(vcpu: Vcpu) {
    this.tables = Array.from({ length: TLB_COUNT }, (_, number) => {
      const address = tlbAddress(vcpu, number);
      if (number >= DATA_TLBS) return new TlbTable(vcpu.views, address, CODE_TLB.ENTRIES);
      return new TlbTable(vcpu.views, address, TLB.ENTRIES, windowAddress(vcpu, number));
    });
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
    for (const { tables, blocks } of this.ofVcpus) {
      for (const table of tables) table.clear(true);
      blocks.clear();
    }
  }

  /**
   * Enters the page of a successful translation into the data TLB the access used: for reading if readable, for writing if
   * writable and its stores may go unseen, to be watched if the page has decoded instructions. Device memory, and anything outside RAM, is never entered;
   * nothing at all while SCTLR_EL1.A is set, so that every access comes to where its alignment is checked.
   * Returns true if an entry was made.
   */
  fillData(vcpu: Vcpu, vaLo: number, vaHi: number, unprivileged: boolean, translation: Translation): boolean {
    const { pa } = translation;
    if (translation.device || vcpu.lo(SYS.SCTLR_EL1) & SCTLR.A || !this.ram.contains(pa)) return false;
    const pagePa = pa - (pa % PAGE_BYTES);
    const addend = this.ram.host(pagePa) - ((vaLo & PAGE_MASK) >>> 0);
    const table = this.of(vcpu).tables[unprivileged ? MMU_INDEX.EL0 : currentMmuIndex(vcpu)]!;
    const flags = this.note(vcpu, table, vaLo, vaHi, translation);
    if (translation.readable) {
      table.enter(0, vaLo, vaHi, addend, flags);
      if (translation.flat || translation.level === 1) this.openWindow(table, vaLo, vaHi, translation);
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
    const table = this.of(vcpu).tables[DATA_TLBS + vcpu.get32(CPU.EL)]!;
    table.enter(0, vaLo, vaHi, recordAddress, this.note(vcpu, table, vaLo, vaHi, translation));
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

  flushVcpu(vcpu: Vcpu): void {
    const { tables, blocks } = this.of(vcpu);
    for (const table of tables) table.clear();
    blocks.clear();
  }

  flushAll(): void {
    for (const vcpu of this.vcpus) this.flushVcpu(vcpu);
  }

  dropHalf(vcpu: Vcpu, high: boolean): void {
    const { u32 } = vcpu.views;
    const here = high ? HOLDS.HIGH : HOLDS.LOW;
    const wanted = high ? HALF_BIT : 0;
    for (const table of this.of(vcpu).tables)
      table.dropKind(here, HOLDS.LOW | HOLDS.HIGH, (word) => (u32[word + ENTRY.TAG_HI]! & HALF_BIT) === wanted);
  }

  dropNonGlobal(vcpu: Vcpu): void {
    for (const table of this.of(vcpu).tables) dropNonGlobalIn(table, vcpu);
  }

  dropAsid(vcpu: Vcpu, asid: number): void {
    if ((asid & asidMask(vcpu)) === currentAsid(vcpu)) this.dropNonGlobal(vcpu);
  }

  dropPage(vcpu: Vcpu, vaLo: number, vaHi: number, asid: number): void {
    const { tables, blocks } = this.of(vcpu);
    const { u32 } = vcpu.views;
    // Global entries match every ASID; non-global ones in our TLBs are all of the current one.
    const keep = asid < 0 || (asid & asidMask(vcpu)) === currentAsid(vcpu) ? 0 : ENTRY_FLAG.NON_GLOBAL;
    const pageLo = (vaLo & PAGE_MASK) >>> 0;
    const pageHi = vaHi & HI_MASK;
    // In this slot the other page that differs in WATCHED_TAG only is this one, watched.
    const isPage = (word: number): boolean =>
      (u32[word + ENTRY.TAG_LO]! | TLB.WATCHED_TAG) >>> 0 === (pageLo | TLB.WATCHED_TAG) >>> 0 &&
      (u32[word + ENTRY.TAG_HI]! & HI_MASK) === pageHi &&
      (u32[word + ENTRY.FLAGS]! & keep) === 0;
    const inBlock = blocks.mayHold(pageLo, pageHi);
    for (const table of tables) {
      if (table.holds === 0) continue;
      table.dropAt(vaLo, isPage);
      if (inBlock) table.drop((word) => isPiece(u32, word, pageLo, pageHi, keep));
    }
  }

  private of(vcpu: Vcpu): VcpuTlbs {
    return this.ofVcpus[vcpu.index]!;
  }

  /** Records what an entry about to be made brings into a table; returns the entry's flags. */
  private note(vcpu: Vcpu, table: TlbTable, vaLo: number, vaHi: number, translation: Translation): number {
    table.holds |= (vaHi & HALF_BIT ? HOLDS.HIGH : HOLDS.LOW) | (translation.nonGlobal ? HOLDS.NON_GLOBAL : HOLDS.GLOBAL);
    const flags = translation.nonGlobal ? ENTRY_FLAG.NON_GLOBAL : 0;
    if (translation.flat || translation.level === 3) return flags;
    const { blocks } = this.of(vcpu);
    if (translation.level === 2) {
      blocks.add2M(vaLo, vaHi & HI_MASK);
      return flags | ENTRY_FLAG.BLOCK_2M;
    }
    blocks.add1G(vaLo, vaHi & HI_MASK);
    return flags | ENTRY_FLAG.BLOCK_1G;
  }
}

function dropNonGlobalIn(table: TlbTable, { views: { u32 } }: Vcpu): void {
  table.dropKind(
    HOLDS.NON_GLOBAL,
    HOLDS.NON_GLOBAL | HOLDS.GLOBAL,
    (word) => (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.NON_GLOBAL) !== 0,
  );
}

/** Makes a write entry a watched one: see TLB.WATCHED. */
function watchEntry(u32: Uint32Array, word: number): void {
  u32[word + ENTRY.TAG_LO]! ^= TLB.WATCHED_TAG;
  u32[word + ENTRY.FLAGS]! |= ENTRY_FLAG.WATCHED;
}

/** Whether an entry is a piece of the block, of 2 MiB or 1 GiB, that holds the page. */
function isPiece(u32: Uint32Array, word: number, pageLo: number, pageHi: number, keep: number): boolean {
  const flags = u32[word + ENTRY.FLAGS]!;
  if ((flags & (ENTRY_FLAG.BLOCK_2M | ENTRY_FLAG.BLOCK_1G)) === 0 || (flags & keep) !== 0) return false;
  const shift = flags & ENTRY_FLAG.BLOCK_1G ? 30 : 21;
  return (u32[word + ENTRY.TAG_HI]! & HI_MASK) === pageHi && u32[word + ENTRY.TAG_LO]! >>> shift === pageLo >>> shift;
}
