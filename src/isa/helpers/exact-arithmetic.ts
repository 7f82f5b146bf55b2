import { type Expr, extractLane, type FunctionBuilder, f64, i32, i64, replaceLane, select, type ValType } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import { isOrdinary32, isOrdinary64, isPlain, ordinaryBound } from '../pseudocode/fp-ordinary';
import { FPCR, FPSR, RMODE } from '../pseudocode/fp-status';
import { numberOf, type Parts, partsOf, setFused, setProduct, setQuotient, setRoot, setSum, sumToOdd } from './fp-exact';
import { flushed, isFinite64, isInfinite, isZero, rawOf, scalarOf, toDouble, typeOf } from './fp-operand';
import { type Helper, halvesHelper, raiseBits, readFpcr, roundingHelper } from './helper';
import { DOUBLE, type FloatFormat, HALF, type NanRule, nanResult, SINGLE } from './nan';
import { pack, type Unpacked, unpack } from './pack';

/**
 * Arithmetic as the architecture has it, in every state of FPCR and with all bits of FPSR (pseudocode FPAdd, FPSub, FPMul, FPDiv, FPSqrt, FPMulAdd, FPMulX,
 * FPRecipStepFused, FPRSqrtStepFused). Meanings come here for what Wasm's operations do not get right by themselves (fp-ordinary.ts).
 */

const c64 = (value: bigint | number): Expr => i64.const(value);
const signOf = (of: FloatFormat, bits: Expr): Expr => i64.and(bits, c64(of.signBit));

/** The sign of a sum that is exactly zero, from those of its addends (raw bits): minus if both are, or when rounding towards minus infinity one of them. */
function zeroSum(f: FunctionBuilder, of: FloatFormat, a: Expr, b: Expr): Expr {
  const isDown = i32.eq(i32.and(readFpcr(f), i32.const(FPCR.RMODE)), i32.const(RMODE.MINUS << FPCR.RMODE_SHIFT));
  return signOf(of, select(isDown, i64.or(a, b), i64.and(a, b)));
}

/** What Wasm makes of operands that are infinite or zero: a number of the format in a double, exactly; if the format is narrower, zero or infinite. */
function edge(of: FloatFormat, result: Expr): Expr {
  const bits = i64.reinterpretF64(result);
  if (of === DOUBLE) return bits;
  const sign = i64.shrU(i64.and(bits, c64(DOUBLE.signBit)), c64(63 - of.fractionBits - of.exponentBits));
  return i64.or(sign, select(isZero(result), c64(0), c64(of.infinity)));
}

/** A double that is what rounding wants to know of the result, rounded. */
const packDouble = (f: FunctionBuilder, of: FloatFormat, exact: Expr): Expr =>
  pack(f, of, unpack(f, DOUBLE, f.let(i64.reinterpretF64(exact))), 'arithmetic');

interface Binary {
  /** Wasm's operation. */
  readonly wasm: (x: Expr, y: Expr) => Expr;
  /** Of numbers in double precision that are not zero: the exact result. */
  readonly exact: (f: FunctionBuilder, to: Parts, a: Unpacked, b: Unpacked) => void;
  /** Of narrower ones, as doubles: see fp-exact.ts. */
  readonly narrow: (f: FunctionBuilder, x: Expr, y: Expr) => Expr;
  readonly rule: NanRule;
  /** A sum, whose zeros have rules of their own. */
  readonly isSum: boolean;
}

/** Products of narrower formats are exact in double precision; no quotient of them is as near to where rounding turns as the error of one in double precision. */
const wasmAlone =
  (operation: (x: Expr, y: Expr) => Expr): Binary['narrow'] =>
  (_f, x, y) =>
    operation(x, y);

const PRODUCT = { wasm: f64.mul, exact: setProduct, narrow: wasmAlone(f64.mul), isSum: false } as const;
const BINARY: Readonly<Record<string, Binary>> = {
  fadd: { wasm: f64.add, exact: setSum, narrow: sumToOdd, rule: 'plain', isSum: true },
  fmul: { ...PRODUCT, rule: 'plain' },
  fmulx: { ...PRODUCT, rule: 'mulx' },
  fdiv: { wasm: f64.div, exact: setQuotient, narrow: wasmAlone(f64.div), rule: 'plain', isSum: false },
};

