/** Who may import whom: the direction of the house as a table, and the two questions asked of it. */

/** Folders of src, and `workers`, which lies beside it. */
export const LAYERS = [
  'wasm',
  'isa',
  'cpu',
  'psci',
  'storage',
  'machine',
  'debug',
  'vm',
  'cli',
  'lib',
  'ui',
  'embed',
  'workers',
] as const;
export type Layer = (typeof LAYERS)[number];

interface Rule {
  /** Layers, or modules of a layer (`vm/api`), that may be imported. */
  readonly allowed: readonly string[];
  /** The same, for `import type` only. */
  readonly types?: readonly string[];
  /** What to do instead: ends the sentence of a complaint. */
  readonly instead: string;
  /** Node's modules and globals are at home here. */
  readonly node?: true;
  /** The browser's globals are at home here. */
  readonly dom?: true;
  /** Clocks and chance are injected here, so that a machine is a function of its inputs. */
  readonly deterministic?: true;
}

const BELOW_VM = ['machine', 'psci', 'storage', 'debug', 'cpu', 'isa', 'wasm'] as const;

export const RULES: Readonly<Record<Layer, Rule>> = {
  wasm: { allowed: [], instead: 'it builds Wasm modules and knows nothing of arm64', deterministic: true },
  isa: { allowed: ['wasm'], instead: 'it describes instructions over an emitter and knows no engine', deterministic: true },
  cpu: {
    allowed: ['isa', 'wasm'],
    instead: 'what it needs of the board reaches it through a port that the machine implements',
    deterministic: true,
  },
  psci: { allowed: [], instead: 'the firmware is a pure function; the machine carries out its effects', deterministic: true },
  storage: {
    allowed: [],
    instead: 'disks and snapshots know no machine',
    deterministic: true,
  },
  machine: {
    allowed: ['cpu', 'isa', 'wasm', 'psci', 'storage'],
    instead: 'whoever builds the machine hands it what it needs',
    deterministic: true,
  },
  debug: {
    allowed: ['cpu', 'isa', 'wasm'],
    types: ['machine'],
    instead: 'the VMM connects debuggers to the machine',
    deterministic: true,
  },
  vm: { allowed: BELOW_VM, instead: 'hosts (cli, workers) hand the VMM what it needs through VmHost' },
  cli: { allowed: ['vm', ...BELOW_VM], instead: 'the command line shares the VMM with the page and nothing else', node: true },
  lib: {
    allowed: [
      'vm',
      'isa/text',
      'psci',
      'storage',
      'cli/file-disk',
      'cli/node-host',
      'cli/prepare',
      'cli/user-error',
      'workers/connection',
      'workers/machine-slot',
      'workers/memory-disks',
      'workers/sentences',
      'workers/slot-commands',
      'workers/snapshot-blob',
    ],
    instead: 'the library shares the VMM with the page and the command line, and their hosts where it can',
    node: true,
    dom: true,
  },
  ui: {
    allowed: ['vm/api', 'vm/sentence', 'psci', 'workers/client'],
    instead: 'the page talks to the machine by the types of vm/api through workers/client',
    dom: true,
  },
  embed: {
    allowed: ['vm/api', 'vm/sentence', 'psci', 'workers/client', 'workers/worker-url', 'ui'],
    instead: 'an embedded machine is reached by the types of vm/api through workers/client',
    dom: true,
  },
  workers: {
    allowed: ['vm', 'psci', 'storage'],
    instead: 'the worker is a host of the VMM and leaves the rest to it',
    dom: true,
  },
};

/** Tests and their helpers may look at everything. */
export const isTest = (path: string): boolean => /\.(test|testkit)\.ts$/.test(path);

/** `src/cpu/mmu/tlb.ts` → layer `cpu`, module `cpu/mmu/tlb`; undefined for files outside of the layers. */
export function placeOf(path: string): { layer: Layer; module: string } | undefined {
  const found = /^(?:src\/)?([^/]+)(?:\/(.*?))?(?:\.(?:ts|svelte))?$/.exec(path);
  const layer = LAYERS.find((name) => name === found?.[1]);
  const isHome = layer === 'workers' ? path.startsWith('workers') : path.startsWith('src/');
  return layer && isHome ? { layer, module: found?.[2] ? `${layer}/${found[2]}` : layer } : undefined;
}

