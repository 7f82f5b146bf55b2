import {
  type Expr,
  extractLane,
  type FuncType,
  type FunctionBuilder,
  type FunctionRef,
  i32,
  i64,
  replaceLane,
  type ValType,
} from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import { LANES, ZERO } from '../pseudocode/vector';

/**
 * Helpers are Wasm functions that meanings call for what is too big to be repeated in every handler. Their first parameter is the address
 * of the vCPU's state (the emitter supplies it): some read FPCR or set bits of FPSR.
 */
export interface Helper {
  readonly type: FuncType;
  /** It may set FPSR.IXC. */
  readonly rounds: boolean;
  /** `helpers`: the others, which it may call. */
  build(f: FunctionBuilder, helpers: Pick<ReadonlyMap<string, FunctionRef>, 'get'>): void;
}

/** A helper over values; `body` gets the parameters after the state's address and returns the result. */
export const helper = (
  params: readonly ValType[],
  result: ValType,
  body: (f: FunctionBuilder, ...args: Expr[]) => Expr,
): Helper => ({
  type: { params: ['i32', ...params], results: [result] },
  rounds: false,
  build: (f) => f.return(body(f, ...params.map((_, i) => f.param(i + 1)))),
});

type CallingBody = (f: FunctionBuilder, call: (name: string, ...args: Expr[]) => Expr, ...args: Expr[]) => Expr;

/** The same; `call` calls another helper by its name. */
export const callingHelper = (params: readonly ValType[], result: ValType, body: CallingBody, rounds = false): Helper => ({
  type: { params: ['i32', ...params], results: [result] },
  rounds,
  build: (f, helpers) => {
    const call = (name: string, ...args: Expr[]): Expr => f.call(helpers.get(name)!, f.param(0), ...args)!;
    f.return(body(f, call, ...params.map((_, i) => f.param(i + 1))));
  },
});

/** One of floating-point arithmetic, which rounds. */
export const roundingHelper = (params: readonly ValType[], result: ValType, body: CallingBody): Helper =>
  callingHelper(params, result, body, true);

/** The first `count` lanes of vectors of halves, for which Wasm has no operations, by the helper `<name>_h`. */
export const halvesHelper = (name: string, count: number, arity: number): Helper =>
  roundingHelper(
    Array.from({ length: arity }, () => 'v128' as const),
    'v128',
    (f, call, ...operands) => {
      const result = f.local('v128');
      f.set(result, ZERO);
      for (let i = 0; i < count; i++) {
        const lane = call(`${name}_h`, ...operands.map((v) => extractLane('i16x8', v, i)));
        f.set(result, replaceLane('i16x8', f.get(result), i, lane));
      }
      return f.get(result);
    },
  );

export const readFpcr = (f: FunctionBuilder): Expr => f.load('i32', f.param(0), STATE.FPCR);
/** Sets bits (i32) of FPSR. */
export const raiseBits = (f: FunctionBuilder, bits: Expr): void =>
  f.store('i32', f.param(0), i32.or(f.load('i32', f.param(0), STATE.FPSR), bits), STATE.FPSR);

/** Treats integer lanes one by one, widened to i64. */
export function eachLane(
  f: FunctionBuilder,
  size: number,
  unsigned: readonly boolean[],
  vectors: readonly Expr[],
  body: (...values: Expr[]) => Expr,
): Expr {
  let result = ZERO;
  for (let lane = 0; lane < 16 >> size; lane++) {
    const values = vectors.map((v, i) => {
      const value = extractLane(LANES[size]!, v, lane, !unsigned[i]);
      return f.let(size === 3 ? value : unsigned[i] ? i64.extendU(value) : i64.extendS(value));
    });
    const value = body(...values);
    result = f.let(replaceLane(LANES[size]!, result, lane, size === 3 ? value : i32.wrap(value)));
  }
  return result;
}

/** A helper that treats integer lanes one by one; one parameter for each entry of `unsigned`. */
export const laneHelper = (
  size: number,
  unsigned: readonly boolean[],
  body: (f: FunctionBuilder, ...values: Expr[]) => Expr,
): Helper =>
  helper(
    unsigned.map(() => 'v128' as const),
    'v128',
    (f, ...vectors) => eachLane(f, size, unsigned, vectors, (...values) => body(f, ...values)),
  );
