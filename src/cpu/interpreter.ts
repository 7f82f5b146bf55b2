import { SERVICE } from '../isa/emitter';
import { HELPERS } from '../isa/helpers/index';
import { type FunctionBuilder, type FunctionRef, i32, i64, ModuleBuilder } from '../wasm';
import { ENGINE_SERVICE, FIXED_HANDLER, HANDLER_TYPE, INDIRECT_TYPE, JUMP_TYPE, MAX_MEMORY_PAGES, SERVICE_TYPE } from './abi';
import {
  buildIndirect,
  buildJump,
  countArrival,
  dispatch,
  heatOf,
  leaveAt,
  plantStop,
  type Transfer,
  unplant,
} from './control-transfer';
import type { SharedFunctions } from './emitter-base';
import type { HandlerSpec } from './handlers';
import { InterpreterEmitter } from './interpreter-emitter';
import { CPU, EXIT, MEMORY, RECORD } from './layout';
import { buildSlowAccess } from './page-crossing';
import { atOnce, type Steps } from './stepwise';

/** The module that holds all interpreter handlers and what they share. */

/** Exports: `enter` (cpu, record, acc) runs until something leaves; the others and the helpers are for compiled modules. */
export interface InterpreterExports {
  enter(cpu: number, record: number, acc: number): void;
  near: (cpu: number, record: number, acc: number) => void;
  arrive: (cpu: number, record: number, acc: number) => void;
  resume: (cpu: number, record: number, acc: number) => void;
  jump: (cpu: number, target: bigint, count: number) => void;
  indirect: (cpu: number, target: bigint, count: number, btype: number) => void;
}

/** Builds the interpreter for a set of handlers. */
export const buildInterpreter = (specs: readonly HandlerSpec[]): Uint8Array<ArrayBuffer> => atOnce(interpreterSteps(specs));

/** The same, one helper or handler at a time: all of them take a host some hundred milliseconds the first time. */
export function* interpreterSteps(specs: readonly HandlerSpec[]): Steps<Uint8Array<ArrayBuffer>> {
  const module = new ModuleBuilder();
  const handlerType = module.typeIndex(HANDLER_TYPE);
  module.importMemory('env', 'memory', 1, MAX_MEMORY_PAGES);
  module.importTable('env', 'table', FIXED_HANDLER.FIRST + specs.length);
  const service = module.importFunction('env', 'service', SERVICE_TYPE);

  const helpers = new Map(Object.entries(HELPERS).map(([name, { type }]) => [name, module.declare(type)]));
  for (const [name, { build }] of Object.entries(HELPERS)) {
    yield;
    module.define(helpers.get(name)!, (f) => build(f, helpers));
  }
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
  const landings = specs.flatMap(({ row, shape }, i): [handler: number, btypes: number][] =>
    row.landing ? [[FIXED_HANDLER.FIRST + i, row.landing(shape)]] : [],
  );
  const indirect = module.func(INDIRECT_TYPE, (f) => buildIndirect(f, near, transfer, landings));
  const shared: SharedFunctions = { near, jump, indirect, helpers, handlerType };

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
  const known = leaving(EXIT.HOT, () => {});

  const handlers: FunctionRef[] = [];
  for (const { row, shape, nearBranch } of specs) {
    yield;
    const handler = module.func(HANDLER_TYPE, (f) => {
      const k = new InterpreterEmitter(f, shared, { service, slowAccess }, transfer, nearBranch);
      try {
        row.meaning(k, k.operands(), shape);
      } catch (error) {
        throw new Error(`${row.name} ${JSON.stringify(shape)}: ${(error as Error).message}`);
      }
      if (row.branch !== 'always') k.next();
    });
    handlers.push(handler);
  }
  yield;
  module.element(0, [undecoded, nextPage, stop, unallocated, breakpoint, known, ...handlers]);

  module.exportFunction('enter', enter);
  module.exportFunction('near', near);
  module.exportFunction('arrive', arrive);
  module.exportFunction('resume', resume);
  module.exportFunction('jump', jump);
  module.exportFunction('indirect', indirect);
  for (const [name, ref] of helpers) module.exportFunction(`helper.${name}`, ref);
  return module.finish();
}
