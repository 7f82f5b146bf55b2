import type { Engine } from '../cpu/engine';
import { SLICE } from '../cpu/slice';
import { LAST_SKIP_NS, MachineClock, type Progress } from './clock';
import type { Apply, DeviceState } from './device';
import type { InputGate, Moment } from './input';
import type { PowerController } from './power';
import { SavedState } from './saved-state';
import type { GenericTimer } from './timer';
import { TurnShares } from './turn-shares';

/** What a stretch of running came to. */
export type RunOutcome =
  | { state: 'running' }
  /** All vCPUs wait. `wakeAt`: machine time in ns of the next timer, Infinity if only input can wake it. */
  | { state: 'idle'; wakeAt: number }
  /** No vCPU is powered on, or a system event stopped the machine. */
  | { state: 'stopped' }
  /** This vCPU is about to run an instruction with a breakpoint of the host (`HostBreakpoints`): for the guest nothing has happened. */
  | { state: 'breakpoint'; vcpu: number }
  /** The vCPU of {@link RunLimit} has retired as much as it was to. */
  | { state: 'stepped'; vcpu: number };

/** Where a stretch of running ends, besides where the machine waits or stops. */
export interface RunLimit {
  /** So much more cost is spent, and no more than one service beyond. */
  cost: number;
  /** This vCPU has retired so many instructions since power-on: exactly there. The others have their turns on the way, as ever. */
  vcpu?: { index: number; retired: number };
  /** Where a log is replayed: the point of the recorded run to go to. */
  moment?: Moment;
  /** The first place at which machine time has come to this (ns). Of idle time that would be skipped over it, the beginning: `idle`. */
  time?: number;
}

/** Cost of a turn while one vCPU runs, and while several share the worker. */
const TURN_ALONE = 100_000;
const TURN_SHARED = 40_000;
/** What the engine takes at once. */
const MAX_INSTRUCTIONS = 1 << 26;
const UNLIMITED = Number.MAX_SAFE_INTEGER;
/** What a stretch of running may come to: instructions and cost since power-on, inputs taken; and steps it must have made. */
const NO_LIMIT = {
  instructions: UNLIMITED,
  cost: UNLIMITED,
  inputs: UNLIMITED,
  steps: 0,
  vcpu: -1,
  retired: UNLIMITED,
  time: Number.POSITIVE_INFINITY,
};
/** As many instructions, or charges, no machine comes to: weeks of the fastest. Under the virtual clock their time is what a number just counts. */
const MOST_COUNTED = 2 ** 50;

/** Throws one sentence about the machine, such as `The saved machine`, if its counts leave it no instruction after which it can be saved. */
function requireCounted(machine: string, instructions: number, charged: number): void {
  const most = Math.max(instructions, charged);
  if (most < MOST_COUNTED) return;
  const what = instructions === most ? `has retired ${most} instructions` : `was charged ${most}`;
  throw new Error(
    `${machine} ${what}, which no machine lives to see: ${MOST_COUNTED - 1} is the most that can be saved and restored.`,
  );
}

export interface SchedulerParts {
  engine: Engine;
  clock: MachineClock;
  power: PowerController;
  gate: InputGate;
  timers: readonly GenericTimer[];
  /** See {@link Machine.letDevicesGoOn}. */
  letDevicesGoOn(): boolean | undefined;
  /** The interrupt controller has something that wakes a suspended vCPU. */
  wakeRequested: (vcpu: number) => boolean;
}

/**
 * Takes the vCPUs in turn, in *slices*: stretches of one vCPU at whose ends timers are looked at. Where slices end is a function of the
 * machine's state and inputs, because a guest can tell. Where the host stops and goes on is not: a slice that was cut is picked up as if
 * nothing had happened, so {@link runTo} stops wherever it is asked to.
 */
export class Scheduler implements Progress {
  /** Instructions retired by each vCPU. */
  readonly retired: number[];
  readonly shares: TurnShares;
  /** A system event stopped the machine. */
  halted = false;
  /** A vCPU is running right now: the caller is a service of the CPU. */
  inSlice = false;

  /** Hears where slices are planned: at the same moments of a run wherever the host cuts it. -1: no vCPU can run. */
  onPlan: ((current: number) => void) | undefined;

  /** How often, since an instruction was retired, devices went on with their work or idle time was skipped: see {@link Moment}. */
  steps = 0;

