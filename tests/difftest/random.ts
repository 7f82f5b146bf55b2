/** A small deterministic generator (xorshift32): difference runs must be repeatable. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0 || 1;
    // Neighbouring seeds begin alike: move away from there.
    for (let i = 0; i < 8; i++) this.u32();
  }
  u32(): number {
    let s = this.state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.state = s;
    return s >>> 0;
  }
  below(limit: number): number {
    return Math.floor((this.u32() / 2 ** 32) * limit);
  }
  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }
  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
