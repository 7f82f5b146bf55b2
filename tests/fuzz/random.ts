/** mulberry32: a small seeded generator, so that a failure can be repeated. */
export class Random {
  constructor(private state: number) {}

  /** 32 bits. */
  next(): number {
    this.state = (this.state + 0x6d2b_79f5) | 0;
    let value = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  }
  /** 0 … limit − 1. */
  below(limit: number): number {
    return this.next() % limit;
  }
  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
