import { NS_PER_INSTRUCTION } from '../machine/clock';
import type { MachineInput } from '../machine/input';
import type { Machine } from '../machine/machine';
import type { RunLimit, RunOutcome } from '../machine/scheduler';
import type { ClockChoice } from './api';
import type { VmHost } from './host';

/** Host milliseconds between two breaths, and the cost tried first. */
const BREATH_MS = 8;
/** A stretch that is slower than its cost says is broken off here. */
const MOST_MS = 12;
const FIRST_QUANTUM = 1_000_000;
const [LEAST_QUANTUM, MOST_QUANTUM] = [20e3, 20e6] as const;
/** Under the virtual clock inputs and commands arrive only where the cost is a multiple of this, or runs would not repeat. */
const VIRTUAL_PERIOD = 2_000_000;
/** Waits shorter than this are not worth a timer of the host, whose own are not finer than a millisecond. */
const SHORTEST_SLEEP_MS = 0.25;
/** Longest sleep while everything waits. */
const LONGEST_SLEEP_MS = 1000;

/** The time was used up by breakpoints that were passed: it says nothing about how fast the machine is. */
interface Passed {
  state: 'passed';
}
const PASSED: Passed = { state: 'passed' };
const isPassed = (outcome: RunOutcome | Passed): outcome is Passed => outcome.state === 'passed';

export const isHalt = (outcome: RunOutcome): boolean => outcome.state === 'breakpoint' || outcome.state === 'stepped';

export interface PumpParts {
  machine: Machine;
  clock: ClockChoice;
  host: VmHost;
  /** After each stretch of running, `took` host milliseconds long, before the host breathes. */
  ran(took: number): void;
  /** How far the machine may run besides. */
  limit(): Partial<RunLimit>;
  /** The machine came to a breakpoint, or to the end of a step: whether the run ends there. */
  halts(outcome: RunOutcome): boolean;
  /** Sleeps until the promise settles, or something happens. */
  rest(until: Promise<void>): Promise<void>;
}

/**
 * Runs the machine in turns. Whatever the guest does, the host gets a breath about every 8 ms. Under the realtime clock each stretch between
 * two breaths is a turn, and inputs reach the machine at once; under the virtual one a turn goes on over as many breaths as it takes to come
 * to the next multiple of {@link VIRTUAL_PERIOD}, and inputs wait for that.
 */
export class Pump {
  private quantum = FIRST_QUANTUM;
  private readonly waiting: MachineInput[] = [];
  private inTurn = false;
  private held = false;
  /** The machine runs right now: what it calls comes from its own doing. */
  running = false;
  /** Machine time up to which idle time was waited out. */
  private pacedNs = 0;

  private breakOffAt = 0;
  /** The cost at which the turn ends. */
  private turnEnd = 0;

  constructor(private readonly parts: PumpParts) {
    const { machine, host } = parts;
    machine.onEffort = () => {
      if (host.time.monotonic() > this.breakOffAt) machine.interrupt();
    };
  }

  private get virtual(): boolean {
    return this.parts.clock === 'virtual';
  }

  /** Something from outside. */
  input(input: MachineInput): void {
    if (this.held || (this.virtual && this.inTurn)) this.waiting.push(input);
    else this.parts.machine.input(input);
  }

  /** Inputs wait until {@link release}. */
  hold(): void {
    this.held = true;
  }

  /** Something from outside waits. */
  get waits(): boolean {
    return this.waiting.length > 0;
  }

  /** What waited comes as if it came now, or never if nobody is there to take it. */
  release(takes: boolean): void {
    this.held = false;
    if (!takes) this.waiting.length = 0;
    else if (!this.inTurn) this.deliver();
  }

  /** Bytes typed that the guest has not taken from its console yet. */
  get typed(): number {
    const waiting = this.waiting.reduce((sum, input) => sum + (input.type === 'console' ? input.bytes.length : 0), 0);
    return waiting + this.parts.machine.consoles.waiting;
  }

