import { type Expr, i32, simd } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import type { Emitter } from '../emitter';

/** Bits of FPCR and FPSR that meanings look at (Arm ARM D17, "FPCR, Floating-point Control Register" and "FPSR"). */
export const FPCR = {
  /** Flush to zero, half precision (FEAT_FP16). */
  FZ16: 1 << 19,
  /** Rounding mode, bits 23..22. */
  RMODE_SHIFT: 22,
  RMODE: 3 << 22,
  /** Flush to zero, single and double precision. */
  FZ: 1 << 24,
  /** Default NaN mode. */
  DN: 1 << 25,
  /** Alternative half precision. */
  AHP: 1 << 26,
} as const;

/** Values of FPCR.RMode. */
export const RMODE = { NEAREST: 0, PLUS: 1, MINUS: 2, ZERO: 3 } as const;

export const FPSR = {
  /** Invalid operation. */
  IOC: 1 << 0,
  /** Division by zero. */
  DZC: 1 << 1,
  /** Overflow. */
  OFC: 1 << 2,
  /** Underflow. */
  UFC: 1 << 3,
  /** Inexact. */
  IXC: 1 << 4,
  /** Input denormal. */
  IDC: 1 << 7,
  /** Cumulative saturation. */
  QC: 1 << 27,
} as const;

/** PSTATE.N, Z, C and V of a comparison (pseudocode FPCompare). */
export const COMPARED = { LESS: 8 << 28, EQUAL: 6 << 28, GREATER: 2 << 28, UNORDERED: 3 << 28 } as const;

/** Sets cumulative bits of FPSR. */
export const raise = (k: Emitter, bits: number): void =>
  k.put('i32', STATE.FPSR, i32.or(k.get('i32', STATE.FPSR), i32.const(bits)));

/** Sets FPSR.IXC if `inexact` (i32, 0 or 1). It nearly always is set. */
export const raiseInexactIf = (k: Emitter, inexact: Expr): void => {
  const isNew = i32.eqz(i32.and(k.get('i32', STATE.FPSR), i32.const(FPSR.IXC)));
  k.if(i32.and(inexact, isNew), () => raise(k, FPSR.IXC), undefined, 'rare');
};

/** Sets FPSR.QC if any bit of `changed` (v128) is set. */
export const saturatedIf = (k: Emitter, changed: Expr): void => k.if(simd('v128.any_true', changed), () => raise(k, FPSR.QC));
