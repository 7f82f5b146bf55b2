import { type Expr, i32, simd } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import type { Emitter } from '../emitter';

/** Bits of FPCR and FPSR that meanings look at (Arm ARM D17, "FPCR, Floating-point Control Register" and "FPSR"). */
export const FPCR = {
  /** Rounding mode, bits 23..22. */
  RMODE_SHIFT: 22,
  FZ: 1 << 24,
  /** Default NaN mode. */
  DN: 1 << 25,
  AHP: 1 << 26,
} as const;

/** Values of FPCR.RMode. */
export const RMODE = { NEAREST: 0, PLUS: 1, MINUS: 2, ZERO: 3 } as const;

export const FPSR = {
  /** Invalid operation. */
  IOC: 1 << 0,
  /** Division by zero. */
  DZC: 1 << 1,
  /** Cumulative saturation. */
  QC: 1 << 27,
} as const;

/** Sets cumulative bits of FPSR. */
export const raise = (k: Emitter, bits: number): void =>
  k.put('i32', STATE.FPSR, i32.or(k.get('i32', STATE.FPSR), i32.const(bits)));

/** Sets FPSR.QC if any bit of `changed` (v128) is set. */
export const saturatedIf = (k: Emitter, changed: Expr): void => k.if(simd('v128.any_true', changed), () => raise(k, FPSR.QC));

/** FPCR.RMode as i32, 0..3. */
export const roundingMode = (k: Emitter): Expr =>
  k.let(i32.and(i32.shrU(k.get('i32', STATE.FPCR), i32.const(FPCR.RMODE_SHIFT)), i32.const(3)));
