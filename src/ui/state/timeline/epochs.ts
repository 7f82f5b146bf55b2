/**
 * The strip's time goes on through sleeps and wakes; machine time begins anew with each machine that wakes, and with nothing else: not with a reset, and
 * what is told late of a time that was passed is of the same run. An epoch is a stretch of the strip in which machine time goes on. All in nanoseconds.
 */
export interface Epoch {
  /** On the strip. */
  start: number;
  /** Machine time there; undefined while the machine sleeps on its disk: then there is none. */
  machine: number | undefined;
}

export class Epochs {
  list: Epoch[] = [];

  get last(): Epoch | undefined {
    return this.list.at(-1);
  }

  begin(start: number, machine: number | undefined): void {
    this.list.push({ start, machine });
  }

  /** The last in which machine time goes on: that of the machine at hand, awake or asleep. */
  get own(): Epoch | undefined {
    return this.list.filter(({ machine }) => machine !== undefined).at(-1);
  }

  /** Where a machine time of the machine at hand lies on the strip. */
  toStrip(machine: number): number {
    const { own } = this;
    return own?.machine === undefined ? machine : own.start + machine - own.machine;
  }

  at(strip: number): Epoch | undefined {
    return this.list.filter(({ start }) => start <= strip).at(-1);
  }

  /** Machine time at a place of the strip; undefined before the first epoch and during sleep. */
  toMachine(strip: number): number | undefined {
    const epoch = this.at(strip);
    return epoch?.machine === undefined ? undefined : epoch.machine + strip - epoch.start;
  }

  /** The same, and for a machine that sleeps there the time at which it fell asleep. */
  stoodAt(strip: number): number | undefined {
    const { list, own } = this;
    if (this.at(strip)?.machine !== undefined || own?.machine === undefined) return this.toMachine(strip);
    return own.machine + this.endOf(list.indexOf(own)) - own.start;
  }

  /** End of the epoch that begins at `index`; Infinity: it goes on. */
  endOf(index: number): number {
    return this.list[index + 1]?.start ?? Number.POSITIVE_INFINITY;
  }
}
