import type { Machine } from '../machine/machine';
import { MOST_WATCHED_BYTES, MOST_WATCHPOINTS, type WatchedWrite, type Watchpoint } from './breakpoint';

/** Of what was written, so many bytes are told. */
const MOST_TOLD = 16;

/**
 * Watched memory: of the pages that hold some no store passes unseen (`GuestRam.watchStores`), so the guest pays for these pages and for nothing else, and cannot tell. Reads are not seen: a
 * data TLB's window lets them through.
 */
export class Watches {
  private list: readonly Watchpoint[] = [];
  /** The first write since the machine went on. */
  private hit: (Omit<WatchedWrite, 'after'> & { readonly vcpu?: number }) | undefined;

  constructor(private readonly machine: Machine) {}

  get any(): boolean {
    return this.list.length > 0;
  }

  /** Throws one sentence if one of them makes no sense. */
  set(list: readonly Watchpoint[]): void {
    const { memory } = this.machine;
    if (list.length > MOST_WATCHPOINTS)
      throw new Error(`${list.length} stretches of memory cannot be watched: at most ${MOST_WATCHPOINTS} can.`);
    for (const { physical, bytes } of list) {
      if (!Number.isInteger(bytes) || bytes < 1 || bytes > MOST_WATCHED_BYTES)
        throw new Error(`${bytes} bytes cannot be watched: give 1 to ${MOST_WATCHED_BYTES}.`);
      if (!Number.isSafeInteger(physical) || !memory.contains(physical, bytes))
        throw new Error(
          `The physical address 0x${physical.toString(16)} cannot be watched: ${bytes} bytes from there on are not RAM.`,
        );
    }
    this.list = [...list];
  }

  /** Whoever writes from now on is stopped. */
  arm(): void {
    this.hit = undefined;
    this.listen((write, vcpu) => {
      this.hit ??= { ...write, ...(vcpu !== undefined && { vcpu }) };
      this.machine.haltSoon();
    });
  }

  /** From now on `heard` hears of each write, before it is done. */
  listen(heard: (write: WatchedWrite, vcpu: number | undefined) => void): void {
    const { machine, list } = this;
    const pages = list.flatMap(({ physical, bytes }) => [physical, physical + bytes - 1]);
    machine.memory.watchStores(pages, (pa, length) => {
      const place = placeIn(list, pa, length);
      if (!place) return;
      const { slice } = machine.engine;
      const before = machine.memory.view(place.physical, Math.min(MOST_TOLD, place.bytes)).slice();
      const isStore = slice.storing !== 0;
      heard(
        { physical: place.physical, before, ...(isStore && { pc: slice.pcOf(slice.storing) }) },
        isStore ? slice.running.index : undefined,
      );
    });
  }

  disarm(): void {
    this.machine.memory.watchStores([], undefined);
  }

  /** What was written, once: the machine has stopped behind it. */
  take(): (WatchedWrite & { readonly vcpu?: number }) | undefined {
    const { hit } = this;
    this.hit = undefined;
    return hit && { ...hit, after: this.machine.memory.view(hit.physical, hit.before.length).slice() };
  }
}

/** The watched part of a write. */
function placeIn(list: readonly Watchpoint[], pa: number, length: number): Watchpoint | undefined {
  for (const { physical, bytes } of list) {
    const first = Math.max(pa, physical);
    const end = Math.min(pa + length, physical + bytes);
    if (first < end) return { physical: first, bytes: end - first };
  }
  return undefined;
}
