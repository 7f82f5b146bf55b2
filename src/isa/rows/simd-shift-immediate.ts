import { type Expr, i32 } from '../../wasm';
import type { Emitter, Reg } from '../emitter';
import { clampForNarrowing, type Narrowing, shiftRight } from '../pseudocode/simd-integer';
import {
  lanes,
  ONES,
  readLanes,
  readVector,
  splat,
  splatConst,
  truncateLanes,
  vAnd,
  vAndNot,
  vOr,
  widen,
  writeHalf,
  writeVector,
} from '../pseudocode/vector';
import type { Fields, Row } from '../row';
import { mnemonic, ofHalf } from './simd-asm';

/**
 * Advanced SIMD shift by immediate and scalar shift by immediate (Arm ARM C4.1). immh:immb holds the lane size (highest set bit of immh)
 * and the shift. Right shifts go up to the lane's width, which Wasm would take as zero: the record holds the shift less one, and one
 * more step follows, which rounding needs anyway.
 */

/** log2 of the lane's bytes; -1 (then another instruction) if immh is 0. */
const sizeOf = (f: Fields): number => (f.immh ? 31 - Math.clz32(f.immh) : -1);
const immediate = (f: Fields): number => (f.immh! << 3) | f.immb!;
const rightShiftLessOne = (f: Fields): number => (16 << sizeOf(f)) - immediate(f) - 1;
const leftShift = (f: Fields): number => immediate(f) - (8 << sizeOf(f));

/** 0..3, and 4 for the reserved immh = 0. */
const size = { bits: 3, of: (f: Fields): number => (f.immh ? sizeOf(f) : 4) };

const one = i32.const(1);

/** Shift right by `lessOne` + 1, rounding to nearest if asked. */
function shiftRightFully(k: Emitter, size: number, unsigned: boolean, rounding: boolean, value: Expr, lessOne: Expr): Expr {
  if (!rounding && typeof lessOne.constant === 'number' && lessOne.constant + 1 < 8 << size) {
    return shiftRight(size, unsigned, value, i32.const(lessOne.constant + 1));
  }
  const almost = k.let(shiftRight(size, unsigned, value, lessOne));
  const shifted = shiftRight(size, unsigned, almost, one);
  if (!rounding) return shifted;
  return lanes(size, 'add', shifted, vAnd(almost, splatConst(size, 1n)));
}

interface Context {
  readonly k: Emitter;
  readonly size: number;
  readonly unsigned: boolean;
  readonly amount: Expr;
  readonly destination: () => Expr;
}

interface Shift {
  readonly names: readonly [string | undefined, string | undefined];
  readonly opcode: string;
  readonly left?: boolean;
  /** Lane sizes of the scalar form. */
  readonly scalar?: readonly number[];
  /** It may set FPSR.QC. */
  readonly saturates?: true;
  readonly apply: (c: Context, value: Expr) => Expr;
}

const D_ONLY = [3];
const ALL = [0, 1, 2, 3];

const right =
  (rounding: boolean, accumulate: boolean): Shift['apply'] =>
  (c, value) => {
    const shifted = shiftRightFully(c.k, c.size, c.unsigned, rounding, value, c.amount);
    return accumulate ? lanes(c.size, 'add', c.destination(), shifted) : shifted;
  };

/** Saturating left shifts reuse the shifts by register: a vector of equal amounts. */
const saturating =
  (flavour: (unsigned: boolean) => string): Shift['apply'] =>
  (c, value) =>
    c.k.helper(`shift_${flavour(c.unsigned)}_${c.size}`, value, splat(0, c.amount));

