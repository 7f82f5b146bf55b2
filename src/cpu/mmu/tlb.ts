/**
 * Filling and invalidating the software TLBs that Wasm handlers probe.
 *
 * Entries are not tagged with an ASID: only translations of the current ASID are ever present, and a change of ASID drops the
 * non-global ones. Invalidation by address must cope with blocks (2 MiB, 1 GiB), which are inserted as 4 KiB pieces while the
 * guest invalidates a whole block by one address: a bit set by hash of the block's number tells whether pieces may exist; only
 * then the slots of the block are searched.
 */
import { currentMmuIndex } from '../exceptions';
import { CPU, MMU_INDEX, TLB } from '../layout';
import { type GuestRam, PAGE_BYTES } from '../ram';
import type { TlbMaintenance } from '../sysregs/context';
import { SCTLR, TCR, TCR_HI } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import {
  aliasSlotOf,
  clearTlb,
  clearWriteHalf,
  codeSlot,
  DATA_TLBS,
  dataSlot,
  ENTRY,
  ENTRY_FLAG,
  emptyEntry,
  entriesIn,
  entryWord,
  TLB_COUNT,
  tlbAddress,
} from './tlb-entries';
import type { Translation } from './translation';

/** VA bit 55 in the high word: which half of the address space, thus which TTBR. */
const HALF_BIT = 0x00800000;
/** VA[55:32] in the high word. */
const HI_MASK = 0x00ffffff;
const PAGE_MASK = 0xfffff000;

/** What a TLB may hold, never less than it does: lets whole classes of invalidation be skipped. */
const HOLDS = { LOW: 1, HIGH: 2, NON_GLOBAL: 4, GLOBAL: 8, ALL: 15 } as const;

/** Bits in the hashed sets of blocks that may have pieces in a vCPU's TLBs. */
const BLOCKS_2M = 4096;
const BLOCKS_1G = 1024;

interface Summary {
  /** HOLDS bits by TLB number. */
  holds: Uint8Array;
  blocks2M: Uint32Array;
  blocks1G: Uint32Array;
  anyBlock: boolean;
}

const hash2M = (vaLo: number, vaHi: number): number => ((vaLo >>> 21) | (vaHi << 11)) & (BLOCKS_2M - 1);
const hash1G = (vaLo: number, vaHi: number): number => ((vaLo >>> 30) | (vaHi << 2)) & (BLOCKS_1G - 1);

/** The ASID translations are made under: TCR_EL1.A1 says which TTBR holds it, TCR_EL1.AS its width. */
export function currentAsid(vcpu: Vcpu): number {
  const ttbr = vcpu.lo(SYS.TCR_EL1) & TCR.A1 ? SYS.TTBR1_EL1 : SYS.TTBR0_EL1;
  return (vcpu.hi(ttbr) >>> 16) & asidMask(vcpu);
}

const asidMask = (vcpu: Vcpu): number => (vcpu.hi(SYS.TCR_EL1) & TCR_HI.AS ? 0xffff : 0xff);

export class SoftTlb implements TlbMaintenance {
  private readonly summaries: Summary[];

  constructor(
    readonly vcpus: readonly Vcpu[],
    private readonly ram: GuestRam,
  ) {
    this.summaries = vcpus.map(() => ({
      holds: new Uint8Array(TLB_COUNT),
      blocks2M: new Uint32Array(BLOCKS_2M / 32),
      blocks1G: new Uint32Array(BLOCKS_1G / 32),
      anyBlock: false,
    }));
    this.reset();
  }

  /** Empties everything whatever it holds: at start and after the memory was restored from a snapshot. */
  reset(): void {
    for (const summary of this.summaries) {
      summary.holds.fill(HOLDS.ALL);
      summary.anyBlock = true;
    }
    this.flushAll();
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
    const number = unprivileged ? MMU_INDEX.EL0 : currentMmuIndex(vcpu);
    const { u32 } = vcpu.views;
    const slot = dataSlot(vaLo);
    const pageLo = (vaLo & PAGE_MASK) >>> 0;
    const pagePa = pa - (pa % PAGE_BYTES);
    const addend = this.ram.host(pagePa) - pageLo;
    const flags = this.note(vcpu, number, vaLo, vaHi, translation);
    const start = tlbAddress(vcpu, number);
    if (translation.readable) setEntry(u32, entryWord(start, slot), pageLo, vaHi, addend, flags);
    const enterWrite = translation.writable && this.ram.storesMayPass(pagePa);
    if (enterWrite) {
      const word = entryWord(start + TLB.WRITE, slot);
      setEntry(u32, word, pageLo, vaHi, addend, flags);
      if (this.ram.pageHasCode(pagePa)) watchEntry(u32, word);
    }
    return translation.readable || enterWrite;
  }

