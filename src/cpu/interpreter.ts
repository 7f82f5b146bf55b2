import { SERVICE } from '../isa/emitter';
import { HELPERS } from '../isa/helpers/index';
import { type Expr, type FunctionBuilder, type FunctionRef, i32, i64, ModuleBuilder } from '../wasm';
import { ENGINE_SERVICE, FIXED_HANDLER, HANDLER_TYPE, JUMP_TYPE, MAX_MEMORY_PAGES, NEAR_LIMIT, SERVICE_TYPE } from './abi';
import type { SharedFunctions } from './emitter-base';
import type { HandlerSpec } from './handlers';
import { InterpreterEmitter } from './interpreter-emitter';
import { CODE_TLB, CPU, EXIT, HEAT, MEMORY, RECORD } from './layout';
import { buildSlowAccess } from './page-crossing';

/** The module that holds all interpreter handlers and what they share. */

/** Exports: `enter` (cpu, record, acc) runs until something leaves; the others and the helpers are for compiled modules. */
export interface InterpreterExports {
  enter(cpu: number, record: number, acc: number): void;
  near: (cpu: number, record: number, acc: number) => void;
  arrive: (cpu: number, record: number, acc: number) => void;
  resume: (cpu: number, record: number, acc: number) => void;
  jump: (cpu: number, target: bigint, count: number) => void;
}

function exit(f: FunctionBuilder, reason: number): void {
  f.store('i32', f.param(0), i32.const(reason), CPU.EXIT);
  f.return();
}

function dispatch(f: FunctionBuilder, handlerType: number, at: number = RECORD.HANDLER): void {
  f.tailCallIndirect(handlerType, f.load('i32_16u', f.param(1), at), f.param(0), f.param(1), f.param(2));
}

/** Leaves before the instruction at `record`. */
function leaveAt(f: FunctionBuilder, reason: number): void {
  f.store('i32', f.param(0), f.param(1), CPU.REC);
  f.store('i32', f.param(0), i32.add(f.param(1), f.param(2)), CPU.ACC);
  exit(f, reason);
}

