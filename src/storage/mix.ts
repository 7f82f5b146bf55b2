/** Two independent 32-bit lanes of multiply-and-rotate, fed with 32-bit words: tells contents apart, quickly; no protection against forgery. */
export class Mix {
  private a = 0x9e3779b9 | 0;
  private b = 0x85ebca6b | 0;

  word(value: number): void {
    this.a = Math.imul(this.a ^ value, 0x01000193);
    this.a = (this.a << 13) | (this.a >>> 19);
    this.b = Math.imul(this.b + value, 0xc2b2ae35 | 0);
    this.b = (this.b << 17) | (this.b >>> 15);
  }

  /** 64 bits: what `a` came to above `b`. */
  get value(): bigint {
    return (BigInt(this.a >>> 0) << 32n) | BigInt(this.b >>> 0);
  }
}
