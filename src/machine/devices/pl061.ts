import type { AccessSize, Alarm, Apply, Clock, DeviceState, IrqLine, MmioDevice } from '../device';
import { SavedState } from '../saved-state';
import { readPrimeCellId } from './primecell';

/** Register offsets. Source: PrimeCell General Purpose Input/Output (PL061) Technical Reference Manual (DDI 0190), chapter 3. */
const GPIO = {
  /** 256 words from 0: address bits 9 to 2 say which pins an access to DATA touches. */
  DATA_END: 0x400,
  DIR: 0x400,
  IS: 0x404,
  IBE: 0x408,
  IEV: 0x40c,
  IE: 0x410,
  RIS: 0x414,
  MIS: 0x418,
  IC: 0x41c,
  AFSEL: 0x420,
} as const;

const PERIPHERAL_ID = 0x0004_1061;

/** Pins with a key: high while it is pressed. The power key is where QEMU has it; QEMU has no sleep key. */
export const GPIO_PIN = { power: 3, sleep: 4 } as const;

const PINS = 8;
/** How long a key stays down, as on QEMU: longer than gpio-keys debounces. */
const PRESS_NANOSECONDS = 100_000_000n;

export type Pl061Register =
  | 'GPIODATA'
  | 'GPIODIR'
  | 'GPIOIS'
  | 'GPIOIBE'
  | 'GPIOIEV'
  | 'GPIOIE'
  | 'GPIORIS'
  | 'GPIOMIS'
  | 'GPIOAFSEL';

export interface Pl061Options {
  irq: IrqLine;
  clock: Clock;
}

/** Eight general-purpose pins: an Arm PL061 with the board's power and sleep keys. Inputs without a key are low. */
export class Pl061 implements MmioDevice {
  readonly name = 'pl061';
  private readonly irq: IrqLine;
  private readonly clock: Clock;

  /** One bit per pin in each of these. */
  private output = 0;
  private inputs = 0;
  private direction = 0;
  private levelSense = 0;
  private bothEdges = 0;
  private event = 0;
  private enable = 0;
  /** Edges seen and not cleared. */
  private latched = 0;
  private alternate = 0;
  /** The last levels of all pins, to tell edges. */
  private levels = 0;
  /** Keys that are down: when they come up again, in ns of machine time, and the alarm for it. */
  private readonly releases = new Map<number, { at: bigint; alarm: Alarm }>();

  constructor({ irq, clock }: Pl061Options) {
    this.irq = irq;
    this.clock = clock;
  }

  /** Presses the power key for a moment: Linux shuts down in good order. */
  pressPower(): void {
    this.press(GPIO_PIN.power);
  }

  /** Presses the sleep key for a moment. */
  pressSleep(): void {
    this.press(GPIO_PIN.sleep);
  }

  read(offset: number, _size: AccessSize): number {
    if (offset < GPIO.DATA_END) return this.pins() & dataMask(offset);
    switch (offset) {
      case GPIO.DIR:
        return this.direction;
      case GPIO.IS:
        return this.levelSense;
      case GPIO.IBE:
        return this.bothEdges;
      case GPIO.IEV:
        return this.event;
      case GPIO.IE:
        return this.enable;
      case GPIO.RIS:
        return this.raw();
      case GPIO.MIS:
        return this.raw() & this.enable;
      case GPIO.AFSEL:
        return this.alternate;
      default:
        return readPrimeCellId(offset, PERIPHERAL_ID);
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const byte = value & 0xff;
    if (offset < GPIO.DATA_END) {
      const mask = dataMask(offset) & this.direction;
      this.output = (this.output & ~mask) | (byte & mask);
    } else {
      switch (offset) {
        case GPIO.DIR:
          this.direction = byte;
          break;
        case GPIO.IS:
          this.levelSense = byte;
          break;
        case GPIO.IBE:
          this.bothEdges = byte;
          break;
        case GPIO.IEV:
          this.event = byte;
          break;
        case GPIO.IE:
          this.enable = byte;
          break;
        case GPIO.IC:
          this.latched &= ~byte;
          break;
        case GPIO.AFSEL:
          this.alternate = byte;
          break;
        default:
          return;
      }
    }
    this.update();
  }

  reset(): void {
    this.forgetReleases();
    this.output = 0;
    this.inputs = 0;
    this.direction = 0;
    this.levelSense = 0;
    this.bothEdges = 0;
    this.event = 0;
    this.enable = 0;
    this.latched = 0;
    this.alternate = 0;
    this.levels = 0;
    this.update();
  }

  save(): DeviceState {
    return {
      output: this.output,
      inputs: this.inputs,
      direction: this.direction,
      levelSense: this.levelSense,
      bothEdges: this.bothEdges,
      event: this.event,
      enable: this.enable,
      latched: this.latched,
      alternate: this.alternate,
      releases: [...this.releases].map(([pin, { at }]) => ({ pin, at })),
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const byte = (field: string) => saved.number(field, 0xff);
    const [output, inputs, direction] = [byte('output'), byte('inputs'), byte('direction')];
    const [levelSense, bothEdges, event] = [byte('levelSense'), byte('bothEdges'), byte('event')];
    const [enable, latched, alternate] = [byte('enable'), byte('latched'), byte('alternate')];
    const releases = saved.list('releases', PINS).map((release, index) => {
      const key = new SavedState(`${this.name} release ${index}`, release);
      return { pin: key.number('pin', PINS - 1), at: key.bigint('at') };
    });
    return () => {
      this.forgetReleases();
      Object.assign(this, { output, inputs, direction, levelSense, bothEdges, event, enable, latched, alternate });
      this.levels = this.pins();
      for (const { pin, at } of releases) this.releaseAt(pin, at);
      this.update();
    };
  }

  /** For people: its registers without what reading them does. */
  view(): Record<Pl061Register, number> {
    const raw = this.raw();
    return {
      GPIODATA: this.pins(),
      GPIODIR: this.direction,
      GPIOIS: this.levelSense,
      GPIOIBE: this.bothEdges,
      GPIOIEV: this.event,
      GPIOIE: this.enable,
      GPIORIS: raw,
      GPIOMIS: raw & this.enable,
      GPIOAFSEL: this.alternate,
    };
  }

  private press(pin: number): void {
    this.inputs |= 1 << pin;
    this.update();
    this.releaseAt(pin, this.clock.now() + PRESS_NANOSECONDS);
  }

  private releaseAt(pin: number, at: bigint): void {
    this.releases.get(pin)?.alarm.cancel();
    const alarm = this.clock.at(at, () => {
      this.releases.delete(pin);
      this.inputs &= ~(1 << pin);
      this.update();
    });
    this.releases.set(pin, { at, alarm });
  }

  private forgetReleases(): void {
    for (const { alarm } of this.releases.values()) alarm.cancel();
    this.releases.clear();
  }

  private pins(): number {
    return (this.output & this.direction) | (this.inputs & ~this.direction);
  }

  /** RIS: latched edges, and the pins whose level is what IEV asks for. */
  private raw(): number {
    const atLevel = ~(this.pins() ^ this.event) & this.levelSense & 0xff;
    return (this.latched & ~this.levelSense) | atLevel;
  }

  private update(): void {
    const pins = this.pins();
    const changed = (pins ^ this.levels) & ~this.direction;
    this.levels = pins;
    const asIevSays = ~(pins ^ this.event);
    this.latched |= changed & ~this.levelSense & (this.bothEdges | asIevSays) & 0xff;
    this.irq.set((this.raw() & this.enable) !== 0);
  }
}

function dataMask(offset: number): number {
  return (offset >>> 2) & 0xff;
}
