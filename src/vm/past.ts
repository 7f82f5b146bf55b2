import { compareMoments, type Moment } from '../machine/input';
import type { Machine } from '../machine/machine';
import type { RunLimit, RunOutcome } from '../machine/scheduler';
import type { Breathe } from '../storage/disk-contents';
import type { NotingDisk } from '../storage/noting-disk';
import { type Place, PlaceChain } from './place-chain';

/** Inputs that are kept; under the realtime clock each step of time is one. With more, what lies before is forgotten. */
const MOST_INPUTS = 200_000;
/** The same for what was typed, and said to an agent. */
const MOST_BYTES = 16 << 20;
/** While the machine is recorded, a place is kept each time it has come so far (instructions), or has changed so much (bytes). */
const APART = 50_000_000;
const CHANGED = 4 << 20;
const MOST_PLACES = 40;
/** Bytes of memory and disks that all places may hold, beside what changes from the last on. Most of what a guest writes for the first time was zero, which costs nothing. */
const MOST_HELD = 32 << 20;
/** Cost of a stretch between two breaths of the host. */
const STRETCH = 2_000_000;
/** A way longer than this (instructions) is worth a place so shortly before its end: who went back there often goes back on from there. */
const LONG_WAY = 4_000_000;
const SHORTLY = 200_000;
/** Of such places, and those where journeys began, so many are kept. */
const MOST_EXTRA = 6;
/** Of a moment: whatever has arrived by then. */
const ANY_INPUTS = Number.MAX_SAFE_INTEGER;
/** Halts that are passed between two breaths. */
const HALTS_AT_ONCE = 500;
/** Stretches without an instruction, an input or a step: then there will be none. */
const MOST_STUCK = 100;

/** A run from a place did not come to where the machine had been. */
export class Diverged extends Error {
  constructor() {
    super('The machine did not run the same way again: this is a fault of Dormouse, please report it.');
  }
}

const NOT_KEPT =
  'The machine cannot go back that far: what lies before is not kept. It is from power-on where the timeline is shown or the guest is small, otherwise from the first breakpoint or step on, as far as memory allows.';
const GIVEN_UP = 'The way through time was given up: the machine is where it was.';

/** Where a journey leads. */
export type Destination =
  /** A point of the run. */
  | { readonly moment: Moment }
  /** The first place at which machine time has come to this (ns); in idle time under the virtual clock, where that begins. */
  | { readonly time: number }
  /** Where a vCPU has retired so many instructions. */
  | { readonly vcpu: { readonly index: number; readonly retired: number } };

/** What is looked for on the way through a part of the past. */
export interface Quarry {
  /** The machine is about to run from some place. */
  begin(): void;
  /** It came to a breakpoint: whether it is one of those. Left out: what is looked for is no halt, and is told by {@link Past.sight}. */
  halts?(vcpu: number): boolean;
  /** It does not run any more. */
  end(): void;
}

/** Something that was looked for. */
interface Sighting {
  readonly moment: Moment;
  readonly vcpu: number;
}

export interface Journey {
  readonly breathe: Breathe;
  /** Hears, between breaths, what share of the way was made: 0 to 1. */
  readonly progress?: ((share: number) => void) | undefined;
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/**
 * The past of a machine: places it can be put to, and the log of its inputs, from which it runs the same way again. While it is away from the present, what it prints and
 * calls was told before and is not told again. It comes back to the present by running or by a journey, or an input from outside makes this the present: what came after has
 * not happened then.
 */
export class Past {
  private readonly chain: PlaceChain;
  /** Some of the places: not of the recording, but left by journeys. Oldest first. */
  private extra: Place[] = [];
  /** The machine is not in the present: nothing it does is new. */
  away = false;
  /** It is on its way, run by a journey and by nobody else: nothing may enter it. */
  returning = false;
  /** Places are kept as it runs. */
  recorded = false;
  /** Bytes that the places held when the last was kept. */
  private heldBytes = 0;
  private sighted: Sighting | undefined;

  /** @param remember keeps what the machine's owner knows of it, and returns what puts that back */
  constructor(
    private readonly machine: Machine,
    disks: readonly NotingDisk[],
    remember: () => () => void,
    /** The present was reached. `anew`: it is another than it was. */
    private readonly arrived: (anew: boolean) => void,
  ) {
    this.chain = new PlaceChain(machine, disks, remember);
  }

