/**
 * The host side of the guest agent: asks a small program in the guest, over a port of the virtio console, to run commands,
 * to hibernate, to power off. What it cannot do is make the guest answer, so every request has other ends as well: the agent's (it
 * closes its port, another says hello, the guest's driver or the machine is started anew), the machine's, and a timeout. Only
 * a command without one, and a request to hibernate, may take as long as they like: they outlast a guest that takes its devices
 * away to sleep, and when it has them again the agent is asked whether it knows of them.
 *
 * A guest may open and close its port as often as it likes: what is kept, on the way and timed here grows with the requests that the
 * host makes, and with nothing else.
 */

import {
  AGENT_WITH_BULK,
  AGENT_WITH_INPUT,
  type AgentAnswer,
  type AgentVerb,
  encodeBase64,
  LAST_REQUEST_ID,
  LineReader,
  MAX_COMMAND_BYTES,
  MAX_INPUT_BYTES,
  parseAnswer,
  requestLine,
} from './agent-protocol';
import { CollectedOutput } from './collected-output';
import { complain } from './complain';
import type { BytePort } from './gated-port';

/** The byte stream to the guest. The agent takes the callbacks for itself. */
export type AgentPort = Omit<BytePort, 'onTaken'>;

/** The host's timers, injected. */
export interface Timeouts {
  /** Calls `fire` once after `milliseconds` of host time unless cancelled before. */
  start(milliseconds: number, fire: () => void): { cancel(): void };
}

export interface ExecOptions {
  /**
   * Takes standard output and standard error as they come, in the order they were written. A promise says when it is ready for more: until
   * it settles the machine may be made to wait. What it throws is reported to the host, and changes nothing for the command. Without it
   * the output is collected.
   */
  onOutput?: (bytes: Uint8Array) => void | Promise<unknown>;
  /** Milliseconds of host time the command may run; it is killed then. Left out: as long as it takes. */
  timeout?: number;
  /** Bytes of output that are collected; a command that writes more is killed. Default 16 MiB. */
  maxOutput?: number;
  /** Standard input, 1 byte to 1 MiB, for a guest whose agent has that ({@link GuestAgent.abilities}). Left out: empty. */
  input?: Uint8Array;
  /** There will be much output, which need not be heard as it is written. For a guest whose agent has that, and a command without `input`. */
  bulk?: boolean;
  /** When aborted, the command is killed. */
  signal?: Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>;
}

/** What not every guest's agent can do. */
export interface AgentAbilities {
  /** Commands can be given {@link ExecOptions.input}. */
  input: boolean;
  /** Commands with much output are told by {@link ExecOptions.bulk}: some twenty times as fast. */
  bulk: boolean;
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
  /** Milliseconds until a request counts as unanswered. An emulated guest may be slow, and so may its host: default 60,000. */
  answerTimeout?: number;
  /**
   * Number of the first request, default 1. A woken guest may still answer requests of the host that put it to sleep, so
   * hosts that want to tell them apart start somewhere else each time.
   */
  firstId?: number;
  /** Somebody who takes output asks the machine to wait until this settles. */
  hold?: (until: Promise<unknown>) => void;
  /** Whether the machine stands still: nobody can answer then. */
  standsStill?: () => boolean;
  /** Why the guest can be asked for nothing now, as a sentence. */
  obstacle?: () => string | undefined;
}

interface Pending {
  verb: AgentVerb;
  argument: string | undefined;
  /** Bytes behind its line. */
  body: Uint8Array | undefined;
  resolve: (answer: AgentAnswer) => void;
  reject: (error: Error) => void;
  timer: { cancel(): void } | undefined;
  /** For exec: takes the output. */
  output: ((bytes: Uint8Array) => void) | undefined;
  /** How often the port had been opened when it was asked. */
  opening: number;
}

/** The question under way whether the agent knows of a request. */
interface Probe {
  id: number;
  about: number;
  timer: { cancel(): void };
}

const DEFAULT_ANSWER_TIMEOUT = 60_000;
const DEFAULT_MAX_OUTPUT = 16 << 20;

const CANCELLED = 'The command was cancelled.';

const EMPTY_LINE = new Uint8Array([0x0a]);

