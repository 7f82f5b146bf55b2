import { PAGE_BYTES } from '../cpu/ram';
import type { LoggedInput, Moment } from '../machine/input';
import type { Machine } from '../machine/machine';
import { type Checkpoint, checkpointOf, putBack } from '../machine/saved-machine';
import type { RunLimit } from '../machine/scheduler';
import type { Breathe } from '../storage/disk-contents';

/** Larger machines are not copied while somebody waits. */
const MOST_MEMORY_MIB = 128;
/** Inputs that are kept; under the realtime clock each step of time is one. With more, what lies before is forgotten. */
const MOST_INPUTS = 200_000;
/** The same for what was typed. */
const MOST_BYTES = 4 << 20;
/** With no more of its RAM in use, a machine is copied though nobody debugs it: that takes a few milliseconds, and once. */
const LITTLE_PAGES = (8 << 20) / PAGE_BYTES;
/** A place from which so much would have to be run anew is too far: some seconds. */
const FARTHEST = 500_000_000;
/** Where the machine stands this far from the last place that is kept, another is. */
const APART = 50_000_000;
const MOST_CHECKPOINTS = 4;
/** Cost of a stretch between two breaths of the host. */
const STRETCH = 4_000_000;

/** A run from a checkpoint did not come to where the machine had been. */
export class Diverged extends Error {
  constructor() {
    super('The machine did not run the same way again: this is a fault of Dormouse, please report it.');
  }
}

/** Why a machine has no past, as a sentence; undefined if it has one. */
export function obstacleOf({ memoryMiB, disks }: { memoryMiB: number; disks: readonly unknown[] }): string | undefined {
  if (memoryMiB > MOST_MEMORY_MIB)
    return `A machine with ${memoryMiB} MiB cannot be stepped back: its past is kept up to ${MOST_MEMORY_MIB} MiB of memory.`;
  if (disks.length > 0) return 'A machine with a disk cannot be stepped back: what it has written there cannot be taken back.';
  return undefined;
}

/**
 * The past of a machine: places it can be put back to, and the log of its inputs, from which it runs the same way again. While it is away from the present, what it prints and
 * calls was told before and is not told again. It comes back to the present by running, or an input from outside makes this the present: what came after has not happened then.
 */
export class Past {
  private checkpoints: Checkpoint[] = [];
  /** Where the present is, while the machine is away from it. */
  private present: Moment | undefined;
  /** It is on its way to an earlier place, run by {@link stepBack} and by nobody else: nothing may enter it. */
  returning = false;
  /** Somebody debugs the machine: places are kept for them. */
  inUse = false;

  constructor(
    private readonly machine: Machine,
    /** Its inputs; undefined: {@link obstacleOf} says why there is no past. */
    private readonly log: readonly LoggedInput[] | undefined,
    /** The present was reached. */
    private readonly arrived: () => void,
  ) {}

  /** The machine is not in the present: nothing it does is new. */
  get away(): boolean {
    return this.present !== undefined;
  }

  /** Why there is no way back, as a sentence. */
  private get obstacle(): string | undefined {
    return obstacleOf(this.machine.options);
  }

  /** The machine stands here, at power-on or because somebody looks: a place to come back to, if somebody debugs it or it costs little. */
  keep(): void {
    if (this.away || this.obstacle) return;
    const last = this.checkpoints.at(-1);
    if (last && this.machine.instructions - last.moment.instructions < APART) return;
    if (!this.inUse && (last || !usesLittle(this.machine))) return;
    this.checkpoints.push(checkpointOf(this.machine));
    if (this.checkpoints.length > MOST_CHECKPOINTS) this.checkpoints.shift();
    this.trim();
  }

  /** The log is of what came after the first place, and bounded: when it is too long, the first is given up. */
  private trim(): void {
    const { checkpoints, machine, log } = this;
    const { gate } = machine;
    if (!log) return;
    do gate.trim(checkpoints[0]?.moment.inputs ?? gate.count);
    while ((log.length > MOST_INPUTS || gate.loggedBytes > MOST_BYTES) && checkpoints.shift());
  }

  /** How far the machine may run, asked before each stretch. Where the present is reached, inputs come from outside again. */
  nextStretch(): Pick<RunLimit, 'moment'> {
    const { present, machine } = this;
    if (!present) {
      this.trim();
      return {};
    }
    if (machine.instructions < present.instructions || machine.gate.count < present.inputs) return { moment: present };
    this.arrive(false);
    return {};
  }

  /** This is the present: what came after it has not happened. */
  fork(): void {
    if (this.present) this.arrive(true);
  }

  /** `anew`: the present is another than it was. */
  private arrive(anew: boolean): void {
    this.present = undefined;
    this.machine.unmute(anew);
    this.machine.gate.goLive();
    const { instructions } = this.machine;
    this.checkpoints = this.checkpoints.filter(({ moment }) => moment.instructions <= instructions);
    this.arrived();
  }

  /** The past begins anew, with the next place that is kept. */
  forget(): void {
    this.fork();
    this.checkpoints = [];
    this.trim();
  }

  /** Puts the machine to where a vCPU had its last instruction before it. Throws one sentence if it cannot. */
  async stepBack(vcpu: number, breathe: Breathe): Promise<void> {
    const { machine, obstacle } = this;
    if (obstacle) throw new Error(obstacle);
    const before = machine.retired[vcpu];
    if (before === undefined)
      throw new Error(`There is no vCPU ${vcpu}: the machine has ${machine.options.vcpus}, counted from 0.`);
    if (before === 0) throw new Error(`vCPU ${vcpu} has not run yet: there is nothing to step back over.`);
    const place = [...this.checkpoints].reverse().find(({ retired }) => retired[vcpu]! < before);
    const distance = place ? machine.instructions - place.moment.instructions : Number.POSITIVE_INFINITY;
    if (!place || distance > FARTHEST)
      throw new Error(
        'The machine cannot be stepped back from here: what lies before is not kept. It is from the first breakpoint or step on, and from power-on for a while if the guest uses little memory.',
      );
    if (machine.gate.loggedSince(place.moment.inputs).some(({ input }) => input.type === 'register'))
      throw new Error('The machine cannot be stepped back: a register of its firmware was written from outside since.');
    this.returning = true;
    try {
      await this.runAgain(place, { index: vcpu, retired: before - 1 }, breathe);
    } finally {
      this.returning = false;
    }
  }

  /** From a place on to where a vCPU has retired so much. */
  private async runAgain(place: Checkpoint, vcpu: NonNullable<RunLimit['vcpu']>, breathe: Breathe): Promise<void> {
    const { machine } = this;
    const present = this.present ?? machine.moment;
    this.present = present;
    machine.mute();
    putBack(machine, place);
    machine.engine.hostBreakpoints.set([], machine.retired);
    for (;;) {
      const { state } = machine.run({ cost: STRETCH, vcpu, moment: present });
      if (state === 'stepped') return;
      if (state !== 'running' || machine.instructions >= present.instructions) throw new Diverged();
      await breathe();
    }
  }
}

function usesLittle({ memory }: Machine): boolean {
  let used = 0;
  for (const _page of memory.usedPages()) if (++used > LITTLE_PAGES) return false;
  return true;
}
