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

export interface ExecOptions {
  /**
   * Takes standard output and standard error as they come, in the order they were written. A promise says when it is ready for more: until
   * it settles the machine may be made to wait. Without it the output is collected.
   */
  onOutput?: (bytes: Uint8Array) => void | Promise<unknown>;
  /** Milliseconds of host time the command may run; it is killed then. Left out: as long as it takes. */
  timeout?: number;
  /** Bytes of output that are collected; a command that writes more is killed. Default 16 MiB. */
  maxOutput?: number;
}

export interface ExecResult {
  /** Exit status of the command, 128 + signal number if a signal ended it. */
  status: number;
  /** The collected output; empty if somebody took it as it came. */
  output: Uint8Array;
}

/** A command that did not come to its end; what it had written until then is not lost. */
export class ExecError extends Error {
  constructor(
    message: string,
    readonly output: Uint8Array,
  ) {
    super(message);
  }
}

/** How a request to hibernate ended: the machine went off, or the guest is awake again in this very machine. */
export type SuspendOutcome = 'asleep' | 'resumed';

export interface GuestAgentOptions {
  /** Milliseconds until a request counts as unanswered. An emulated guest may be slow: default 30,000. */
  answerTimeout?: number;
  /**
   * Number of the first request, default 1. A woken guest may still answer requests of the host that put it to sleep, so
   * hosts that want to tell them apart start somewhere else each time.
   */
  firstId?: number;
  /** Somebody who takes output asks the machine to wait until this settles. */
  hold?: (until: Promise<unknown>) => void;
}

interface Pending {
  verb: AgentVerb;
  argument: string | undefined;
  resolve: (answer: AgentAnswer) => void;
  reject: (error: Error) => void;
  timer: { cancel(): void } | undefined;
  /** For exec: takes the output. */
  output: ((bytes: Uint8Array) => void) | undefined;
  /** How often the port had been opened when it was asked. */
  opening: number;
}

const DEFAULT_ANSWER_TIMEOUT = 30_000;
const DEFAULT_MAX_OUTPUT = 16 << 20;
const LAST_ID = 999_999_999;

const EMPTY_LINE = new Uint8Array([0x0a]);

/** Output that is kept: one array that grows, so that a million small pieces cost no more than a large one. */
class Collected {
  private buffer = new Uint8Array(256);
  length = 0;

  add(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length + bytes.length));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  get bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

export class GuestAgent {
  /** The agent came (true) or went (false). */
  onReady: (ready: boolean) => void = () => {};
  /** The guest says that it was woken; also for a sleep that another host, or nobody, had asked for here. */
  onResumed: () => void = () => {};

  private readonly options: Required<Omit<GuestAgentOptions, 'hold'>>;
  private readonly hold: (until: Promise<unknown>) => void;
  private readonly lines = new LineReader();
  private readonly pending = new Map<number, Pending>();
  private nextId: number;
  private greeted = false;
  /** How often the guest has opened the port. */
  private openings = 0;

  constructor(
    private readonly port: AgentPort,
    private readonly timeouts: Timeouts,
    { answerTimeout = DEFAULT_ANSWER_TIMEOUT, firstId = 1, hold = () => {} }: GuestAgentOptions = {},
  ) {
    this.options = { answerTimeout, firstId };
    this.hold = hold;
    this.nextId = firstId;
    port.onData = (bytes) => this.received(bytes);
    port.onOpen = () => this.opened();
    port.onClose = () => this.onReady(false);
  }

  /** Whether there is an agent to ask. */
  get ready(): boolean {
    return this.port.guestOpen;
  }

  /** Resolves if the agent answers at all. */
  async ping(): Promise<void> {
    await this.request('ping');
  }

  /** What the guest says about itself: `kernel`, `machine`, `cpus`, `memory_kib`, `swap_kib`, `uptime`, `agent`. */
  async info(): Promise<Record<string, string>> {
    const answer = await this.request('info');
    const facts: Record<string, string> = {};
    for (const word of answer.kind === 'ok' ? answer.text.split(' ') : []) {
      const equals = word.indexOf('=');
      if (equals > 0) facts[word.slice(0, equals)] = word.slice(equals + 1);
    }
    return facts;
  }