const SHIFTS: readonly Shift[] = [
  { names: ['SSHR', 'USHR'], opcode: '00000', scalar: D_ONLY, apply: right(false, false) },
  { names: ['SSRA', 'USRA'], opcode: '00010', scalar: D_ONLY, apply: right(false, true) },
  { names: ['SRSHR', 'URSHR'], opcode: '00100', scalar: D_ONLY, apply: right(true, false) },
  { names: ['SRSRA', 'URSRA'], opcode: '00110', scalar: D_ONLY, apply: right(true, true) },
  {
    names: [undefined, 'SRI'],
    opcode: '01000',
    scalar: D_ONLY,
    apply: (c, value) => {
      const shift = (v: Expr): Expr => shiftRightFully(c.k, c.size, true, false, v, c.amount);
      return vOr(vAndNot(c.destination(), shift(ONES)), shift(value));
    },
  },
  {
    names: ['SHL', undefined],
    opcode: '01010',
    left: true,
    scalar: D_ONLY,
    apply: (c, value) => lanes(c.size, 'shl', value, c.amount),
  },
  {
    names: [undefined, 'SLI'],
    opcode: '01010',
    left: true,
    scalar: D_ONLY,
    apply: (c, value) =>
      vOr(vAndNot(c.destination(), lanes(c.size, 'shl', ONES, c.amount)), lanes(c.size, 'shl', value, c.amount)),
  },
  { names: [undefined, 'SQSHLU'], opcode: '01100', left: true, scalar: ALL, saturates: true, apply: saturating(() => 'squ') },
  {
    names: ['SQSHL (immediate)', 'UQSHL (immediate)'],
    opcode: '01110',
    left: true,
    scalar: ALL,
    saturates: true,
    apply: saturating((unsigned) => (unsigned ? 'uq' : 'sq')),
  },
];

const nameOf = (names: Shift['names']): string => names.filter((name) => name !== undefined).join(', ');
const uBits = (names: Shift['names']): string => (names[0] === undefined ? '1' : names[1] === undefined ? '0' : 'U:1');
const uShape = (names: Shift['names']): string => (uBits(names) === 'U:1' ? 'U' : '');
const isUnsigned = (names: Shift['names'], U: number | undefined): boolean => (U ?? (names[0] === undefined ? 1 : 0)) === 1;

const context = (k: Emitter, shift: Shift, s: Fields, amount: Expr, d: Reg): Context => ({
  k,
  size: s.size!,
  unsigned: isUnsigned(shift.names, s.U),
  amount,
  destination: () => k.v(d),
});

const verb = (shift: Shift): string => mnemonic(nameOf(shift.names));
const amountOf = (shift: Shift): string => (shift.left ? '{shlv}' : '{shrv}');

const vector = (shift: Shift): Row => ({
  name: nameOf(shift.names),
  bits: `0 Q:1 ${uBits(shift.names)} 011110 immh:4 immb:3 ${shift.opcode} 1 Rn:5 Rd:5`,
  asm: [`${verb(shift)} {V:Rd:E}, {V:Rn:E}, ${amountOf(shift)}`],
  shape: `Q ${uShape(shift.names)}`.trim(),
  derived: { size },
  reserved: (s) => s.size! > (s.Q ? 3 : 2),
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, imm: shift.left ? leftShift(f) : rightShiftLessOne(f) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    writeVector(
      k,
      o.d,
      shift.apply(context(k, shift, s, o.imm32, o.d), (shift.saturates ? readVector : readLanes)(k, o.n, bits)),
      bits,
    );
  },
});

const scalar = (shift: Shift): Row => ({
  name: `${nameOf(shift.names)}, scalar`,
  bits: `01 ${uBits(shift.names)} 111110 immh:4 immb:3 ${shift.opcode} 1 Rn:5 Rd:5`,
  asm: [`${verb(shift)} {Sc:Rd:esize}, {Sc:Rn:esize}, ${amountOf(shift)}`],
  shape: uShape(shift.names),
  derived: { size },
  reserved: (s) => !shift.scalar!.includes(s.size!),
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, imm: shift.left ? leftShift(f) : rightShiftLessOne(f) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = 8 << s.size!;
    writeVector(
      k,
      o.d,
      shift.apply(context(k, shift, s, o.imm32, o.d), (shift.saturates ? readVector : readLanes)(k, o.n, bits)),
      bits,
    );
  },
});

interface NarrowingShift {
  readonly name: string;
  readonly U: number;
  readonly opcode: string;
  readonly unsigned: boolean;
  readonly rounding: boolean;
  readonly kind: Narrowing;
}

