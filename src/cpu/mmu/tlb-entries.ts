/**
 * Raw software TLB entries as Wasm handlers see them (layout.ts), and emptying them.
 *
 * An entry's slot is (VA >> 12) modulo the number of entries. Its tag is the page's whole virtual address, the ignored top
 * byte included, so one page used with two tags has two translations in turn in the same slot. The fourth word, which handlers
 * do not look at, remembers what invalidation needs to know.
 */
import { CODE_TLB, CPU, MEMORY, TLB, WINDOW } from '../layout';
import type { MemoryViews, Vcpu } from '../vcpu';

/** Bits of an entry's fourth word. Filling an empty entry with EMPTY_BYTE leaves all of them clear. */
export const ENTRY_FLAG = {
  NON_GLOBAL: 1,
  /** See TLB.WATCHED in layout.ts. */
  WATCHED: TLB.WATCHED,
  /** The entry is not empty. */
  FILLED: 16,
  /** Of a code TLB: see CODE_TLB.GUARDED in layout.ts. */
  GUARDED: CODE_TLB.GUARDED,
} as const;

/** Where it has log2 of the size of the block that the page is a piece of, 0 for none: invalidating any address of the block must drop it. */
export const ENTRY_BLOCK_SHIFT = 8;

/** Word offsets inside an entry. */
export const ENTRY = { TAG_LO: 0, TAG_HI: 1, ADDEND: 2, FLAGS: 3 } as const;

const EMPTY_WORD = (TLB.EMPTY_BYTE * 0x01010101) >>> 0;
const ALIAS_LO = Number(TLB.EMPTY_ALIAS & 0xffffffffn);
const ALIAS_HI = Number(TLB.EMPTY_ALIAS >> 32n);
/** Number of the page an empty entry's tag lies in, as far as the low word goes. */
const EMPTY_PAGE = EMPTY_WORD >>> 12;
/** Slots, from that page's on, whose empty entries need another tag. */
const ALIAS_SLOTS = 3;

/** Host addresses of a vCPU's TLBs by number, in the layout's order. */
export const dataTlbAddress = (vcpu: Vcpu, number: number): number => vcpu.base + CPU.DTLBS + number * TLB.SIZE;
export const codeTlbAddress = (vcpu: Vcpu, number: number): number => vcpu.base + CPU.CTLBS + number * CODE_TLB.SIZE;

/** Host address of the window of data TLB `number`. */
export const windowAddress = (vcpu: Vcpu, number: number): number => vcpu.base + CPU.WINDOWS + number * WINDOW.SIZE;

export function closeWindow(u32: Uint32Array, address: number): void {
  u32[(address + WINDOW.LIMIT) >>> 2] = 0;
  u32[(address + WINDOW.LIMIT + 4) >>> 2] = 0;
}

/** Word index of the entry for a slot in the part of a TLB that starts at host address `start`. */
export const entryWord = (start: number, slot: number): number => (start + slot * TLB.ENTRY_SIZE) >>> 2;

/** The first of the slots with aliases in a table of so many entries. */
const aliasSlot = (entries: number): number => EMPTY_PAGE & (entries - 1);

/**
 * Empties one entry: `word` is its index in 32-bit words, `slot` its number among `entries`. Probes subtract the tag from the
 * address, and an empty tag is no page address: it reaches into two pages, and into one more as the tag of a watched page. In the slots of
 * these three stands the alias.
 */
export function emptyEntry(u32: Uint32Array, word: number, slot: number, entries: number): void {
  const first = aliasSlot(entries);
  const alias = slot >= first && slot < first + ALIAS_SLOTS;
  u32[word + ENTRY.TAG_LO] = alias ? ALIAS_LO : EMPTY_WORD;
  u32[word + ENTRY.TAG_HI] = alias ? ALIAS_HI : EMPTY_WORD;
  u32[word + ENTRY.FLAGS] = 0;
}

/** Empties the entries from host address `start` on: a code TLB, or one half of a data TLB. */
export function clearSlots({ u8, u32 }: MemoryViews, start: number, entries: number): void {
  u8.fill(TLB.EMPTY_BYTE, start, start + entries * TLB.ENTRY_SIZE);
  const first = aliasSlot(entries);
  for (let slot = first; slot < first + ALIAS_SLOTS; slot++) emptyEntry(u32, entryWord(start, slot), slot, entries);
}

/** Empties all TLBs of a vCPU, and the one that is empty. */
export function clearTlbs(vcpu: Vcpu): void {
  const { views, base } = vcpu;
  for (let number = 0; number < WINDOW.OF_EL0; number++) closeWindow(views.u32, windowAddress(vcpu, number));
  for (const half of [0, TLB.WRITE]) clearSlots(views, MEMORY.EMPTY_TLB + half, TLB.ENTRIES);
  for (let start = CPU.DTLBS; start < CPU.CTLBS; start += TLB.HALF) clearSlots(views, base + start, TLB.ENTRIES);
  for (let start = CPU.CTLBS; start < CPU.CTLBS_END; start += CODE_TLB.SIZE) clearSlots(views, base + start, CODE_TLB.ENTRIES);
}
