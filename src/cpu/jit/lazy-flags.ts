import type { FlagSource } from '../../isa/emitter';
import { type Expr, type FunctionBuilder, f32, f64, i32, i64, type Local, type ValType } from '../../wasm';
import { FLAG_PLACE, FLAG_TYPE } from '../emitter-base';
import { ALWAYS, conditionHolds, FLAGS, type Flag, flagsOf, type Nzcv } from '../flags';

/**
 * Where compiled code has PSTATE.N, Z, C and V at some place. Most are never looked at, so what sets them only keeps its operands, and the flags are
 * computed where they are asked for, or where the code is left.
 */
export const FLAGS_IN = {
  /** In the vCPU's state: nothing has set them since the region was entered. */
  MEMORY: 0,
  /** Computed, in four locals. */
  LOCALS: 1,
  LOGICAL32: 2,
  LOGICAL64: 3,
  SUB32: 4,
  SUB64: 5,
  ADD32: 6,
  ADD64: 7,
  FCMP32: 8,
  FCMP64: 9,
  /** One of the others: a local says which. */
  ANY: 10,
} as const;
export type FlagsIn = (typeof FLAGS_IN)[keyof typeof FLAGS_IN];

/** How an operation's flags are kept. */
export function flagsInOf({ op, sf }: FlagSource): FlagsIn {
  switch (op) {
    case 'logical':
      return sf ? FLAGS_IN.LOGICAL64 : FLAGS_IN.LOGICAL32;
    case 'sub':
      return sf ? FLAGS_IN.SUB64 : FLAGS_IN.SUB32;
    case 'add':
      return sf ? FLAGS_IN.ADD64 : FLAGS_IN.ADD32;
    case 'fcmp':
      return sf ? FLAGS_IN.FCMP64 : FLAGS_IN.FCMP32;
    default:
      return FLAGS_IN.LOCALS;
  }
}

/** What is known of the flags at a place. */
export interface FlagState {
  readonly in: FlagsIn;
  /** The second operand, if it is a constant. */
  readonly b?: Expr | undefined;
}

/** Operands of an operation that set the flags, by its width. */
interface OperandPair {
  readonly a: readonly [Local, Local];
  readonly b: readonly [Local, Local];
}

export class LazyFlags {
  /** A logical result is in `a`. */
  private readonly integers: OperandPair;
  /** Those of FCMP. */
  private readonly numbers: OperandPair | undefined;
  private readonly flags: Readonly<Record<Flag, Local>>;
  /** Which of FLAGS_IN it is where that is ANY. */
  private readonly which: Local;

  /** `kinds`: all that occur in the region. */
  constructor(
    private readonly f: FunctionBuilder,
    private readonly cpu: Expr,
    readonly kinds: ReadonlySet<FlagsIn>,
  ) {
    const pair = (narrow: ValType, wide: ValType): OperandPair => ({
      a: [f.local(narrow), f.local(wide)],
      b: [f.local(narrow), f.local(wide)],
    });
    this.integers = pair('i32', 'i64');
    if (kinds.has(FLAGS_IN.FCMP32) || kinds.has(FLAGS_IN.FCMP64)) this.numbers = pair('f32', 'f64');
    this.flags = { n: f.local('i64'), z: f.local('i64'), c: f.local('i32'), v: f.local('i64') };
    this.which = f.local('i32');
  }

  /** Keeps what an operation left. */
  keep(source: FlagSource): FlagState {
    const { f } = this;
    const { op, sf } = source;
    const { a, b } = op === 'fcmp' ? this.numbers! : this.integers;
    if (op === 'adc') return this.keepFlags(flagsOf(source, (value) => f.let(value)));
    if (op === 'logical') f.set(a[sf]!, source.result);
    else {
      f.set(a[sf]!, source.a);
      f.set(b[sf]!, source.b);
    }
    const constant = op !== 'logical' && source.b.constant !== undefined ? source.b : undefined;
    return { in: flagsInOf(source), b: constant };
  }
  /** Keeps flags that are computed. */
  keepFlags(flags: Nzcv): FlagState {
    // All are computed before any is set: they may depend on the old ones.
    const values = FLAGS.map((flag) => this.f.let(flags[flag]));
    FLAGS.forEach((flag, i) => {
      this.f.set(this.flags[flag], values[i]!);
    });
    return { in: FLAGS_IN.LOCALS };
  }

  /** Before going on where the flags are expected in a certain place: leaves them there. */
  bring(state: FlagState, to: FlagsIn): FlagState {
    if (state.in === to) return state;
    if (to === FLAGS_IN.ANY) {
      this.f.set(this.which, i32.const(state.in));
      return { in: to };
    }
    if (to !== FLAGS_IN.LOCALS) throw new Error(`flags in ${state.in} cannot be brought to ${to}`);
    const settled = this.settle(state);
    return settled.in === FLAGS_IN.LOCALS ? settled : this.keepFlags(this.compute(settled));
  }

