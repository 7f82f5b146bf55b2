/** Bits in the hashed sets. */
const BLOCKS_2M = 4096;
const BLOCKS_1G = 1024;

const hash2M = (vaLo: number, vaHi: number): number => ((vaLo >>> 21) | (vaHi << 11)) & (BLOCKS_2M - 1);
const hash1G = (vaLo: number, vaHi: number): number => ((vaLo >>> 30) | (vaHi << 2)) & (BLOCKS_1G - 1);

/**
 * The blocks (2 MiB, 1 GiB) that TLBs may have 4 KiB pieces of, as bits by a hash of the block's number: never fewer than there are.
 * Addresses are a low word and VA[55:32].
 */
export class BlockSet {
  private readonly of2M = new Uint32Array(BLOCKS_2M / 32);
  private readonly of1G = new Uint32Array(BLOCKS_1G / 32);
  private any = false;

  add2M(vaLo: number, vaHi: number): void {
    setBit(this.of2M, hash2M(vaLo, vaHi));
    this.any = true;
  }
  add1G(vaLo: number, vaHi: number): void {
    setBit(this.of1G, hash1G(vaLo, vaHi));
    this.any = true;
  }
  /** Whether there may be pieces of a block that holds this address. */
  mayHold(vaLo: number, vaHi: number): boolean {
    return this.any && (hasBit(this.of2M, hash2M(vaLo, vaHi)) || hasBit(this.of1G, hash1G(vaLo, vaHi)));
  }
  clear(): void {
    if (!this.any) return;
    this.of2M.fill(0);
    this.of1G.fill(0);
    this.any = false;
  }
}

const hasBit = (set: Uint32Array, bit: number): boolean => (set[bit >>> 5]! & (1 << (bit & 31))) !== 0;
function setBit(set: Uint32Array, bit: number): void {
  set[bit >>> 5] = set[bit >>> 5]! | (1 << (bit & 31));
}
