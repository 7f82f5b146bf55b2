import type { ExceptionObserver } from '../../cpu/exception-observer';
import type { Exception } from '../../cpu/exceptions';
import type { Vcpu } from '../../cpu/vcpu';
import type { MachineClock } from '../clock';
import type { InterruptController } from '../gic';
import type { PowerController } from '../power';
import { AddressSpaces } from './address-spaces';
import { EventCells } from './event-cells';
import { LaneTrace } from './lane-trace';
import { EventColumns, SegmentColumns } from './trace-columns';
import { LANE_STATE, type LaneState, packEvent, type TraceBatch } from './trace-format';

/** What is traced of a machine. */
export interface Traced {
  readonly vcpus: readonly Vcpu[];
  readonly clock: Pick<MachineClock, 'ns'>;
  readonly gic: Pick<InterruptController, 'pendingIntid'>;
  readonly power: Pick<PowerController, 'states' | 'isPending'>;
  /** Retired by all vCPUs so far, exact also while one runs. */
  readonly instructions: number;
}

/**
 * What each vCPU does when, and the exceptions it takes: found out where slices are planned and where exceptions are taken and returned from, which are
 * the same moments of a run on every host and engine. It only looks. While nobody traces, none of it is there.
 */
export class Trace implements ExceptionObserver {
  private readonly segments = new SegmentColumns();
  private readonly events = new EventColumns();
  private readonly tail = new SegmentColumns();
  private readonly spaces = new AddressSpaces();
  private readonly lanes: readonly LaneTrace[];
  private readonly cells: readonly EventCells[];
  /** What had been taken when {@link take} was called last. */
  private taken = -1;
  private muted = false;
  /** See {@link TraceBatch.anew}. */
  private anew: number | undefined;
  private lost = 0;

  constructor(private readonly traced: Traced) {
    this.lanes = traced.vcpus.map(({ index }) => new LaneTrace(index, this.segments));
    this.cells = traced.vcpus.map(() => new EventCells(this.events));
    for (const vcpu of traced.vcpus) vcpu.exceptionObservers.push(this);
  }

  /** A slice was planned. @param current who has it; -1: nobody can run */
  planned(current: number): void {
    if (this.muted) return;
    const { traced } = this;
    const { ns } = traced.clock;
    const { instructions } = traced;
    for (const vcpu of traced.vcpus) {
      const state = vcpu.index === current ? running(vcpu) : this.resting(vcpu);
      this.lanes[vcpu.index]!.change(ns, instructions, state, state === LANE_STATE.EL0 ? this.spaces.of(vcpu) : 0);
    }
  }

  private resting(vcpu: Vcpu): LaneState {
    const { power } = this.traced;
    switch (power.states[vcpu.index]) {
      case 'stopped':
        return LANE_STATE.OFF;
      case 'suspended':
        return LANE_STATE.SUSPENDED;
      default:
        if (power.isPending(vcpu.index)) return LANE_STATE.PENDING;
        return vcpu.waiting && !vcpu.interruptLines ? LANE_STATE.IDLE : LANE_STATE.WAITING;
    }
  }

  exceptionTaken({ index }: Vcpu, { type, ec = 0 }: Exception, fromEl: number): void {
    if (this.muted) return;
    const { traced } = this;
    const { ns } = traced.clock;
    const code = type === 'irq' || type === 'fiq' ? traced.gic.pendingIntid(index) : ec;
    this.cells[index]!.add(ns, packEvent(index, type, code));
    if (fromEl === 0) this.lanes[index]!.change(ns, traced.instructions, LANE_STATE.EL1);
  }

  exceptionReturned(vcpu: Vcpu): void {
    if (this.muted || vcpu.el !== 0) return;
    const { traced } = this;
    this.lanes[vcpu.index]!.change(traced.clock.ns, traced.instructions, LANE_STATE.EL0, this.spaces.of(vcpu));
  }

  /** What happens was told before, until {@link unmute}. */
  mute(): void {
    this.muted = true;
  }

  /** What happens is new again. `anew`: it is another course than what was told; otherwise the machine is where it was muted. */
  unmute(anew: boolean): void {
    if (!this.muted) return;
    this.muted = false;
    if (!anew) return;
    this.anew = this.traced.clock.ns;
    for (const each of [...this.lanes, ...this.cells]) each.forget();
    this.lost += this.segments.take().what.length + this.events.take().what.length;
  }

  /** So much waits that it should be taken soon. */
  get isLong(): boolean {
    return this.segments.length + this.events.length > LONG;
  }

  /** What was traced since it was taken last; undefined if neither anything happened nor time passed. To be called between two slices. */
  take(): TraceBatch | undefined {
    if (this.muted) return undefined;
    const { ns: until } = this.traced.clock;
    if (until === this.taken && this.anew === undefined && this.segments.length + this.events.length === 0) return undefined;
    this.taken = until;
    const { anew } = this;
    this.anew = undefined;
    for (const cells of this.cells) cells.reached(until);
    for (const lane of this.lanes) lane.tellTail(until, this.tail);
    return {
      ...(anew !== undefined && { anew }),
      until,
      instructions: this.traced.instructions,
      segments: this.segments.take(),
      events: this.events.take(),
      tail: this.tail.take(),
      spaces: this.spaces.take(),
      lost: this.takeLost(),
    };
  }

  private takeLost(): number {
    let { lost } = this;
    this.lost = 0;
    for (const each of [...this.lanes, ...this.cells]) {
      lost += each.lost;
      each.lost = 0;
    }
    return lost;
  }
}

/** Rows: a quarter of what there is room for. */
const LONG = 1 << 15;

const running = (vcpu: Vcpu): LaneState => (vcpu.el === 0 ? LANE_STATE.EL0 : LANE_STATE.EL1);
