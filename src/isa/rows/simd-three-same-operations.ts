import type { Expr } from '../../wasm';
import type { Emitter } from '../emitter';
import {
  absoluteDifference,
  doublingMultiplyHigh,
  greater,
  greaterEqual,
  halvingAdd,
  halvingSub,
  maximum,
  minimum,
  multiply,
  roundingHalvingAdd,
  saturatingAddSub,
  test,
} from '../pseudocode/simd-integer';
import { joinLow, lanes, unzip, widen } from '../pseudocode/vector';

/** What an operation on two equal vectors is told: lane size, signedness (U of the encoding), the old destination, how many bits count. */
export interface Lanewise {
  readonly k: Emitter;
  readonly size: number;
  readonly unsigned: boolean;
  readonly bits: number;
  readonly destination: () => Expr;
}
export type LanewiseOperation = (c: Lanewise, a: Expr, b: Expr) => Expr;

export interface ThreeSame {
  /** Manual's names, U = 0 first; undefined where that U is another instruction or UNALLOCATED. */
  readonly names: readonly [string | undefined, string | undefined];
  readonly opcode: string;
  /** Lane sizes of the vector form and of the scalar form. */
  readonly sizes: readonly number[];
  readonly scalar?: readonly number[];
  /** It may set FPSR.QC. */
  readonly saturates?: true;
  readonly apply: LanewiseOperation;
}

const ALL = [0, 1, 2, 3];
const UP_TO_32 = [0, 1, 2];
const D_ONLY = [3];

const shiftByRegister =
  (flavour: string): LanewiseOperation =>
  (c, a, b) =>
    c.k.helper(`shift_${c.unsigned ? 'u' : 's'}${flavour}_${c.size}`, a, b);

/** Neighbours of the operand pair n:m combined. */
const pairwise =
  (apply: LanewiseOperation): LanewiseOperation =>
  (c, a, b) => {
    if (c.bits === 128) return apply(c, unzip(c.size, a, b, 0), unzip(c.size, a, b, 1));
    // With 64-bit vectors the pair is one register wide: the results are the low half.
    const pair = c.k.let(joinLow(a, b));
    return apply(c, unzip(c.size, pair, pair, 0), unzip(c.size, pair, pair, 1));
  };
/** Carry-less product of bytes: PMUL. */
export function polynomialMultiply(c: Lanewise, a: Expr, b: Expr): Expr {
  const product = (high: boolean): Expr => c.k.helper('polynomial_multiply', widen(0, true, a, high), widen(0, true, b, high));
  const low = product(false);
  return unzip(0, low, c.bits === 128 ? product(true) : low, 0);
}

