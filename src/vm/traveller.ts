import type { Debugger } from '../debug/debugger';
import type { Machine } from '../machine/machine';
import type { EndReason, VmState } from './api';
import type { Stop, WatchedWrite } from './api/debugging';
import type { HistoryAnswer, TravelTarget } from './api/time-travel';
import { breather } from './breather';
import type { EventStream } from './event-stream';
import type { VmHost } from './host';
import { Diverged, type Journey, type Past, type Quarry } from './past';
import type { Pump } from './pump';

const NOTHING_BEFORE = {
  breakpoint: 'Nobody came to a breakpoint before this moment, as far back as the past is kept.',
  call: 'The firmware was not called before this moment, as far back as the past is kept.',
  write: 'Nothing that is watched was written before this moment, as far back as the past is kept.',
} as const;

/** Whose machine goes through time. */
interface Owner {
  readonly state: VmState;
  readonly end: EndReason | undefined;
  /** The machine was put to another moment, and stands there. */
  cameTo(stop: Stop): Promise<void>;
  /** It was put back to its present, and runs on from there. */
  goOnFromPresent(): void;
  /** It goes on where it is. */
  letTimeGoOn(): void;
  failed(error: unknown): void;
}

interface Parts {
  readonly machine: Machine;
  readonly past: Past;
  readonly pump: Pump;
  readonly debugger: Debugger;
  readonly events: EventStream;
  readonly host: VmHost;
}

/** Brings a machine to other moments of its run. What is typed meanwhile waits, and comes to where it stands then. */
export class Traveller {
  private looksForCalls = false;
  /** In its present the machine goes on: it ran when it left that, or was let go on since. */
  private ran = false;

  constructor(
    private readonly parts: Parts,
    private readonly owner: Owner,
  ) {}

  /** The firmware was called. */
  called(vcpu: number): void {
    if (this.looksForCalls) this.parts.past.sight(vcpu);
  }

  /** Somebody paused the machine: it stays so. */
  paused(): void {
    this.ran = false;
  }

  stepBack(vcpu: number): Promise<void> {
    return this.journey(async (journey) => {
      await this.parts.past.stepBack(vcpu, journey);
      await this.cameTo(vcpu, 'back');
    });
  }

  travel(target: TravelTarget, progress?: Journey['progress'], signal?: Journey['signal']): Promise<void> {
    this.parts.debugger.drop();
    return this.journey((journey) => this.go(target, { ...journey, progress, signal }));
  }

  private async go(target: TravelTarget, journey: Journey): Promise<void> {
    const { past, machine, debugger: debug } = this.parts;
    switch (target.to) {
      case 'present':
        past.comeBack();
        if (!this.ran) return this.cameTo(this.onTurn, 'present');
        debug.cameBack(this.onTurn);
        return this.owner.goOnFromPresent();
      case 'time':
        await past.travel({ time: target.time }, journey);
        break;
      case 'moment':
        await past.travel({ moment: target.moment }, journey);
        break;
      case 'write':
        return this.backToWrite(journey);
      case 'breakpoint':
      case 'call': {
        const vcpu = await past.searchBack(target.to === 'call' ? this.callQuarry : debug.quarry(), journey);
        if (vcpu === undefined) throw new Error(NOTHING_BEFORE[target.to]);
        return this.cameTo(vcpu, target.to);
      }
    }
    const { ns: time } = machine.clock;
    // Beyond its present it was not yet: there is nothing to say of that.
    const isPast = target.to === 'time' && target.time <= past.presentNs;
    const missed = isPast && target.time !== time ? { asked: target.time, time } : undefined;
    await this.cameTo(this.onTurn, 'moment', missed && { missed });
  }

  private async backToWrite(journey: Journey): Promise<void> {
    const { past, debugger: debug } = this.parts;
    if (!debug.hasWatches) throw new Error('No memory is watched: say first which writes are to be found.');
    let write: WatchedWrite | undefined;
    const quarry = debug.writes((vcpu, seen) => {
      write = seen;
      past.sight(vcpu);
    });
    const vcpu = await past.searchBack(quarry, journey);
    if (vcpu === undefined || !write) throw new Error(NOTHING_BEFORE.write);
    return this.cameTo(vcpu, 'write', { write });
  }

  private get onTurn(): number {
    return Math.max(0, this.parts.machine.onTurn);
  }

  private readonly callQuarry: Quarry = {
    begin: () => {
      this.looksForCalls = true;
    },
    end: () => {
      this.looksForCalls = false;
    },
  };

  private cameTo(vcpu: number, reason: Stop['reason'], more: Pick<Stop, 'missed' | 'write'> = {}): Promise<void> {
    const { machine, debugger: debug } = this.parts;
    debug.cameBack(vcpu);
    return this.owner.cameTo({ vcpu, reason, address: machine.engine.vcpus[vcpu]!.pc, ...more });
  }

  /** A way through time: nothing enters the machine meanwhile. */
  private async journey(make: (journey: Journey) => Promise<void>): Promise<void> {
    const { machine, past, pump, debugger: debug, events, host } = this.parts;
    const { owner } = this;
    if (owner.state === 'running') this.ran = true;
    else if (!past.away) this.ran = false;
    // What was typed at the end of a turn that is not over belongs to the present.
    pump.deliver();
    pump.hold();
    if (owner.state === 'running') machine.clock.pause();
    // What was traced up to here is told now: on the way nothing is.
    events.trace?.hurry();
    events.flush();
    try {
      await make({ breathe: breather(host) });
    } catch (error) {
      if (error instanceof Diverged) owner.failed(error);
      else if (!owner.end) {
        // It is where it was, and goes on there if it did.
        debug.rearm();
        if (owner.state === 'running') owner.letTimeGoOn();
      }
      throw error;
    } finally {
      // What came meanwhile comes to where the machine stands now. One that has ended takes nothing any more.
      if (pump.waits && !owner.end) past.fork();
      pump.release(!owner.end);
    }
  }

  /** What there is of the machine's past, for who wants to go there. */
  history(): HistoryAnswer {
    const { past, machine } = this.parts;
    return {
      now: { time: machine.clock.ns, moment: machine.moment },
      away: past.away,
      present: past.presentNs,
      bytes: past.bytes,
      backObstacles: machine.engine.vcpus.map((_, vcpu) => past.backObstacle(vcpu)),
      ...(past.reach !== undefined && { reach: past.reach }),
    };
  }
}
