import type { BootImages, EndReason, PsciVersion, ReadMemoryOptions, VcpuView, VmConfig, VmEvent, VmState } from '../vm/api';
import type { Backend, Connection } from './backend';
import { BlobSnapshot } from './blob-snapshot';
import type { CheckedOptions } from './check-options';
import { ConsoleText } from './console-text';
import type {
  EventOf,
  ExecOptions,
  ExecResult,
  ForkOptions,
  Machine,
  Snapshot,
  Source,
  TransferOptions,
  WaitOptions,
} from './public-types';
import { limited, Waits } from './waits';

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
const CLOSED = 'The machine was closed.';
/** Where the language has it not yet, nobody can ask for it but by hand. */
const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

type Listener = (event: VmEvent) => void;
type Boot = Exclude<CheckedOptions['beginning'], { from: 'snapshot' }>;

/** What a machine of its own kernel boots: loaded once, and given away as a copy at each start. */
interface Prepared {
  config: VmConfig;
  images?: BootImages;
  disk: CheckedOptions['disk'];
  wakeAnyway: boolean;
}

/** The library's machine: one backend, what it tells, and who waits for that. */
export class LibraryMachine implements Machine {
  private now: VmState = 'ready';
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly waits = new Waits();
  private readonly text = new ConsoleText();
  private agentReady = false;
  private end: EndReason | undefined;
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
    private readonly prepared: Prepared | undefined,
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
    try {
      const machine = await Promise.race([making(), broken, aborted(signal)]);
      broken.catch((error: Error) => machine.break(error));
      return machine;
    } catch (error) {
      broken.catch(() => {});
      await backend.close();
      throw error;
    }
  }

  private static async restore(
    saved: Blob,
    { config, disk }: { config: Partial<VmConfig>; disk?: CheckedOptions['disk'] },
    backend: Backend,
    host: Host,
  ): Promise<LibraryMachine> {
    const machine = new LibraryMachine(backend, host, undefined);
    await machine.listen();
    await backend.restore(saved, {
      ...(config.host === undefined ? {} : { host: config.host }),
      ...(disk ? { disk } : {}),
    });
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

  on<Type extends VmEvent['type']>(type: Type, listener: (event: EventOf<Type>) => void): () => void {
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners);
    // One for each call: the same function may listen twice.
    const own: Listener = (event) => listener(event as EventOf<Type>);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  async start(): Promise<void> {
    if (this.over) throw this.over;
    const { prepared } = this;
    if (!prepared || this.now === 'running' || this.now === 'paused') return this.resume();
    if (this.now === 'loading') throw new Error('The machine is being started already: wait for that.');
    const { config, images, disk, wakeAnyway } = prepared;
    this.now = 'loading';
    this.end = undefined;
    try {
      await this.ask((backend) =>
        backend.start(config, { ...(disk ? { disk } : {}), ...(images ? { images: copyOf(images) } : {}), wakeAnyway }),
      );
    } catch (error) {
      if (this.now === 'loading') this.now = 'ready';
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
  async powerOff({ graceful = false }: { graceful?: boolean } = {}): Promise<void> {
    await this.ask((backend) => backend.powerOff(graceful));
    if (!graceful) await this.settled('ready');
  }
  async hibernate(): Promise<void> {
    await this.ask((backend) => backend.hibernate());
  }

  async type(text: string): Promise<void> {
    await this.ask((backend) => backend.input(new TextEncoder().encode(text)));
  }

  waitForText(text: string | RegExp, options?: WaitOptions): Promise<string> {
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
    const wanted = typeof state === 'string' ? [state] : state;
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

  async exec(command: string, { onOutput, ...limits }: ExecOptions = {}): Promise<ExecResult> {
    return limited(`the command “${command.slice(0, 80)}” did not end`, limits, (signal) =>
      this.ask((backend) => backend.exec(command, onOutput, signal)),
    );
  }

  async putFile(path: string, contents: Uint8Array | Blob | string, { onProgress, signal }: TransferOptions = {}): Promise<void> {
    const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    await limited('', signal ? { signal } : {}, (line) => this.ask((backend) => backend.putFile(path, bytes, onProgress, line)));
  }

  async getFile(path: string, { onProgress, signal }: TransferOptions = {}): Promise<Uint8Array> {
    return limited('', signal ? { signal } : {}, (line) => this.ask((backend) => backend.getFile(path, onProgress, line)));
  }

  async snapshot(): Promise<Snapshot> {
    return new BlobSnapshot(await this.ask((backend) => backend.save()));
  }

  async fork({ paused = this.now === 'paused', host, worker, signal }: ForkOptions = {}): Promise<Machine> {
    const saved = await this.ask((backend) => backend.save());
    signal?.throwIfAborted();
    const checked: CheckedOptions = {
      beginning: { from: 'snapshot', snapshot: new BlobSnapshot(saved) },
      config: { guest: '', conduit: 'hvc', gic: 3, engine: 'auto', clock: 'realtime', ...(host === undefined ? {} : { host }) },
      disk: undefined,
      wakeAnyway: false,
    };
    const fork = await LibraryMachine.make(checked, await this.host.connect(worker), this.host, signal);
    if (!paused) await fork.resume();
    return fork;
  }

  async registers(): Promise<VcpuView[]> {
    return this.ask((backend) => backend.vcpus());
  }
  async readMemory(address: bigint, length: number, options?: ReadMemoryOptions): Promise<Uint8Array> {
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

const isSnapshot = (given: Snapshot | Source): given is Snapshot =>
  typeof given === 'object' && 'blob' in given && typeof given.blob === 'function';

/** Rejects when a signal is aborted; never resolves. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const copyOf = ({ kernel, initrd, append }: BootImages): BootImages => ({
  kernel: kernel.slice(),
  ...(initrd ? { initrd: initrd.slice() } : {}),
  ...(append === undefined ? {} : { append }),
});

/** Loads a kernel of one's own; a guest is loaded when it is started, but what suits it is asked for now. */
async function prepare(
  beginning: Boot,
  { config, disk, wakeAnyway }: CheckedOptions,
  backend: Backend,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const { initrd, append } = beginning;
  if (beginning.from === 'guest') {
    if (initrd !== undefined || append !== undefined)
      throw new Error('The options initrd and append are for a kernel of your own; a guest brings its own.');
    const defaults = await backend.defaults(beginning.guest);
    return {
      config: { ...config, vcpus: config.vcpus ?? defaults.vcpus, memoryMiB: config.memoryMiB ?? defaults.memoryMiB },
      disk,
      wakeAnyway,
    };
  }
  const { kernel } = beginning;
  const images: BootImages = {
    kernel: await host.load(kernel, 'kernel', signal),
    ...(initrd === undefined ? {} : { initrd: await host.load(initrd, 'initrd', signal) }),
    ...(append === undefined ? {} : { append }),
  };
  // Both were set when the options were checked.
  const { vcpus = 1, memoryMiB = 512 } = config;
  return { config: { ...config, vcpus, memoryMiB }, images, disk, wakeAnyway };
}
