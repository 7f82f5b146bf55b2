import { readVirtual } from '../cpu/mmu/inspect';
import { withoutCode } from '../cpu/pointer-fields';
import type { Vcpu } from '../cpu/vcpu';
import { readField } from '../cpu/vcpu-state';
import type { Machine } from '../machine/machine';
import type { RunLimit, RunOutcome } from '../machine/scheduler';
import { type Condition, conditionsOf, requireInstruction } from './break-condition';
import type { Breakpoint, StepKind, Stop, WatchedWrite, Watchpoint } from './breakpoint';
import { flowOf } from './flow';
import { Watches } from './watches';
import { type WaysOut, waysOut } from './ways-out';

/** The vCPU leaves the code it is in, at this depth of its stack or above. */
interface Leave {
  readonly kind: 'leave';
  readonly vcpu: number;
  readonly el: number;
  readonly sp: bigint;
  readonly ways: WaysOut;
}

export type ForwardStep = Exclude<StepKind, 'back'>;

/** What a stretch of running is for. */
type Aim =
  | { kind: 'one'; reason: StepKind; vcpu: number; retired: number }
  /** Somebody comes to `address`, and `there` says that it is who was meant. */
  | { kind: 'arrive'; reason: StepKind; address: bigint; there(vcpu: Vcpu): boolean }
  | Leave;

/** Bits 47:1 of TTBR0_EL1: where the table is, without ASID and CnP. */
const TABLE = 0x0000_ffff_ffff_fffen;
const INSTRUCTION_BYTES = 4n;

/**
 * A debugger of the VMM, which the guest cannot notice: it says how far a stretch of running may go, and what comes of where it ended. Between two instructions of the
 * machine it can be told anything; the machine's scheduler is not asked to prefer a vCPU, so a step of one lets the others have their turns.
 */
export class Debugger {
  /** Of enabled breakpoints: by address, when to stop. */
  private conditions: ReadonlyMap<bigint, Condition | undefined> = new Map();
  private aim: Aim | undefined;
  private readonly watches: Watches;

  constructor(private readonly machine: Machine) {
    this.watches = new Watches(machine);
  }

  /** Replaces all breakpoints. Throws one sentence if one of them makes no sense; then those before stay. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.conditions = conditionsOf(breakpoints);
    this.arm();
  }

  /** Replaces all watchpoints. Throws one sentence if one of them makes no sense; then those before stay. */
  setWatchpoints(watchpoints: readonly Watchpoint[]): void {
    this.watches.set(watchpoints);
    this.arm();
  }

  /** The next stretches of running are for this. Throws one sentence if there is no such vCPU, or it cannot run. */
  begin(kind: ForwardStep, vcpu: number, address?: bigint): void {
    const { engine, options, power } = this.machine;
    const v = engine.vcpus[vcpu];
    if (!v) throw new Error(`There is no vCPU ${vcpu}: the machine has ${options.vcpus}, counted from 0.`);
    if (kind === 'to') {
      if (address === undefined) throw new Error('Say where to run to: an address is missing.');
      requireInstruction(address);
      this.aim = { kind: 'arrive', reason: 'to', address, there: () => true };
    } else {
      if (power.states[vcpu] === 'stopped')
        throw new Error(`vCPU ${vcpu} is off, so it has no next instruction: choose one that is on.`);
      this.aim = this.aimOf(kind, v);
    }
    this.pass(v);
    this.arm();
  }

  private aimOf(kind: Exclude<ForwardStep, 'to'>, v: Vcpu): Aim {
    const one: Aim = { kind: 'one', reason: kind, vcpu: v.index, retired: this.machine.retired[v.index]! + 1 };
    if (kind === 'step') return one;
    if (kind === 'out') return this.leave(v);
    const word = this.word(v, v.pc);
    if (word === undefined || flowOf(word).kind !== 'call') return one;
    return { kind: 'arrive', reason: 'over', address: BigInt.asUintN(64, v.pc + INSTRUCTION_BYTES), there: backIn(v) };
  }

