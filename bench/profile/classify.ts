import type { Kind } from './kinds';
import type { Profiler } from './sampler';
import type { WasmNames } from './wasm-names';

/**
 * Sorts the samples of a profile. A sample belongs to the innermost of its frames that a rule knows: small helpers (a field of the vCPU, a copy
 * in RAM, a decoded field) thus count for whoever asked. Functions are known by name, and V8 knows those of Wasm by the module they are in.
 */

interface Rule {
  /** The end of a path below src/, or of a folder's, which ends with a slash. */
  file: string;
  /** Without names: everything in the file that no rule before takes. */
  names?: readonly string[];
  /** Only if a frame further out is in this file. */
  within?: string;
  kind: Kind;
}

/** The first that fits decides. */
const RULES: readonly Rule[] = [
  { file: 'cpu/mmu/walk.ts', kind: 'walk' },
  { file: 'cpu/mmu/translation.ts', kind: 'walk' },
  { file: 'cpu/mmu/mmu.ts', kind: 'walk' },
  { file: 'cpu/mmu/tlb.ts', names: ['watch'], kind: 'decode' },
  { file: 'cpu/mmu/tlb.ts', names: ['fillCode'], kind: 'enter' },
  { file: 'cpu/mmu/tlb.ts', names: ['fillData'], kind: 'tlbMiss' },
  { file: 'cpu/mmu/', within: 'cpu/sysregs/sys-instructions.ts', kind: 'tlbi' },
  { file: 'cpu/mmu/', within: 'cpu/sysregs/translation-control.ts', kind: 'contextSwitch' },
  { file: 'cpu/memory-access.ts', kind: 'tlbMiss' },
  { file: 'cpu/sysregs/sys-instructions.ts', kind: 'tlbi' },
  { file: 'cpu/sysregs/translation-control.ts', names: ['writeTtbr'], kind: 'contextSwitch' },
  { file: 'cpu/sysregs/', kind: 'sysreg' },
  { file: 'cpu/services.ts', names: ['system'], kind: 'sysreg' },
  { file: 'cpu/services.ts', names: ['wait'], kind: 'wait' },
  { file: 'cpu/services.ts', kind: 'dispatch' },
  { file: 'cpu/exceptions.ts', names: ['exceptionReturn', 'isIllegalReturn', 'returnStepBit'], kind: 'eret' },
  {
    file: 'cpu/exceptions.ts',
    names: ['takeException', 'synchronous', 'svc', 'dataAbort', 'instructionAbort', 'pcAlignment', 'takePendingInterrupt'],
    kind: 'exception',
  },
  { file: 'cpu/engine.ts', names: ['decodeFrom'], kind: 'decode' },
  { file: 'cpu/decoder.ts', names: ['fill'], kind: 'decode' },
  { file: 'cpu/records.ts', names: ['allocate', 'clear'], kind: 'pageOfRecords' },
  { file: 'cpu/records.ts', names: ['written', 'undecode', 'lineHasCode'], kind: 'codeLost' },
  { file: 'cpu/engine.ts', names: ['instantiate', 'link', 'dropModules'], kind: 'hostCompile' },
  {
    file: 'cpu/engine.ts',
    names: ['runSlice', 'fetch', 'knownPage', 'enterPage', 'refreshTraps', 'afterExit', 'isLoadExclusive', 'left'],
    kind: 'enter',
  },
  { file: 'cpu/engine.ts', kind: 'dispatch' },
  { file: 'cpu/jit/jit.ts', kind: 'sample' },
  { file: 'cpu/jit/translations.ts', kind: 'sample' },
  { file: 'cpu/jit/', kind: 'emit' },
  { file: 'machine/gic/', kind: 'gic' },
  { file: 'machine/devices/pl011.ts', kind: 'uart' },
  { file: 'machine/devices/', kind: 'otherDevice' },
  { file: 'machine/bus.ts', kind: 'otherDevice' },
  { file: 'machine/timer.ts', kind: 'timer' },
  { file: 'machine/clock.ts', kind: 'timer' },
  { file: 'machine/power.ts', kind: 'firmware' },
  { file: 'psci/', kind: 'firmware' },
  { file: 'machine/scheduler.ts', kind: 'scheduler' },
  { file: 'machine/machine.ts', names: ['interruptChanged'], kind: 'gic' },
  { file: 'machine/machine.ts', names: ['read', 'write'], kind: 'timer' },
  { file: 'machine/machine.ts', kind: 'scheduler' },
];

