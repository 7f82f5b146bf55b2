import { type Expr, f32, f64, i32, i64, select } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import type { Emitter } from '../emitter';
import type { RoundingOperation } from '../helpers/exact-arithmetic';
import { FORMATS, isSignalling } from '../helpers/nan';
import {
  bitsOf,
  type Direction,
  flushed,
  HALF,
  negated,
  numberType,
  readNumber,
  readScalar,
  rounded,
  roundToIntegral,
  scalarConst,
  scalarOps,
  withNan,
  writeNumber,
  writeScalar,
} from '../pseudocode/fp-arithmetic';
import { FPCR, FPSR, raise } from '../pseudocode/fp-status';
import { readVector, writeVector } from '../pseudocode/vector';
import type { Row } from '../row';
import { halfPrecision, singleOrDouble } from './fp-precisions';
import { expandFpImmediate } from './simd-modified-immediate';

/** Scalar floating-point data processing (Arm ARM C4.1, "Data Processing -- Scalar Floating-Point"). */

/** Scalars by `type`, and as bits of general registers. */
const KIND = ['f32', 'f64', 'f32', 'i32_16u'] as const;
const STORE = ['f32', 'f64', 'f32', 'i32_16'] as const;
const RAW_LOAD = ['i32', 'i64', 'i32', 'i32_16u'] as const;
const RAW_STORE = ['i32', 'i64', 'i32', 'i32_16'] as const;
/** Bits of a scalar as i64. */
const rawBits = (sz: number, value: Expr): Expr => (sz ? i64.reinterpretF64(value) : i64.extendU(i32.reinterpretF32(value)));

const oneSource: Row = {
  // opcode: 0 FMOV, 1 FABS, 2 FNEG, 3 FSQRT
  name: 'FMOV, FABS, FNEG, FSQRT (scalar)',
  bits: '0 0 0 11110 type:2 1 0000 opcode:2 10000 Rn:5 Rd:5',
  asm: ['<opcode:fmov|fabs|fneg|fsqrt> {Sc:Rd:type}, {Sc:Rn:type}'],
  shape: 'type opcode',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    if (s.opcode === 3) {
      writeScalar(k, sz, o.d, rounded(k, sz, 'fsqrt', readScalar(k, sz, o.n)));
      return;
    }
    // Signs are bits: NaNs pass unchanged otherwise.
    const value = k.vLow(KIND[sz]!, o.n);
    if (s.opcode === 0) k.setVLow(value, STORE[sz]!, o.d);
    else if (s.opcode === 2) writeScalar(k, sz, o.d, negated(sz, value));
    else writeScalar(k, sz, o.d, sz === HALF ? i32.and(value, i32.const(0x7fff)) : scalarOps(sz).abs(value));
  },
};

const DIRECTIONS: readonly (Direction | 'X' | 'I' | undefined)[] = ['N', 'P', 'M', 'Z', 'A', undefined, 'X', 'I'];

const round: Row = {
  name: 'FRINTN, FRINTP, FRINTM, FRINTZ, FRINTA, FRINTX, FRINTI (scalar)',
  bits: '0 0 0 11110 type:2 1 001 rmode:3 10000 Rn:5 Rd:5',
  asm: ['frint<rmode:n|p|m|z|a|-|x|i> {Sc:Rd:type}, {Sc:Rn:type}'],
  shape: 'type rmode',
  reserved: (s) => s.rmode === 5,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    const bits = bitsOf(sz);
    writeVector(k, o.d, roundToIntegral(k, sz, bits, DIRECTIONS[s.rmode!]!, readVector(k, o.n, bits)), bits);
  },
};

const PRECISION = ['s', 'd', '', 'h'] as const;

