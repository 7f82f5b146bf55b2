/** log2 of the sizes of blocks: level 2 of the 4 KiB, 16 KiB and 64 KiB granule, and level 1 of the first. */
const BLOCK_SHIFTS = [21, 25, 29, 30] as const;

/** Bits in each hashed set. */
const HASHES = 4096;

const hash = (shift: number, vaLo: number, vaHi: number): number => ((vaLo >>> shift) | (vaHi << (32 - shift))) & (HASHES - 1);

/**
 * The blocks that TLBs may have 4 KiB pieces of, by size, as bits by a hash of the block's number: never fewer than there are.
 * Addresses are a low word and VA[55:32].
 */
export class BlockSet {
  private readonly sets = new Map(BLOCK_SHIFTS.map((shift) => [shift as number, new Uint32Array(HASHES / 32)]));
  /** Sizes there are blocks of. */
  private readonly sizes = new Set<number>();

  /** `shift` is log2 of the size of a block, which a granule must have. */
  add(shift: number, vaLo: number, vaHi: number): void {
    setBit(this.sets.get(shift)!, hash(shift, vaLo, vaHi));
    this.sizes.add(shift);
  }
  /** Whether there may be pieces of a block that holds this address. */
  mayHold(vaLo: number, vaHi: number): boolean {
    for (const shift of this.sizes) if (hasBit(this.sets.get(shift)!, hash(shift, vaLo, vaHi))) return true;
    return false;
  }
  clear(): void {
    for (const shift of this.sizes) this.sets.get(shift)!.fill(0);
    this.sizes.clear();
  }
}

const hasBit = (set: Uint32Array, bit: number): boolean => (set[bit >>> 5]! & (1 << (bit & 31))) !== 0;
function setBit(set: Uint32Array, bit: number): void {
  set[bit >>> 5] = set[bit >>> 5]! | (1 << (bit & 31));
}