  /** The operation whose operands are kept. */
  private source(state: FlagState): FlagSource {
    const { f } = this;
    const sf = state.in & 1;
    if (state.in >= FLAGS_IN.FCMP32) {
      const { a, b } = this.numbers!;
      return { op: 'fcmp', sf, a: f.get(a[sf]!), b: state.b ?? f.get(b[sf]!) };
    }
    const w = sf ? i64 : i32;
    const a = f.get(this.integers.a[sf]!);
    if (state.in <= FLAGS_IN.LOGICAL64) return { op: 'logical', sf, result: a };
    const b = state.b ?? f.get(this.integers.b[sf]!);
    if (state.in <= FLAGS_IN.SUB64) return { op: 'sub', sf, a, b, result: w.sub(a, b) };
    return { op: 'add', sf, a, b, result: w.add(a, b) };
  }

  private compute(state: FlagState): Nzcv {
    const { f } = this;
    if (state.in === FLAGS_IN.MEMORY) {
      const load = (flag: Flag): Expr => f.load(FLAG_TYPE[flag], this.cpu, FLAG_PLACE[flag]);
      return { n: load('n'), z: load('z'), c: load('c'), v: load('v') };
    }
    if (state.in === FLAGS_IN.LOCALS) {
      const get = (flag: Flag): Expr => f.get(this.flags[flag]);
      return { n: get('n'), z: get('z'), c: get('c'), v: get('v') };
    }
    return flagsOf(this.source(state), (value) => f.let(value));
  }

  /** Makes ANY one that can be computed with. */
  settle(state: FlagState): FlagState {
    if (state.in !== FLAGS_IN.ANY) return state;
    for (const kind of this.kinds) {
      if (kind === FLAGS_IN.LOCALS || kind === FLAGS_IN.ANY) continue;
      this.f.if(i32.eq(this.f.get(this.which), i32.const(kind)), () => {
        this.keepFlags(this.compute({ in: kind }));
      });
    }
    return { in: FLAGS_IN.LOCALS };
  }

  /** One flag. `state` is settled. */
  flag(state: FlagState, flag: Flag): Expr {
    if (state.in === FLAGS_IN.MEMORY) return this.f.load(FLAG_TYPE[flag], this.cpu, FLAG_PLACE[flag]);
    return this.f.snapshot(this.compute(state)[flag]);
  }

  /** 1 if the condition holds, else 0. `state` is settled. */
  condition(state: FlagState, code: number): Expr {
    return this.comparison(state, code) ?? conditionHolds(code, (flag) => this.flag(state, flag));
  }

  /** A condition as a comparison of the operands themselves. */
  private comparison(state: FlagState, code: number): Expr | undefined {
    if (state.in < FLAGS_IN.LOGICAL32 || state.in > FLAGS_IN.FCMP64 || code >= ALWAYS) return undefined;
    const source = this.source(state);
    if (source.op === 'fcmp') return conditionOfNumbers(source.sf, source.a, source.b, code);
    const { sf, op, result } = source;
    const w = sf ? i64 : i32;
    const zero = sf ? i64.const(0) : i32.const(0);
    if (op === 'sub') {
      const { a, b } = source;
      const compare = [
        () => w.eq(a, b),
        () => w.ne(a, b),
        () => w.geU(a, b),
        () => w.ltU(a, b),
        () => w.ltS(result, zero),
        () => w.geS(result, zero),
        undefined,
        undefined,
        () => w.gtU(a, b),
        () => w.leU(a, b),
        () => w.geS(a, b),
        () => w.ltS(a, b),
        () => w.gtS(a, b),
        () => w.leS(a, b),
      ][code];
      return compare?.();
    }
    const sign = code & 1 ? w.geS : w.ltS;
    if (code < 2) return code ? w.ne(result, zero) : w.eqz(result);
    if (code === 4 || code === 5) return sign(result, zero);
    if (op !== 'logical') return undefined;
    // C and V are clear.
    const logical: Record<number, () => Expr> = {
      10: () => w.geS(result, zero),
      11: () => w.ltS(result, zero),
      12: () => w.gtS(result, zero),
      13: () => w.leS(result, zero),
    };
    return logical[code]?.();
  }

  /** Writes the flags to the vCPU's state, where they are needed when the code is left. */
  save(state: FlagState): void {
    if (state.in === FLAGS_IN.MEMORY) return;
    if (state.in === FLAGS_IN.ANY) {
      for (const kind of this.kinds) {
        if (kind === FLAGS_IN.MEMORY || kind === FLAGS_IN.ANY) continue;
        this.f.if(i32.eq(this.f.get(this.which), i32.const(kind)), () => this.save({ in: kind }));
      }
      return;
    }
    const flags = this.compute(state);
    for (const flag of FLAGS) this.f.store(FLAG_TYPE[flag], this.cpu, flags[flag], FLAG_PLACE[flag]);
  }
}

/** A condition (below AL) after a comparison of numbers, one of which may be none. */
function conditionOfNumbers(sf: number, a: Expr, b: Expr, code: number): Expr {
  const w = sf ? f64 : f32;
  const even = [
    () => w.eq(a, b),
    () => i32.eqz(w.lt(a, b)),
    () => w.lt(a, b),
    () => i32.or(w.ne(a, a), w.ne(b, b)),
    () => i32.eqz(w.le(a, b)),
    () => w.ge(a, b),
    () => w.gt(a, b),
  ][code >> 1]!();
  return code & 1 ? i32.eqz(even) : even;
}