  /** Machine time (ns) of the first place it can be put to; undefined: there is none. */
  get reach(): number | undefined {
    return this.chain.places[0]?.ns;
  }
  /** Machine time (ns) of the present. */
  get presentNs(): number {
    return this.away ? this.chain.last!.ns : this.machine.clock.ns;
  }
  /** Bytes of memory and disks that are kept. */
  get bytes(): number {
    return this.heldBytes + this.chain.grown;
  }

  // Recording.

  /** The machine stands here, between two instructions: a place to come back to, if it is recorded and none is near. */
  keep(): void {
    const { chain, machine, recorded } = this;
    if (this.away || !recorded) return;
    const { last } = chain;
    if (last && machine.instructions - last.moment.instructions < APART && chain.grown < CHANGED) return;
    chain.add();
    while (chain.places.length > MOST_PLACES) this.remove(chain.places[this.leastMissed()]!);
    this.heldBytes = chain.bytes;
    for (; chain.places.length > 1 && this.heldBytes > MOST_HELD; this.heldBytes = chain.bytes) chain.dropFirst();
    this.trim();
  }

  /** The place whose neighbours are nearest to each other, for how long ago that was. */
  private leastMissed(): number {
    const { places } = this.chain;
    const now = this.machine.instructions;
    const at = (index: number): number => places[index]!.moment.instructions;
    let [least, found] = [Number.POSITIVE_INFINITY, 1];
    for (let index = 1; index < places.length - 1; index++) {
      const missed = (at(index + 1) - at(index - 1)) / (now - at(index) + APART);
      if (missed < least) [least, found] = [missed, index];
    }
    return found;
  }

  private remove(place: Place): void {
    this.extra = this.extra.filter((each) => each !== place);
    const index = this.chain.places.indexOf(place);
    if (index > 0) this.chain.remove(index);
  }

  /** The log is of what came after the first place, and bounded: when it is too long, the first is given up. */
  private trim(): void {
    const { chain, machine } = this;
    const { gate } = machine;
    for (;;) {
      gate.trim(chain.places[0]?.moment.inputs ?? gate.count);
      if (chain.places.length === 0 || (gate.logged <= MOST_INPUTS && gate.loggedBytes <= MOST_BYTES)) return;
      chain.dropFirst();
    }
  }

  /** How far the machine may run, asked before each stretch. Where the present is reached, inputs come from outside again. */
  nextStretch(): Pick<RunLimit, 'moment'> {
    this.look();
    if (this.away) return { moment: this.chain.next!.moment };
    this.keep();
    this.trim();
    return {};
  }

  /** The machine has run: it may have come to its present. */
  look(): void {
    const { chain } = this;
    if (!this.away) return;
    while (chain.next && chain.reached(chain.next.moment)) chain.pass();
    if (!chain.next) this.arrive(false);
  }

  /** This is the present: what came after it has not happened. */
  fork(): void {
    if (this.away) this.arrive(true);
  }

  private arrive(anew: boolean): void {
    const { chain, machine } = this;
    this.away = false;
    machine.unmute(anew);
    machine.gate.goLive();
    chain.cut();
    this.extra = this.extra.filter((place) => chain.places.includes(place));
    this.arrived(anew);
  }

  /** The past begins anew, with the next place that is kept. */
  forget(): void {
    this.fork();
    this.chain.clear();
    this.heldBytes = 0;
    this.extra = [];
    this.trim();
  }

  // Journeys. They reject with one sentence; then the machine is where it was, unless it is a {@link Diverged}.

  /** Why a vCPU cannot be put to where it had its last instruction before it, as a sentence; undefined: it can. */
  backObstacle(vcpu: number): string | undefined {
    const { machine, chain } = this;
    const before = machine.retired[vcpu];
    if (before === undefined) return `There is no vCPU ${vcpu}: the machine has ${machine.options.vcpus}, counted from 0.`;
    if (before === 0) return `vCPU ${vcpu} has not run yet: there is nothing to step back over.`;
    return chain.lastWhere(earlyFor({ vcpu: { index: vcpu, retired: before - 1 } })) < 0 ? NOT_KEPT : undefined;
  }

