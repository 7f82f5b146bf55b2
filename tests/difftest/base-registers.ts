import { REACH } from './sequence';

/** What a generator knows of the registers that hold addresses: how far they may be from the middle of the memory, in bytes. */
export interface Distance {
  readonly lo: number;
  readonly hi: number;
  /** All of them multiples of 16. */
  readonly aligned: boolean;
}

/** Room behind every address: the largest access is 64 bytes. */
const LARGEST = 64;

/** By register number, 31 is SP. What is not there may be anywhere. */
export class BaseRegisters {
  private readonly known = new Map<number, Distance>();
  /** Registers that nothing may write for now. */
  private readonly frozen = new Map<number, number>();

  get(register: number): Distance | undefined {
    return this.known.get(register);
  }
  set(register: number, distance: Distance): void {
    this.known.set(register, distance);
  }
  forget(register: number): void {
    this.known.delete(register);
  }
  /** Those that are known. */
  get usable(): number[] {
    return [...this.known.keys()];
  }
  isFrozen(register: number): boolean {
    return (this.frozen.get(register) ?? 0) > 0;
  }
  /** While `work` is done nothing else writes the register. */
  freeze(registers: readonly number[], work: () => void): void {
    for (const register of registers) this.frozen.set(register, (this.frozen.get(register) ?? 0) + 1);
    work();
    for (const register of registers) this.frozen.set(register, this.frozen.get(register)! - 1);
  }
  forgetAll(but: (register: number) => boolean = (register) => this.isFrozen(register)): void {
    for (const register of this.usable) if (!but(register)) this.known.delete(register);
  }

  snapshot(): Map<number, Distance> {
    return new Map(this.known);
  }
  restore(snapshot: ReadonlyMap<number, Distance>): void {
    this.known.clear();
    for (const [register, distance] of snapshot) this.known.set(register, distance);
  }
  /** Two ways meet: what is known on both. */
  meet(other: ReadonlyMap<number, Distance>): void {
    for (const register of this.usable) {
      const [a, b] = [this.known.get(register)!, other.get(register)];
      if (!b) this.known.delete(register);
      else this.set(register, { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi), aligned: a.aligned && b.aligned });
    }
  }

  /** Whether all accesses at such distances, and `from` to `to` from there, lie in the memory. */
  static reaches({ lo, hi }: Distance, from: number, to: number): boolean {
    return lo + from >= -REACH && hi + to + LARGEST <= REACH;
  }
}
