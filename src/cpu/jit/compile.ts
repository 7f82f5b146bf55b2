import { HELPERS } from '../../isa/helpers/index';
import { type FunctionRef, ModuleBuilder } from '../../wasm';
import { HANDLER_TYPE, JUMP_TYPE, MAX_MEMORY_PAGES } from '../abi';
import type { HandlerSet } from '../handlers';
import { controlFlow } from './control-flow';
import { InstructionUses } from './instruction-use';
import type { JitFunctions } from './jit-emitter';
import type { Region } from './region';
import { RegionEmitter } from './region-emitter';
import { regionUse } from './region-use';

/** The beginning of every module of compiled code, always the same: what it imports. */
function begin(set: HandlerSet): { module: ModuleBuilder; shared: JitFunctions } {
  const module = new ModuleBuilder();
  const handlerType = module.typeIndex(HANDLER_TYPE);
  module.importMemory('env', 'memory', 1, MAX_MEMORY_PAGES);
  module.importTable('env', 'table', 0);
  const handler = (name: string): FunctionRef => module.importFunction('env', name, HANDLER_TYPE);
  const [near, arrive, resume] = [handler('near'), handler('arrive'), handler('resume')];
  const jump = module.importFunction('env', 'jump', JUMP_TYPE);
  const helpers = new Map<string, FunctionRef>(
    Object.entries(HELPERS).map(([name, { type }]) => [name, module.importFunction('env', `helper.${name}`, type)]),
  );
  const firstCompiled = set.firstHandler + set.specs.length;
  return { module, shared: { near, arrive, resume, jump, helpers, handlerType, firstCompiled } };
}

let knownUses: InstructionUses | undefined;

/**
 * One module with a handler for each region, put into the given slots of the table. It knows no address: where a region runs is the record it is
 * called with.
 */
export function compileRegions(regions: readonly Region[], set: HandlerSet, slots: readonly number[]): Uint8Array<ArrayBuffer> {
  const { module, shared } = begin(set);
  knownUses ??= new InstructionUses(shared);
  const uses = knownUses;
  const functions = regions.map((region) => {
    const edges = region.blocks.map(({ taken, next, returns }) => [
      ...new Set([next, taken, ...returns].filter((block) => block !== undefined)),
    ]);
    const flow = controlFlow(edges);
    const use = regionUse(region, flow, uses);
    return module.func(HANDLER_TYPE, (f) => new RegionEmitter(f, shared, region, flow, use).emit());
  });
  functions.forEach((ref, i) => {
    module.element(slots[i]!, [ref]);
  });
  return module.finish();
}
