/**
 * Raw software TLB entries as Wasm handlers see them (layout.ts), and emptying them.
 *
 * An entry's slot is (VA >> 12) modulo the number of entries. Its tag is the page's whole virtual address, the ignored top
 * byte included, so one page used with two tags has two translations in turn in the same slot. The fourth word, which handlers
 * do not look at, remembers what invalidation needs to know.
 */
import { CODE_TLB, CPU, TLB } from '../layout';
import type { Vcpu } from '../vcpu';

/** Bits of an entry's fourth word. Filling an empty entry with EMPTY_BYTE leaves all of them clear. */
export const ENTRY_FLAG = {
  NON_GLOBAL: 1,
  /** The page is a piece of a 2 MiB or 1 GiB block: invalidating any address of the block must drop it. */
  BLOCK_2M: 2,
  BLOCK_1G: 4,
  /** See TLB.WATCHED in layout.ts. */
  WATCHED: TLB.WATCHED,
} as const;

/** Word offsets inside an entry. */
export const ENTRY = { TAG_LO: 0, TAG_HI: 1, ADDEND: 2, FLAGS: 3 } as const;

/** TLBs of a vCPU by number: the data TLBs by MMU index, then the code TLBs by EL. */
export const DATA_TLBS = 3;
export const CODE_TLBS = 2;
export const TLB_COUNT = DATA_TLBS + CODE_TLBS;

const EMPTY_WORD = (TLB.EMPTY_BYTE * 0x01010101) >>> 0;
const ALIAS_LO = Number(TLB.EMPTY_ALIAS & 0xffffffffn);
const ALIAS_HI = Number(TLB.EMPTY_ALIAS >> 32n);
/** Low word of the page an empty entry's tag lies in. */
const EMPTY_PAGE = EMPTY_WORD & ~0xfff;
/** Slots, from that page's on, whose empty entries need another tag. */
const ALIAS_SLOTS = 3;

export const dataSlot = (vaLo: number): number => (vaLo >>> 12) & (TLB.ENTRIES - 1);
export const codeSlot = (vaLo: number): number => (vaLo >>> 12) & (CODE_TLB.ENTRIES - 1);

/** Host address and bytes of TLB `number`; a data TLB includes both halves. */
export const tlbAddress = (vcpu: Vcpu, number: number): number =>
  number < DATA_TLBS ? vcpu.base + CPU.DTLBS + number * TLB.SIZE : vcpu.base + CPU.CTLBS + (number - DATA_TLBS) * CODE_TLB.SIZE;
export const tlbBytes = (number: number): number => (number < DATA_TLBS ? TLB.SIZE : CODE_TLB.SIZE);
export const entriesIn = (number: number): number => (number < DATA_TLBS ? TLB.ENTRIES : CODE_TLB.ENTRIES);

/** Word index of the entry for a slot in the part of a TLB that starts at host address `start`. */
export const entryWord = (start: number, slot: number): number => (start + slot * TLB.ENTRY_SIZE) >>> 2;

/**
 * Empties one entry: `word` is its index in 32-bit words, `slot` its number in its TLB. Probes subtract the tag from the
 * address, and an empty tag is no page address: it reaches into two pages, and into one more as the tag of a watched page. In the slots of
 * these three stands the alias.
 */
export function emptyEntry(u32: Uint32Array, word: number, slot: number, aliasSlot: number): void {
  const alias = slot >= aliasSlot && slot < aliasSlot + ALIAS_SLOTS;
  u32[word + ENTRY.TAG_LO] = alias ? ALIAS_LO : EMPTY_WORD;
  u32[word + ENTRY.TAG_HI] = alias ? ALIAS_HI : EMPTY_WORD;
  u32[word + ENTRY.FLAGS] = 0;
}

export const DATA_ALIAS_SLOT = dataSlot(EMPTY_PAGE);
export const CODE_ALIAS_SLOT = codeSlot(EMPTY_PAGE);
export const aliasSlotOf = (number: number): number => (number < DATA_TLBS ? DATA_ALIAS_SLOT : CODE_ALIAS_SLOT);

/** Empties one TLB (both halves of a data TLB). */
export function clearTlb(vcpu: Vcpu, number: number): void {
  const { u8, u32 } = vcpu.views;
  const start = tlbAddress(vcpu, number);
  u8.fill(TLB.EMPTY_BYTE, start, start + tlbBytes(number));
  const alias = aliasSlotOf(number);
  for (let slot = alias; slot < alias + ALIAS_SLOTS; slot++) {
    emptyEntry(u32, entryWord(start, slot), slot, alias);
    if (number < DATA_TLBS) emptyEntry(u32, entryWord(start + TLB.WRITE, slot), slot, alias);
  }
}

/** Empties the write half of a data TLB. */
export function clearWriteHalf(vcpu: Vcpu, number: number): void {
  const { u8, u32 } = vcpu.views;
  const start = tlbAddress(vcpu, number) + TLB.WRITE;
  u8.fill(TLB.EMPTY_BYTE, start, start + TLB.HALF);
  for (let slot = DATA_ALIAS_SLOT; slot < DATA_ALIAS_SLOT + ALIAS_SLOTS; slot++)
    emptyEntry(u32, entryWord(start, slot), slot, DATA_ALIAS_SLOT);
}

/** Empties all TLBs of a vCPU. */
export function clearTlbs(vcpu: Vcpu): void {
  for (let number = 0; number < TLB_COUNT; number++) clearTlb(vcpu, number);
}