/** Requests that have as much time as they take, and that a guest is asked about when it was asleep. */
const isLasting = (verb: AgentVerb): boolean => isCommand(verb) || verb === 'suspend-disk';
const isCommand = (verb: AgentVerb): boolean => verb === 'exec' || verb === 'feed' || verb === 'bulk';

export class GuestAgent {
  /** The agent came (true) or went (false). */
  onReady: (ready: boolean) => void = () => {};
  /**
   * Whoever answers since the port was opened: an agent that was just started (true), as in a guest that boots, or one that was there before (false), as in a
   * guest that was woken. One that had been there is told of as soon as it answers anything.
   */
  onBegan: (anew: boolean) => void = () => {};
  /** The guest says that it was woken; also for a sleep that another host, or nobody, had asked for here. */
  onResumed: () => void = () => {};

  /** Number of the next request. Goes with a machine that is saved: its guest may still answer what it was asked here. */
  nextId: number;

  private readonly answerTimeout: number;
  private readonly hold: (until: Promise<unknown>) => void;
  private readonly standsStill: () => boolean;
  private readonly obstacle: () => string | undefined;
  private readonly lines = new LineReader();
  private readonly pending = new Map<number, Pending>();
  private greeted = false;
  private ended = false;
  /** Somebody has answered since the port was opened. */
  private met = false;
  /** How often the guest has opened the port. */
  private openings = 0;
  /** The requests under way of which there is one at most: to hibernate, and to set the clock. */
  private suspending: number | undefined;
  private settingClock: number | undefined;
  /** Requests that the agent may not have heard of, and the one it is being asked about: one by one. */
  private unsure: MapIterator<[number, Pending]> | undefined;
  private probe: Probe | undefined;

  constructor(
    private readonly port: AgentPort,
    private readonly timeouts: Timeouts,
    {
      answerTimeout = DEFAULT_ANSWER_TIMEOUT,
      firstId = 1,
      hold = () => {},
      standsStill = () => false,
      obstacle = () => undefined,
    }: GuestAgentOptions = {},
  ) {
    this.answerTimeout = answerTimeout;
    this.hold = hold;
    this.standsStill = standsStill;
    this.obstacle = obstacle;
    this.nextId = firstId;
    port.onData = (bytes) => this.received(bytes);
    port.onOpen = () => this.opened();
    port.onClose = () => this.closed();
    port.onGone = () => this.gone();
  }

