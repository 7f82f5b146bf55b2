import { circulant, type SBox } from './s-box';

/** AES (FIPS 197): its S-boxes, and how its rows are shifted. */

const POLYNOMIAL = 0x11b;
const CONSTANT = 0x63;
/** Bit n of the S-box is the parity of bits n, n + 4, n + 5, n + 6 and n + 7 of the inverse; undone by bits n + 2, n + 5 and n + 7. */
const affine = circulant(0xf1);
const undone = circulant(0xa4);

export const AES_S_BOX: SBox = { polynomial: POLYNOMIAL, before: (x) => x, after: affine, constant: CONSTANT };
export const AES_INVERSE_S_BOX: SBox = {
  polynomial: POLYNOMIAL,
  before: (x) => undone(x ^ CONSTANT),
  after: (x) => x,
  constant: 0,
};

/** The bytes of the state, column by column, with row r moved by r columns: ShiftRows and InvShiftRows. */
export const shiftedRows = (direction: 1 | -1): number[] =>
  Array.from({ length: 16 }, (_, byte) => (byte & 3) + 4 * (((byte >> 2) + direction * (byte & 3)) & 3));
