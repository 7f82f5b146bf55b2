/**
 * The host side of the guest agent: asks a small program in the guest, over a port of the virtio console, to run commands,
 * to hibernate, to power off. What it cannot do is make the guest answer, so every request has an end: an answer, a
 * timeout, the port's closing, or the machine's.
 */
import {
  type AgentAnswer,
  type AgentVerb,
  encodeBase64,
  LineReader,
  MAX_COMMAND_BYTES,
  parseAnswer,
  requestLine,
} from './agent-protocol';

/** The byte stream to the guest, as the virtio console's ports offer it. The agent takes the three callbacks for itself. */
export interface AgentPort {
  /** Whether a program in the guest has the port open. */
  readonly guestOpen: boolean;
  onData: (bytes: Uint8Array) => void;
  onOpen: () => void;
  onClose: () => void;
  send(bytes: Uint8Array): void;
}

/** The host's timers, injected. */
export interface Timeouts {
  /** Calls `fire` once after `milliseconds` of host time unless cancelled before. */
  start(milliseconds: number, fire: () => void): { cancel(): void };
}

export interface ExecResult {
  /** Exit status of the command, 128 + signal number if a signal ended it. */
  status: number;
  /** Standard output and standard error in the order they were written. */
  output: Uint8Array;
}

/** How a request to hibernate ended: the machine went off, or the guest is awake again in this very machine. */
export type SuspendOutcome = 'asleep' | 'resumed';

export interface GuestAgentOptions {
  /** Milliseconds until a request counts as unanswered. An emulated guest may be slow: default 30,000. */
  answerTimeout?: number;
  /** Milliseconds a command may run; it is killed then. Default 600,000. */
  execTimeout?: number;
  /** Bytes of output a command may produce; it is killed then. Default 16 MiB. */
  maxOutput?: number;
  /**
   * Number of the first request, default 1. A woken guest may still answer requests of the host that put it to sleep, so
   * hosts that want to tell them apart start somewhere else each time.
   */
  firstId?: number;
}

interface Pending {
  verb: AgentVerb;
  resolve: (answer: AgentAnswer) => void;
  reject: (error: Error) => void;
  timer: { cancel(): void } | undefined;
  output: Uint8Array[];
  outputBytes: number;
}

const DEFAULT_ANSWER_TIMEOUT = 30_000;
const DEFAULT_EXEC_TIMEOUT = 600_000;
const DEFAULT_MAX_OUTPUT = 16 << 20;
const LAST_ID = 999_999_999;

const EMPTY_LINE = new Uint8Array([0x0a]);

export class GuestAgent {
  /** The agent came (true) or went (false). */
  onReady: (ready: boolean) => void = () => {};
  /** The guest says that it was woken; also for a sleep that another host, or nobody, had asked for here. */
  onResumed: () => void = () => {};

  readonly #port: AgentPort;
  readonly #timeouts: Timeouts;
  readonly #options: Required<GuestAgentOptions>;
  readonly #lines = new LineReader();
  readonly #pending = new Map<number, Pending>();
  #nextId: number;
  #greeted = false;