  /** Enters the first record of an executable page into the code TLB of the current EL. */
  fillCode(vcpu: Vcpu, vaLo: number, vaHi: number, translation: Translation, recordAddress: number): void {
    const number = DATA_TLBS + vcpu.get32(CPU.EL);
    const flags = this.note(vcpu, number, vaLo, vaHi, translation);
    const word = entryWord(tlbAddress(vcpu, number), codeSlot(vaLo));
    setEntry(vcpu.views.u32, word, (vaLo & PAGE_MASK) >>> 0, vaHi, recordAddress, flags);
  }

  /** Stores of all vCPUs to a physical page in RAM must look at its code lines from now on: it is about to have some. */
  watch(pagePa: number): void {
    const host = this.ram.host(pagePa) | 0;
    for (const vcpu of this.vcpus) {
      const { u32 } = vcpu.views;
      for (let number = 0; number < DATA_TLBS; number++) {
        if (this.holds(vcpu)[number] === 0) continue;
        const start = tlbAddress(vcpu, number) + TLB.WRITE;
        for (let slot = 0, word = entryWord(start, 0); slot < TLB.ENTRIES; slot++, word += 4) {
          // A watched entry's tag is another page's.
          const isWatched = (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.WATCHED) !== 0;
          if (!isWatched && ((u32[word + ENTRY.TAG_LO]! + u32[word + ENTRY.ADDEND]!) | 0) === host) watchEntry(u32, word);
        }
      }
    }
  }

  /** Drops all write entries of all vCPUs: see {@link GuestRam.mark}. */
  dropAllWritable(): void {
    for (const vcpu of this.vcpus) {
      for (let number = 0; number < DATA_TLBS; number++) if (this.holds(vcpu)[number] !== 0) clearWriteHalf(vcpu, number);
    }
  }

  flushVcpu(vcpu: Vcpu): void {
    const summary = this.summaries[vcpu.index]!;
    for (let number = 0; number < TLB_COUNT; number++) {
      if (summary.holds[number] === 0) continue;
      clearTlb(vcpu, number);
      summary.holds[number] = 0;
    }
    if (summary.anyBlock) {
      summary.blocks2M.fill(0);
      summary.blocks1G.fill(0);
      summary.anyBlock = false;
    }
  }

  flushAll(): void {
    for (const vcpu of this.vcpus) this.flushVcpu(vcpu);
  }

  dropHalf(vcpu: Vcpu, high: boolean): void {
    const here = high ? HOLDS.HIGH : HOLDS.LOW;
    const wanted = high ? HALF_BIT : 0;
    this.dropWhere(vcpu, here, HOLDS.LOW | HOLDS.HIGH, (u32, word) => (u32[word + ENTRY.TAG_HI]! & HALF_BIT) === wanted);
  }

  dropNonGlobal(vcpu: Vcpu): void {
    this.dropWhere(
      vcpu,
      HOLDS.NON_GLOBAL,
      HOLDS.NON_GLOBAL | HOLDS.GLOBAL,
      (u32, word) => (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.NON_GLOBAL) !== 0,
    );
  }

  dropAsid(vcpu: Vcpu, asid: number): void {
    if ((asid & asidMask(vcpu)) === currentAsid(vcpu)) this.dropNonGlobal(vcpu);
  }

  dropPage(vcpu: Vcpu, vaLo: number, vaHi: number, asid: number): void {
    const summary = this.summaries[vcpu.index]!;
    const { u32 } = vcpu.views;
    // Global entries match every ASID; non-global ones in our TLBs are all of the current one.
    const keep = asid < 0 || (asid & asidMask(vcpu)) === currentAsid(vcpu) ? 0 : ENTRY_FLAG.NON_GLOBAL;
    const pageLo = (vaLo & PAGE_MASK) >>> 0;
    const pageHi = vaHi & HI_MASK;
    const in2M = hasBit(summary.blocks2M, hash2M(vaLo, pageHi));
    const in1G = hasBit(summary.blocks1G, hash1G(vaLo, pageHi));
    for (let number = 0; number < TLB_COUNT; number++) {
      if (summary.holds[number] === 0) continue;
      const isData = number < DATA_TLBS;
      const slot = isData ? dataSlot(vaLo) : codeSlot(vaLo);
      const alias = aliasSlotOf(number);
      for (let half = 0; half < (isData ? 2 : 1); half++) {
        const start = tlbAddress(vcpu, number) + half * TLB.WRITE;
        const word = entryWord(start, slot);
        if (
          // In this slot the other page that differs in WATCHED_TAG only is this one, watched.
          (u32[word + ENTRY.TAG_LO]! | TLB.WATCHED_TAG) >>> 0 === (pageLo | TLB.WATCHED_TAG) >>> 0 &&
          (u32[word + ENTRY.TAG_HI]! & HI_MASK) === pageHi &&
          (u32[word + ENTRY.FLAGS]! & keep) === 0
        )
          emptyEntry(u32, word, slot, alias);
        if (in2M || in1G) dropBlock(u32, start, entriesIn(number), alias, pageLo, pageHi, keep, in1G);
      }
    }
  }