  /** One turn, and what follows it: a breath, or a sleep if all vCPUs wait. `stopped` decides what comes of a machine that stopped. */
  async turn(stopped: () => Promise<void>): Promise<void> {
    const { host, rest } = this.parts;
    const before = host.time.monotonic();
    const outcome = await this.stretch();
    if (isHalt(outcome)) return;
    if (outcome.state === 'stopped') {
      await stopped();
      // A guest that resets over and over must not keep the host from its own events.
      return host.breathe();
    }
    const sleep = outcome.state === 'idle' ? this.untilWake(outcome.wakeAt) : this.lead(before);
    if (sleep < SHORTEST_SLEEP_MS) return host.breathe();
    await this.doze(Math.min(LONGEST_SLEEP_MS, sleep), rest);
  }

  /** The running of a turn. One that a debugger halts is not over: its inputs wait until it is gone on with, and has come to its end. */
  async stretch(): Promise<RunOutcome> {
    const { machine } = this.parts;
    this.inTurn = true;
    const outcome = await this.run();
    this.inTurn = this.virtual && isHalt(outcome) && machine.cost < this.turnEnd;
    if (!this.inTurn) this.deliver();
    return outcome;
  }

  /** Lets in what waits for the end of the turn. */
  deliver(): void {
    for (let input = this.waiting.shift(); input; input = this.waiting.shift()) this.parts.machine.input(input);
  }

  /** Under the virtual clock: to the boundary, with breaths on the way. */
  private async run(): Promise<RunOutcome> {
    const { machine, host, ran } = this.parts;
    this.turnEnd = this.virtual ? (Math.floor(machine.cost / VIRTUAL_PERIOD) + 1) * VIRTUAL_PERIOD : Number.POSITIVE_INFINITY;
    for (;;) {
      const began = host.time.monotonic();
      this.running = true;
      this.breakOffAt = began + MOST_MS * 1e6;
      const outcome = this.runOnce(began);
      this.running = false;
      const took = (host.time.monotonic() - began) / 1e6;
      if (outcome.state === 'running') this.adapt(took);
      ran(took);
      // At a breakpoint that was passed, too, the host has its breath.
      const goesOn = outcome.state === 'running' || isPassed(outcome);
      if (!this.virtual || !goesOn || machine.cost >= this.turnEnd) return isPassed(outcome) ? { state: 'running' } : outcome;
      await host.breathe();
    }
  }

  /** Runs for a while, past breakpoints at which nobody wants to halt. */
  private runOnce(began: number): RunOutcome | Passed {
    const { machine, host, limit, halts } = this.parts;
    for (;;) {
      const outcome = machine.run({ cost: Math.min(this.quantum, this.turnEnd - machine.cost), ...limit() });
      if (!isHalt(outcome) || halts(outcome)) return outcome;
      if (host.time.monotonic() > began + BREATH_MS * 1e6 || machine.cost >= this.turnEnd) return PASSED;
    }
  }

  private adapt(took: number): void {
    const factor = took > 0 ? BREATH_MS / took : 2;
    const quantum = this.quantum * Math.min(1.25, Math.max(0.125, factor));
    this.quantum = Math.round(Math.min(MOST_QUANTUM, Math.max(LEAST_QUANTUM, quantum)));
  }

  /** Milliseconds until machine time `wakeAt` (ns). */
  private untilWake(wakeAt: number): number {
    return (wakeAt - this.parts.machine.clock.ns) / 1e6;
  }

  /**
   * Under the virtual clock: by how many milliseconds the guest is ahead of the host after a turn that began at host time `before`, and of which
   * it skipped more than it worked.
   */
  private lead(before: number): number {
    const { host, machine } = this.parts;
    if (!this.virtual || !host.pacesIdle) return 0;
    const { ns } = machine.clock;
    const advanced = (ns - this.pacedNs) / 1e6;
    this.pacedNs = ns;
    const ahead = advanced - (host.time.monotonic() - before) / 1e6;
    const worked = (VIRTUAL_PERIOD * NS_PER_INSTRUCTION) / 1e6;
    return advanced < 2 * worked || ahead < 1 ? 0 : ahead;
  }

  private async doze(ms: number, rest: PumpParts['rest']): Promise<void> {
    let timer: { cancel(): void } | undefined;
    await rest(
      new Promise((resolve) => {
        // Timers of hosts count whole milliseconds: one that fires early would wake the machine for nothing, to sleep again.
        timer = this.parts.host.timeouts.start(Math.ceil(ms - SHORTEST_SLEEP_MS), resolve);
      }),
    );
    timer?.cancel();
  }
}