const convertPrecision: Row = {
  name: 'FCVT',
  bits: '0 0 0 11110 type:2 1 0001 opc:2 10000 Rn:5 Rd:5',
  asm: ['fcvt {Sc:Rd:opc}, {Sc:Rn:type}'],
  shape: 'type opc',
  reserved: (s) => s.type === 2 || s.opc === 2 || s.type === s.opc,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const [from, to] = [s.type!, s.opc!];
    const value = k.vLow(KIND[from]!, o.n);
    const general = (): Expr => k.helper(`fcvt_${PRECISION[from]}_${PRECISION[to]}`, value);
    if (from === 3 || to === 3) return k.setVLow(general(), STORE[to]!, o.d);
    if (to === 1) {
      // Exact, but for NaNs, and denormal numbers that are flushed.
      const flushes = i32.and(k.get('i32', STATE.FPCR), i32.const(FPCR.FZ));
      const result = k.choose(i32.or(f32.ne(value, value), flushes), general, f64.promote(value), 'rare');
      return k.setVLow(result, 'f64', o.d);
    }
    const result = k.let(f32.demote(value));
    k.setVLow(k.choose(i32.eqz(k.isOrdinary('f32', result)), general, result, 'rare'), 'f32', o.d);
  },
};

/** By opcode; between the last two are FMAX, FMIN, FMAXNM and FMINNM. */
const ROUNDING: readonly (RoundingOperation | undefined)[] = [
  'fmul',
  'fdiv',
  'fadd',
  'fsub',
  undefined,
  undefined,
  undefined,
  undefined,
  'fmul',
];

const twoSource: Row = {
  name: 'FMUL, FDIV, FADD, FSUB, FMAX, FMIN, FMAXNM, FMINNM, FNMUL (scalar)',
  bits: '0 0 0 11110 type:2 1 Rm:5 opcode:4 10 Rn:5 Rd:5',
  asm: ['f<opcode:mul|div|add|sub|max|min|maxnm|minnm|nmul> {Sc:Rd:type}, {Sc:Rn:type}, {Sc:Rm:type}'],
  shape: 'type opcode',
  reserved: (s) => s.opcode! > 8,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    const rounding = ROUNDING[s.opcode!];
    if (rounding) {
      const result = rounded(k, sz, rounding, readScalar(k, sz, o.n), readScalar(k, sz, o.m));
      writeScalar(k, sz, o.d, s.opcode === 8 ? negated(sz, result) : result);
      return;
    }
    const type = numberType(sz);
    const [a, b] = [readNumber(k, sz, o.n), readNumber(k, sz, o.m)];
    const [x, y] = [flushed(k, type, a, false), flushed(k, type, b, false)];
    const w = scalarOps(type);
    const result = s.opcode! & 1 ? w.min(x, y) : w.max(x, y);
    writeNumber(k, sz, o.d, withNan(k, type, s.opcode! >= 6 ? 'number' : 'plain', result, [x, y]));
  },
};

const threeSource: Row = {
  // o1: the addend is negated; o0 and o1 differ: so is the product
  name: 'FMADD, FMSUB, FNMADD, FNMSUB',
  bits: '0 0 0 11111 type:2 o1:1 Rm:5 o0:1 Ra:5 Rn:5 Rd:5',
  asm: ['f<o1.o0:madd|msub|nmadd|nmsub> {Sc:Rd:type}, {Sc:Rn:type}, {Sc:Rm:type}, {Sc:Ra:type}'],
  shape: 'type o1 o0',
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm!, a: f.Ra! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    const negatedIf = (value: Expr, negate: boolean): Expr => (negate ? k.let(negated(sz, value)) : value);
    const a = negatedIf(readScalar(k, sz, o.a), s.o1 === 1);
    const n = negatedIf(readScalar(k, sz, o.n), s.o0 !== s.o1);
    const m = readScalar(k, sz, o.m);
    writeScalar(k, sz, o.d, rounded(k, sz, 'fma', a, n, m));
  },
};

