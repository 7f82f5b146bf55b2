import { HELPERS } from '../../isa/helpers/index';
import { FunctionBuilder, type FunctionRef, ModuleBuilder } from '../../wasm';
import { HANDLER_TYPE, JUMP_TYPE, MAX_MEMORY_PAGES } from '../abi';
import type { HandlerSet } from '../handlers';
import { controlFlow } from './control-flow';
import { InstructionUses } from './instruction-use';
import type { JitFunctions } from './jit-emitter';
import type { Region } from './region';
import { RegionEmitter } from './region-emitter';
import { regionUse } from './region-use';

/** Helpers that a module needs: imported when they are first asked for. */
class Imports {
  private readonly known = new Map<string, FunctionRef>();
  constructor(private readonly module: ModuleBuilder) {}
  get(name: string): FunctionRef | undefined {
    const helper = HELPERS[name];
    let ref = this.known.get(name);
    if (!ref && helper) {
      ref = this.module.importFunction('env', `helper.${name}`, helper.type);
      this.known.set(name, ref);
    }
    return ref;
  }
}

/** The beginning of every module of compiled code, always the same: what it imports. */
function begin(set: HandlerSet): { module: ModuleBuilder; shared: JitFunctions } {
  const module = new ModuleBuilder();
  const handlerType = module.typeIndex(HANDLER_TYPE);
  module.importMemory('env', 'memory', 1, MAX_MEMORY_PAGES);
  module.importTable('env', 'table', 0);
  const handler = (name: string): FunctionRef => module.importFunction('env', name, HANDLER_TYPE);
  const [near, arrive, resume] = [handler('near'), handler('arrive'), handler('resume')];
  const jump = module.importFunction('env', 'jump', JUMP_TYPE);
  const firstCompiled = set.firstHandler + set.specs.length;
  return { module, shared: { near, arrive, resume, jump, helpers: new Imports(module), handlerType, firstCompiled } };
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
  const builders = regions.map((region) => {
    const edges = region.blocks.map(({ taken, next, returns }) => [
      ...new Set([next, taken, ...returns].filter((block) => block !== undefined)),
    ]);
    const flow = controlFlow(edges);
    const use = regionUse(region, flow, uses);
    const f = new FunctionBuilder(HANDLER_TYPE);
    new RegionEmitter(f, shared, region, flow, use).emit();
    return f;
  });
  builders.forEach((f, i) => {
    module.element(slots[i]!, [module.add(f)]);
  });
  return module.finish();
}