function binary(f: FunctionBuilder, of: FloatFormat, operation: Binary, raw: readonly Expr[], negateSecond = false): Expr {
  const [a, second] = raw.map((bits) => flushed(f, of, bits)) as [Expr, Expr];
  const x = f.let(toDouble(f, of, a));
  const y = f.let(negateSecond ? f64.neg(toDouble(f, of, second)) : toDouble(f, of, second));
  const r = f.let(operation.wasm(x, y));
  const b = negateSecond ? f.let(i64.xor(second, c64(of.signBit))) : second;
  const result = f.local('i64');
  const special = (z: Expr): Expr => i32.or(isZero(z), isInfinite(z));
  const isEdge = of !== DOUBLE ? special(r) : i32.or(i32.or(special(x), special(y)), operation.isSum ? isZero(r) : i32.const(0));
  const exact = (): Expr => {
    if (of !== DOUBLE) return packDouble(f, of, operation.narrow(f, x, y));
    const parts = partsOf(f);
    operation.exact(f, parts, unpack(f, of, a), unpack(f, of, b));
    return pack(f, of, numberOf(f, parts), 'arithmetic');
  };
  f.if(
    f64.ne(r, r),
    // NaNs of a difference go by the operands as they are.
    () => f.set(result, nanResult(f, of, operation.rule, [a, second])),
    () =>
      f.if(
        isEdge,
        () => {
          f.set(result, edge(of, r));
          if (operation.isSum) f.if(isZero(r), () => f.set(result, zeroSum(f, of, a, b)));
          if (operation === BINARY.fdiv) f.if(i32.and(isZero(y), isFinite64(x)), () => raiseBits(f, i32.const(FPSR.DZC)));
        },
        () => f.set(result, exact()),
      ),
  );
  return f.get(result);
}

function squareRoot(f: FunctionBuilder, of: FloatFormat, raw: Expr): Expr {
  const a = flushed(f, of, raw);
  const r = f.let(f64.sqrt(toDouble(f, of, a)));
  const result = f.local('i64');
  const exact = (): Expr => {
    if (of !== DOUBLE) return packDouble(f, of, r);
    const parts = partsOf(f);
    setRoot(f, parts, unpack(f, of, a));
    return pack(f, of, numberOf(f, parts), 'arithmetic');
  };
  f.if(
    f64.ne(r, r),
    () => f.set(result, nanResult(f, of, 'plain', [a])),
    () =>
      f.if(
        i32.or(isZero(r), isInfinite(r)),
        () => f.set(result, edge(of, r)),
        () => f.set(result, exact()),
      ),
  );
  return f.get(result);
}

/**
 * (c + n * m) * 2^-halvings with one rounding; raw bits. `given`: c is the instruction's own constant, which is no operand: neither flushed, nor among those whose
 * NaNs count.
 */
function fused(
  f: FunctionBuilder,
  of: FloatFormat,
  rule: NanRule,
  raw: readonly [c: Expr, n: Expr, m: Expr],
  halvings: 0 | 1,
  given: boolean,
): Expr {
  const c = given ? raw[0] : flushed(f, of, raw[0]);
  const [n, m] = [flushed(f, of, raw[1]), flushed(f, of, raw[2])];
  const [z, x, y] = [c, n, m].map((bits) => f.let(toDouble(f, of, bits))) as [Expr, Expr, Expr];
  const result = f.local('i64');
  const finiteProduct = f.let(i32.and(isFinite64(x), isFinite64(y)));
  const noProduct = f.let(i32.or(isZero(x), isZero(y)));
  const productSign = i64.xor(n, m);
  const zero = (): void => f.set(result, zeroSum(f, of, c, f.let(productSign)));
  const scaled = (value: Unpacked): Unpacked =>
    halvings ? { ...value, exponent: i32.sub(value.exponent, i32.const(halvings)) } : value;

  const narrow = (): void => {
    const product = f.let(f64.mul(x, y));
    const sum = f.let(sumToOdd(f, z, product));
    f.if(isZero(sum), zero, () => {
      const exact = unpack(f, DOUBLE, f.let(i64.reinterpretF64(sum)));
      f.set(result, pack(f, of, scaled(exact), 'arithmetic'));
    });
  };
  const wide = (): void => {
    const parts = partsOf(f);
    const isNothing = f.local('i32');
    f.set(isNothing, i32.and(noProduct, isZero(z)));
    f.if(
      noProduct,
      () =>
        f.if(i32.eqz(f.get(isNothing)), () => {
          const alone = unpack(f, of, c);
          f.set(parts.sign, alone.sign);
          f.set(parts.exponent, alone.exponent);
          f.set(parts.significand, alone.significand);
        }),
      () => {
        const [un, um] = [unpack(f, of, n), unpack(f, of, m)];
        f.if(
          isZero(z),
          () => setProduct(f, parts, un, um),
          () => f.set(isNothing, setFused(f, parts, unpack(f, of, c), un, um)),
        );
      },
    );
    f.if(f.get(isNothing), zero, () => f.set(result, pack(f, of, scaled(numberOf(f, parts)), 'arithmetic')));
  };

  // Of operands that are not all finite; a finite product counts for nothing then, however large it is.
  const r = f.let(f64.add(z, select(finiteProduct, f64.const(0), f64.mul(x, y))));
  f.if(i32.and(finiteProduct, isFinite64(z)), of === DOUBLE ? wide : narrow, () =>
    f.if(
      f64.ne(r, r),
      () => f.set(result, nanResult(f, of, rule, given ? [n, m] : [c, n, m])),
      () => f.set(result, edge(of, r)),
    ),
  );
  return f.get(result);
}