  private leave(v: Vcpu): Aim {
    const { index, el, sp } = v;
    const leave: Leave = { kind: 'leave', vcpu: index, el, sp, ways: this.waysFrom(v, v.pc) };
    return (leave.ways.exits.has(v.pc) && this.exit(v, leave)) || leave;
  }

  private waysFrom(v: Vcpu, start: bigint): WaysOut {
    return waysOut(start, (address) => this.word(v, address));
  }

  /** Nothing is to be stepped any more. */
  drop(): void {
    this.aim = undefined;
    this.arm();
  }

  /** The machine was put back to where it had been, for a vCPU: its breakpoints are set again, and nobody else was told of one there. */
  cameBack(vcpu: number): void {
    const { hostBreakpoints, vcpus } = this.machine.engine;
    hostBreakpoints.forget();
    this.pass(vcpus[vcpu]!);
    this.drop();
  }

  /** Breakpoints are to hold again, after somebody else has used the engine's. */
  rearm(): void {
    this.arm();
  }

  /** Those who come to a breakpoint, for whoever looks for them in the machine's past. */
  quarry(): { begin(): void; halts(vcpu: number): boolean; end(): void } {
    const { engine, retired } = this.machine;
    const { hostBreakpoints, vcpus } = engine;
    return {
      begin: () => {
        hostBreakpoints.forget();
        hostBreakpoints.set(this.conditions.keys(), retired);
      },
      halts: (vcpu) => {
        const v = vcpus[vcpu]!;
        this.pass(v);
        return this.hit(v) !== undefined;
      },
      end: () => hostBreakpoints.set([], retired),
    };
  }

  /** Those who write to what is watched, in the same way; `sight` hears of each before it is done. */
  writes(sight: (vcpu: number, write: WatchedWrite) => void): { begin(): void; end(): void } {
    return {
      begin: () => this.watches.listen((write, vcpu) => sight(vcpu ?? Math.max(0, this.machine.onTurn), write)),
      end: () => this.watches.disarm(),
    };
  }
  get hasWatches(): boolean {
    return this.watches.any;
  }

  /** Somebody knows that the vCPU stands where it does. */
  private pass(v: Vcpu): void {
    this.machine.engine.hostBreakpoints.pass(v, this.machine.retired[v.index]!);
  }

  /** The machine boots: nobody was told anything, nothing is stepped, and what was loaded to boot was written by nobody who is looked for. */
  rebooted(): void {
    this.machine.engine.hostBreakpoints.forget();
    this.drop();
  }

  /** How far the machine may run. */
  get limit(): Pick<RunLimit, 'vcpu'> {
    const { aim } = this;
    return aim?.kind === 'one' ? { vcpu: { index: aim.vcpu, retired: aim.retired } } : {};
  }

  /** What came of a stretch of running: why the machine is to stop, or undefined if it goes on. */
  judge(outcome: RunOutcome): Stop | undefined {
    // In whatever stretch it happened: behind the end of a machine there is nothing to stop, nor in its next life.
    const write = this.watches.take();
    if (outcome.state !== 'breakpoint' && outcome.state !== 'stepped') return undefined;
    if (write) return this.stoppedAfter(write, outcome.vcpu);
    const v = this.machine.engine.vcpus[outcome.vcpu]!;
    const reason = outcome.state === 'stepped' ? this.steppedFor() : (this.arrived(v) ?? this.hit(v));
    // Whether or not somebody hears of it, from here it goes on.
    this.pass(v);
    if (!reason) return undefined;
    this.drop();
    return { vcpu: v.index, reason, address: v.pc };
  }

  private stoppedAfter(write: WatchedWrite & { readonly vcpu?: number }, onTurn: number): Stop {
    const { vcpu = onTurn, ...told } = write;
    const v = this.machine.engine.vcpus[vcpu]!;
    this.pass(v);
    this.drop();
    return { vcpu, reason: 'write', address: v.pc, write: told };
  }