  /** Whether there is an agent to ask. */
  get ready(): boolean {
    return this.port.guestOpen && !this.ended;
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

  /** What it can do: agents of older guests cannot do all of it. */
  async abilities(): Promise<AgentAbilities> {
    const version = Number((await this.info()).agent);
    return { input: version >= AGENT_WITH_INPUT, bulk: version >= AGENT_WITH_BULK };
  }

  /**
   * Runs a command with the guest's shell. It may run as long as it likes, also across a sleep of the guest. Rejects with an
   * {@link ExecError}, which has the output so far, if it was killed (by `timeout`, `maxOutput` or `signal`), or if the agent or the machine went away.
   */
  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const { onOutput, timeout, maxOutput = DEFAULT_MAX_OUTPUT, input, bulk = false, signal } = options;
    const bytes = new TextEncoder().encode(command);
    if (bytes.length > MAX_COMMAND_BYTES) {
      throw new Error(`The command is ${bytes.length} bytes long; the guest agent takes ${MAX_COMMAND_BYTES}.`);
    }
    if (input && (input.length === 0 || input.length > MAX_INPUT_BYTES))
      throw new Error(`${input.length} bytes cannot be a command's input; the guest agent takes 1 to ${MAX_INPUT_BYTES}.`);
    const collected = new CollectedOutput();
    if (signal?.aborted) throw new ExecError(CANCELLED, collected.bytes);
    let id = 0;
    const abort = (): void => {
      this.cancel(id);
      this.fail(id, CANCELLED);
    };
    const take = (data: Uint8Array): void => {
      if (onOutput) return this.tell(onOutput, data);
      if (collected.add(data) && collected.length <= maxOutput) return;
      this.cancel(id);
      const limit = collected.length > maxOutput ? `${maxOutput} bytes` : 'this host can keep';
      this.fail(id, `The command wrote more than ${limit} and was ended.`);
    };
    try {
      const encoded = encodeBase64(bytes);
      const answer = await this.request(input ? 'feed' : bulk ? 'bulk' : 'exec', input ? `${input.length} ${encoded}` : encoded, {
        body: input,
        output: take,
        limit: timeout,
        sent: (number) => {
          id = number;
          signal?.addEventListener('abort', abort);
        },
      });
      return { status: answer.kind === 'exit' ? answer.status : 0, output: collected.bytes };
    } catch (error) {
      throw new ExecError((error as Error).message, collected.bytes);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private tell(listener: NonNullable<ExecOptions['onOutput']>, data: Uint8Array): void {
    try {
      const ready = listener(data);
      if (ready) this.hold(ready.then(() => {}, complain));
    } catch (error) {
      // Whoever called is the guest's device: it must not be stopped by what its host's listeners do.
      complain(error);
    }
  }

  /**
   * Tells the guest the time of day (seconds since 1970): it sets its clock if that is off by more than a second or two. Rejects if it is
   * told another time before it has answered.
   */
  async setClock(seconds: number): Promise<void> {
    if (this.settingClock !== undefined)
      this.fail(this.settingClock, 'The guest was told a later time before it had set its clock.');
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

  /** The owner says that the machine stopped for good: ends all requests, and takes no more. */
  machineEnded(): void {
    this.ended = true;
    const asleep = this.suspending;
    if (asleep !== undefined) this.settle(asleep, ({ resolve }) => resolve({ id: asleep, kind: 'ok', text: '' }));
    this.endAll((verb) => `The machine stopped before the guest agent answered the request ${verb}.`);
    this.lines.reset();
    this.greeted = false;
  }

  /** The machine was brought back from its end: there is an agent again if its guest has one. */
  machineCameBack(): void {
    this.ended = false;
  }

  /** The guest goes on from an earlier moment of its run: of what it is asked since it may know nothing. */
  tookAnotherCourse(): void {
    this.ended = false;
    this.endAll((verb) => `The machine went back in time before the guest agent answered the request ${verb}.`);
    this.lines.reset();
    this.greeted = false;
  }

  private request(
    verb: AgentVerb,
    argument?: string,
    exec: {
      body?: Uint8Array | undefined;
      output?: (bytes: Uint8Array) => void;
      limit?: number | undefined;
      sent?: (id: number) => void;
    } = {},
  ): Promise<AgentAnswer> {
    return new Promise((resolve, reject) => {
      const obstacle = this.obstacle();
      if (obstacle) {
        reject(new Error(obstacle));
        return;
      }
      if (!this.ready) {
        reject(new Error(`The guest agent is not running, so it cannot be asked for ${verb}.`));
        return;
      }
      if (this.suspending !== undefined) {
        reject(new Error(`The guest is busy going to sleep, so it cannot be asked for ${verb}.`));
        return;
      }
      const id = this.takeId();
      exec.sent?.(id);
      // How long a command takes, or a night, is nobody's to guess.
      const limit = isLasting(verb) ? exec.limit : this.answerTimeout;
      const timer = limit === undefined ? undefined : this.timeouts.start(limit, () => this.timedOut(id, verb, limit));
      const { body, output } = exec;
      this.pending.set(id, { verb, argument, body, resolve, reject, timer, output, opening: this.openings });
      if (verb === 'suspend-disk') this.suspending = id;
      if (verb === 'set-clock') this.settingClock = id;
      this.greet();
      this.send(id, verb, argument, body);
    });
  }

  private send(id: number, verb: AgentVerb, argument: string | undefined, body: Uint8Array | undefined): void {
    this.port.send(requestLine(id, verb, argument));
    if (body) this.port.send(body);
  }

  private takeId(): number {
    const id = this.nextId;
    this.nextId = id >= LAST_REQUEST_ID ? 1 : id + 1;
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
    this.met = false;
    this.lines.reset();
    this.greeted = false;
    this.dropProbe();
    this.unsure = this.pending.entries();
    this.askNext();
    this.onReady(true);
  }

  private closed(): void {
    this.lines.reset();
    this.dropProbe();
    this.unsure = undefined;
    this.onReady(false);
  }

  private askNext(): void {
    for (let next = this.unsure?.next(); next && !next.done; next = this.unsure?.next()) {
      const [about, { verb, opening }] = next.value;
      if (opening === this.openings || !isLasting(verb)) continue;
      const id = this.takeId();
      this.probe = { id, about, timer: this.patience() };
      this.greet();
      this.port.send(requestLine(id, 'running', String(about)));
      return;
    }
    this.unsure = undefined;
  }

  private patience(): { cancel(): void } {
    return this.timeouts.start(this.answerTimeout, () => this.probeTimedOut());
  }

  private dropProbe(): void {
    this.probe?.timer.cancel();
    this.probe = undefined;
  }

  private probeTimedOut(): void {
    const { probe } = this;
    if (!probe) return;
    // An agent that puts its guest to sleep has no time for questions, and reads them when it is done.
    if (this.suspending !== undefined || this.standsStill()) {
      probe.timer = this.patience();
      return;
    }
    const seconds = this.answerTimeout / 1000;
    this.fail(probe.about, `The guest agent did not say within ${seconds} seconds whether it still runs the command.`);
  }

  private probeAnswered(about: number, known: boolean): void {
    this.dropProbe();
    const pending = this.pending.get(about);
    if (pending) {
      pending.opening = this.openings;
      if (!known) this.send(about, pending.verb, pending.argument, pending.body);
    }
    this.askNext();
  }

  private received(bytes: Uint8Array): void {
    this.lines.take(bytes, (line) => {
      const answer = parseAnswer(line);
      if (answer !== undefined) this.answered(answer);
    });
  }

  private answered(answer: AgentAnswer): void {
    if (answer.kind === 'hello' || !this.met) {
      this.met = true;
      this.onBegan(answer.kind === 'hello');
    }
    if (answer.kind === 'hello') return this.startedAnew();
    if (answer.kind === 'resumed') this.onResumed();
    const { probe } = this;
    if (answer.id === probe?.id && (answer.kind === 'ok' || answer.kind === 'error'))
      return this.probeAnswered(probe.about, answer.kind === 'ok');
    const pending = this.pending.get(answer.id);
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
        if (isCommand(verb)) this.settle(answer.id, ({ resolve }) => resolve(answer));
        break;
      case 'resumed':
        if (verb === 'suspend-disk') this.settle(answer.id, ({ resolve }) => resolve(answer));
        break;
      case 'ok':
        if (!isLasting(verb)) this.settle(answer.id, ({ resolve }) => resolve(answer));
        break;
    }
  }

  /** The agent that was asked before the port was opened last is no more: this one knows of nothing. It says so after it has opened the port. */
  private startedAnew(): void {
    this.endAll(goneBefore, ({ opening }) => opening < this.openings);
  }

  private gone(): void {
    this.endAll(goneBefore);
  }

  private timedOut(id: number, verb: AgentVerb, limit: number): void {
    if (isCommand(verb)) {
      this.cancel(id);
      this.fail(id, `The command was ended after ${limit / 1000} seconds.`);
    } else this.fail(id, `The guest agent did not answer the request ${verb} within ${limit / 1000} seconds.`);
  }

  /** Kills a command nobody waits for any more; whether the agent manages is of no use to anybody. */
  private cancel(target: number): void {
    const id = this.takeId();
    if (this.port.guestOpen) this.port.send(requestLine(id, 'cancel', String(target)));
  }

  /** Ends the requests that are `meant`, all unless it is given, with a sentence each. */
  private endAll(sentence: (verb: AgentVerb) => string, meant: (pending: Pending) => boolean = () => true): void {
    this.dropProbe();
    this.unsure = undefined;
    for (const [id, pending] of this.pending) if (meant(pending)) this.fail(id, sentence(pending.verb));
  }

  private settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    pending.timer?.cancel();
    this.pending.delete(id);
    if (this.suspending === id) this.suspending = undefined;
    if (this.settingClock === id) this.settingClock = undefined;
    settle(pending);
    if (this.probe?.about !== id) return;
    this.dropProbe();
    this.askNext();
  }

  private fail(id: number, sentence: string): void {
    this.settle(id, ({ reject }) => reject(new Error(sentence)));
  }
}

const goneBefore = (verb: AgentVerb): string => `The guest agent went away before it answered the request ${verb}.`;
