import type { TerminalSize } from './devices/virtio/virtio-console';

/**
 * Everything that enters a machine from outside. A machine is a function of its configuration and of these, each with the instruction
 * count at which it arrived: see {@link InputGate}.
 */
export type MachineInput =
  /** Bytes typed at the console: see {@link GuestConsoles}. */
  | { readonly type: 'console'; readonly bytes: Uint8Array }
  /** Bytes of the host for the guest's agent. */
  | { readonly type: 'agent'; readonly bytes: Uint8Array }
  /** Bytes of a file that goes into the guest. */
  | { readonly type: 'files'; readonly bytes: Uint8Array }
  /** The console that somebody looks at has this size: hvc0 tells its driver. */
  | ({ readonly type: 'size' } & TerminalSize)
  /** A key of the board is pressed for a moment. */
  | { readonly type: 'key'; readonly key: 'power' | 'sleep' }
  /** The host wakes what SYSTEM_SUSPEND has put to sleep, as a VMM may at any time (KVM_SET_MP_STATE). Nothing if nothing sleeps so. */
  | { readonly type: 'wake' }
  /** The VMM writes a firmware pseudo-register, `name=value`. */
  | { readonly type: 'register'; readonly assignment: string }
  /** 32 more bytes of the host's entropy, stirred into the machine's source. */
  | { readonly type: 'entropy'; readonly seed: Uint8Array }
  /** The board is reset and boots again. */
  | { readonly type: 'reset' }
  | ({ readonly type: 'time' } & TimeStep);

/** What the realtime clock is told of the host's: machine time is `ns` now, and goes on with `pace` ns per unit of cost. */
export interface TimeStep {
  readonly ns: number;
  readonly pace: number;
  /** The host's time of day, ns since 1970; left out while it agrees with what the machine thinks. */
  readonly wall?: bigint;
}

/** An input and the number of instructions (of all vCPUs) the machine had retired when it arrived. */
export interface LoggedInput {
  readonly at: number;
  /** Steps of the machine since the last of these: see {@link Moment}. Left out: none. */
  readonly steps?: number;
  readonly input: MachineInput;
}

/**
 * A point of a run: so many instructions were retired, and so many inputs had arrived. The first alone is ambiguous, because a machine that
 * waits takes any number of inputs at one count, and does some things of its own there: its *steps*.
 */
export interface Moment {
  readonly instructions: number;
  readonly inputs: number;
  /** How often, since the last instruction, devices have gone on with their work or idle time was skipped. Left out: not once. */
  readonly steps?: number;
}

/** Which of two moments of a run comes first: negative, the first does; 0: they are the same. */
export const compareMoments = (a: Moment, b: Moment): number =>
  a.instructions - b.instructions || a.inputs - b.inputs || (a.steps ?? 0) - (b.steps ?? 0);

/** What an {@link InputGate} is the gate of. */
export interface Gated {
  /** Instructions retired so far, and steps since: see {@link Moment}. */
  now(): { instructions: number; steps: number };
  /** Throws what is wrong with an input, and changes nothing. */
  check(input: MachineInput): void;
  /** Carries an input out. What the machine had planned no longer holds. */
  apply(input: MachineInput): void;
  /** Hears of an input that was fine when it was deferred and is not any more when it arrives: nobody waits for it. */
  refused(error: unknown): void;
}

/**
 * The one way into a running machine. Inputs are taken between two instructions and logged, if somebody wants the log; or they come from
 * a log, and then from nowhere else.
 */
export class InputGate {
  private readonly waiting: MachineInput[] = [];
  /** Inputs taken so far. */
  count = 0;
  /** Of these, the first that are not in the log any more. */
  private trimmed = 0;
  /** Bytes from outside that the log holds. */
  private bytes = 0;

  constructor(
    private readonly machine: Gated,
    private readonly log?: LoggedInput[],
    private replay?: readonly LoggedInput[],
  ) {}

  /** The machine takes its inputs, host time included, from a log. */
  get replaying(): boolean {
    return this.replay !== undefined;
  }

  /** The machine was put back to where it had taken so many inputs of its own log: they come from there again, until {@link goLive}. */
  retrace(count: number): void {
    this.replay = this.log;
    this.count = count;
  }
  /** Inputs come from outside again; what of the log was not taken is forgotten. */
  goLive(): void {
    for (const { input } of this.log?.splice(this.count - this.trimmed) ?? []) this.bytes -= bytesOf(input);
    this.replay = undefined;
  }
  /** Forgets what the log has of the first `count` inputs: none of them will be {@link retrace}d. */
  trim(count: number): void {
    if (count === this.trimmed) return;
    for (const { input } of this.log?.splice(0, count - this.trimmed) ?? []) this.bytes -= bytesOf(input);
    this.trimmed = count;
  }
  /** Inputs that the log holds. */
  get logged(): number {
    return this.log?.length ?? 0;
  }
  /** Bytes from outside that the log holds: typed, for the agent, and of files. */
  get loggedBytes(): number {
    return this.bytes;
  }

  /** The next input of the log that is replayed. */
  private get next(): LoggedInput | undefined {
    return this.replay?.[this.count - this.trimmed];
  }

  /** The instruction count of the next input of the log that is replayed; Infinity without one. */
  get nextAt(): number {
    return this.next?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the next input of the log, one of the first `most`, has its turn. */
  dueOf(most: number): boolean {
    const { next } = this;
    if (!next || this.count >= most) return false;
    const { instructions, steps } = this.machine.now();
    return next.at < instructions || (next.at === instructions && (next.steps ?? 0) <= steps);
  }

  /** Takes an input now: the machine is between two instructions. Throws what is wrong with it; then nothing has happened. */
  take(input: MachineInput): void {
    if (this.replay) throw new Error(`This machine replays a log of inputs and takes no other (${input.type}).`);
    this.enter(input);
  }

  /** Keeps an input until the instruction at hand is done. Throws what is wrong with it; then it is not kept. */
  defer(input: MachineInput): void {
    if (this.replay) throw new Error(`This machine replays a log of inputs and takes no other (${input.type}).`);
    this.machine.check(input);
    this.waiting.push(input);
  }

  /** Takes what waited, or what the log has for this count: no more than `most` inputs since power-on, and of the log none once it is `enough`. */
  deliver(most: number, enough: () => boolean = () => false): void {
    for (let input = this.waiting.shift(); input; input = this.waiting.shift()) this.enterLate(input);
    while (this.dueOf(most) && !enough()) this.enter(this.next!.input);
  }

  /** What was sent meanwhile may have made it wrong: that is no fault of the machine, nor of the inputs behind it. */
  private enterLate(input: MachineInput): void {
    try {
      this.machine.check(input);
    } catch (error) {
      this.machine.refused(error);
      return;
    }
    this.enter(input);
  }

  private enter(input: MachineInput): void {
    // Before it acts, because it may call for others; a refused one leaves no trace.
    const { instructions, steps } = this.machine.now();
    const logs = this.log !== this.replay;
    if (logs && this.log) {
      this.log.push({ at: instructions, ...(steps > 0 ? { steps } : {}), input });
      this.bytes += bytesOf(input);
    }
    this.count++;
    try {
      this.machine.apply(input);
    } catch (error) {
      if (logs && this.log?.pop()) this.bytes -= bytesOf(input);
      this.count--;
      throw error;
    }
  }
}

const bytesOf = (input: MachineInput): number => ('bytes' in input ? input.bytes.length : 0);