export const THREE_SAME: readonly ThreeSame[] = [
  { names: ['SHADD', 'UHADD'], opcode: '00000', sizes: UP_TO_32, apply: (c, a, b) => halvingAdd(c.size, c.unsigned, a, b) },
  {
    names: ['SQADD', 'UQADD'],
    saturates: true,
    opcode: '00001',
    sizes: ALL,
    scalar: ALL,
    apply: (c, a, b) => saturatingAddSub(c.k, c.size, c.unsigned, false, a, b),
  },
  {
    names: ['SRHADD', 'URHADD'],
    opcode: '00010',
    sizes: UP_TO_32,
    apply: (c, a, b) => roundingHalvingAdd(c.size, c.unsigned, a, b),
  },
  { names: ['SHSUB', 'UHSUB'], opcode: '00100', sizes: UP_TO_32, apply: (c, a, b) => halvingSub(c.size, c.unsigned, a, b) },
  {
    names: ['SQSUB', 'UQSUB'],
    saturates: true,
    opcode: '00101',
    sizes: ALL,
    scalar: ALL,
    apply: (c, a, b) => saturatingAddSub(c.k, c.size, c.unsigned, true, a, b),
  },
  {
    names: ['CMGT (register)', 'CMHI (register)'],
    opcode: '00110',
    sizes: ALL,
    scalar: D_ONLY,
    apply: (c, a, b) => greater(c.size, c.unsigned, a, b),
  },
  {
    names: ['CMGE (register)', 'CMHS (register)'],
    opcode: '00111',
    sizes: ALL,
    scalar: D_ONLY,
    apply: (c, a, b) => greaterEqual(c.size, c.unsigned, a, b),
  },
  { names: ['SSHL', 'USHL'], opcode: '01000', sizes: ALL, scalar: D_ONLY, apply: shiftByRegister('') },
  {
    names: ['SQSHL (register)', 'UQSHL (register)'],
    opcode: '01001',
    sizes: ALL,
    scalar: ALL,
    saturates: true,
    apply: shiftByRegister('q'),
  },
  { names: ['SRSHL', 'URSHL'], opcode: '01010', sizes: ALL, scalar: D_ONLY, apply: shiftByRegister('r') },
  {
    names: ['SQRSHL', 'UQRSHL'],
    opcode: '01011',
    sizes: ALL,
    scalar: ALL,
    saturates: true,
    apply: shiftByRegister('qr'),
  },
  { names: ['SMAX', 'UMAX'], opcode: '01100', sizes: UP_TO_32, apply: (c, a, b) => maximum(c.size, c.unsigned, a, b) },
  { names: ['SMIN', 'UMIN'], opcode: '01101', sizes: UP_TO_32, apply: (c, a, b) => minimum(c.size, c.unsigned, a, b) },
  { names: ['SABD', 'UABD'], opcode: '01110', sizes: UP_TO_32, apply: (c, a, b) => absoluteDifference(c.size, c.unsigned, a, b) },
  {
    names: ['SABA', 'UABA'],
    opcode: '01111',
    sizes: UP_TO_32,
    apply: (c, a, b) => lanes(c.size, 'add', c.destination(), absoluteDifference(c.size, c.unsigned, a, b)),
  },
  {
    names: ['ADD (vector)', 'SUB (vector)'],
    opcode: '10000',
    sizes: ALL,
    scalar: D_ONLY,
    apply: (c, a, b) => lanes(c.size, c.unsigned ? 'sub' : 'add', a, b),
  },
  {
    names: ['CMTST', 'CMEQ (register)'],
    opcode: '10001',
    sizes: ALL,
    scalar: D_ONLY,
    apply: (c, a, b) => (c.unsigned ? lanes(c.size, 'eq', a, b) : test(c.size, a, b)),
  },
  {
    names: ['MLA (vector)', 'MLS (vector)'],
    opcode: '10010',
    sizes: UP_TO_32,
    apply: (c, a, b) => lanes(c.size, c.unsigned ? 'sub' : 'add', c.destination(), multiply(c.k, c.size, a, b)),
  },
  { names: ['MUL (vector)', undefined], opcode: '10011', sizes: UP_TO_32, apply: (c, a, b) => multiply(c.k, c.size, a, b) },
  { names: [undefined, 'PMUL'], opcode: '10011', sizes: [0], apply: polynomialMultiply },
  {
    names: ['SMAXP', 'UMAXP'],
    opcode: '10100',
    sizes: UP_TO_32,
    apply: pairwise((c, a, b) => maximum(c.size, c.unsigned, a, b)),
  },
  {
    names: ['SMINP', 'UMINP'],
    opcode: '10101',
    sizes: UP_TO_32,
    apply: pairwise((c, a, b) => minimum(c.size, c.unsigned, a, b)),
  },
  {
    names: ['SQDMULH (vector)', 'SQRDMULH (vector)'],
    saturates: true,
    opcode: '10110',
    sizes: [1, 2],
    scalar: [1, 2],
    apply: (c, a, b) => doublingMultiplyHigh(c.k, c.size, c.unsigned, a, b),
  },
  { names: ['ADDP (vector)', undefined], opcode: '10111', sizes: ALL, apply: pairwise((c, a, b) => lanes(c.size, 'add', a, b)) },
];
