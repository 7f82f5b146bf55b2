import { LANE_SHIFT } from '../pseudocode/fp-ordinary';
import { AES_INVERSE_S_BOX, AES_S_BOX, shiftedRows } from './aes';
import { circulant, type SBox, sBoxBytes } from './s-box';

/** Tables that meanings read: their addresses in the machine's memory and their contents. */
export const TABLES = {
  /** 256 i32 each, reflected: CRC-32 (0x04c11db7) and CRC-32C (0x1edc6f41). */
  CRC32: 0x1000,
  CRC32C: 0x1400,
  /** S-boxes, as s-box.ts lays them out. */
  AES_S_BOX: 0x1800,
  AES_INVERSE_S_BOX: 0x1880,
  SM4_S_BOX: 0x1900,
  /** Sixteen byte numbers each. */
  AES_SHIFT_ROWS: 0x1980,
  AES_INVERSE_SHIFT_ROWS: 0x1990,
  /** What lanes are compared with by compiled code, which would else make these constants anew wherever it needs them: see fp-ordinary.ts. */
  LANE_SHIFT_F32X4: 0x19a0,
  LANE_SHIFT_F64X2: 0x19b0,
  /** Pointer authentication codes computed of late: no constants, see {@link POINTER_CODES}. */
  POINTER_CODES: 0x4000,
} as const;

/**
 * How {@link TABLES.POINTER_CODES} lies in memory: 2^INDEX_BITS entries of 2^SHIFT bytes, each with data, modifier, and low and high half of the key (i64), and
 * the code of these. It is no part of any state: the same inputs always have the same code.
 */
export const POINTER_CODES = { INDEX_BITS: 9, SHIFT: 6, RESULT: 32 } as const;

function crcTable(reflectedPolynomial: number): Int32Array {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? reflectedPolynomial : 0);
    table[i] = crc;
  }
  return table;
}

const SM4_CONSTANT = 0xd3;
const sm4Affine = circulant(0xa7);
/** GB/T 32907; its affine map stands before and behind the inversion. */
const SM4_S_BOX: SBox = {
  polynomial: 0x1f5,
  before: (x) => sm4Affine(x) ^ SM4_CONSTANT,
  after: sm4Affine,
  constant: SM4_CONSTANT,
};

/** 16 bytes: lanes of so many bytes with this value. */
const repeated = (bytes: number, value: bigint): number[] =>
  Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * (i % bytes))) & 0xffn));

const BYTES: readonly (readonly [address: number, bytes: readonly number[]])[] = [
  [TABLES.AES_S_BOX, sBoxBytes(AES_S_BOX)],
  [TABLES.AES_INVERSE_S_BOX, sBoxBytes(AES_INVERSE_S_BOX)],
  [TABLES.SM4_S_BOX, sBoxBytes(SM4_S_BOX)],
  [TABLES.AES_SHIFT_ROWS, shiftedRows(1)],
  [TABLES.AES_INVERSE_SHIFT_ROWS, shiftedRows(-1)],
  [TABLES.LANE_SHIFT_F32X4, repeated(4, LANE_SHIFT.f32x4)],
  [TABLES.LANE_SHIFT_F64X2, repeated(8, LANE_SHIFT.f64x2)],
];

/** Fills the tables; `words` is a view of the whole memory. */
export function writeTables(words: Int32Array): void {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  for (const [address, values] of BYTES) bytes.set(values, address);
  words.set(crcTable(0xedb88320), TABLES.CRC32 >> 2);
  words.set(crcTable(0x82f63b78), TABLES.CRC32C >> 2);
  // An empty entry would say what the code of nothing but zeros is: its data is something that belongs into another entry.
  words[TABLES.POINTER_CODES >> 2] = 1;
}