/** What V8 calls its code between JavaScript and Wasm, which it counts to the module. */
const BORDERS: readonly { start: string; kind: Kind }[] = [
  { start: 'js-to-wasm', kind: 'enter' },
  { start: 'wasm-to-js', kind: 'dispatch' },
];

const SOURCE = /\/src\/([^?]*)/;
const isWasm = (url: string): boolean => url.startsWith('wasm://');

export type CallFrame = Profiler.ProfileNode['callFrame'];

const sourceOf = ({ url }: CallFrame): string => SOURCE.exec(url)?.[1] ?? '';
const isIn = (file: string, place: string): boolean => (place.endsWith('/') ? file.startsWith(place) : file === place);

/** The names that bundlers' helpers give to what a class defines (`fn2`, `set_fn`) are not our concern: names are as in the source. */
const fits = (rule: Rule, frame: CallFrame, outer: readonly CallFrame[]): boolean =>
  isIn(sourceOf(frame), rule.file) &&
  (rule.names === undefined || rule.names.includes(frame.functionName)) &&
  (rule.within === undefined || outer.some((other) => sourceOf(other) === rule.within));

/** The interpreter's module: the addresses V8 gave to it, and its functions. */
export interface Interpreter {
  urls: ReadonlySet<string>;
  names: WasmNames;
}

/** `stack`: innermost first. */
export function kindOfStack(stack: readonly CallFrame[], interpreter: Interpreter): Kind {
  if (stack[0]?.functionName === '(garbage collector)') return 'gc';
  for (let depth = 0; depth < stack.length; depth++) {
    const frame = stack[depth]!;
    const border = BORDERS.find(({ start }) => frame.functionName.startsWith(start));
    if (border) return border.kind;
    if (isWasm(frame.url)) return kindOfWasm(frame, interpreter);
    const rule = RULES.find((each) => fits(each, frame, stack.slice(depth + 1)));
    if (rule) return rule.kind;
  }
  return 'other';
}

function kindOfWasm({ url, functionName }: CallFrame, { urls, names }: Interpreter): Kind {
  if (!urls.has(url)) return 'compiled';
  return names.transfers.has(functionName) ? 'transfer' : 'interpreter';
}

export interface FunctionTime {
  /** Its name and file, or its number and module. */
  name: string;
  kind: Kind;
  /** Its own, without what it calls. */
  ms: number;
}

export interface Times {
  ms: Partial<Record<Kind, number>>;
  functions: FunctionTime[];
}

function nameOf(frame: CallFrame, kind: Kind, { urls, names }: Interpreter): string {
  // V8 names a compiled region by the order in its module: all of them together say more.
  if (kind === 'compiled') return 'compiled code';
  if (urls.has(frame.url)) return names.of(frame.functionName);
  const file = sourceOf(frame) || frame.url.split('/').at(-1)!;
  return `${frame.functionName || '(anonymous)'}${file ? ` ${file}` : ''}`;
}

/** The addresses of all Wasm modules in a profile. */
export const wasmIn = ({ nodes }: Profiler.Profile): Set<string> =>
  new Set(nodes.map(({ callFrame }) => callFrame.url).filter(isWasm));

/** Milliseconds by kind, and the functions that took most by themselves. */
export function timesOf(profile: Profiler.Profile, interpreter: Interpreter): Times {
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const us = new Map<number, number>();
  // A delta is the time before its sample: it belongs to what the sample before found.
  samples.forEach((id, index) => {
    us.set(id, (us.get(id) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  });
  const ms: Times['ms'] = {};
  const functions = new Map<string, FunctionTime>();
  for (const [id, time] of us) {
    const stack: CallFrame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(byId.get(at)!.callFrame);
    const kind = kindOfStack(stack, interpreter);
    ms[kind] = (ms[kind] ?? 0) + time / 1000;
    const name = nameOf(stack[0]!, kind, interpreter);
    const key = `${name} ${kind}`;
    const known = functions.get(key) ?? { name, kind, ms: 0 };
    known.ms += time / 1000;
    functions.set(key, known);
  }
  return { ms, functions: [...functions.values()].sort((a, b) => b.ms - a.ms).slice(0, 40) };
}