  /**
   * Runs a command with the guest's shell, standard input empty. It may run as long as it likes, also across a sleep of the guest. Rejects with an
   * {@link ExecError}, which has the output so far, if it was killed (by `timeout` or `maxOutput`), or if the agent or the machine went away.
   */
  async exec(command: string, { onOutput, timeout, maxOutput = DEFAULT_MAX_OUTPUT }: ExecOptions = {}): Promise<ExecResult> {
    const bytes = new TextEncoder().encode(command);
    if (bytes.length > MAX_COMMAND_BYTES) {
      throw new Error(`The command is ${bytes.length} bytes long; the guest agent takes ${MAX_COMMAND_BYTES}.`);
    }
    const collected = new Collected();
    let id = 0;
    const take = (data: Uint8Array): void => {
      if (onOutput) {
        const ready = onOutput(data);
        if (ready) this.hold(ready);
        return;
      }
      collected.add(data);
      if (collected.length <= maxOutput) return;
      this.cancel(id);
      this.fail(id, `The command wrote more than ${maxOutput} bytes and was ended.`);
    };
    try {
      const answer = await this.request('exec', encodeBase64(bytes), {
        output: take,
        limit: timeout,
        sent: (number) => {
          id = number;
        },
      });
      return { status: answer.kind === 'exit' ? answer.status : 0, output: collected.bytes };
    } catch (error) {
      throw new ExecError((error as Error).message, collected.bytes);
    }
  }

  /** Tells the guest the time of day (seconds since 1970): it sets its clock if that is off by more than a second or two. */
  async setClock(seconds: number): Promise<void> {
    await this.request('set-clock', String(Math.round(seconds)));
  }

  /**
   * Asks the guest to suspend to disk. Resolves when the machine has gone off (the owner reports that by machineEnded) or the
   * guest is awake again; rejects with the guest's own reason if it could not sleep. There is no timeout: writing the
   * image takes the time it takes. Until then no other request is taken.
   */
  async suspendDisk(): Promise<SuspendOutcome> {
    return (await this.request('suspend-disk')).kind === 'resumed' ? 'resumed' : 'asleep';
  }

  /** Asks the guest to power off. Resolves when it has agreed. */
  async shutdown(): Promise<void> {
    await this.request('shutdown');
  }

  /** Asks the guest to reboot. Resolves when it has agreed. */
  async reboot(): Promise<void> {
    await this.request('reboot');
  }

  /** The owner says that the machine stopped: ends all requests. */
  machineEnded(): void {
    for (const [id, pending] of [...this.pending]) {
      if (pending.verb === 'suspend-disk') this.settle(id, () => pending.resolve({ id, kind: 'ok', text: '' }));
      else this.fail(id, `The machine stopped before the guest agent answered the request ${pending.verb}.`);
    }
    this.lines.reset();
    this.greeted = false;
  }

  private get suspending(): boolean {
    return [...this.pending.values()].some(({ verb }) => verb === 'suspend-disk');
  }

  private request(
    verb: AgentVerb,
    argument?: string,
    exec: { output?: (bytes: Uint8Array) => void; limit?: number | undefined; sent?: (id: number) => void } = {},
  ): Promise<AgentAnswer> {
    return new Promise((resolve, reject) => {
      if (!this.port.guestOpen) {
        reject(new Error(`The guest agent is not running, so it cannot be asked for ${verb}.`));
        return;
      }
      if (this.suspending) {
        reject(new Error(`The guest is busy going to sleep, so it cannot be asked for ${verb}.`));
        return;
      }
      const id = this.takeId();
      exec.sent?.(id);
      this.pending.set(id, { verb, argument, resolve, reject, timer: undefined, output: exec.output, opening: this.openings });
      // How long a command takes, or a night, is nobody's to guess.
      const limit = verb === 'exec' ? exec.limit : verb === 'suspend-disk' ? undefined : this.options.answerTimeout;
      if (limit !== undefined) this.pending.get(id)!.timer = this.timeouts.start(limit, () => this.timedOut(id, verb, limit));
      this.greet();
      this.port.send(requestLine(id, verb, argument));
    });
  }