  /** Somebody wants to look at what has just happened: see {@link haltSoon}. */
  private halting = false;
  /** The host wants to breathe: see {@link interrupt}. */
  private interrupted = false;
  private retiredBefore = 0;
  private chargedBefore = 0;
  /** First candidate for the next turn. */
  private next = 0;
  /** Whose turn it is (-1: nobody's), and what is left of it. */
  private current = -1;
  private turnLeft = 0;
  /** What is left of the slice: cost, and instructions. Nothing left of either: it is over. */
  private sliceCost = 0;
  private sliceInstructions = 0;

  constructor(
    vcpus: number,
    private readonly parts: () => SchedulerParts,
  ) {
    this.retired = new Array<number>(vcpus).fill(0);
    this.shares = new TurnShares(vcpus);
  }

  /** {@link steps}, exact also while a vCPU runs. */
  get stepsHere(): number {
    return this.inSlice && this.parts().engine.slice.retired > 0 ? 0 : this.steps;
  }
  get instructions(): number {
    return this.retiredBefore + (this.inSlice ? this.parts().engine.slice.retired : 0);
  }
  get cost(): number {
    const { engine } = this.parts();
    return this.retiredBefore + this.chargedBefore + (this.inSlice ? engine.slice.retired + engine.slice.charged : 0);
  }

  /** After a reset of the board. Counts go on. */
  reset(): void {
    this.halted = false;
    this.next = 0;
    this.endTurn();
  }

  /** Charges whose turn it is, or was last, for what a device did. */
  charge(cost: number): void {
    if (this.inSlice) this.parts().engine.slice.charge(cost);
    else {
      this.chargedBefore += cost;
      this.turnLeft -= cost;
    }
  }

  private endTurn(): void {
    this.current = -1;
    this.turnLeft = 0;
    this.endSlice();
  }
  /** Something entered the machine: timers and turns are looked at before it goes on. */
  endSlice(): void {
    this.sliceCost = 0;
    this.sliceInstructions = 0;
  }

  /** Runs until the machine has retired `instructions` since power-on: stops exactly there, or before that if it waits or stops. */
  runTo(instructions: number): RunOutcome {
    return this.go({ ...NO_LIMIT, instructions });
  }

  /** Where a log is replayed: runs to a point of the recorded run, with no more of the log than had arrived there. */
  replayTo({ instructions, inputs, steps = 0 }: Moment): RunOutcome {
    return this.go({ ...NO_LIMIT, instructions, inputs, steps });
  }

  run({ cost, vcpu, moment, time }: RunLimit): RunOutcome {
    return this.go({
      ...NO_LIMIT,
      ...moment,
      ...(time !== undefined && { time }),
      cost: this.cost + cost,
      ...(vcpu && { vcpu: vcpu.index, retired: vcpu.retired }),
    });
  }

  /** However the stretch ended: who wants to look at what happened in it is heard now, and not once more in the next. */
  private go(limit: typeof NO_LIMIT): RunOutcome {
    const outcome = this.stretch(limit);
    const { halting } = this;
    this.halting = false;
    const wouldGoOn = outcome.state === 'running' || outcome.state === 'idle';
    return halting && wouldGoOn ? { state: 'breakpoint', vcpu: Math.max(0, this.onTurn) } : outcome;
  }

