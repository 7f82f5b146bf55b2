import {
  type BootImages,
  DEFAULT_GIC,
  type DiskChoice,
  type EndReason,
  type PsciVersion,
  type ReadMemoryOptions,
  type VcpuView,
  type VmConfig,
  type VmEvent,
  type VmState,
} from '../vm/api';
import type { Backend, Connection } from './backend';
import { BlobSnapshot } from './blob-snapshot';
import { type CheckedOptions, isSnapshot, requireWorker } from './check-options';
import {
  requireChoice,
  requireFunction,
  requireNumber,
  requireObject,
  requireOptions,
  requireSignal,
  requireString,
  shown,
} from './check-values';
import { ConsoleText } from './console-text';
import type {
  EventName,
  EventOf,
  ExecOptions,
  ExecResult,
  ForkOptions,
  Machine,
  MachineHistory,
  Snapshot,
  Source,
  TransferOptions,
  TravelOptions,
  TravelTarget,
  WaitOptions,
} from './public-types';
import { abortOf, limited, Waits } from './waits';

/** What differs between hosts. */
export interface Host {
  /** Rejects with a sentence for what cannot be read. `what` names it: `kernel`. */
  load(source: Source, what: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** A snapshot, not in memory if that can be. */
  loadSnapshot(source: Source, signal?: AbortSignal): Promise<Blob>;
  /** Another backend of the same kind, for a fork. Rejects with a sentence. */
  connect(worker: ForkOptions['worker']): Promise<Connection>;
}

const ENDED: readonly VmState[] = ['off', 'hibernated', 'crashed'];
const LIVING: readonly VmState[] = ['running', 'paused'];
const MIB = 2 ** 20;
const CLOSED = 'The machine was closed.';
/** Where the language has it not yet, nobody can ask for it but by hand. */
const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

const STATES: readonly string[] = Object.keys({
  ready: true,
  loading: true,
  running: true,
  paused: true,
  off: true,
  hibernated: true,
  crashed: true,
} satisfies Record<Exclude<VmState, 'empty'>, true>);
const EVENTS: readonly string[] = Object.keys({
  state: true,
  console: true,
  firmware: true,
  vcpus: true,
  stats: true,
  progress: true,
  notice: true,
  agent: true,
  screen: true,
  rest: true,
  ended: true,
} satisfies Record<EventName, true>);

const FORK_OPTIONS = {
  what: 'options of a fork',
  names: ['paused', 'host', 'worker', 'signal'] satisfies (keyof ForkOptions)[],
  example: '{ paused: true }',
};
const POWER_OPTIONS = { what: 'options', names: ['graceful'], example: '{ graceful: true }' };
const EXEC_OPTIONS = {
  what: 'options',
  names: ['timeout', 'signal', 'onOutput'] satisfies (keyof ExecOptions)[],
  example: '{ timeout: 60_000 }',
};
const TRANSFER_OPTIONS = {
  what: 'options',
  names: ['onProgress', 'signal'] satisfies (keyof TransferOptions)[],
  example: '{ signal }',
};
const MEMORY_OPTIONS = {
  what: 'options',
  names: ['physical', 'vcpu'] satisfies (keyof ReadMemoryOptions)[],
  example: '{ physical: true }',
};

type Listener = (event: VmEvent) => void;
type Boot = Exclude<CheckedOptions['beginning'], { from: 'snapshot' }>;

/** What a start takes. The images are given away with it. */
interface Prepared {
  config: VmConfig;
  /** Left out: those of the guest. */
  images?: BootImages;
  disk: CheckedOptions['disk'];
  variables?: CheckedOptions['variables'];
  wakeAnyway: boolean;
  past?: boolean;
}
/** What a machine boots, as often as it is started. Rejects with a sentence if it cannot be. */
type Boots = () => Promise<Prepared>;

/** The library's machine: one backend, what it tells, and who waits for that. */
export class LibraryMachine implements Machine {
  private now: VmState = 'ready';
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly waits = new Waits();
  private readonly text = new ConsoleText();
  private agentReady = false;
  private end: EndReason | undefined;
  /** It stands in its past. */
  private away = false;
  /** Why nothing can be asked of it any more. */
  private over: Error | undefined;
  private giveUp!: (error: Error) => void;
  /** Rejects when it is closed or broken: whatever is under way then would never settle. */
  private readonly gone = new Promise<never>((_, reject) => {
    this.giveUp = reject;
  });

