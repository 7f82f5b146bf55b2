import { compareMoments, type Moment } from '../machine/input';
import type { Machine } from '../machine/machine';
import { type Held, MachineChanges } from '../machine/machine-changes';
import { type Checkpoint, checkpointOf, putBack } from '../machine/saved-machine';
import type { NotingDisk } from '../storage/noting-disk';
import { DeltaWords, UnitDelta } from './unit-delta';

/** What a unit held, or what of that differs from what it holds at the next place, or from zeros. */
type Kept = Held | UnitDelta;

/** What some units held. */
class Units {
  /** Of all of them. */
  bytes = 0;
  private readonly contents = new Map<number, Kept>();

  static of(units: Iterable<number>, held: (unit: number) => Held): Units {
    const all = new Units();
    for (const unit of units) all.set(unit, held(unit));
    return all;
  }

  has(unit: number): boolean {
    return this.contents.has(unit);
  }
  set(unit: number, kept: Kept): void {
    this.bytes += (kept?.length ?? 0) - (this.contents.get(unit)?.length ?? 0);
    this.contents.set(unit, kept);
  }
  keys(): Iterable<number> {
    return this.contents.keys();
  }

  /** What a unit held, where `later` is what it holds at the next place. */
  held(unit: number, later: (unit: number) => Held): Held {
    const kept = this.contents.get(unit);
    return kept instanceof UnitDelta ? kept.from(later(unit)) : kept;
  }
  *all(later: (unit: number) => Held): Iterable<[unit: number, held: Held]> {
    for (const unit of this.contents.keys()) yield [unit, this.held(unit, later)];
  }

  /** The machine stands at the next place: what differs little from what is there is kept as the difference, and `free` gets what is not needed then. */
  fold(later: (unit: number) => Held, free: (held: Uint8Array) => void): void {
    const words = new DeltaWords();
    for (const [unit, kept] of this.contents) {
      if (!kept || kept instanceof UnitDelta) continue;
      const delta = UnitDelta.of(kept, later(unit), kept.length, words);
      if (!delta) continue;
      this.set(unit, delta);
      free(kept);
    }
    words.trim();
  }
  /** The machine stands at this place: all is kept whole, for it will run on from here. */
  unfold(here: (unit: number) => Held): void {
    for (const [unit, kept] of this.contents) if (kept instanceof UnitDelta) this.set(unit, here(unit));
  }

  /** The place behind this one goes, where units held `next`. */
  join(next: Units): void {
    const words = new DeltaWords();
    for (const [unit, kept] of this.contents)
      if (kept instanceof UnitDelta)
        this.set(unit, next.has(unit) ? kept.over(next.contents.get(unit), words) : kept.movedTo(words));
    for (const [unit, then] of next.contents)
      if (!this.has(unit)) this.set(unit, then instanceof UnitDelta ? then.movedTo(words) : then);
    words.trim();
  }
}

/** A place of a machine's past that it can be put to at once. */
export interface Place extends Checkpoint {
  /** Puts back what the machine's owner knew here. */
  readonly recall: () => void;
  /** Of each unit (machine-changes.ts) that changes between here and the next place, what it holds here: whole where the machine runs on from here, folded elsewhere. */
  readonly undo: Units;
  /** The same units as they are at the next place: while the machine stands before that. */
  redo: Units | undefined;
}

/**
 * Places of a machine's past, and how to get from one to another without running: what of its memory and disks differs between neighbours is kept, both ways
 * where the machine has gone back. The machine stands at the place `base`, or has run on from there towards the next.
 */
export class PlaceChain {
  readonly places: Place[] = [];
  /** Index of the last place that is not behind the machine; -1: none is kept. */
  base = -1;
  /** Bytes that are kept of what changed since the last place was added or come to. */
  grown = 0;
  private readonly changes: MachineChanges;

  /** @param remember keeps what the machine's owner knows, and returns what puts it back */
  constructor(
    private readonly machine: Machine,
    disks: readonly NotingDisk[],
    private readonly remember: () => () => void,
  ) {
    this.changes = new MachineChanges(machine, disks, (unit) => this.changing(unit));
  }

  private changing(unit: number): void {
    const { undo } = this.places[this.base]!;
    if (undo.has(unit)) return;
    const held = this.held(unit);
    undo.set(unit, held);
    this.grown += held?.length ?? 0;
  }

