import { type Expr, shuffle, v128Const } from '../../wasm';
import { HALF, roundedLanes, sizeOf } from '../pseudocode/fp-arithmetic';
import { duplicateLane, lanePattern, readVector, vXor, writeVector } from '../pseudocode/vector';
import { type Fields, needing, type Row } from '../row';

/**
 * FEAT_FCMA: complex numbers in pairs of lanes, the real part below (Arm ARM C7.2, FCADD and FCMLA). Halves need FEAT_FP16, too, which every model here with
 * FEAT_FCMA has.
 */

/** Field `size` as precision. */
const precisionOf = (size: number): number => (size === 1 ? HALF : size - 2);

/** Lanes of each pair, its upper one for lanes that `isUpper` says so of. */
function fromPairs(sz: number, value: Expr, isUpper: (lane: number) => boolean): Expr {
  const size = sizeOf(sz);
  const byte = (i: number): number => (((i >> size) & ~1) + (isUpper(i >> size) ? 1 : 0)) * (1 << size) + (i & ((1 << size) - 1));
  return shuffle(
    value,
    value,
    Array.from({ length: 16 }, (_, i) => byte(i)),
  );
}
const swapped = (sz: number, value: Expr): Expr => fromPairs(sz, value, (lane) => lane % 2 === 0);

/** Changes the sign of lower lanes (bit 0 of `which`) and upper lanes (bit 1). */
function withSigns(sz: number, which: number, value: Expr): Expr {
  const size = sizeOf(sz);
  const byte = (i: number): number => {
    const isTop = (i & ((1 << size) - 1)) === (1 << size) - 1;
    return isTop && (which >> ((i >> size) & 1)) & 1 ? 0x80 : 0;
  };
  return which ? vXor(value, v128Const(Array.from({ length: 16 }, (_, i) => byte(i)))) : value;
}

/** By `rot`, in quarters of a turn: what changes its sign when a number is turned, after the two are swapped for odd ones. */
const SIGNS = [0, 1, 3, 2];

const noSuchSize = (s: Fields): boolean => s.size === 0 || (s.size === 3 && !s.Q);

const add: Row = {
  // rot: by 90 or by 270 degrees
  name: 'FCADD',
  bits: '0 Q:1 1 01110 size:2 0 Rm:5 1 11 rot:1 0 1 Rn:5 Rd:5',
  asm: ['fcadd {V:Rd:T}, {V:Rn:T}, {V:Rm:T}, {rotation:rot:90:180}'],
  shape: 'Q size rot',
  reserved: noSuchSize,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = precisionOf(s.size!);
    const bits = s.Q ? 128 : 64;
    const turned = withSigns(sz, SIGNS[s.rot ? 3 : 1]!, swapped(sz, readVector(k, o.m, bits)));
    writeVector(k, o.d, roundedLanes(k, sz, bits, 'fadd', readVector(k, o.n, bits), k.let(turned)), bits);
  },
};

/** Two of the four products of complex numbers, which `rot` chooses, are added. */
const multiplyAdd =
  (byElement: boolean): Row['meaning'] =>
  (k, o, s) => {
    k.checkFp();
    const sz = precisionOf(s.size!);
    const bits = s.Q ? 128 : 64;
    const isOdd = (s.rot! & 1) === 1;
    const m = byElement ? k.let(duplicateLane(k.v(o.m), o.imm)) : readVector(k, o.m, bits);
    const turned = withSigns(sz, SIGNS[s.rot!]!, isOdd ? swapped(sz, m) : m);
    const n = fromPairs(sz, readVector(k, o.n, bits), () => isOdd);
    writeVector(k, o.d, roundedLanes(k, sz, bits, 'fma', k.v(o.d), k.let(n), k.let(turned)), bits);
  };

const vector: Row = {
  name: 'FCMLA',
  bits: '0 Q:1 1 01110 size:2 0 Rm:5 1 10 rot:2 1 Rn:5 Rd:5',
  asm: ['fcmla {V:Rd:T}, {V:Rn:T}, {V:Rm:T}, {rotation:rot:0:90}'],
  shape: 'Q size rot',
  reserved: noSuchSize,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: multiplyAdd(false),
};

const byElement: Row = {
  // A pair of halves: H:L; of singles: H, and L is zero.
  name: 'FCMLA (by element)',
  bits: '0 Q:1 1 01111 size:2 L:1 Rm:5 0 rot:2 1 H:1 0 Rn:5 Rd:5',
  asm: ['fcmla {V:Rd:T}, {V:Rn:T}, {pairelement}, {rotation:rot:0:90}'],
  shape: 'Q size rot',
  reserved: (s) => s.size === 0 || s.size === 3 || (s.size === 2 && !s.Q),
  operands: (f) => {
    if (f.size === 1 ? f.H && !f.Q : f.L) return undefined;
    const pattern = f.size === 1 ? lanePattern(2, (f.H! << 1) | f.L!) : lanePattern(3, f.H!);
    return { d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: pattern };
  },
  meaning: multiplyAdd(true),
};

export const simdComplex: Row[] = needing('FEAT_FCMA', [add, vector, byElement]);
