import { HELPERS } from '../../isa/helpers/index';
import { FunctionBuilder, type FunctionRef, type GlobalRef, ModuleBuilder } from '../../wasm';
import { HANDLER_TYPE, INDIRECT_TYPE, JUMP_TYPE, MAX_MEMORY_PAGES } from '../abi';
import type { Instruction } from '../decoder';
import type { HandlerSet } from '../handlers';
import { controlFlow } from './control-flow';
import { withDispatch } from './dispatch';
import { inlined } from './inline';
import { InstructionUses } from './instruction-use';
import type { JitFunctions } from './jit-emitter';
import { successorsOf } from './reachable';
import { otherPages, type Region, type RegionWords } from './region';
import { RegionEmitter } from './region-emitter';
import { regionUse } from './region-use';
import { unrolled } from './unroll';

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
function begin(set: HandlerSet): { module: ModuleBuilder; shared: JitFunctions; slots: GlobalRef } {
  const module = new ModuleBuilder();
  const handlerType = module.typeIndex(HANDLER_TYPE);
  module.importMemory('env', 'memory', 1, MAX_MEMORY_PAGES);
  module.importTable('env', 'table', 0);
  const slots = module.importGlobal('env', 'slots');
  const cells = module.importGlobal('env', 'cells');
  const handler = (name: string): FunctionRef => module.importFunction('env', name, HANDLER_TYPE);
  const [near, arrive, resume] = [handler('near'), handler('arrive'), handler('resume')];
  const jump = module.importFunction('env', 'jump', JUMP_TYPE);
  const indirect = module.importFunction('env', 'indirect', INDIRECT_TYPE);
  const firstCompiled = set.firstHandler + set.specs.length;
  return {
    module,
    slots,
    shared: { near, arrive, resume, jump, indirect, helpers: new Imports(module), handlerType, firstCompiled, cells },
  };
}

let knownUses: InstructionUses | undefined;

/** A module of compiled code: handlers, which it puts into slots of the table one behind another. */
export interface CompiledCode {
  readonly code: Uint8Array<ArrayBuffer>;
  /** By region: the number of its first cell among the module's. */
  readonly cells: readonly number[];
  /** How many cells the module has. */
  readonly cellCount: number;
}

/** Numbers of the regions' first cells in a module, and behind the last: each has one for every other page that it lies in. */
export function cellsOf(regions: readonly (Region | RegionWords)[]): { cells: readonly number[]; cellCount: number } {
  let cellCount = 0;
  const cells = regions.map((region) => {
    const first = cellCount;
    cellCount += otherPages(region).length;
    return first;
  });
  return { cells, cellCount };
}

/**
 * One module with a handler for each region. It knows no address: where a region runs is the record it is called with, and where its other pages'
 * records lie is in its cells; slots and cells are given when the module is instantiated.
 */
export function compileRegions(regions: readonly Region[], set: HandlerSet): CompiledCode {
  const { module, slots, shared } = begin(set);
  knownUses ??= new InstructionUses(shared);
  const uses = knownUses;
  const writesLink = (instruction: Instruction): boolean => (uses.of(instruction).xWritten & (1 << 30)) !== 0;
  const { cells, cellCount } = cellsOf(regions);
  const builders = regions.map((given, i) => {
    const region = { ...unrolled(inlined(withDispatch(given), writesLink)), pages: otherPages(given) };
    const flow = controlFlow(region.blocks.map(successorsOf));
    const use = regionUse(region, flow, uses);
    const f = new FunctionBuilder(HANDLER_TYPE);
    new RegionEmitter(f, shared, region, flow, use, cells[i]!).emit();
    return f;
  });
  module.element(
    slots,
    builders.map((f) => module.add(f)),
  );
  return { code: module.finish(), cells, cellCount };
}