/** Shift right and narrow; `size` is that of the narrow lanes. */
const NARROWING: readonly NarrowingShift[] = [
  { name: 'SHRN', U: 0, opcode: '10000', unsigned: true, rounding: false, kind: 'plain' },
  { name: 'RSHRN', U: 0, opcode: '10001', unsigned: true, rounding: true, kind: 'plain' },
  { name: 'SQSHRN', U: 0, opcode: '10010', unsigned: false, rounding: false, kind: 'signed' },
  { name: 'SQRSHRN', U: 0, opcode: '10011', unsigned: false, rounding: true, kind: 'signed' },
  { name: 'SQSHRUN', U: 1, opcode: '10000', unsigned: false, rounding: false, kind: 'signedToUnsigned' },
  { name: 'SQRSHRUN', U: 1, opcode: '10001', unsigned: false, rounding: true, kind: 'signedToUnsigned' },
  { name: 'UQSHRN', U: 1, opcode: '10010', unsigned: true, rounding: false, kind: 'unsigned' },
  { name: 'UQRSHRN', U: 1, opcode: '10011', unsigned: true, rounding: true, kind: 'unsigned' },
];

const narrow = (k: Emitter, row: NarrowingShift, size: number, value: Expr, amount: Expr): Expr =>
  k.let(
    truncateLanes(
      size,
      clampForNarrowing(k, size, row.kind, shiftRightFully(k, size + 1, row.unsigned, row.rounding, value, amount)),
    ),
  );

const narrowingVector = (row: NarrowingShift): Row => ({
  name: `${row.name}, ${row.name}2`,
  asm: [`${ofHalf(row.name)} {V:Rd:E}, {V:Rn:EL}, {shrv}`],
  bits: `0 Q:1 ${row.U} 011110 immh:4 immb:3 ${row.opcode} 1 Rn:5 Rd:5`,
  shape: 'Q',
  derived: { size },
  reserved: (s) => s.size! > 2,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, imm: rightShiftLessOne(f) }),
  meaning: (k, o, s) => {
    k.checkFp();
    writeHalf(k, o.d, narrow(k, row, s.size!, k.v(o.n), o.imm32), s.Q!);
  },
});

const narrowingScalar = (row: NarrowingShift): Row => ({
  name: `${row.name}, scalar`,
  asm: [`${mnemonic(row.name)} {Sc:Rd:esize}, {Sc:Rn:esize1}, {shrv}`],
  bits: `01 ${row.U} 111110 immh:4 immb:3 ${row.opcode} 1 Rn:5 Rd:5`,
  derived: { size },
  reserved: (s) => s.size! > 2,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, imm: rightShiftLessOne(f) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = 8 << s.size!;
    writeVector(k, o.d, narrow(k, row, s.size!, readVector(k, o.n, bits * 2), o.imm32), bits);
  },
});

const widening: Row = {
  name: 'SSHLL, SSHLL2, USHLL, USHLL2',
  bits: '0 Q:1 U:1 011110 immh:4 immb:3 10100 1 Rn:5 Rd:5',
  asm: ['<U:sxtl|uxtl><Q:|2> {V:Rd:EL}, {V:Rn:E:alone} ; immb=0 wholeImmh', '<U:sshll|ushll><Q:|2> {V:Rd:EL}, {V:Rn:E}, {shlv}'],
  shape: 'Q U',
  derived: { size },
  reserved: (s) => s.size! > 2,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, imm: leftShift(f) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const wide = widen(s.size!, s.U === 1, k.v(o.n), s.Q === 1);
    const unshifted = o.imm32.constant === 0;
    k.setV(o.d, unshifted ? wide : lanes(s.size! + 1, 'shl', wide, o.imm32));
  },
};

export const simdShiftImmediate: Row[] = [...SHIFTS.map(vector), ...NARROWING.map(narrowingVector), widening];
export const simdScalarShiftImmediate: Row[] = [
  ...SHIFTS.filter((shift) => shift.scalar).map(scalar),
  ...NARROWING.filter((row) => row.kind !== 'plain').map(narrowingScalar),
];