  private steppedFor(): StepKind {
    return this.aim?.kind === 'one' ? this.aim.reason : 'step';
  }

  private hit(v: Vcpu): 'breakpoint' | undefined {
    if (!this.conditions.has(v.pc)) return undefined;
    const condition = this.conditions.get(v.pc);
    return !condition || condition(v) ? 'breakpoint' : undefined;
  }

  private arrived(v: Vcpu): StepKind | undefined {
    const { aim } = this;
    if (!aim || aim.kind === 'one') return undefined;
    if (aim.kind === 'arrive') return v.pc === aim.address && aim.there(v) ? aim.reason : undefined;
    if (v.index !== aim.vcpu || v.el !== aim.el || v.sp < aim.sp) return undefined;
    if (!aim.ways.exits.has(v.pc)) return undefined;
    this.aim = this.exit(v, aim) ?? aim;
    this.arm();
    return undefined;
  }

  /**
   * The vCPU has come to a way out of the code it was in: what to wait for then. Undefined if it is a call of the same function that ends there, or if nobody
   * can tell where it leads.
   */
  private exit(v: Vcpu, leave: Leave): Aim | undefined {
    const { el, sp, ways } = leave;
    const { index, sp: depth } = v;
    const word = this.word(v, v.pc);
    if (word === undefined) return undefined;
    const flow = flowOf(word);
    switch (flow.kind) {
      case 'exception return':
        return { kind: 'one', reason: 'out', vcpu: index, retired: this.machine.retired[index]! + 1 };
      case 'return': {
        const address = targetIn(v, flow);
        if (depth === sp && ways.calledFrom.has(address)) return undefined;
        return { kind: 'arrive', reason: 'out', address, there: (other) => isSame(other, index, el, depth) };
      }
      case 'jump':
        return { ...leave, ways: joined(ways, this.waysFrom(v, targetIn(v, flow))) };
      default:
        return { ...leave, ways: joined(ways, this.waysFrom(v, v.pc)) };
    }
  }

  /** The addresses at which the machine's engine is to stop. */
  private arm(): void {
    const { aim, conditions } = this;
    const addresses = new Set(conditions.keys());
    if (aim?.kind === 'arrive') addresses.add(aim.address);
    if (aim?.kind === 'leave') for (const address of aim.ways.exits) addresses.add(address);
    this.machine.engine.hostBreakpoints.set(addresses, this.machine.retired);
    this.watches.arm();
  }

  private word(v: Vcpu, address: bigint): number | undefined {
    const bytes = new Uint8Array(4);
    if (address % 4n !== 0n || readVirtual(v, this.machine.memory, address, bytes)) return undefined;
    return new DataView(bytes.buffer).getUint32(0, true);
  }
}

const joined = (some: WaysOut, more: WaysOut): WaysOut => ({
  exits: new Set([...some.exits, ...more.exits]),
  calledFrom: new Set([...some.calledFrom, ...more.calledFrom]),
});

const isSame = (v: Vcpu, index: number, el: number, sp: bigint): boolean => v.index === index && v.el === el && v.sp >= sp;

/**
 * Who has come back from the call that this vCPU is about to make: the same one, no deeper in its stack. A process may go on on another vCPU, and
 * there is known by its tables.
 */
function backIn(v: Vcpu): (other: Vcpu) => boolean {
  const { index, el, sp } = v;
  if (el === 1) return (other) => isSame(other, index, el, sp);
  const table = tableOf(v);
  return (other) => other.el === el && other.sp >= sp && tableOf(other) === table;
}

const tableOf = (v: Vcpu): bigint => readField(v, 'TTBR0_EL1') & TABLE;

function targetIn(v: Vcpu, { register, isSigned }: { register: number; isSigned?: true }): bigint {
  const value = register === 31 ? 0n : v.x(register);
  return isSigned ? withoutCode(v, value) : value;
}
