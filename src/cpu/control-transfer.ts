import { BTYPE } from '../isa/cpu-state';
import { type Expr, type FunctionBuilder, type FunctionRef, i32, i64, select } from '../wasm';
import { FIXED_HANDLER, NEAR_LIMIT } from './abi';
import { CODE_TLB, CPU, EXIT, HEAT, MEMORY, RECORD } from './layout';

/** How control goes from one record to another, and out of Wasm. */

function exit(f: FunctionBuilder, reason: number): void {
  f.store('i32', f.param(0), i32.const(reason), CPU.EXIT);
  f.return();
}

export function dispatch(f: FunctionBuilder, handlerType: number, at: number = RECORD.HANDLER): void {
  f.tailCallIndirect(handlerType, f.load('i32_16u', f.param(1), at), f.param(0), f.param(1), f.param(2));
}

/** Leaves before the instruction at `record`. */
export function leaveAt(f: FunctionBuilder, reason: number): void {
  f.store('i32', f.param(0), f.param(1), CPU.REC);
  f.store('i32', f.param(0), i32.add(f.param(1), f.param(2)), CPU.ACC);
  exit(f, reason);
}

/** Takes a planted stop away, if there is one: what RecordHandlers.unplant does in TypeScript. */
export function unplant(f: FunctionBuilder): void {
  const cpu = f.param(0);
  const planted = f.load('i32', cpu, CPU.PLANTED_REC);
  f.if(planted, () => {
    f.store('i32_16', planted, f.load('i32', cpu, CPU.PLANTED_HANDLER), RECORD.HANDLER);
    f.store('i32', cpu, i32.const(0), CPU.PLANTED_REC);
  });
}

/**
 * A control transfer to `record` with little budget left. The instruction that would exceed the budget, were the code straight from here on,
 * is known: its record is at -acc. A stop is planted there (and taken away again at the next transfer), so straight code needs no checks. This is
 * the only place in Wasm that writes RECORD.HANDLER; the order of those who want to is in record-handlers.ts.
 */
export function plantStop(f: FunctionBuilder): void {
  const [cpu, record, acc] = [f.param(0), f.param(1), f.param(2)];
  unplant(f);
  const count = f.let(i32.add(record, acc));
  f.if(i32.geS(count, i32.const(0)), () => leaveAt(f, EXIT.BUDGET));
  f.if(i32.gtS(count, i32.const(-NEAR_LIMIT)), () => {
    const stop = f.let(i32.sub(i32.const(0), acc));
    f.store('i32', cpu, stop, CPU.PLANTED_REC);
    f.store('i32', cpu, f.load('i32_16u', stop, RECORD.HANDLER), CPU.PLANTED_HANDLER);
    f.store('i32_16', stop, i32.const(FIXED_HANDLER.STOP), RECORD.HANDLER);
  });
}

/** A control transfer to a virtual address: finds the page's records in the code TLB or leaves to have them made. */
export function buildJump(f: FunctionBuilder, near: FunctionRef, transfer: Transfer): void {
  toAddress(f, near, transfer);
}

/**
 * The same by an indirect branch, which leaves its kind in BTYPE_NEXT (param 3). Into a guarded page it only leads where an instruction is decoded that may
 * be landed on: else TypeScript looks at it. `landings`: the handlers of those that may, and under which values of PSTATE.BTYPE, as bits.
 */
export function buildIndirect(
  f: FunctionBuilder,
  near: FunctionRef,
  transfer: Transfer,
  landings: readonly (readonly [handler: number, btypes: number])[],
): void {
  const [cpu, count, btype] = [f.param(0), f.param(2), f.param(3)];
  f.store('i32', cpu, count, CPU.BTYPE_AT);
  f.store('i32', cpu, btype, CPU.BTYPE_NEXT);
  toAddress(f, near, transfer, (entry, record, refuse) => {
    f.if(i32.and(f.load('i32', entry, CODE_TLB.FLAGS), i32.const(CODE_TLB.GUARDED)), () => {
      const handler = f.let(f.load('i32_16u', record, RECORD.ORIGINAL));
      const mask = landings.reduce<Expr>(
        (otherwise, [known, btypes]) => select(i32.eq(handler, i32.const(known)), i32.const(btypes), otherwise),
        i32.const(1 << BTYPE.NONE),
      );
      f.if(i32.eqz(i32.and(i32.shrU(mask, btype), i32.const(1))), refuse);
    });
  });
}

type Check = (entry: Expr, record: Expr, refuse: () => void) => void;

function toAddress(f: FunctionBuilder, near: FunctionRef, transfer: Transfer, check?: Check): void {
  const [cpu, target, count] = [f.param(0), f.param(1), f.param(2)];
  const refuse = (): void => {
    f.store('i64', cpu, target, CPU.PC);
    f.store('i32', cpu, count, CPU.ACC);
    exit(f, EXIT.FETCH);
  };
  const low = f.let(i32.wrap(target));
  const index = i32.and(i32.wrap(i64.shrU(target, i64.const(8))), i32.const((CODE_TLB.ENTRIES - 1) * CODE_TLB.ENTRY_SIZE));
  const entry = f.let(i32.add(f.load('i32', cpu, CPU.CTLB), index));
  // Bits 1 and 0 stay in the comparison, so a misaligned target misses and is looked at in TypeScript.
  const page = f.let(i64.and(target, i64.const(~0xffcn)));
  f.if(
    i64.eq(f.load('i64', entry, CODE_TLB.TAG), page),
    () => {
      const first = f.let(f.load('i32', entry, CODE_TLB.FIRST));
      const record = f.let(i32.add(first, i32.shl(i32.and(low, i32.const(0xffc)), i32.const(2))));
      check?.(entry, record, refuse);
      f.store('i64', cpu, i64.sub(page, i64.extendU(i32.shrU(first, i32.const(2)))), CPU.PC_DELTA);
      const acc = f.let(i32.sub(count, record));
      f.if(i32.gtS(count, i32.const(-NEAR_LIMIT)), () => f.tailCall(near, cpu, record, acc));
      transfer.arrive(f, record, acc);
    },
    refuse,
  );
}

/** How control goes on at another record. */
export interface Transfer {
  arrive(f: FunctionBuilder, record: Expr, acc: Expr): void;
}

export const heatOf = (record: Expr): Expr => i32.and(i32.shrU(record, i32.const(HEAT.SHIFT)), i32.const(HEAT.MASK));

/** A taken branch arrives at a record with budget enough: if no compiled code is there, that is counted, and the compiler asked when it is hot. */
export function countArrival(
  f: FunctionBuilder,
  handlerType: number,
  firstCompiled: number,
  hot: FunctionRef,
  record: Expr,
  acc: Expr,
): void {
  const cpu = f.param(0);
  const handler = f.load('i32_16u', record, RECORD.HANDLER);
  f.if(i32.ltU(handler, i32.const(firstCompiled)), () => {
    const counter = f.let(heatOf(record));
    const heat = f.let(i32.add(f.load('i32_16u', counter, MEMORY.HEAT), i32.const(1)));
    f.store('i32_16', counter, heat, MEMORY.HEAT);
    f.if(i32.eq(heat, f.load('i32', cpu, CPU.HEAT_LIMIT)), () => f.tailCall(hot, cpu, record, acc));
  });
  f.tailCallIndirect(handlerType, handler, cpu, record, acc);
}