/** Takes a planted stop away, if there is one: what RecordHandlers.unplant does in TypeScript. */
function unplant(f: FunctionBuilder): void {
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
function plantStop(f: FunctionBuilder): void {
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
function buildJump(f: FunctionBuilder, near: FunctionRef, transfer: Transfer): void {
  const [cpu, target, count] = [f.param(0), f.param(1), f.param(2)];
  const low = f.let(i32.wrap(target));
  const index = i32.and(i32.wrap(i64.shrU(target, i64.const(8))), i32.const((CODE_TLB.ENTRIES - 1) * CODE_TLB.ENTRY_SIZE));
  const entry = f.let(i32.add(f.load('i32', cpu, CPU.CTLB), index));
  // Bits 1 and 0 stay in the comparison, so a misaligned target misses and is looked at in TypeScript.
  const page = f.let(i64.and(target, i64.const(~0xffcn)));
  f.if(
    i64.eq(f.load('i64', entry), page),
    () => {
      const first = f.load('i32', entry, 8);
      f.store('i64', cpu, i64.sub(page, i64.extendU(i32.shrU(first, i32.const(2)))), CPU.PC_DELTA);
      const record = f.let(i32.add(first, i32.shl(i32.and(low, i32.const(0xffc)), i32.const(2))));
      const acc = f.let(i32.sub(count, record));
      f.if(i32.gtS(count, i32.const(-NEAR_LIMIT)), () => f.tailCall(near, cpu, record, acc));
      transfer.arrive(f, record, acc);
    },
    () => {
      f.store('i64', cpu, target, CPU.PC);
      f.store('i32', cpu, count, CPU.ACC);
      exit(f, EXIT.FETCH);
    },
  );
}

/** How control goes on at another record. */
export interface Transfer {
  arrive(f: FunctionBuilder, record: Expr, acc: Expr): void;
}

const heatOf = (record: Expr): Expr => i32.and(i32.shrU(record, i32.const(HEAT.SHIFT)), i32.const(HEAT.MASK));

/** A taken branch arrives at a record with budget enough: if no compiled code is there, that is counted, and the compiler asked when it is hot. */
function countArrival(
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

/** Builds the interpreter for a set of handlers. */
export function buildInterpreter(specs: readonly HandlerSpec[]): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const handlerType = module.typeIndex(HANDLER_TYPE);
  module.importMemory('env', 'memory', 1, MAX_MEMORY_PAGES);
  module.importTable('env', 'table', FIXED_HANDLER.FIRST + specs.length);
  const service = module.importFunction('env', 'service', SERVICE_TYPE);

  const helpers = new Map(Object.entries(HELPERS).map(([name, { type }]) => [name, module.declare(type)]));
  for (const [name, { build }] of Object.entries(HELPERS)) module.define(helpers.get(name)!, build);
  const hot = module.func(HANDLER_TYPE, (f) => {
    f.store('i32_16', heatOf(f.param(1)), i32.const(0), MEMORY.HEAT);
    leaveAt(f, EXIT.HOT);
  });
  const transfer: Transfer = {
    arrive: (f, record, acc) => countArrival(f, handlerType, FIXED_HANDLER.FIRST + specs.length, hot, record, acc),
  };
  const enter = module.func(HANDLER_TYPE, (f) => {
    plantStop(f);
    dispatch(f, handlerType);
  });
  const slowAccess = module.func(SERVICE_TYPE, (f) => buildSlowAccess(f, service));
  const near = module.func(HANDLER_TYPE, (f) => {
    plantStop(f);
    transfer.arrive(f, f.param(1), f.param(2));
  });
  const resume = module.func(HANDLER_TYPE, (f) => {
    plantStop(f);
    dispatch(f, handlerType, RECORD.ORIGINAL);
  });
  const arrive = module.func(HANDLER_TYPE, (f) => transfer.arrive(f, f.param(1), f.param(2)));
  const jump = module.func(JUMP_TYPE, (f) => buildJump(f, near, transfer));
  const shared: SharedFunctions = { near, jump, helpers, handlerType };

  const withService = (code: number, then: (f: FunctionBuilder) => void): FunctionRef =>
    module.func(HANDLER_TYPE, (f) => {
      f.if(i32.ltS(f.call(service, f.param(0), f.param(1), f.param(2), i32.const(code))!, i32.const(0)), () => f.return());
      then(f);
    });
  const undecoded = withService(ENGINE_SERVICE.DECODE, (f) => dispatch(f, handlerType));
  const nextPage = module.func(HANDLER_TYPE, (f) => {
    const delta = f.load('i64', f.param(0), CPU.PC_DELTA);
    const target = i64.add(delta, i64.extendU(i32.shrU(f.param(1), i32.const(2))));
    f.tailCall(jump, f.param(0), target, i32.add(f.param(1), f.param(2)));
  });
  const leaving = (reason: number, first: (f: FunctionBuilder) => void): FunctionRef =>
    module.func(HANDLER_TYPE, (f) => {
      first(f);
      leaveAt(f, reason);
    });
  const stop = leaving(EXIT.BUDGET, unplant);
  const unallocated = withService(SERVICE.UNDEFINED, (f) => f.unreachable());
  const breakpoint = leaving(EXIT.BREAKPOINT, () => {});

  const handlers = specs.map(({ row, shape, nearBranch }) =>
    module.func(HANDLER_TYPE, (f) => {
      const k = new InterpreterEmitter(f, shared, { service, slowAccess }, transfer, nearBranch);
      try {
        row.meaning(k, k.operands(), shape);
      } catch (error) {
        throw new Error(`${row.name} ${JSON.stringify(shape)}: ${(error as Error).message}`);
      }
      if (row.branch !== 'always') k.next();
    }),
  );
  module.element(0, [undecoded, nextPage, stop, unallocated, breakpoint, ...handlers]);

  module.exportFunction('enter', enter);
  module.exportFunction('near', near);
  module.exportFunction('arrive', arrive);
  module.exportFunction('resume', resume);
  module.exportFunction('jump', jump);
  for (const [name, ref] of helpers) module.exportFunction(`helper.${name}`, ref);
  return module.finish();
}