  constructor(port: AgentPort, timeouts: Timeouts, options: GuestAgentOptions = {}) {
    this.#port = port;
    this.#timeouts = timeouts;
    this.#options = {
      answerTimeout: options.answerTimeout ?? DEFAULT_ANSWER_TIMEOUT,
      execTimeout: options.execTimeout ?? DEFAULT_EXEC_TIMEOUT,
      maxOutput: options.maxOutput ?? DEFAULT_MAX_OUTPUT,
      firstId: options.firstId ?? 1,
    };
    this.#nextId = this.#options.firstId;
    port.onData = (bytes) => this.#received(bytes);
    port.onOpen = () => this.#opened();
    port.onClose = () => this.#closed();
  }

  /** Whether there is an agent to ask. */
  get ready(): boolean {
    return this.#port.guestOpen;
  }

  /** Resolves if the agent answers at all. */
  async ping(): Promise<void> {
    await this.#request('ping');
  }

  /** What the guest says about itself: `kernel`, `machine`, `cpus`, `memory_kib`, `swap_kib`, `uptime`, `agent`. */
  async info(): Promise<Record<string, string>> {
    const answer = await this.#request('info');
    const facts: Record<string, string> = {};
    for (const word of answer.kind === 'ok' ? answer.text.split(' ') : []) {
      const equals = word.indexOf('=');
      if (equals > 0) facts[word.slice(0, equals)] = word.slice(equals + 1);
    }
    return facts;
  }

  /** Runs a command with the guest's shell, standard input empty. Rejects if it runs too long or says too much, and kills it then. */
  async exec(command: string): Promise<ExecResult> {
    const bytes = new TextEncoder().encode(command);
    if (bytes.length > MAX_COMMAND_BYTES) {
      throw new Error(`The command is ${bytes.length} bytes long; the guest agent takes ${MAX_COMMAND_BYTES}.`);
    }
    const parts: Uint8Array[] = [];
    const answer = await this.#request('exec', encodeBase64(bytes), parts);
    const output = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      output.set(part, at);
      at += part.length;
    }
    return { status: answer.kind === 'exit' ? answer.status : 0, output };
  }

  /**
   * Asks the guest to suspend to disk. Resolves when the machine has gone off (the owner reports that by machineEnded) or the
   * guest is awake again; rejects with the guest's own reason if it could not sleep. There is no timeout: writing the
   * image takes the time it takes. Until then no other request is taken.
   */
  async suspendDisk(): Promise<SuspendOutcome> {
    return (await this.#request('suspend-disk')).kind === 'resumed' ? 'resumed' : 'asleep';
  }

  /** Asks the guest to power off. Resolves when it has agreed. */
  async shutdown(): Promise<void> {
    await this.#request('shutdown');
  }

  /** Asks the guest to reboot. Resolves when it has agreed. */
  async reboot(): Promise<void> {
    await this.#request('reboot');
  }

  /** The owner says that the machine stopped: ends all requests. */
  machineEnded(): void {
    for (const [id, pending] of [...this.#pending]) {
      if (pending.verb === 'suspend-disk') this.#settle(id, () => pending.resolve({ id, kind: 'ok', text: '' }));
      else this.#fail(id, `The machine stopped before the guest agent answered the request ${pending.verb}.`);
    }
    this.#lines.reset();
    this.#greeted = false;
  }

  get #suspending(): boolean {
    return [...this.#pending.values()].some(({ verb }) => verb === 'suspend-disk');
  }

  #request(verb: AgentVerb, argument?: string, output: Uint8Array[] = []): Promise<AgentAnswer> {
    return new Promise((resolve, reject) => {
      if (!this.#port.guestOpen) {
        reject(new Error(`The guest agent is not running, so it cannot be asked for ${verb}.`));
        return;
      }
      if (this.#suspending) {
        reject(new Error(`The guest is busy going to sleep, so it cannot be asked for ${verb}.`));
        return;
      }
      const id = this.#nextId;
      this.#nextId = id >= LAST_ID ? 1 : id + 1;
      const pending: Pending = { verb, resolve, reject, timer: undefined, output, outputBytes: 0 };
      this.#pending.set(id, pending);
      const limit = verb === 'exec' ? this.#options.execTimeout : this.#options.answerTimeout;
      if (verb !== 'suspend-disk') pending.timer = this.#timeouts.start(limit, () => this.#timedOut(id, verb, limit));
      this.#greet();
      this.#port.send(requestLine(id, verb, argument));
    });
  }

  /** Ends a line that somebody else may have left half-sent. */
  #greet(): void {
    if (this.#greeted) return;
    this.#greeted = true;
    this.#port.send(EMPTY_LINE);
  }

  #opened(): void {
    this.#lines.reset();
    this.#greeted = false;
    this.onReady(true);
  }

  #closed(): void {
    // A guest that goes to sleep closes and opens its ports on the way, and answers what is open when it is awake again.
    if (!this.#suspending) {
      for (const [id, { verb }] of [...this.#pending]) {
        this.#fail(id, `The guest agent went away before it answered the request ${verb}.`);
      }
    }
    this.onReady(false);
  }

  #received(bytes: Uint8Array): void {
    for (const line of this.#lines.take(bytes)) {
      const answer = parseAnswer(line);
      if (answer !== undefined) this.#answered(answer);
    }
  }

  #answered(answer: AgentAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (answer.kind === 'resumed') this.onResumed();
    if (pending === undefined) return;
    const { verb } = pending;
    switch (answer.kind) {
      case 'error':
        this.#fail(answer.id, `The guest agent could not do ${verb}: ${answer.text.replace(/\.$/, '')}.`);
        break;
      case 'data':
        if (verb !== 'exec') break;
        pending.output.push(answer.bytes);
        pending.outputBytes += answer.bytes.length;
        if (pending.outputBytes > this.#options.maxOutput) {
          this.#cancel(answer.id);
          this.#fail(answer.id, `The command wrote more than ${this.#options.maxOutput} bytes and was ended.`);
        }
        break;
      // An answer of the wrong kind belongs to a request of another host that had the same number.
      case 'exit':
        if (verb === 'exec') this.#settle(answer.id, () => pending.resolve(answer));
        break;
      case 'resumed':
        if (verb === 'suspend-disk') this.#settle(answer.id, () => pending.resolve(answer));
        break;
      case 'ok':
        if (verb !== 'exec' && verb !== 'suspend-disk') this.#settle(answer.id, () => pending.resolve(answer));
        break;
    }
  }

  #timedOut(id: number, verb: AgentVerb, limit: number): void {
    if (verb === 'exec') this.#cancel(id);
    this.#fail(id, `The guest agent did not answer the request ${verb} within ${limit / 1000} seconds.`);
  }

  /** Kills a command nobody waits for any more; whether the agent manages is of no use to anybody. */
  #cancel(target: number): void {
    const id = this.#nextId;
    this.#nextId = id >= LAST_ID ? 1 : id + 1;
    if (this.#port.guestOpen) this.#port.send(requestLine(id, 'cancel', String(target)));
  }

  #settle(id: number, settle: () => void): void {
    this.#pending.get(id)?.timer?.cancel();
    this.#pending.delete(id);
    settle();
  }

  #fail(id: number, sentence: string): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) this.#settle(id, () => pending.reject(new Error(sentence)));
  }
}
