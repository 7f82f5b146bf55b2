import { shuffle } from '../../wasm';
import { type Helper, helper } from './helper';
import { circulant, substitute } from './s-box';

/** The bytes of AES's state, column by column, with row r moved by r columns (FIPS 197, ShiftRows and InvShiftRows). */
const shiftRows = (direction: 1 | -1): number[] =>
  Array.from({ length: 16 }, (_, byte) => (byte & 3) + 4 * (((byte >> 2) + direction * (byte & 3)) & 3));

const POLYNOMIAL = 0x11b;
const CONSTANT = 0x63;
/** Bit n of the S-box is the parity of bits n, n + 4, n + 5, n + 6 and n + 7 of the inverse; undone by bits n + 2, n + 5 and n + 7. */
const affine = circulant(0xf1);
const undone = circulant(0xa4);

const subBytes = substitute({ polynomial: POLYNOMIAL, before: (x) => x, after: affine, constant: CONSTANT });
const invSubBytes = substitute({ polynomial: POLYNOMIAL, before: (x) => undone(x ^ CONSTANT), after: (x) => x, constant: 0 });

const step = (box: typeof subBytes, direction: 1 | -1): Helper =>
  helper(['v128'], 'v128', (f, state) => {
    const moved = box(f, state!);
    return shuffle(moved, moved, shiftRows(direction));
  });

/** `aes_encrypt`: ShiftRows and SubBytes; `aes_decrypt`: their inverses. */
export const aesHelpers: Record<string, Helper> = {
  aes_encrypt: step(subBytes, 1),
  aes_decrypt: step(invSubBytes, -1),
};