  private constructor(
    private readonly backend: Backend,
    private readonly host: Host,
    private readonly boots: Boots,
  ) {
    this.gone.catch(() => {});
  }

  /** Makes a machine from checked options: not started, or, from a snapshot, paused. The connection is let go of if this rejects. */
  static async make(
    options: CheckedOptions,
    { backend, broken }: Connection,
    host: Host,
    signal: AbortSignal | undefined,
  ): Promise<LibraryMachine> {
    const { beginning } = options;
    const making = async (): Promise<LibraryMachine> => {
      if (beginning.from === 'snapshot') {
        const { snapshot } = beginning;
        const saved = isSnapshot(snapshot) ? snapshot.blob() : await host.loadSnapshot(snapshot, signal);
        return LibraryMachine.restore(saved, options, backend, host);
      }
      const machine = new LibraryMachine(backend, host, await prepare(beginning, options, backend, host, signal));
      await machine.listen();
      return machine;
    };
    const abort = abortOf(signal);
    try {
      const machine = await Promise.race([making(), broken, abort.rejects]);
      broken.catch((error: Error) => machine.break(error));
      return machine;
    } catch (error) {
      broken.catch(() => {});
      await backend.close();
      throw error;
    } finally {
      abort.release();
    }
  }

  private static async restore(
    saved: Blob,
    { config, disk }: { config: Partial<VmConfig>; disk?: CheckedOptions['disk'] },
    backend: Backend,
    host: Host,
  ): Promise<LibraryMachine> {
    const choice = {
      ...(config.host === undefined ? {} : { host: config.host }),
      ...(disk ? { disk } : {}),
    };
    let restored: Promise<VmConfig>;
    const machine = new LibraryMachine(backend, host, async () => bootOf(backend, await restored, disk));
    await machine.listen();
    restored = backend.restore(saved, { ...choice, shelve: true });
    await restored;
    await machine.settled('paused');
    return machine;
  }

  private listen(): Promise<void> {
    return this.backend.subscribe((events) => {
      for (const event of events) this.take(event);
      this.waits.look();
    });
  }

  private take(event: VmEvent): void {
    if (this.over) return;
    switch (event.type) {
      case 'state':
        // To the backend a place without a machine is empty; here there is one that can be started.
        this.now = event.state === 'empty' ? 'ready' : event.state;
        if (ENDED.includes(this.now)) this.agentReady = false;
        // It was brought back from there.
        if (LIVING.includes(this.now)) this.end = undefined;
        if (this.now === 'loading') this.away = false;
        break;
      case 'past':
        this.away = event.past !== undefined;
        break;
      case 'console':
        this.text.add(event.data);
        break;
      case 'agent':
        this.agentReady = event.ready;
        break;
      case 'ended':
        this.end = event.end;
        break;
      default:
        break;
    }
    this.emit(event);
  }

