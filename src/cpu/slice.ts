import { COST } from './cost';
import { CPU } from './layout';
import type { Vcpu } from './vcpu';

/** How a slice ended. Of several ends that are asked for, the one with the larger number is met. */
export const SLICE = {
  /** The budget is used up. */
  BUDGET: 0,
  /** The vCPU waits for an interrupt, or was stopped. */
  HALTED: 1,
  BREAKPOINT: 2,
  /** The host wants to step in (see {@link Slice.requestCut}): for the guest nothing has happened. */
  CUT: 3,
  /** Something happened that the machine must look at before going on (see {@link Slice.requestStop}). */
  STOPPED: 4,
  /** The vCPU gave its turn away (YIELD, WFE), or another must act (see {@link Slice.requestYield}). */
  YIELDED: 5,
} as const;
export type SliceEnd = (typeof SLICE)[keyof typeof SLICE];

/**
 * The slice in progress, or the last one: whose it is, what it has retired and cost, and why it is to end. This is what the services of the
 * CPU, and the devices behind them, see of the engine that runs them.
 *
 * Wasm counts in one number, *acc*: sixteen times the instructions and charges since it was entered, less the budget, less the record it is at
 * (see control-transfer.ts). The conversions from and to it are here.
 */
export class Slice {
  /** Instructions retired. Exact inside services: without the one that asked for the service. */
  retired = 0;
  /** What slow services have cost beyond their instructions: see cost.ts. */
  charged = 0;
  /** Instructions that may be retired until Wasm leaves by itself. */
  private limit = 0;
  /** Charges since Wasm was entered, which are part of acc. */
  private chargedSinceEntry = 0;
  /** The record whose store is being done right now, in a page whose stores are watched; 0: none is. */
  storing = 0;
  /** Why Wasm is to be left before the next instruction; BUDGET: it need not be. */
  private leaveFor: SliceEnd = SLICE.BUDGET;

  constructor(public running: Vcpu) {}

  begin(vcpu: Vcpu): void {
    this.running = vcpu;
    this.retired = 0;
    this.charged = 0;
    this.leaveFor = SLICE.BUDGET;
  }

  /** pc of the instruction at `record` for the running vCPU. */
  pcOf(record: number): bigint {
    return BigInt.asUintN(64, this.running.get64(CPU.PC_DELTA) + BigInt(record >>> 2));
  }

  // For services and devices.

  /** Charges the slice for a slow service. */
  charge(cost: number): void {
    this.charged += cost;
    this.chargedSinceEntry += cost;
  }

  /** Ends the slice before the next instruction: something happened that the machine must look at. */
  requestStop(): void {
    this.leave(SLICE.STOPPED);
  }

  /** The same, and another vCPU gets its turn. */
  requestYield(): void {
    this.leave(SLICE.YIELDED);
  }

  /** Ends the slice before the next instruction, in a way that the guest cannot tell. */
  requestCut(): void {
    this.leave(SLICE.CUT);
  }

  private leave(why: SliceEnd): void {
    if (why > this.leaveFor) this.leaveFor = why;
  }

  // For the engine.

  /** An exception was taken where an instruction was to be: it counts as one, so that a guest whose vector faults does not stop the world. */
  exceptionTaken(): void {
    this.charge(COST.EXCEPTION);
    this.retired++;
  }

  /** Wasm is entered at `record` for so many instructions and charges. Returns acc. */
  enter(record: number, budget: number): number {
    this.limit = this.retired + budget;
    this.chargedSinceEntry = 0;
    return -(budget << 4) - record;
  }

  /** A service begins: `count` is acc and the record it was called from. Returns what had been charged. */
  serve(count: number): number {
    this.left(count);
    return this.chargedSinceEntry;
  }

  /** What was charged since {@link serve}, as a change of acc. */
  chargedAfter(before: number): number {
    return (this.chargedSinceEntry - before) << 4;
  }

  /** What to leave behind in CPU.ACC when a service leaves Wasm. */
  get count(): number {
    return (this.retired + this.chargedSinceEntry - this.limit) << 4;
  }

  /** Wasm was left, with this in CPU.ACC. */
  left(count: number): void {
    this.retired = this.limit - this.chargedSinceEntry + (count >> 4);
  }

  get mustLeave(): boolean {
    return this.leaveFor !== SLICE.BUDGET;
  }

  /** How the slice ends, as far as it was asked to. */
  get requestedEnd(): SliceEnd | undefined {
    return this.mustLeave ? this.leaveFor : undefined;
  }
}