  private holds(vcpu: Vcpu): Uint8Array {
    return this.summaries[vcpu.index]!.holds;
  }

  /**
   * Drops the entries `matches` says yes to from the TLBs that may hold any (`wanted`). A TLB that holds nothing else among
   * `kinds` is cleared whole, which is many times faster than searching it.
   */
  private dropWhere(vcpu: Vcpu, wanted: number, kinds: number, matches: (u32: Uint32Array, word: number) => boolean): void {
    const { u32 } = vcpu.views;
    const holds = this.holds(vcpu);
    for (let number = 0; number < TLB_COUNT; number++) {
      const held = holds[number]! & kinds;
      if ((held & wanted) === 0) continue;
      if (held === wanted) {
        clearTlb(vcpu, number);
        holds[number] = 0;
        continue;
      }
      const start = tlbAddress(vcpu, number);
      const alias = aliasSlotOf(number);
      for (let half = 0; half < (number < DATA_TLBS ? 2 : 1); half++) {
        for (let slot = 0; slot < entriesIn(number); slot++) {
          const word = entryWord(start + half * TLB.WRITE, slot);
          if (matches(u32, word)) emptyEntry(u32, word, slot, alias);
        }
      }
      holds[number] = holds[number]! & ~wanted;
    }
  }

  /** Records what an entry about to be made brings into TLB `number`; returns the entry's flags. */
  private note(vcpu: Vcpu, number: number, vaLo: number, vaHi: number, translation: Translation): number {
    const summary = this.summaries[vcpu.index]!;
    summary.holds[number] =
      summary.holds[number]! |
      (vaHi & HALF_BIT ? HOLDS.HIGH : HOLDS.LOW) |
      (translation.nonGlobal ? HOLDS.NON_GLOBAL : HOLDS.GLOBAL);
    let flags = translation.nonGlobal ? ENTRY_FLAG.NON_GLOBAL : 0;
    if (translation.flat || translation.level === 3) return flags;
    summary.anyBlock = true;
    if (translation.level === 2) {
      flags |= ENTRY_FLAG.BLOCK_2M;
      setBit(summary.blocks2M, hash2M(vaLo, vaHi & HI_MASK));
    } else {
      flags |= ENTRY_FLAG.BLOCK_1G;
      setBit(summary.blocks1G, hash1G(vaLo, vaHi & HI_MASK));
    }
    return flags;
  }
}

function setEntry(u32: Uint32Array, word: number, tagLo: number, tagHi: number, addend: number, flags: number): void {
  u32[word + ENTRY.TAG_LO] = tagLo;
  u32[word + ENTRY.TAG_HI] = tagHi;
  u32[word + ENTRY.ADDEND] = addend;
  u32[word + ENTRY.FLAGS] = flags;
}

/** Makes a write entry a watched one: see TLB.WATCHED. */
function watchEntry(u32: Uint32Array, word: number): void {
  u32[word + ENTRY.TAG_LO]! ^= TLB.WATCHED_TAG;
  u32[word + ENTRY.FLAGS]! |= ENTRY_FLAG.WATCHED;
}

/** Drops pieces of the 2 MiB block, and if `in1G` of the 1 GiB block, that holds the page. */
function dropBlock(
  u32: Uint32Array,
  start: number,
  entries: number,
  alias: number,
  pageLo: number,
  pageHi: number,
  keep: number,
  in1G: boolean,
): void {
  // The 512 pages of a 2 MiB block have consecutive slots; those of a 1 GiB block are everywhere.
  const first = in1G ? 0 : ((pageLo & ~0x1fffff) >>> 12) & (entries - 1);
  const count = in1G ? entries : Math.min(entries, 512);
  for (let slot = first; slot < first + count; slot++) {
    const word = entryWord(start, slot);
    const flags = u32[word + ENTRY.FLAGS]!;
    if ((flags & (ENTRY_FLAG.BLOCK_2M | ENTRY_FLAG.BLOCK_1G)) === 0 || (flags & keep) !== 0) continue;
    if ((u32[word + ENTRY.TAG_HI]! & HI_MASK) !== pageHi) continue;
    const shift = flags & ENTRY_FLAG.BLOCK_1G ? 30 : 21;
    if (u32[word + ENTRY.TAG_LO]! >>> shift === pageLo >>> shift) emptyEntry(u32, word, slot, alias);
  }
}

const hasBit = (set: Uint32Array, bit: number): boolean => (set[bit >>> 5]! & (1 << (bit & 31))) !== 0;
function setBit(set: Uint32Array, bit: number): void {
  set[bit >>> 5] = set[bit >>> 5]! | (1 << (bit & 31));
}