  private stretch(limit: typeof NO_LIMIT): RunOutcome {
    const { engine, clock, gate } = this.parts();
    clock.beginStretch();
    this.interrupted = false;
    const inTime = (): boolean => clock.ns >= limit.time;
    for (;;) {
      // Before anything arrives here: a replay that comes to this instruction finds the same state.
      if (limit.vcpu >= 0 && this.retired[limit.vcpu]! >= limit.retired) {
        if (this.sliceIsOver) this.settle();
        return { state: 'stepped', vcpu: limit.vcpu };
      }
      gate.deliver(limit.inputs, inTime);
      if (this.halted) return { state: 'stopped' };
      if (!gate.replaying) this.keepTime();
      // Only a stretch that is bounded by cost may be broken off: an instruction is run to, however long that takes.
      const brokenOff = this.interrupted && limit.cost !== UNLIMITED;
      const arrived = (this.instructions >= limit.instructions && this.steps >= limit.steps) || inTime();
      const { sliceIsOver } = this;
      if (arrived || this.cost >= limit.cost || brokenOff || this.halting) {
        // As if it had gone on: where it stands does not tell whether it was stopped.
        if (sliceIsOver) this.settle();
        return { state: 'running' };
      }
      if (sliceIsOver) {
        const waits = this.plan(limit.time);
        if (waits === 'again' || (waits?.state === 'idle' && gate.dueOf(limit.inputs))) continue;
        if (waits) return waits;
      }
      const instructions = Math.min(
        this.sliceInstructions,
        limit.instructions - this.instructions,
        gate.nextAt - this.instructions,
        this.current === limit.vcpu ? limit.retired - this.retired[limit.vcpu]! : UNLIMITED,
        clock.mode === 'virtual' ? clock.until(limit.time) : UNLIMITED,
      );
      // A log whose next input should have been taken before a point that leaves it out: there is no such point in that run.
      if (instructions <= 0) {
        if (gate.dueOf(limit.inputs)) continue;
        return { state: 'running' };
      }
      const cost = Math.min(
        this.sliceCost,
        limit.cost - this.cost,
        clock.mode === 'realtime' ? clock.until(limit.time) : UNLIMITED,
      );
      this.inSlice = true;
      const vcpu = engine.vcpus[this.current]!;
      const end = engine.runSlice(vcpu, Math.min(instructions, MAX_INSTRUCTIONS), cost);
      this.inSlice = false;
      this.account(this.current, vcpu.el, engine.slice.retired, engine.slice.charged);
      // The slice is picked up there, as after a cut.
      if (end === SLICE.BREAKPOINT) return { state: 'breakpoint', vcpu: vcpu.index };
      if (end === SLICE.YIELDED || this.turnLeft <= 0 || !this.canGoOn(this.current)) this.endTurn();
      else if (end === SLICE.STOPPED) this.endSlice();
    }
  }

  private get sliceIsOver(): boolean {
    return this.sliceCost <= 0 || this.sliceInstructions <= 0 || !this.canGoOn(this.current);
  }

  /** From within a run: let it end before the next instruction, in a way that the guest cannot tell. */
  interrupt(): void {
    this.interrupted = true;
    this.parts().engine.slice.requestCut();
  }

  /** From within a run: it ends behind the instruction at hand, as at a breakpoint, in a way that the guest cannot tell. */
  haltSoon(): void {
    this.halting = true;
    if (this.inSlice) this.parts().engine.slice.requestCut();
  }

  private keepTime(): void {
    const { clock, gate } = this.parts();
    const step = clock.observe();
    if (step) gate.take({ type: 'time', ...step });
  }

  /**
   * Alarms and timers that are due go off. Done where a slice ends, and before an input arrives: a machine that waits does both any number of
   * times at one count of instructions, and a replay must find the same order.
   */
  settle(): void {
    const { clock, timers } = this.parts();
    clock.fireDue();
    const { ticks } = clock;
    for (const timer of timers) if (timer.nextDeadline() <= ticks) timer.update();
  }

  /**
   * Timers go off, and a vCPU gets a slice. Returns what there is to tell if none can run; `again` if time was skipped, or devices work.
   * @param most no idle time is skipped beyond this (ns)
   */
  private plan(most: number): RunOutcome | 'again' | undefined {
    const { clock, power, engine } = this.parts();
    this.settle();
    const devicesWork = this.letDevicesGoOn();
    if (this.turnLeft <= 0 || !this.canGoOn(this.current)) {
      this.current = this.pick();
      this.turnLeft = this.runnableCount(engine) > 1 ? TURN_SHARED : TURN_ALONE;
    }
    this.onPlan?.(this.current);
    const deadline = this.nextDeadline();
    if (this.current < 0) {
      this.endTurn();
      if (power.states.every((state) => state === 'stopped')) return { state: 'stopped' };
      if (devicesWork) return 'again';
      if (clock.mode === 'realtime' || deadline === Number.POSITIVE_INFINITY || deadline > most)
        return { state: 'idle', wakeAt: deadline };
      clock.skipTo(deadline);
      this.steps++;
      return 'again';
    }
    power.runs(this.current);
    const due = deadline === Number.POSITIVE_INFINITY ? UNLIMITED : clock.until(deadline);
    this.sliceCost = clock.mode === 'realtime' ? Math.min(this.turnLeft, due) : this.turnLeft;
    this.sliceInstructions = clock.mode === 'virtual' ? due : UNLIMITED;
    return undefined;
  }

  private letDevicesGoOn(): boolean {
    const more = this.parts().letDevicesGoOn();
    if (more !== undefined) this.steps++;
    return more ?? false;
  }