/** FPCompare: sets NZCV. */
function compare(k: Emitter, sz: number, first: Expr, second: Expr, signalAll: boolean): void {
  if (sz === HALF) return k.setNzcv(k.helper('compare_h', first, second, i32.const(signalAll ? 1 : 0)));
  const w = scalarOps(sz);
  const [a, b] = [first, second].map((value) => flushed(k, sz, value, false)) as [Expr, Expr];
  const isNan = (x: Expr): Expr => w.ne(x, x);
  // What is not a number makes a difference that is none; that of infinities may be none, too.
  const suspect = second.constant === undefined ? isNan(k.let(w.sub(a, b))) : isNan(a);
  k.if(
    suspect,
    () => {
      const signalling = (x: Expr): Expr => isSignalling(FORMATS[sz as 0 | 1], k.let(rawBits(sz, x)));
      const offends = signalAll ? isNan : signalling;
      k.if(i32.or(offends(a), offends(b)), () => raise(k, FPSR.IOC));
    },
    undefined,
    'rare',
  );
  k.setFlagsOf({ op: 'fcmp', sf: sz, a, b });
}

const compareRow: Row = {
  // opc<0>: with zero; opc<1>: FCMPE
  name: 'FCMP, FCMPE',
  bits: '0 0 0 11110 type:2 1 Rm:5 00 1000 Rn:5 e:1 zero:1 000',
  asm: ['fcmp<e:|e> {Sc:Rn:type}, {zero} ; zero=1', 'fcmp<e:|e> {Sc:Rn:type}, {Sc:Rm:type} ; zero=0'],
  shape: 'type e zero',
  operands: (f) => ({ n: f.Rn!, m: f.zero ? 0 : f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    const zero = sz === HALF ? i32.const(0) : scalarConst(sz, 0);
    compare(k, sz, readScalar(k, sz, o.n), s.zero ? k.let(zero) : readScalar(k, sz, o.m), s.e === 1);
  },
};

const conditionalCompare: Row = {
  name: 'FCCMP, FCCMPE',
  bits: '0 0 0 11110 type:2 1 Rm:5 cond:4 01 Rn:5 e:1 nzcv:4',
  asm: ['fccmp<e:|e> {Sc:Rn:type}, {Sc:Rm:type}, {hex:nzcv:4}, {cond}'],
  shape: 'type cond e',
  operands: (f) => ({ n: f.Rn!, m: f.Rm!, imm: (f.nzcv! << 28) >>> 0 }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    k.if(
      k.condition(s.cond!),
      () => compare(k, sz, readScalar(k, sz, o.n), readScalar(k, sz, o.m), s.e === 1),
      () => k.setNzcv(o.imm32),
    );
  },
};

const conditionalSelect: Row = {
  name: 'FCSEL',
  bits: '0 0 0 11110 type:2 1 Rm:5 cond:4 11 Rn:5 Rd:5',
  asm: ['fcsel {Sc:Rd:type}, {Sc:Rn:type}, {Sc:Rm:type}, {cond}'],
  shape: 'type cond',
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const kind = RAW_LOAD[s.type!]!;
    k.setVLow(select(k.condition(s.cond!), k.vLow(kind, o.n), k.vLow(kind, o.m)), RAW_STORE[s.type!]!, o.d);
  },
};

const moveImmediate: Row = {
  name: 'FMOV (scalar, immediate)',
  bits: '0 0 0 11110 type:2 1 imm8:8 100 00000 Rd:5',
  asm: ['fmov {Sc:Rd:type}, {fpimm}'],
  shape: 'type',
  operands: (f) => ({ d: f.Rd!, imm: expandFpImmediate(f.imm8!, f.type!) }),
  meaning: (k, o, s) => {
    k.checkFp();
    k.setVLow(s.type === 1 ? o.imm : o.imm32, RAW_STORE[s.type!]!, o.d);
  },
};

export const fpScalar: Row[] = [
  ...[oneSource, round].map(singleOrDouble),
  convertPrecision,
  ...[twoSource, threeSource, compareRow, conditionalCompare, conditionalSelect, moveImmediate].map(singleOrDouble),
];
/** Those of FEAT_FP16. */
export const fpScalarHalf: Row[] = [
  oneSource,
  round,
  twoSource,
  threeSource,
  compareRow,
  conditionalCompare,
  conditionalSelect,
  moveImmediate,
].map(halfPrecision);
