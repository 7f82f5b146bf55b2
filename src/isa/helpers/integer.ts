import { type Expr, type FunctionBuilder, i32, i64, type Local, select } from '../../wasm';
import { FPSR } from '../pseudocode/fp-status';
import { lanes, splatConst, vAnd, vXor, ZERO } from '../pseudocode/vector';
import { eachLane, type Helper, helper, laneHelper, raiseBits } from './helper';

/** Helpers for vector integer instructions that Wasm has no lane operation for. */

const c64 = (value: bigint | number): Expr => i64.const(value);

interface ShiftFlavour {
  readonly unsigned: boolean;
  readonly saturating: boolean;
  readonly rounding: boolean;
  /** SQSHLU: signed source, unsigned result. */
  readonly toUnsigned?: boolean;
}

const minSigned = (bits: number): bigint => -(1n << BigInt(bits - 1));
const maxSigned = (bits: number): bigint => (1n << BigInt(bits - 1)) - 1n;
const maxUnsigned = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** Clamps an i64 that is exact to `bits` bits; `saturated` collects whether anything changed. */
function clampTo(
  f: FunctionBuilder,
  value: Expr,
  bits: number,
  resultUnsigned: boolean,
  sourceUnsigned: boolean,
  saturated: Local,
): Expr {
  const v = f.let(value);
  const high = c64(resultUnsigned ? maxUnsigned(bits) : maxSigned(bits));
  const above = f.let(select((sourceUnsigned ? i64.gtU : i64.gtS)(v, high), high, v));
  const low = c64(resultUnsigned ? 0n : minSigned(bits));
  const clamped = sourceUnsigned ? above : f.let(select(i64.ltS(above, low), low, above));
  f.set(saturated, i32.or(f.get(saturated), i64.ne(clamped, v)));
  return clamped;
}

/** One lane of SSHL and its family: `x` widened to i64, `shift` the signed low byte of the other lane. */
function shiftNarrow(f: FunctionBuilder, size: number, flavour: ShiftFlavour, x: Expr, shift: Expr, saturated: Local): Expr {
  const bits = 8 << size;
  // A lane of up to 32 bits shifted by up to its width is exact in 64 bits, and further shifts saturate or clear just the same.
  const left = f.let(i64.shl(x, select(i64.gtS(shift, c64(bits)), c64(bits), shift)));
  const amount = f.let(select(i64.ltS(shift, c64(-63)), c64(63), i64.sub(c64(0), shift)));
  const rounded = flavour.rounding ? i64.add(x, i64.shl(c64(1), i64.sub(amount, c64(1)))) : x;
  const right = (flavour.unsigned ? i64.shrU : i64.shrS)(rounded, amount);
  const result = f.let(select(i64.ltS(shift, c64(0)), right, left));
  if (!flavour.saturating) return result;
  return clampTo(f, result, bits, flavour.unsigned || flavour.toUnsigned === true, flavour.unsigned, saturated);
}

/** The same for 64-bit lanes, where nothing is wider. */
function shiftWide(f: FunctionBuilder, flavour: ShiftFlavour, x: Expr, shift: Expr, saturated: Local): Expr {
  const shiftDown = flavour.unsigned ? i64.shrU : i64.shrS;
  const sign = flavour.unsigned ? c64(0) : i64.shrS(x, c64(63));
  const result = f.local('i64');
  f.if(
    i64.ltS(shift, c64(0)),
    () => {
      const amount = f.let(i64.sub(c64(0), shift));
      const whole = f.let(select(i64.geS(amount, c64(64)), sign, shiftDown(x, amount)));
      if (!flavour.rounding) f.set(result, whole);
      else {
        const last = i64.and(shiftDown(x, i64.sub(amount, c64(1))), c64(1));
        f.set(result, select(i64.gtS(amount, c64(64)), c64(0), i64.add(whole, last)));
      }
    },
    () => {
      const inRange = f.let(i64.ltS(shift, c64(64)));
      const shifted = f.let(select(inRange, i64.shl(x, shift), c64(0)));
      f.set(result, shifted);
      if (!flavour.saturating) return;
      if (flavour.toUnsigned) {
        const fits = i64.eq(i64.shrU(shifted, shift), x);
        const ok = f.let(i32.or(i64.eqz(x), i32.and(i64.gtS(x, c64(0)), i32.and(inRange, fits))));
        f.if(i32.eqz(ok), () => {
          f.set(saturated, i32.const(1));
          f.set(result, select(i64.ltS(x, c64(0)), c64(0), c64(-1)));
        });
        return;
      }
      const fits = i64.eq(shiftDown(shifted, shift), x);
      const ok = f.let(i32.or(i64.eqz(x), i32.and(inRange, fits)));
      f.if(i32.eqz(ok), () => {
        f.set(saturated, i32.const(1));
        f.set(result, flavour.unsigned ? c64(-1) : i64.xor(i64.shrS(x, c64(63)), c64(maxSigned(64))));
      });
    },
  );
  return f.get(result);
}