  /** Puts the machine to where a vCPU had its last instruction before it. */
  async stepBack(vcpu: number, journey: Journey): Promise<void> {
    const obstacle = this.backObstacle(vcpu);
    if (obstacle) throw new Error(obstacle);
    await this.travel({ vcpu: { index: vcpu, retired: this.machine.retired[vcpu]! - 1 } }, journey);
  }

  /** Brings the machine to a point of its past or, as far as it was there, of its future. */
  async travel(destination: Destination, journey: Journey): Promise<void> {
    const { chain, machine } = this;
    const isEarly = earlyFor(destination);
    if (chain.lastWhere(isEarly) < 0) throw new Error(NOT_KEPT);
    await this.depart(async (origin) => {
      const here = { moment: machine.moment, ns: machine.clock.ns, retired: machine.retired };
      const index = chain.lastWhere(isEarly);
      // It runs on from where it is only if no place is nearer, and it is not behind already.
      if (index !== chain.base || !isEarly(here)) chain.hop(index);
      await this.run(destination, origin, journey);
      return true;
    });
  }

  /** Puts the machine to the present. */
  comeBack(): void {
    const { chain } = this;
    if (!this.away) return;
    chain.hop(chain.places.length - 1);
    this.arrive(false);
  }

  /** Puts the machine to where something that is looked for happened last before here, and says to which vCPU; undefined: it did not, as far as the past is kept. */
  async searchBack(quarry: Quarry, journey: Journey): Promise<number | undefined> {
    const { chain } = this;
    if (chain.places.length === 0) throw new Error(NOT_KEPT);
    let found: Sighting | undefined;
    await this.depart(async (origin) => {
      let end = origin.moment;
      const all = end.instructions - chain.places[0]!.moment.instructions || 1;
      for (let index = chain.places.indexOf(origin) - 1; index >= 0 && !found; index--) {
        const from = chain.places[index]!.moment;
        const before = origin.moment.instructions - end.instructions - from.instructions;
        chain.hop(index);
        found = await this.lookOut(quarry, end, journey, () => (before + this.machine.instructions) / all);
        if (found) {
          chain.hop(index);
          await this.goBeside(found, quarry, journey);
        }
        end = from;
      }
      return found !== undefined;
    });
    return found?.vcpu;
  }

  /** Looks for something from here to `end`, for the last of it. */
  private async lookOut(quarry: Quarry, end: Moment, journey: Journey, share: () => number): Promise<Sighting | undefined> {
    const { chain } = this;
    this.sighted = undefined;
    quarry.begin();
    try {
      for (let halts = 0; !chain.reached(end); ) {
        const outcome = this.stretch({ moment: end });
        if (outcome.state === 'breakpoint') this.haltedAt(outcome.vcpu, quarry, end);
        if (outcome.state !== 'breakpoint' || ++halts % HALTS_AT_ONCE === 0) await this.pause(journey, share());
      }
    } finally {
      quarry.end();
    }
    return this.sighted;
  }

  private haltedAt(vcpu: number, quarry: Quarry, end: Moment): void {
    // An end that it was halted at is no past of it.
    if (quarry.halts?.(vcpu) && !this.chain.reached(end)) this.sight(vcpu);
  }

  /** What is looked for happens here, at this very instruction. */
  sight(vcpu: number): void {
    this.sighted = { moment: this.machine.moment, vcpu };
  }

  /** To the moment of a sighting; and if it was a halt, beyond what happens there without an instruction: an interrupt may be taken first. */
  private async goBeside({ moment, vcpu }: Sighting, quarry: Quarry, journey: Journey): Promise<void> {
    await this.runTo({ moment }, journey, () => 1);
    if (!quarry.halts) return;
    quarry.begin();
    try {
      while (this.chain.next) {
        const outcome = this.stretch({ moment: { ...moment, instructions: moment.instructions + 1 } });
        if (outcome.state !== 'breakpoint' || (quarry.halts(outcome.vcpu) && outcome.vcpu === vcpu)) return;
      }
    } finally {
      quarry.end();
    }
  }

