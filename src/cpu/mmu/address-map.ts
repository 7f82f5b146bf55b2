/**
 * What an address space maps, as ranges. It is found by walking address after address, each time over all that the entry which was found stands
 * for, so that it cannot say anything else than a walk does. Nothing of the machine changes.
 */
import type { GuestRam } from '../ram';
import { SCTLR } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { attributeWords } from '../words/memory-words';
import { deniedToEl0, permitNow } from './access-check';
import { Translation } from './translation';
import { type WalkStep, walk } from './walk';

/** `el1` and `el0` say what each may do as `rwx`, with `-` for what it may not. PSTATE.PAN is left out: it changes too often to be of a map. */
export interface MappedRange {
  /** Virtual: first byte, and the last one. */
  readonly from: bigint;
  readonly last: bigint;
  /** Of the first byte; undefined if the range is not in one piece. */
  readonly physical: bigint | undefined;
  readonly el1: string;
  readonly el0: string;
  readonly memory: string;
  readonly global: boolean;
  /** Leaves: how many, and the bytes of the smallest and of the largest as log2. */
  readonly leaves: number;
  readonly smallest: number;
  readonly largest: number;
}

export interface AddressMap {
  readonly ranges: readonly MappedRange[];
  /** Where to go on: undefined if all was seen. */
  readonly next: bigint | undefined;
}

/** How much is looked at in one go. */
export interface MapBounds {
  readonly walks: number;
  readonly ranges: number;
}

type Growing = { -readonly [Name in keyof MappedRange]: MappedRange[Name] };

const TOP = 1n << 64n;
const BIT_55 = 1n << 55n;
const VA_MASK = 0xffff_ffffn;

/** The first address of a half of the address space that a walk may find something for: of the upper half, where its translated bits begin. */
function firstOf(vcpu: Vcpu, high: boolean): bigint {
  if (!high) return 0n;
  const t1sz = BigInt((vcpu.lo(SYS.TCR_EL1) >>> 16) & 0x3f);
  return TOP - (1n << (64n - t1sz));
}

/**
 * The ranges of one half from `from` on (left out: from its beginning). Neighbours with the same attributes are one range. With the MMU off there are no ranges.
 */
export function addressMap(vcpu: Vcpu, ram: GuestRam, high: boolean, from: bigint | undefined, bounds: MapBounds): AddressMap {
  if ((vcpu.lo(SYS.SCTLR_EL1) & SCTLR.M) === 0) return { ranges: [], next: undefined };
  const found = new Translation();
  const ranges: Growing[] = [];
  let at = from ?? firstOf(vcpu, high);
  for (let walks = 0; at < TOP && ((at & BIT_55) !== 0n) === high; walks++) {
    if (walks === bounds.walks) return { ranges, next: at };
    const steps: WalkStep[] = [];
    const fault = walk(vcpu, ram, Number(at & VA_MASK), Number(at >> 32n), found, steps);
    const last = steps.at(-1);
    // Nothing was looked up: the rest of the half is not translated.
    if (!last) break;
    const bytes = 1n << BigInt(last.shift);
    const next = (at / bytes + 1n) * bytes;
    if (!fault && !grow(vcpu, ranges.at(-1), at, next, found)) {
      if (ranges.length === bounds.ranges) return { ranges, next: at };
      ranges.push(rangeOf(vcpu, at, next, found));
    }
    at = next;
  }
  return { ranges, next: undefined };
}

function rangeOf(vcpu: Vcpu, from: bigint, next: bigint, found: Translation): Growing {
  return {
    from,
    last: next - 1n,
    physical: BigInt(found.pa),
    ...attributesOf(vcpu, from, found),
    leaves: 1,
    smallest: found.leafShift,
    largest: found.leafShift,
  };
}

type Attributes = Pick<Growing, 'el1' | 'el0' | 'memory' | 'global'>;

function attributesOf(vcpu: Vcpu, address: bigint, found: Translation): Attributes {
  const el0 = deniedToEl0(vcpu, Number(address >> 32n)) ? '---' : letters(vcpu, true, found);
  return { el1: letters(vcpu, false, found), el0, memory: attributeWords(found.attribute), global: !found.nonGlobal };
}

function letters(vcpu: Vcpu, el0: boolean, found: Translation): string {
  permitNow(vcpu, el0, false, found);
  return `${found.readable ? 'r' : '-'}${found.writable ? 'w' : '-'}${found.executable ? 'x' : '-'}`;
}

/** Adds a leaf to the range before it, if it is its neighbour and says the same. */
function grow(vcpu: Vcpu, range: Growing | undefined, at: bigint, next: bigint, found: Translation): boolean {
  if (!range || range.last + 1n !== at) return false;
  const { el1, el0, memory, global } = attributesOf(vcpu, at, found);
  if (range.el1 !== el1 || range.el0 !== el0 || range.memory !== memory || range.global !== global) return false;
  if (range.physical !== undefined && range.physical + (at - range.from) !== BigInt(found.pa)) range.physical = undefined;
  range.last = next - 1n;
  range.leaves++;
  range.smallest = Math.min(range.smallest, found.leafShift);
  range.largest = Math.max(range.largest, found.leafShift);
  return true;
}