/** n negated, before anything else. */
const negated = (f: FunctionBuilder, of: FloatFormat, bits: Expr): Expr => f.let(i64.xor(bits, c64(of.signBit)));
const constant = (of: FloatFormat, value: 2 | 3): Expr =>
  c64((BigInt(of.bias + 1) << BigInt(of.fractionBits)) | (value === 3 ? of.quietBit : 0n));

type LaneOf = (f: FunctionBuilder, of: FloatFormat, ...raw: Expr[]) => Expr;
/** By name: how many operands, and what it does with their raw bits. */
const OPERATIONS: Readonly<Record<string, readonly [arity: 1 | 2 | 3, lane: LaneOf]>> = {
  fadd: [2, (f, of, ...raw) => binary(f, of, BINARY.fadd!, raw)],
  fsub: [2, (f, of, ...raw) => binary(f, of, BINARY.fadd!, raw, true)],
  fmul: [2, (f, of, ...raw) => binary(f, of, BINARY.fmul!, raw)],
  fmulx: [2, (f, of, ...raw) => binary(f, of, BINARY.fmulx!, raw)],
  fdiv: [2, (f, of, ...raw) => binary(f, of, BINARY.fdiv!, raw)],
  fsqrt: [1, (f, of, a) => squareRoot(f, of, a!)],
  /** Addend first. */
  fma: [3, (f, of, c, n, m) => fused(f, of, 'plain', [c!, n!, m!], 0, false)],
  /** 2 - n * m, (3 - n * m) / 2. */
  frecps: [2, (f, of, n, m) => fused(f, of, 'recps', [constant(of, 2), negated(f, of, n!), m!], 0, true)],
  frsqrts: [2, (f, of, n, m) => fused(f, of, 'rsqrts', [constant(of, 3), negated(f, of, n!), m!], 1, true)],
};

export type RoundingOperation = 'fadd' | 'fsub' | 'fmul' | 'fmulx' | 'fdiv' | 'fsqrt' | 'fma' | 'frecps' | 'frsqrts';

const scalar = (of: FloatFormat, arity: number, lane: LaneOf): Helper => {
  const type = typeOf(of);
  return roundingHelper(
    Array.from({ length: arity }, () => type),
    type,
    (f, _call, ...operands) => scalarOf(of, lane(f, of, ...operands.map((value) => f.let(rawOf(of, value))))),
  );
};

/** A lane of raw bits is what it should be. */
function isRight(f: FunctionBuilder, of: FloatFormat, bits: Expr): Expr {
  const plain = isPlain(f.load('i64', f.param(0), STATE.FPCR));
  return of === DOUBLE ? isOrdinary64(bits, ordinaryBound('f64', plain)) : isOrdinary32(bits, ordinaryBound('f32', plain));
}

/** The first `count` lanes of vectors; first parameter: what Wasm made of them. */
const vector = (name: string, of: FloatFormat, count: number, arity: number): Helper =>
  roundingHelper(
    Array.from({ length: arity + 1 }, () => 'v128' as ValType),
    'v128',
    (f, call, computed, ...operands) => {
      const result = f.local('v128');
      f.set(result, computed!);
      const [float, integer] = of === DOUBLE ? (['f64x2', 'i64x2'] as const) : (['f32x4', 'i32x4'] as const);
      for (let i = 0; i < count; i++) {
        f.if(i32.eqz(isRight(f, of, extractLane(integer, computed!, i))), () => {
          const lane = call(`${name}_${of === DOUBLE ? 'd' : 's'}`, ...operands.map((v) => extractLane(float, v, i)));
          f.set(result, replaceLane(float, f.get(result), i, lane));
        });
      }
      return f.get(result);
    },
  );

/** `<operation>_<h|s|d>` for scalars, `<operation>_<h|s|d>_<lanes>` for vectors of more than one lane. */
export const arithmeticHelpers: Record<string, Helper> = {};
for (const [name, [arity, lane]] of Object.entries(OPERATIONS)) {
  arithmeticHelpers[`${name}_s`] = scalar(SINGLE, arity, lane);
  arithmeticHelpers[`${name}_d`] = scalar(DOUBLE, arity, lane);
  arithmeticHelpers[`${name}_h`] = scalar(HALF, arity, lane);
  for (const count of [4, 8]) arithmeticHelpers[`${name}_h_${count}`] = halvesHelper(name, count, arity);
  for (const count of [2, 4]) arithmeticHelpers[`${name}_s_${count}`] = vector(name, SINGLE, count, arity);
  arithmeticHelpers[`${name}_d_2`] = vector(name, DOUBLE, 2, arity);
}