  /** Makes a journey, from a place that is kept for it: where it leads to nothing the machine is put back there. */
  private async depart(go: (origin: Place) => Promise<boolean>): Promise<void> {
    const { chain, machine } = this;
    const origin = chain.add();
    this.extra.push(origin);
    if (!this.away) machine.mute();
    this.away = true;
    this.returning = true;
    const comeBack = (): void => chain.hop(chain.places.indexOf(origin));
    try {
      machine.engine.hostBreakpoints.set([], machine.retired);
      machine.memory.watchStores([], undefined);
      if (!(await go(origin))) comeBack();
    } catch (error) {
      if (!(error instanceof Diverged)) comeBack();
      throw error;
    } finally {
      this.returning = false;
      this.thinExtra();
      if (!chain.next) this.arrive(false);
    }
  }

  private thinExtra(): void {
    // The last may be the present.
    const inner = this.extra.filter((place) => place !== this.chain.last);
    for (const place of inner.slice(0, Math.max(0, inner.length - MOST_EXTRA))) this.remove(place);
  }

  /** Runs on to a destination, or to the present if that comes first. */
  private async run(destination: Destination, origin: Place, journey: Journey): Promise<void> {
    const { machine, chain } = this;
    const from = machine.instructions;
    if ('time' in destination) {
      const { time } = destination;
      const fromNs = machine.clock.ns;
      return this.runTo({ time }, journey, () => (machine.clock.ns - fromNs) / Math.max(1, time - fromNs));
    }
    // For a vCPU it is a guess; where it is alone, a good one.
    const end = 'moment' in destination ? destination.moment.instructions : origin.moment.instructions - 1;
    const share = (): number => (machine.instructions - from) / Math.max(1, end - from);
    const limit = 'moment' in destination ? { moment: destination.moment } : { vcpu: destination.vcpu };
    if (end - from > LONG_WAY) {
      await this.runTo({ ...limit, moment: { instructions: end - SHORTLY, inputs: ANY_INPUTS } }, journey, share);
      if (chain.next) this.extra.push(chain.add());
    }
    await this.runTo(limit, journey, share);
  }

  /** Runs to where one of the limits is met, or to the present. */
  private async runTo(limit: Partial<RunLimit>, journey: Journey, share: () => number): Promise<void> {
    const { chain, machine } = this;
    const { moment, time } = limit;
    while (chain.next && !(moment && this.isAt(moment)) && !(time !== undefined && machine.clock.ns >= time)) {
      const { state } = this.stretch(limit);
      if (state === 'stepped' || (state === 'idle' && time !== undefined)) return;
      await this.pause(journey, share());
    }
  }

  private isAt(moment: Moment): boolean {
    const { chain, machine } = this;
    return moment.inputs === ANY_INPUTS ? machine.instructions >= moment.instructions : chain.reached(moment);
  }

  /** So often in a row nothing was run in a {@link stretch}. */
  private stuck = 0;

  /** Runs for a while, no farther than to the next place. */
  private stretch(limit: Partial<RunLimit>): RunOutcome {
    const { machine, chain } = this;
    const next = chain.next!.moment;
    const moment = limit.moment && compareMoments(limit.moment, next) < 0 ? limit.moment : next;
    const before = machine.moment;
    const outcome = machine.run({ cost: STRETCH, ...limit, moment });
    this.stuck = compareMoments(before, machine.moment) === 0 ? this.stuck + 1 : 0;
    if (chain.reached(next)) chain.pass();
    else if (outcome.state === 'stopped' || this.stuck > MOST_STUCK) throw new Diverged();
    return outcome;
  }

  private async pause({ breathe, progress, signal }: Journey, share: number): Promise<void> {
    progress?.(Math.max(0, Math.min(1, share)));
    await breathe();
    if (signal?.aborted) throw new Error(GIVEN_UP);
  }
}

/** Whether a place comes no later than a destination. */
function earlyFor(destination: Destination): (place: Pick<Place, 'moment' | 'ns' | 'retired'>) => boolean {
  if ('moment' in destination) return ({ moment }) => compareMoments(moment, destination.moment) <= 0;
  if ('time' in destination) return ({ ns }) => ns <= destination.time;
  const { index, retired } = destination.vcpu;
  return (place) => place.retired[index]! <= retired;
}
