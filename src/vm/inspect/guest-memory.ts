/** Guest memory for people who look: bytes where there are any, and what is there instead where there are none. Nothing of the machine changes. */
import { ACCESS, checkAccess } from '../../cpu/mmu/access-check';
import { Translation } from '../../cpu/mmu/translation';
import { walk } from '../../cpu/mmu/walk';
import { PAGE_BYTES } from '../../cpu/ram';
import { regionAt } from '../../machine/board-regions';
import type { Machine } from '../../machine/machine';
import {
  MEMORY_LOOK_LIMIT,
  type MemoryBytes,
  type MemoryPiece,
  type MemoryPlace,
  type MemoryState,
  SEARCH_STEP,
} from '../api/memory-view';
import { checkAddress, lookedAtVcpu } from './looked-at-vcpu';

const TOP = 1n << 64n;
const PAGE = BigInt(PAGE_BYTES);

/** The bytes from a place on, as many as `length` or to the end of the address space. Throws one sentence for a length or place that makes no sense. */
export function lookAtMemory(machine: Machine, { length, ...place }: MemoryPlace & { length: number }): MemoryBytes {
  if (!Number.isInteger(length) || length < 0 || length > MEMORY_LOOK_LIMIT)
    throw new Error(`${length} bytes of memory cannot be looked at in one go: choose 0 to ${MEMORY_LOOK_LIMIT}.`);
  checkAddress(place.address);
  const find = finder(machine, place);
  const bytes = new Uint8Array(Math.min(length, Number(TOP - place.address)));
  const pieces: MemoryPiece[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const address = place.address + BigInt(offset);
    const size = Math.min(bytes.length - offset, PAGE_BYTES - Number(address % PAGE));
    const found = find(address);
    const state = typeof found === 'string' ? found : stateAt(machine, found);
    if (state === 'memory') copy(machine, found as number, bytes.subarray(offset, offset + size));
    const last = pieces.at(-1);
    if (last?.state === state) pieces[pieces.length - 1] = { ...last, length: last.length + size };
    else pieces.push({ offset, length: size, state });
    offset += size;
  }
  return { address: place.address, bytes, pieces };
}

/** Finds the physical address, or says why there is none. */
function finder(machine: Machine, { vcpu: index, kind }: MemoryPlace): (address: bigint) => number | 'unmapped' | 'forbidden' {
  // Beyond 2^53 nothing answers, and a number is exact enough to say so.
  if (kind === 'physical') return (address) => Number(address);
  const vcpu = lookedAtVcpu(machine, index);
  const out = new Translation();
  const { memory } = machine;
  return (address) => {
    const lo = Number(address & 0xffff_ffffn);
    const hi = Number(address >> 32n);
    if (walk(vcpu, memory, lo, hi, out)) return 'unmapped';
    const { pa } = out;
    const asEl0 = { access: ACCESS.READ, el0: true, pan: false, writes: false };
    return kind === 'el0' && checkAccess(vcpu, memory, lo, hi, asEl0, out) ? 'forbidden' : pa;
  };
}

function stateAt(machine: Machine, pa: number): MemoryState {
  const { kind } = regionAt(machine, pa);
  return kind === 'ram' || kind === 'rom' ? 'memory' : kind;
}

/** A page's worth at most, so that it does not run out of RAM or ROM. */
function copy({ memory }: Machine, pa: number, into: Uint8Array): void {
  into.set(memory.contains(pa) ? memory.view(pa, into.length) : memory.rom.subarray(pa, pa + into.length));
}

export interface SearchAsk {
  /** Physical address to begin at; RAM's first byte if it is lower. */
  readonly from: bigint;
  readonly wanted: Uint8Array;
  /** Stop after so many finds. */
  readonly most: number;
}

export interface SearchAnswer {
  /** Physical addresses, ascending. */
  readonly found: readonly bigint[];
  /** Where to go on; undefined: RAM is at its end. */
  readonly next: bigint | undefined;
  /** Of RAM: first byte, and the one behind the last. */
  readonly ram: { readonly from: bigint; readonly end: bigint };
}

/** Looks for bytes in one step's worth of RAM ({@link SEARCH_STEP}): whoever wants all of it asks again from `next` on. */
export function searchMemory({ memory }: Machine, { from, wanted, most }: SearchAsk): SearchAnswer {
  if (wanted.length === 0 || wanted.length > PAGE_BYTES)
    throw new Error(`${wanted.length} bytes cannot be searched for: give 1 to ${PAGE_BYTES}.`);
  const ram = { from: BigInt(memory.base), end: BigInt(memory.end) };
  const start = Number(from < ram.from ? ram.from : from > ram.end ? ram.end : from);
  const stop = Math.min(start + SEARCH_STEP, memory.end);
  // What begins before the step's end may reach beyond it.
  const view = memory.view(start, Math.min(stop + wanted.length - 1, memory.end) - start);
  const found: bigint[] = [];
  for (let at = indexOf(view, wanted, 0); at >= 0; at = indexOf(view, wanted, at + 1)) {
    found.push(BigInt(start + at));
    if (found.length === most) return { found, next: BigInt(start + at + 1), ram };
  }
  return { found, next: stop < memory.end ? BigInt(stop) : undefined, ram };
}

/** Memory is mostly zeros: so what is looked for first is the first byte that is none. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const anchor = Math.max(
    0,
    wanted.findIndex((byte) => byte !== 0),
  );
  for (let at = bytes.indexOf(wanted[anchor]!, from + anchor); at >= 0; at = bytes.indexOf(wanted[anchor]!, at + 1)) {
    const start = at - anchor;
    if (start + wanted.length > bytes.length) return -1;
    if (wanted.every((byte, n) => bytes[start + n] === byte)) return start;
  }
  return -1;
}
