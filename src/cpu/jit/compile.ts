import { HELPERS } from '../../isa/helpers/index';
import { FunctionBuilder, type FunctionRef, i32, ModuleBuilder } from '../../wasm';
import { HANDLER_TYPE, JUMP_TYPE, MAX_MEMORY_PAGES } from '../abi';
import type { SharedFunctions } from '../emitter-base';
import type { HandlerSet } from '../handlers';
import { RECORD } from '../layout';
import type { Block } from './block';
import { type BlockUse, JitEmitter } from './jit-emitter';

type Compilable = Pick<Block, 'instructions'>;

/** Emits the instructions of a block. */
function emitBody(f: FunctionBuilder, shared: SharedFunctions, block: Compilable, set: HandlerSet, use: BlockUse): void {
  const k = new JitEmitter(f, shared, use);
  block.instructions.forEach(({ row, fields, decoded, handler }, position) => {
    const operands = k.at(position, decoded, nearOf(set, handler));
    row.meaning(k, operands, fields);
  });
  if (block.instructions.at(-1)!.row.branch !== 'always') k.next();
}

const nearOf = (set: HandlerSet, handler: number): boolean => set.specs[handler - set.firstHandler]!.nearBranch;

/** A first pass into nowhere finds the registers and flags a block uses, so that they can be loaded at its entry. */
function findUse(shared: SharedFunctions, block: Compilable, set: HandlerSet): BlockUse {
  const use: BlockUse = { loaded: new Set(), flagsLoaded: new Set() };
  emitBody(new FunctionBuilder(HANDLER_TYPE), shared, block, set, use);
  return use;
}

/**
 * One module with a handler for each block, put into the given slots of the table. It knows no address: where a block runs is the record it is
 * called with. If too little budget is left for the whole block, the
 * interpreter's handler of the first instruction takes over: it meets the planted stop in time.
 */
export function compileBlocks(blocks: readonly Compilable[], set: HandlerSet, slots: readonly number[]): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const handlerType = module.typeIndex(HANDLER_TYPE);
  module.importMemory('env', 'memory', 1, MAX_MEMORY_PAGES);
  module.importTable('env', 'table', 0);
  const near = module.importFunction('env', 'near', HANDLER_TYPE);
  const jump = module.importFunction('env', 'jump', JUMP_TYPE);
  const helpers = new Map<string, FunctionRef>(
    Object.entries(HELPERS).map(([name, { type }]) => [name, module.importFunction('env', `helper.${name}`, type)]),
  );
  const shared: SharedFunctions = { near, jump, helpers, handlerType };
  const functions = blocks.map((block) => {
    const use = findUse(shared, block, set);
    return module.func(HANDLER_TYPE, (f) => {
      const [cpu, record, acc] = [f.param(0), f.param(1), f.param(2)];
      f.if(i32.gtS(i32.add(i32.add(acc, record), i32.const(block.instructions.length * RECORD.SIZE)), i32.const(0)), () =>
        f.tailCallIndirect(handlerType, f.load('i32_16u', record, RECORD.ORIGINAL), cpu, record, acc),
      );
      emitBody(f, shared, block, set, use);
    });
  });
  functions.forEach((ref, i) => {
    module.element(slots[i]!, [ref]);
  });
  return module.finish();
}