  private emit(event: VmEvent): void {
    for (const listener of [...(this.listeners.get(event.type) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  private break(error: Error): void {
    if (this.over) return;
    this.now = 'crashed';
    this.emit({ type: 'notice', sentence: error.message, tone: 'error' });
    this.finish(error);
  }

  private finish(error: Error): void {
    this.over = error;
    this.giveUp(error);
    this.waits.fail(error);
  }

  /** Asks the backend for something, as long as there is one. */
  private async ask<T>(call: (backend: Backend) => Promise<T>): Promise<T> {
    if (this.over) throw this.over;
    return Promise.race([call(this.backend), this.gone]);
  }

  private async wait<T>(what: string, look: () => T | undefined, options?: WaitOptions): Promise<T> {
    if (this.over) throw this.over;
    return this.waits.until(what, look, options);
  }

  /** Until what a command did has been told, too: events come by a way of their own. */
  private async settled(...states: VmState[]): Promise<void> {
    await this.wait('answer', () => (states.includes(this.now) || ENDED.includes(this.now) ? true : undefined));
  }

  get state(): VmState {
    return this.now;
  }

  on<Type extends EventName>(type: Type, listener: (event: EventOf<Type>) => void): () => void {
    requireChoice(type, 'type of an event', EVENTS);
    if (typeof listener !== 'function') throw new Error(`${shown(listener)} cannot be a listener: give a function.`);
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners);
    // One for each call: the same function may listen twice.
    const own: Listener = (event) => listener(event as EventOf<Type>);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  async start(): Promise<void> {
    if (this.over) throw this.over;
    if (this.now === 'running' || this.now === 'paused') return this.resume();
    if (this.now === 'loading') throw new Error('The machine is being started already: wait for that.');
    const before = { now: this.now, end: this.end };
    this.now = 'loading';
    this.end = undefined;
    try {
      const { config, images, disk, variables, wakeAnyway, past = false } = await this.boots();
      const stores = { ...(disk ? { disk } : {}), ...(variables ? { variables } : {}) };
      await this.ask((backend) => backend.start(config, { ...stores, ...(images ? { images } : {}), wakeAnyway, past }));
    } catch (error) {
      // Of what had ended before that is still true.
      this.end ??= before.end;
      if (this.now === 'loading') this.now = before.now;
      throw error;
    }
    await this.settled('running', 'paused');
  }

  async pause(): Promise<void> {
    await this.ask((backend) => backend.pause());
    await this.settled('paused');
  }
  async resume(): Promise<void> {
    await this.ask((backend) => backend.resume());
    await this.settled('running');
  }
  async reset(): Promise<void> {
    await this.ask((backend) => backend.reset());
    await this.settled('running');
  }
  async powerOff(options: { graceful?: boolean } = {}): Promise<void> {
    requireOptions(options, POWER_OPTIONS);
    const { graceful = false } = options;
    await this.ask((backend) => backend.powerOff(graceful));
    if (!graceful) await this.settled('ready');
  }
  async hibernate(): Promise<void> {
    await this.ask((backend) => backend.hibernate());
  }

  async type(text: string): Promise<void> {
    requireString(text, 'text to type');
    await this.ask((backend) => backend.input(new TextEncoder().encode(text), { keep: true }));
  }

  async waitForText(text: string | RegExp, options?: WaitOptions): Promise<string> {
    if (typeof text !== 'string' && !(text instanceof RegExp))
      throw new Error(`${shown(text)} cannot be waited for: give a string or a RegExp.`);
    const look = (): string | undefined => {
      const found = this.text.take(text);
      if (found === undefined) this.requireLife(`the console showed ${text}`);
      return found;
    };
    return this.wait(`${text instanceof RegExp ? text : `“${text}”`} on the console`, look, options).catch((error: Error) => {
      if (error.name === 'TimeoutError' && !options?.signal?.aborted)
        error.message += ` It ends with ${JSON.stringify(this.text.tail)}.`;
      throw error;
    });
  }

  async waitForState(state: VmState | readonly VmState[], options?: WaitOptions): Promise<VmState> {
    const wanted = Array.isArray(state) ? (state as readonly VmState[]) : [state as VmState];
    if (wanted.length === 0) throw new Error('An empty list of states cannot be waited for: give at least one.');
    for (const each of wanted) requireChoice(each, 'state of a machine', STATES);
    return this.wait(`state ${wanted.join(' or ')}`, () => wanted.find((each) => each === this.now), options);
  }

  async waitForEnd(options?: WaitOptions): Promise<EndReason> {
    return this.wait('end of the machine', () => this.end, options);
  }

  async ready(options?: WaitOptions): Promise<void> {
    const look = (): true | undefined => {
      if (this.agentReady) return true;
      this.requireLife('its agent was there');
      return undefined;
    };
    await this.wait('agent of the guest', look, options);
  }

  private requireLife(before: string): void {
    if (this.end) throw new Error(`The machine ended before ${before}: ${this.end.sentence}`);
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    requireString(command, 'command');
    requireOptions(options, EXEC_OPTIONS);
    const { onOutput, ...limits } = options;
    requireFunction(onOutput, 'onOutput');
    return limited(`the command “${command.slice(0, 80)}” did not end`, limits, (signal) =>
      this.ask((backend) => backend.exec(command, whileWanted(onOutput, signal), signal)),
    );
  }

  async putFile(path: string, contents: Uint8Array | Blob | string, options: TransferOptions = {}): Promise<void> {
    requireString(path, 'path of a file');
    if (typeof contents !== 'string' && !(contents instanceof Uint8Array) && !(contents instanceof Blob))
      throw new Error(`${shown(contents)} cannot be the contents of a file: give a Uint8Array, a Blob or a string.`);
    const { onProgress, signal } = checkTransfer(options);
    const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    await limited('', signal ? { signal } : {}, (line) =>
      this.ask((backend) => backend.putFile(path, bytes, whileWanted(onProgress, line), line)),
    );
  }

  async getFile(path: string, options: TransferOptions = {}): Promise<Uint8Array> {
    requireString(path, 'path of a file');
    const { onProgress, signal } = checkTransfer(options);
    return limited('', signal ? { signal } : {}, (line) =>
      this.ask((backend) => backend.getFile(path, whileWanted(onProgress, line), line)),
    );
  }

  async snapshot(): Promise<Snapshot> {
    return new BlobSnapshot(await this.ask((backend) => backend.save()));
  }

  async fork(options: ForkOptions = {}): Promise<Machine> {
    requireOptions(options, FORK_OPTIONS);
    const { paused = this.now === 'paused', host, worker, signal } = options;
    if (host !== undefined) requireString(host, 'host');
    requireWorker(worker);
    requireSignal(signal);
    const saved = await this.ask((backend) => backend.save());
    signal?.throwIfAborted();
    const checked: CheckedOptions = {
      beginning: { from: 'snapshot', snapshot: new BlobSnapshot(saved) },
      config: {
        guest: '',
        conduit: 'hvc',
        gic: DEFAULT_GIC,
        engine: 'auto',
        clock: 'realtime',
        ...(host === undefined ? {} : { host }),
      },
      disk: undefined,
      variables: undefined,
      wakeAnyway: false,
      past: false,
    };
    const fork = await LibraryMachine.make(checked, await this.host.connect(worker), this.host, signal);
    if (!paused) await fork.resume();
    return fork;
  }

  async travel(target: TravelTarget, options: TravelOptions = {}): Promise<void> {
    checkTarget(target);
    const { onProgress, signal } = checkTransfer(options);
    await limited('', signal ? { signal } : {}, (line) =>
      this.ask((backend) => backend.travel(target, whileWanted(onProgress, line), line)),
    );
    const { away } = await this.history();
    // Only in its present it may run, or have ended.
    await this.wait('answer', () => (this.away === away && (!away || this.now === 'paused')) || undefined);
  }
  async history(): Promise<MachineHistory> {
    const { now, away, present, reach, bytes } = await this.ask((backend) => backend.inspect('history', {}));
    return { now, away, present, bytes, ...(reach !== undefined && { reach }) };
  }

  async registers(): Promise<VcpuView[]> {
    return this.ask((backend) => backend.vcpus());
  }
  async readMemory(address: bigint, length: number, options?: ReadMemoryOptions): Promise<Uint8Array> {
    requireNumber(length, 'length of what is read of memory');
    if (options !== undefined) requireOptions(options, MEMORY_OPTIONS);
    if (options?.vcpu !== undefined) requireNumber(options.vcpu, 'number of a vCPU');
    return this.ask((backend) => backend.readMemory(address, length, options));
  }

  async firmware() {
    const firmware = await this.ask((backend) => backend.firmware());
    if (!firmware) throw new Error('The machine has no firmware yet: start it.');
    return firmware;
  }
  setPsci(version: PsciVersion): Promise<void> {
    return this.writeRegister(`psci_version=${version}`);
  }
  async writeRegister(assignment: string): Promise<void> {
    requireString(assignment, 'assignment of a register');
    await this.ask((backend) => backend.writeRegister(assignment));
  }

  async close(): Promise<void> {
    if (this.over?.message === CLOSED) return;
    this.finish(new Error(CLOSED));
    if (!ENDED.includes(this.now)) this.now = 'off';
    this.listeners.clear();
    await this.backend.close();
  }
  [ASYNC_DISPOSE](): Promise<void> {
    return this.close();
  }
}

/** Whoever was told that a call is over hears no more of it. */
const whileWanted = <Args extends unknown[]>(
  listener: ((...args: Args) => void) | undefined,
  signal: AbortSignal | undefined,
): ((...args: Args) => void) | undefined =>
  listener &&
  ((...args) => {
    if (!signal?.aborted) listener(...args);
  });

const TARGETS = { time: true, moment: true, call: true, present: true } satisfies Record<TravelTarget['to'], true>;

function checkTarget(target: TravelTarget): void {
  requireObject(target, 'moment to go to', "{ to: 'present' }");
  requireChoice(target.to, 'kind of moment to go to', Object.keys(TARGETS));
  if (target.to === 'time') requireNumber(target.time, 'time to go to');
  if (target.to !== 'moment') return;
  requireObject(target.moment, 'moment to go to', '{ instructions: 1000, inputs: 3 }, as history() tells it');
  requireNumber(target.moment.instructions, 'instructions of a moment');
  requireNumber(target.moment.inputs, 'inputs of a moment');
}

function checkTransfer<Options extends TransferOptions | TravelOptions>(options: Options): Options {
  requireOptions(options, TRANSFER_OPTIONS);
  requireFunction(options.onProgress, 'onProgress');
  return options;
}

const copyOf = ({ kernel, firmware, initrd, append, regions }: BootImages): BootImages => ({
  kernel: kernel.slice(),
  ...(firmware ? { firmware: firmware.slice() } : {}),
  ...(regions ? { regions: regions.slice() } : {}),
  ...(initrd ? { initrd: initrd.slice() } : {}),
  ...(append === undefined ? {} : { append }),
});

/** What a machine boots that was made from a snapshot and has ended: what it had booted there, on its disk as it is now. */
async function bootOf(backend: Backend, config: VmConfig, given: DiskChoice | undefined): Promise<Prepared> {
  const { images, diskSizes } = await backend.booted();
  const [first, ...others] = diskSizes;
  if (others.length > 0)
    throw new Error(
      `The machine cannot be started again: it has ${diskSizes.length} disks, and only one outlives a machine. Make it from its snapshot again.`,
    );
  // Under this name the backend has kept the one that it made.
  const made: DiskChoice | undefined =
    first === undefined ? undefined : { name: config.guest, sizeMiB: Math.ceil(first / MIB), kind: 'memory' };
  return { config, images, disk: given ?? made, wakeAnyway: false };
}

/** Loads a kernel of one's own; a guest is loaded when it is started, but what suits it is asked for now. */
async function prepare(
  beginning: Boot,
  { config, disk, variables, wakeAnyway, past }: CheckedOptions,
  backend: Backend,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<Boots> {
  const { initrd, append } = beginning;
  if (beginning.from === 'guest') {
    if (initrd !== undefined || append !== undefined)
      throw new Error('The options initrd and append are for a kernel of your own; a guest brings its own.');
    const defaults = await backend.defaults(beginning.guest);
    const prepared: Prepared = {
      config: { ...config, vcpus: config.vcpus ?? defaults.vcpus, memoryMiB: config.memoryMiB ?? defaults.memoryMiB },
      disk,
      variables,
      wakeAnyway,
      past,
    };
    return async () => prepared;
  }
  const { kernel, firmware } = beginning;
  const images: BootImages = {
    kernel: await host.load(kernel, 'kernel', signal),
    ...(firmware === undefined ? {} : { firmware: await host.load(firmware, 'firmware', signal) }),
    ...(initrd === undefined ? {} : { initrd: await host.load(initrd, 'initrd', signal) }),
    ...(append === undefined ? {} : { append }),
  };
  // Both were set when the options were checked.
  const { vcpus = 1, memoryMiB = 512 } = config;
  return async () => ({ config: { ...config, vcpus, memoryMiB }, images: copyOf(images), disk, variables, wakeAnyway, past });
}