  private canGoOn(index: number): boolean {
    const { engine, power } = this.parts();
    return index >= 0 && power.states[index] === 'runnable' && !engine.vcpus[index]!.waiting;
  }

  /** The next vCPU in turn that can run; waiting ones wake when an interrupt is pending, masked or not. */
  private pick(): number {
    const { engine, power, wakeRequested } = this.parts();
    const { vcpus } = engine;
    for (let i = 0; i < vcpus.length; i++) {
      const index = (this.next + i) % vcpus.length;
      const vcpu = vcpus[index]!;
      if (power.states[index] === 'suspended' && wakeRequested(index)) power.wake(index);
      if (!this.wantsTurn(index)) continue;
      vcpu.waiting = false;
      this.next = (index + 1) % vcpus.length;
      return index;
    }
    return -1;
  }

  /** It can run, waits for nothing or has an interrupt to wake for. */
  private readonly wantsTurn = (index: number): boolean => {
    const { engine, power } = this.parts();
    const vcpu = engine.vcpus[index]!;
    return power.states[index] === 'runnable' && (!vcpu.waiting || vcpu.interruptLines !== 0);
  };

  /** Whose turn it is, or whose is next as things stand; -1: nobody can run. */
  get onTurn(): number {
    if (this.canGoOn(this.current)) return this.current;
    const { length } = this.retired;
    for (let i = 0; i < length; i++) {
      const index = (this.next + i) % length;
      if (this.wantsTurn(index)) return index;
    }
    return -1;
  }

  private runnableCount(engine: Engine): number {
    let count = 0;
    for (const { index } of engine.vcpus) if (this.canGoOn(index)) count++;
    return count;
  }

  /**
   * Machine time in ns at which something is due: a timer of any vCPU (those of one that is off stand still) or an alarm.
   * Infinity: nothing is while a machine lives.
   */
  private nextDeadline(): number {
    const { clock, timers } = this.parts();
    let ticks = Number.POSITIVE_INFINITY;
    for (const timer of timers) ticks = Math.min(ticks, timer.nextDeadline());
    const due = Math.min(MachineClock.ticksToNs(ticks), clock.nextAlarm());
    return due <= LAST_SKIP_NS ? due : Number.POSITIVE_INFINITY;
  }

  private account(index: number, el: number, retired: number, charged: number): void {
    this.shares.add(index, el, retired + charged, this.wantsTurn);
    this.retired[index] = this.retired[index]! + retired;
    if (retired > 0) this.steps = 0;
    this.retiredBefore += retired;
    this.chargedBefore += charged;
    this.turnLeft -= retired + charged;
    this.sliceCost -= retired + charged;
    this.sliceInstructions -= retired;
  }

  /** Throws one sentence if no restore would take what {@link save} gives: a save that nobody can use must not look like one. */
  requireSavable(): void {
    requireCounted('The machine cannot be saved: it', this.retiredBefore, this.chargedBefore);
  }

  save(): DeviceState {
    const { next, current, turnLeft, sliceCost, sliceInstructions } = this;
    return {
      retired: [...this.retired],
      charged: this.chargedBefore,
      next,
      current: current + 1,
      turnLeft: Math.max(0, turnLeft),
      sliceCost: Math.max(0, sliceCost),
      sliceInstructions: Math.max(0, sliceInstructions),
      halted: this.halted,
    };
  }

  /** A saved state to go on from, and the cost it has come to. */
  check(state: DeviceState): { apply: Apply; cost: number } {
    const vcpus = this.retired.length;
    const saved = new SavedState('scheduler', state);
    const count = (field: string, max = UNLIMITED): number => saved.number(field, max);
    const retired = saved.numbers('retired', vcpus, MOST_COUNTED);
    const [charged, next, current] = [count('charged', MOST_COUNTED), count('next', vcpus - 1), count('current', vcpus) - 1];
    const [turnLeft, sliceCost] = [count('turnLeft', TURN_ALONE), count('sliceCost', TURN_ALONE)];
    const [sliceInstructions, halted] = [count('sliceInstructions'), saved.boolean('halted')];
    const total = retired.reduce((sum, instructions) => sum + instructions, 0);
    requireCounted('The saved machine', total, charged);
    const apply = (): void => {
      retired.forEach((instructions, index) => {
        this.retired[index] = instructions;
      });
      this.retiredBefore = total;
      Object.assign(this, { chargedBefore: charged, next, current, turnLeft, sliceCost, sliceInstructions, halted });
    };
    return { apply, cost: total + charged };
  }
}