  private readonly held = (unit: number): Held => this.changes.held(unit);

  get last(): Place | undefined {
    return this.places.at(-1);
  }

  /** The next place that the machine comes to. */
  get next(): Place | undefined {
    return this.places[this.base + 1];
  }

  /** Bytes that are kept of memory and disks. */
  get bytes(): number {
    return this.places.reduce((sum, { undo, redo }) => sum + undo.bytes + (redo?.bytes ?? 0), 0);
  }

  /** Keeps where the machine stands now, between two instructions. Throws one sentence if that could not be put back. */
  add(): Place {
    const checkpoint = checkpointOf(this.machine);
    const before = this.places[this.base];
    let undo = new Units();
    let redo: Units | undefined;
    if (before && this.next) {
      // What of it changes from here on is not known apart: all that changes up to the next place may.
      undo = Units.of(before.undo.keys(), this.held);
      redo = before.redo;
      before.redo = undefined;
    }
    if (before) this.fold(before);
    const place: Place = { ...checkpoint, recall: this.remember(), undo, redo };
    this.places.splice(++this.base, 0, place);
    this.begin();
    return place;
  }

  /** Index of the last place that is early enough; -1: none is. */
  lastWhere(isEarly: (place: Place) => boolean): number {
    let index = this.places.length - 1;
    while (index >= 0 && !isEarly(this.places[index]!)) index--;
    return index;
  }

  /** Puts the machine to a place. Wherever there are none ahead of it, it must stand at the last, or what it did since is lost. */
  hop(index: number): void {
    const { places, base, changes, machine } = this;
    const target = places[index]!;
    for (let at = base; at >= index; at--) {
      const place = places[at]!;
      // Between two places, the one ahead knows what it was like there.
      if (at < base) place.redo = Units.of(place.undo.keys(), this.held);
      changes.put(place.undo.all(this.held));
    }
    for (let at = base; at < index; at++) {
      const place = places[at]!;
      changes.put(place.redo!.all(this.held));
      this.leave(place);
    }
    target.undo.unfold(this.held);
    this.base = index;
    putBack(machine, target);
    target.recall();
    this.begin();
  }

  /** The machine has run to where the next place is. */
  pass(): void {
    this.leave(this.places[this.base]!);
    this.base++;
    this.places[this.base]!.undo.unfold(this.held);
    this.begin();
  }

  private fold({ undo }: Place): void {
    const { changes } = this;
    undo.fold(
      (unit) => changes.look(unit),
      (held) => changes.giveBack(held),
    );
  }

  /** The machine has come from a place to the next. */
  private leave(place: Place): void {
    place.redo = undefined;
    this.fold(place);
  }

  private begin(): void {
    this.grown = 0;
    this.changes.begin();
  }

  /** What lies ahead of the machine has not happened. */
  cut(): void {
    this.places.length = this.base + 1;
    const place = this.places[this.base];
    if (place) place.redo = undefined;
  }

  /** Takes a place out from between its neighbours, which know all that it knew. */
  remove(index: number): void {
    const [before, place] = [this.places[index - 1]!, this.places[index]!];
    const isBase = index === this.base;
    // The machine runs on from the one before then, all of which is kept whole. What has not changed since this place is as it was here.
    if (isBase)
      before.undo.unfold((unit) =>
        before.undo.held(unit, (of) => (place.undo.has(of) ? place.undo.held(of, this.held) : this.held(of))),
      );
    before.undo.join(place.undo);
    if (index > this.base) for (const [unit, held] of place.redo?.all(this.held) ?? []) before.redo?.set(unit, held);
    else {
      // The machine stands between the two neighbours now, and what changed only before this place is at the next as it is here.
      if (isBase && place.redo) {
        for (const unit of before.undo.keys()) if (!place.redo.has(unit)) place.redo.set(unit, this.held(unit));
        before.redo = place.redo;
      }
      this.base--;
    }
    this.places.splice(index, 1);
  }

  /** Gives the first place up. Nothing before the second can be gone back to then. */
  dropFirst(): void {
    if (this.base === 0) return this.clear();
    this.places.shift();
    this.base--;
  }

  clear(): void {
    this.places.length = 0;
    this.base = -1;
    this.changes.end();
  }

  /** Whether the machine has come to a moment, or beyond. */
  reached(moment: Moment): boolean {
    return compareMoments(this.machine.moment, moment) >= 0;
  }
}
