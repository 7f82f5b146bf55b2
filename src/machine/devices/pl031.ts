import type { AccessSize, Alarm, Apply, Clock, DeviceState, IrqLine, MmioDevice } from '../device';
import { SavedState } from '../saved-state';
import { readPrimeCellId } from './primecell';

/** Register offsets. Source: PrimeCell Real Time Clock (PL031) Technical Reference Manual (DDI 0224), chapter 3. */
const RTC = { DR: 0x00, MR: 0x04, LR: 0x08, CR: 0x0c, IMSC: 0x10, RIS: 0x14, MIS: 0x18, ICR: 0x1c } as const;

/** RTCCR.RTCSTART: always on, as on QEMU. */
const RTCSTART = 1;
const PERIPHERAL_ID = 0x0014_1031;
const NANOSECONDS = 1_000_000_000n;

export interface Pl031Options {
  irq: IrqLine;
  clock: Clock;
}

/**
 * The real-time clock: an Arm PL031 that counts the seconds of {@link Clock.wallTime}, plus the offset by which the
 * guest has set it.
 */
export class Pl031 implements MmioDevice {
  readonly name = 'pl031';
  private readonly irq: IrqLine;
  private readonly clock: Clock;

  /** Seconds, modulo 2^32, from wall time to what DR shows. */
  private offset = 0;
  private match = 0;
  private load = 0;
  private mask = 0;
  private raw = 0;
  /** A match is awaited: MR was written and has not been reached. */
  private armed = false;
  private alarm: Alarm | undefined;
  /** What DR showed when the alarm was set. */
  private scheduledAt = 0;

  constructor({ irq, clock }: Pl031Options) {
    this.irq = irq;
    this.clock = clock;
    clock.onWallStep(() => this.wallStepped());
  }

  read(offset: number, _size: AccessSize): number {
    switch (offset) {
      case RTC.DR:
        return this.seconds();
      case RTC.MR:
        return this.match;
      case RTC.LR:
        return this.load;
      case RTC.CR:
        return RTCSTART;
      case RTC.IMSC:
        return this.mask;
      case RTC.RIS:
        return this.raw;
      case RTC.MIS:
        return this.raw & this.mask;
      default:
        return readPrimeCellId(offset, PERIPHERAL_ID);
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    switch (offset) {
      case RTC.MR:
        this.match = value;
        this.armed = true;
        this.schedule();
        return;
      case RTC.LR:
        this.load = value;
        this.offset = (this.offset + value - this.seconds()) >>> 0;
        this.schedule();
        return;
      case RTC.IMSC:
        this.mask = value & 1;
        break;
      case RTC.ICR:
        this.raw &= ~value;
        break;
      default:
        return;
    }
    this.drive();
  }

  reset(): void {
    this.offset = 0;
    this.match = 0;
    this.load = 0;
    this.mask = 0;
    this.raw = 0;
    this.armed = false;
    this.schedule();
    this.drive();
  }

  save(): DeviceState {
    return { offset: this.offset, match: this.match, load: this.load, mask: this.mask, raw: this.raw, armed: this.armed };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const [offset, match, load] = [saved.number('offset'), saved.number('match'), saved.number('load')];
    const [mask, raw, armed] = [saved.number('mask', 1), saved.number('raw', 1), saved.boolean('armed')];
    return () => {
      Object.assign(this, { offset, match, load, mask, raw, armed });
      this.schedule();
      this.drive();
    };
  }

  /** For people: what DR reads (seconds since 1970), the second an alarm is awaited for, and RIS and IMSC. */
  view(): { seconds: number; alarm?: number; raised: boolean; enabled: boolean } {
    const { armed, match, raw, mask } = this;
    return { seconds: this.seconds(), ...(armed && { alarm: match }), raised: raw !== 0, enabled: mask !== 0 };
  }

  private seconds(): number {
    const wall = Number(BigInt.asUintN(32, this.clock.wallTime() / NANOSECONDS));
    return (wall + this.offset) >>> 0;
  }

  /** Sets the alarm to the beginning of the second that MR names, which may be as far away as 2^32 seconds. */
  private schedule(): void {
    this.alarm?.cancel();
    this.alarm = undefined;
    if (!this.armed) return;
    this.scheduledAt = this.seconds();
    const ahead = (this.match - this.scheduledAt) >>> 0;
    if (ahead === 0) {
      this.reached();
      return;
    }
    const intoSecond = this.clock.wallTime() % NANOSECONDS;
    const deadline = this.clock.now() + BigInt(ahead) * NANOSECONDS - intoSecond;
    this.alarm = this.clock.at(deadline, () => this.reached());
  }

  /** The host was away for a while: an alarm that fell into that time goes off now. */
  private wallStepped(): void {
    if (!this.armed) return;
    const [wanted, passed] = [(this.match - this.scheduledAt) >>> 0, (this.seconds() - this.scheduledAt) >>> 0];
    // More than half the range "passed" is a clock that was put back.
    if (passed < 0x8000_0000 && wanted <= passed) {
      this.alarm?.cancel();
      this.reached();
    } else this.schedule();
  }

  private reached(): void {
    this.alarm = undefined;
    this.armed = false;
    this.raw = 1;
    this.drive();
  }

  private drive(): void {
    this.irq.set((this.raw & this.mask) !== 0);
  }
}