const covers = (permit: string, module: string): boolean => module === permit || module.startsWith(`${permit}/`);
const list = (names: readonly string[]): string => (names.length === 0 ? 'nothing outside its own folder' : names.join(', '));

/** A sentence that teaches, or undefined if the file at `from` may import the file at `to` (paths from the repository's root). */
export function importComplaint(from: string, to: string, typeOnly: boolean): string | undefined {
  const source = placeOf(from);
  if (source === undefined || isTest(from)) return undefined;
  const target = placeOf(to);
  if (target === undefined)
    return `${source.layer} must not import ${to}: src stands on its own, without tests, guests and scripts.`;
  if (target.layer === source.layer) return undefined;
  const { allowed, types = [], instead } = RULES[source.layer];
  if (allowed.some((permit) => covers(permit, target.module))) return undefined;
  const asType = types.some((permit) => covers(permit, target.module));
  if (asType && typeOnly) return undefined;
  if (asType) return `${source.layer} may import only types from ${target.module}, so write “import type”: ${instead}.`;
  return `${source.layer} must not import ${target.module}; it may import ${list(allowed)}: ${instead}.`;
}

/** Names that a layer keeps to itself, and what everybody else uses. */
const PRIVATE_NAMES = [
  { module: 'cpu/layout', name: 'CPU', instead: 'use the accessors of Vcpu, or the list of vCPU state in cpu/vcpu-state' },
  { module: 'cpu/sysregs/storage', name: 'SYS', instead: 'use readField of cpu/vcpu-state' },
] as const;

/** A sentence, or undefined if the file at `from` may import `name` from the file at `to`. */
export function nameComplaint(from: string, to: string, name: string): string | undefined {
  const source = placeOf(from);
  const target = placeOf(to);
  if (source === undefined || target === undefined || source.layer === target.layer || isTest(from)) return undefined;
  const found = PRIVATE_NAMES.find((each) => each.module === target.module && each.name === name);
  return found && `${source.layer} must not import ${name} from ${target.module}: ${found.instead}.`;
}

const NODE_GLOBALS = ['process', 'Buffer', '__dirname', '__filename', 'require', 'global', 'setImmediate'];
const DOM_GLOBALS = [
  'window',
  'document',
  'navigator',
  'location',
  'self',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'XMLHttpRequest',
  'Worker',
  'MessageChannel',
  'postMessage',
  'requestAnimationFrame',
  'DecompressionStream',
  'CompressionStream',
];
/** Both kinds of host have these, and a test has neither. */
const HOST_GLOBALS = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance', 'crypto', 'fetch', 'console'];
/** Members of the language itself whose value no input of the machine decides. */
const CHANCE = ['Date.now', 'Math.random', 'new Date'];

/** A sentence, or undefined if `name` (a free identifier, or one of `Date.now`, `Math.random`, `new Date`) may be used at `from`. */
export function globalComplaint(from: string, name: string): string | undefined {
  const source = placeOf(from);
  if (source === undefined || isTest(from)) return undefined;
  const { node, dom, deterministic } = RULES[source.layer];
  const isForeign =
    (!node && NODE_GLOBALS.includes(name)) ||
    (!dom && DOM_GLOBALS.includes(name)) ||
    (!node && !dom && HOST_GLOBALS.includes(name));
  if (isForeign) return `${source.layer} must not use ${name}: it runs in every host, so hosts inject what differs between them.`;
  if (deterministic && CHANCE.includes(name)) {
    return `${source.layer} must not use ${name}: a machine is a function of its inputs, so time and entropy are injected.`;
  }
  return undefined;
}

/** A sentence, or undefined if the package or built-in module `name` may be imported at `from`. */
export function packageComplaint(from: string, name: string, isBuiltin: boolean): string | undefined {
  const source = placeOf(from);
  if (source === undefined || isTest(from)) return undefined;
  if (isBuiltin && !RULES[source.layer].node)
    return `${source.layer} must not import ${name}: only src/cli and src/lib know Node.`;
  return undefined;
}
