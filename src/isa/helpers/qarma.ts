import { type Expr, extractLane, type FunctionBuilder, i32, shuffle, simd, v128Const } from '../../wasm';
import { lanes, splatConst, vAnd, vOr, vSelect, vXor, ZERO } from '../pseudocode/vector';

/**
 * QARMA5-64 with the S-box that Arm uses (R. Avanzi, "The QARMA Block Cipher Family"; Arm ARM, shared/functions/pac/computepac): what FEAT_PAuth's
 * APA and GPA stand for. A block is sixteen cells of four bits, here one byte each, the lowest cell first; so a look-up in a table of sixteen is a swizzle.
 */

const CELLS = 16;
const ROUNDS = 5;

/** Cells as QARMA numbers them: the highest first. Cell n of the result comes from cell [n]. */
const CELL_SHUFFLE = [0, 11, 6, 13, 10, 1, 12, 7, 5, 14, 3, 8, 15, 4, 9, 2];
const TWEAK_SHUFFLE = [6, 5, 14, 15, 0, 1, 2, 3, 7, 12, 13, 4, 8, 9, 10, 11];
/** Cells of the tweak that its linear feedback shift register moves on. */
const TWEAK_CELLS = [0, 1, 3, 4, 8, 11, 13];
const S_BOX = [0xb, 0x6, 0x8, 0xf, 0xc, 0x0, 0x9, 0xe, 0x3, 0x7, 0x4, 0x5, 0xd, 0x2, 0x1, 0xa];
const INVERSE_S_BOX = S_BOX.map((_, value) => S_BOX.indexOf(value));
const ROUND_CONSTANTS = [0n, 0x13198a2e03707344n, 0xa4093822299f31d0n, 0x082efa98ec4e6c89n, 0x452821e638d01377n];
const ALPHA = 0xc0ac29b7c97c50ddn;

const nibbles = (of: (value: number) => number): Expr => v128Const(Array.from({ length: CELLS }, (_, value) => of(value)));
const SUB = nibbles((value) => S_BOX[value]!);
const INVERSE_SUB = nibbles((value) => INVERSE_S_BOX[value]!);
/** Rotations by one and two bits: what MixColumns multiplies by. */
const ROTATE_1 = nibbles((value) => ((value << 1) | (value >> 3)) & 15);
const ROTATE_2 = nibbles((value) => ((value << 2) | (value >> 2)) & 15);
const TWEAK_CELL = nibbles((value) => (value >> 1) | (((value ^ (value >> 1)) & 1) << 3));
const IN_TWEAK_CELLS = v128Const(Array.from({ length: CELLS }, (_, byte) => (TWEAK_CELLS.includes(CELLS - 1 - byte) ? 0xff : 0)));

/** Byte n of the result comes from byte [n]. */
type Permutation = readonly number[];
const ofCells = (cells: readonly number[]): Permutation =>
  Array.from({ length: CELLS }, (_, byte) => CELLS - 1 - cells[CELLS - 1 - byte]!);
const inverse = (permutation: Permutation): Permutation => permutation.map((_, byte) => permutation.indexOf(byte));
/** `first`, then `second`. */
const andThen = (first: Permutation, second: Permutation): Permutation => second.map((byte) => first[byte]!);
/** Each cell's neighbour so many rows further. */
const rows = (count: number): Permutation => Array.from({ length: CELLS }, (_, byte) => (byte + 4 * count) % CELLS);

const SHUFFLE = ofCells(CELL_SHUFFLE);
const INVERSE_SHUFFLE = inverse(SHUFFLE);
const permute = (value: Expr, permutation: Permutation): Expr => shuffle(value, value, [...permutation]);
const lookUp = (table: Expr, index: Expr): Expr => simd('i8x16.swizzle', table, index);

/** MixColumns, whose matrix is circ(0, ρ, ρ², ρ) in Arm's PACMult, behind one permutation and before another. */
function mix(f: FunctionBuilder, value: Expr, before: Permutation | undefined, after: Permutation | undefined): Expr {
  const bound = f.let(value);
  const row = (count: number): Expr => {
    const moved = before ? andThen(before, rows(count)) : rows(count);
    return permute(bound, after ? andThen(moved, after) : moved);
  };
  return vXor(lookUp(ROTATE_1, vXor(row(1), row(3))), lookUp(ROTATE_2, row(2)));
}

/** The sixteen cells of an i64, and back. */
function cellsOf(f: FunctionBuilder, value: Expr): Expr {
  const wide = f.let(simd('i16x8.extend_low_i8x16_u', simd('i64x2.splat', value)));
  return f.let(vAnd(vOr(wide, lanes(1, 'shl', wide, i32.const(4))), splatConst(0, 0xfn)));
}
function ofCellsOf(f: FunctionBuilder, cells: Expr): Expr {
  const bound = f.let(cells);
  const pairs = vOr(bound, lanes(1, 'shr_u', bound, i32.const(4)));
  const even = shuffle(pairs, ZERO, [0, 2, 4, 6, 8, 10, 12, 14, 16, 16, 16, 16, 16, 16, 16, 16]);
  return extractLane('i64x2', even, 0);
}
const constantCells = (value: bigint): Expr => nibbles((cell) => Number((value >> BigInt(4 * cell)) & 15n));

function nextTweak(f: FunctionBuilder, tweak: Expr): Expr {
  const moved = f.let(permute(tweak, ofCells(TWEAK_SHUFFLE)));
  return f.let(vSelect(IN_TWEAK_CELLS, lookUp(TWEAK_CELL, moved), moved));
}

/**
 * ComputePACQARMA5: encrypts `data` under the tweak `modifier`; `w0` and `k0` are bits 127:64 and 63:0 of the key, `w1` is what w0 becomes (modk0). All i64.
 */
export function qarma5(f: FunctionBuilder, data: Expr, modifier: Expr, w0: Expr, k0: Expr, w1: Expr): Expr {
  const [whitening, key, lastWhitening] = [w0, k0, w1].map((value) => cellsOf(f, value)) as [Expr, Expr, Expr];
  const tweaks = [cellsOf(f, modifier)];
  for (let i = 0; i < ROUNDS; i++) tweaks.push(nextTweak(f, tweaks[i]!));
  const roundKey = (i: number, constant: bigint): Expr => vXor(vXor(key, tweaks[i]!), constantCells(constant));

  let state = vXor(cellsOf(f, data), whitening);
  for (let i = 0; i < ROUNDS; i++) {
    state = vXor(state, roundKey(i, ROUND_CONSTANTS[i]!));
    state = lookUp(SUB, i > 0 ? mix(f, state, SHUFFLE, undefined) : state);
  }
  // The reflector, with a round of either kind around it.
  state = lookUp(SUB, mix(f, vXor(state, vXor(lastWhitening, tweaks[ROUNDS]!)), SHUFFLE, undefined));
  state = permute(f.let(vXor(mix(f, state, SHUFFLE, undefined), key)), INVERSE_SHUFFLE);
  state = mix(f, lookUp(INVERSE_SUB, state), undefined, INVERSE_SHUFFLE);
  state = vXor(state, vXor(whitening, tweaks[ROUNDS]!));
  for (let i = ROUNDS - 1; i >= 0; i--) {
    state = lookUp(INVERSE_SUB, state);
    if (i > 0) state = mix(f, state, undefined, INVERSE_SHUFFLE);
    state = vXor(state, roundKey(i, ROUND_CONSTANTS[i]! ^ ALPHA));
  }
  return ofCellsOf(f, vXor(state, lastWhitening));
}