const flavourName = (v: ShiftFlavour): string =>
  `${v.unsigned ? 'u' : 's'}${v.saturating ? 'q' : ''}${v.toUnsigned ? 'u' : ''}${v.rounding ? 'r' : ''}`;

/** A lane helper that collects over the lanes whether FPSR.QC must be set. */
const collecting = (
  size: number,
  unsigned: readonly boolean[],
  body: (f: FunctionBuilder, saturated: Local, ...values: Expr[]) => Expr,
): Helper =>
  helper(
    unsigned.map(() => 'v128' as const),
    'v128',
    (f, ...vectors) => {
      const saturated = f.local('i32');
      f.set(saturated, i32.const(0));
      const result = eachLane(f, size, unsigned, vectors, (...values) => body(f, saturated, ...values));
      f.if(f.get(saturated), () => raiseBits(f, i32.const(FPSR.QC)));
      return result;
    },
  );

/** `shift_<s|u><q><u><r>_<size>`: SSHL, USHL, SQSHL, UQSHL, SRSHL, URSHL, SQRSHL, UQRSHL, SQSHLU. */
function shiftHelpers(): Record<string, Helper> {
  const flavours: ShiftFlavour[] = [{ unsigned: false, saturating: true, rounding: false, toUnsigned: true }];
  for (const unsigned of [false, true])
    for (const saturating of [false, true])
      for (const rounding of [false, true]) flavours.push({ unsigned, saturating, rounding });
  const helpers: Record<string, Helper> = {};
  for (const flavour of flavours) {
    for (let size = 0; size < 4; size++) {
      helpers[`shift_${flavourName(flavour)}_${size}`] = collecting(size, [flavour.unsigned, true], (f, saturated, x, amount) => {
        const shift = f.let(i64.extend8S(amount!));
        return size === 3 ? shiftWide(f, flavour, x!, shift, saturated) : shiftNarrow(f, size, flavour, x!, shift, saturated);
      });
    }
  }
  return helpers;
}

/** SUQADD (signed destination plus unsigned source, signed result) and USQADD (the other way round). Parameters: destination, source. */
function mixedAdd(size: number, signedResult: boolean): Helper {
  const bits = 8 << size;
  return collecting(size, [!signedResult, signedResult], (f, saturated, d, n) => {
    const sum = f.let(i64.add(d!, n!));
    if (size < 3) return clampTo(f, sum, bits, !signedResult, false, saturated);
    if (signedResult) {
      // Adding an unsigned number can only overflow upwards: the sum, taken as an offset from the most negative number, wrapped.
      const bias = c64(minSigned(64));
      const over = f.let(i64.ltU(i64.xor(sum, bias), i64.xor(d!, bias)));
      f.set(saturated, i32.or(f.get(saturated), over));
      return select(over, c64(maxSigned(64)), sum);
    }
    const up = f.let(i32.and(i64.geS(n!, c64(0)), i64.ltU(sum, d!)));
    const down = f.let(i32.and(i64.ltS(n!, c64(0)), i64.gtU(sum, d!)));
    f.set(saturated, i32.or(f.get(saturated), i32.or(up, down)));
    return select(up, c64(-1), select(down, c64(0), sum));
  });
}

/** Carry-less product of bytes that are zero-extended to 16-bit lanes: PMUL, PMULL. */
const polynomialMultiply: Helper = helper(['v128', 'v128'], 'v128', (f, a, b) => {
  let result = ZERO;
  for (let bit = 0; bit < 8; bit++) {
    const mask = splatConst(1, 1n << BigInt(bit));
    const chosen = lanes(1, 'eq', vAnd(b!, mask), mask);
    result = f.let(vXor(result, vAnd(chosen, lanes(1, 'shl', a!, i32.const(bit)))));
  }
  return result;
});

const countLeadingZeros = (size: number): Helper =>
  laneHelper(size, [true], (_f, x) => i64.sub(i64.clz(x!), c64(64 - (8 << size))));

export const integerHelpers: Record<string, Helper> = {
  ...shiftHelpers(),
  polynomial_multiply: polynomialMultiply,
};
for (let size = 0; size < 4; size++) {
  integerHelpers[`suqadd_${size}`] = mixedAdd(size, true);
  integerHelpers[`usqadd_${size}`] = mixedAdd(size, false);
  if (size < 3) integerHelpers[`clz_${size}`] = countLeadingZeros(size);
}