  private takeId(): number {
    const id = this.nextId;
    this.nextId = id >= LAST_ID ? 1 : id + 1;
    return id;
  }

  /** Ends a line that somebody else may have left half-sent. */
  private greet(): void {
    if (this.greeted) return;
    this.greeted = true;
    this.port.send(EMPTY_LINE);
  }

  /**
   * A guest that freezes its devices closes and opens its ports on the way, and what was on its way to it is lost; the agent and its commands
   * go on. So it is asked for each request whether it has heard of it. An agent that was started anew says hello first, which ends them all.
   */
  private opened(): void {
    this.openings++;
    this.lines.reset();
    this.greeted = false;
    for (const [id, { verb }] of [...this.pending]) if (verb === 'exec' || verb === 'suspend-disk') void this.askAgain(id);
    this.onReady(true);
  }

  private async askAgain(id: number): Promise<void> {
    const asked = this.takeId();
    const known = await new Promise<boolean>((resolve) => {
      const timer = this.timeouts.start(this.options.answerTimeout, () => this.settle(asked, () => resolve(true)));
      const [yes, no] = [() => resolve(true), () => resolve(false)];
      this.pending.set(asked, {
        verb: 'running',
        argument: String(id),
        resolve: yes,
        reject: no,
        timer,
        output: undefined,
        opening: 0,
      });
      this.greet();
      this.port.send(requestLine(asked, 'running', String(id)));
    });
    const pending = this.pending.get(id);
    if (known || !pending) return;
    this.port.send(requestLine(id, pending.verb, pending.argument));
  }

  private received(bytes: Uint8Array): void {
    for (const line of this.lines.take(bytes)) {
      const answer = parseAnswer(line);
      if (answer !== undefined) this.answered(answer);
    }
  }

  private answered(answer: AgentAnswer): void {
    if (answer.kind === 'hello') return this.startedAnew();
    const pending = this.pending.get(answer.id);
    if (answer.kind === 'resumed') this.onResumed();
    if (pending === undefined) return;
    const { verb } = pending;
    switch (answer.kind) {
      case 'error':
        this.fail(answer.id, `The guest agent could not do ${verb}: ${answer.text.replace(/\.$/, '')}.`);
        break;
      case 'data':
        if (answer.bytes.length > 0) pending.output?.(answer.bytes);
        break;
      // An answer of the wrong kind belongs to a request of another host that had the same number.
      case 'exit':
        if (verb === 'exec') this.settle(answer.id, () => pending.resolve(answer));
        break;
      case 'resumed':
        if (verb === 'suspend-disk') this.settle(answer.id, () => pending.resolve(answer));
        break;
      case 'ok':
        if (verb !== 'exec' && verb !== 'suspend-disk') this.settle(answer.id, () => pending.resolve(answer));
        break;
    }
  }

  /** The agent that was asked before the port was opened last is no more: this one knows of nothing. It says so after it has opened the port. */
  private startedAnew(): void {
    for (const [id, { verb, opening }] of [...this.pending]) {
      if (opening < this.openings && (verb === 'exec' || verb === 'running'))
        this.fail(id, `The guest agent went away before it answered the request ${verb}.`);
    }
  }

  private timedOut(id: number, verb: AgentVerb, limit: number): void {
    if (verb === 'exec') {
      this.cancel(id);
      this.fail(id, `The command was ended after ${limit / 1000} seconds.`);
    } else this.fail(id, `The guest agent did not answer the request ${verb} within ${limit / 1000} seconds.`);
  }

  /** Kills a command nobody waits for any more; whether the agent manages is of no use to anybody. */
  private cancel(target: number): void {
    const id = this.takeId();
    if (this.port.guestOpen) this.port.send(requestLine(id, 'cancel', String(target)));
  }

  private settle(id: number, settle: () => void): void {
    this.pending.get(id)?.timer?.cancel();
    this.pending.delete(id);
    settle();
  }

  private fail(id: number, sentence: string): void {
    const pending = this.pending.get(id);
    if (pending !== undefined) this.settle(id, () => pending.reject(new Error(sentence)));
  }
}
