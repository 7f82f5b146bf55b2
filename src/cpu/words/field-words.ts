/** What a field of a register says to a person: the manual's name for it, its place, its value, and the meaning of that value in words. */
export interface FieldWords {
  /** The manual's name, e.g. `DFSC`. */
  readonly name: string;
  /** Its highest and its lowest bit. */
  readonly high: number;
  readonly low: number;
  readonly value: bigint;
  /** What the value means. Empty where the value says all there is to say. */
  readonly meaning: string;
}

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** Bits high:low of a value. */
export const bitsOf = (value: bigint, high: number, low: number): bigint =>
  (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
