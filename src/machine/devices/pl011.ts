import type { Version } from '../../storage/snapshot-format';
import type { AccessSize, Alarm, Apply, Clock, DeviceState, IrqLine, MmioDevice } from '../device';
import { SavedState } from '../saved-state';
import { readPrimeCellId } from './primecell';

/** Register offsets. Source: PrimeCell UART (PL011) Technical Reference Manual (DDI 0183), chapter 3. */
const UART = {
  DR: 0x00,
  RSR: 0x04,
  FR: 0x18,
  ILPR: 0x20,
  IBRD: 0x24,
  FBRD: 0x28,
  LCR_H: 0x2c,
  CR: 0x30,
  IFLS: 0x34,
  IMSC: 0x38,
  RIS: 0x3c,
  MIS: 0x40,
  ICR: 0x44,
  DMACR: 0x48,
} as const;

const FR = { CTS: 1, DSR: 2, DCD: 4, RXFE: 1 << 4, RXFF: 1 << 6, TXFE: 1 << 7, RI: 1 << 8 } as const;
const FR_MODEM = FR.CTS | FR.DSR | FR.DCD | FR.RI;
const LCR_H = { BRK: 1, FEN: 1 << 4, WLEN_SHIFT: 5 } as const;
const CR = { LBE: 1 << 7, TXE: 1 << 8, RXE: 1 << 9, DTR: 1 << 10, RTS: 1 << 11, OUT1: 1 << 12, OUT2: 1 << 13 } as const;
/** Bits of RSR; in DR they stand above the byte. */
const RSR = { BE: 1 << 2, OE: 1 << 3 } as const;
const ERRORS_SHIFT = 8;
/** Bits of IMSC, RIS, MIS and ICR. */
const INT = { RI: 1, CTS: 2, DCD: 4, DSR: 8, RX: 1 << 4, TX: 1 << 5, RT: 1 << 6, BE: 1 << 9, OE: 1 << 10 } as const;
/** Which inputs of a modem raise what when they change. */
const MODEM_INTERRUPTS = [
  [FR.RI, INT.RI],
  [FR.CTS, INT.CTS],
  [FR.DCD, INT.DCD],
  [FR.DSR, INT.DSR],
] as const;
/** Which of its outputs are its inputs in loopback. */
const LOOPED_BACK = [
  [CR.RTS, FR.CTS],
  [CR.DTR, FR.DSR],
  [CR.OUT1, FR.DCD],
  [CR.OUT2, FR.RI],
] as const;
const INT_RECEIVE = INT.RX | INT.RT;
const INT_ALL = 0x7ff;

/** Revision 1, the one of QEMU; from revision 3 (r1p5) on the FIFOs have 32 bytes. */
const PERIPHERAL_ID = 0x0014_1011;
const FIFO_DEPTH = 16;
/** Receive trigger levels by IFLS.RXIFLSEL, in eighths of the FIFO. */
const TRIGGER_EIGHTHS = [1, 2, 4, 6, 7] as const;

/**
 * Looks for input (reads of FR or DR) since the guest set the UART up that say it polls. Drivers look once or twice before they
 * unmask the interrupt, to throw away what came before them; the console's output looks for room once a byte.
 */
const POLLING_LOOKS = 4;

/** What a queue that is not long takes. */
const FIRST_QUEUE_BYTES = 4096;

const CR_RESET = CR.TXE | CR.RXE;
/** Both triggers at one half. (The transmit FIFO is always below its own.) */
const IFLS_RESET = 0x12;

/**
 * Nanoseconds of 32 bits, by the divisor in 64ths (IBRD and FBRD). A bit takes 16 periods of UARTCLK times the divisor, which is 24 MHz: a third of a microsecond for each 64th.
 */
const timeoutOf = (divisor: number): bigint => BigInt(Math.floor((divisor * 1000) / 3));
/** No machine gets there. */
const MAX_TIME = 2n ** 63n;

export type Pl011Register =
  | 'UARTRSR'
  | 'UARTFR'
  | 'UARTILPR'
  | 'UARTIBRD'
  | 'UARTFBRD'
  | 'UARTLCR_H'
  | 'UARTCR'
  | 'UARTIFLS'
  | 'UARTIMSC'
  | 'UARTRIS'
  | 'UARTMIS'
  | 'UARTDMACR';

/** What a person sees of it. */
export interface Pl011View {
  /** In the order of their addresses; DR is left out, for its bytes are in the FIFO. */
  readonly registers: Readonly<Record<Pl011Register, number>>;
  /** Bytes in the receive FIFO, how many it takes, and from how many on RX is raised. */
  readonly fifo: { readonly level: number; readonly depth: number; readonly trigger: number };
  /** Bytes that wait for room in the FIFO, or for a guest that listens. */
  readonly queued: number;
}

export interface Pl011Options {
  irq: IrqLine;
  clock: Clock;
  /** Called with each byte the guest sends. */
  onOutput: (byte: number) => void;
}

/**
 * The console: an Arm PL011 UART whose line is infinitely fast, with a terminal at its other end that is always ready.
 *
 * Sending takes no time, so the transmit FIFO is always empty and never BUSY. The receive timeout is that of the baud rate, by the machine's clock; without a rate, at once. What the host types waits in a queue of any length, of
 * which the receive FIFO is the head: bytes are never lost. They arrive while the receiver is on and the guest listens: its
 * receive interrupt is unmasked, or it polls. So input that was piped in before there was a driver reaches the driver; on a
 * real line, and on QEMU, drivers throw such bytes away when they start. A guest that sets the UART up again gives what lies
 * unread in the FIFO back to the queue. As on QEMU, the UART works without UARTEN and sends without TXE, because small guests forget them; for the same reason
 * a word length of 5 bits, which is that of reset, is taken for 8. RTS stops nobody: what is not read waits anyway.
 *
 * In loopback what is sent comes back (and goes out, as on QEMU since 8.2), and as there is nobody who waits then, the FIFO can overrun.
 */
export class Pl011 implements MmioDevice {
  readonly name = 'pl011';
  /** 1.1: the receive timeout has its time, and there is loopback. */
  readonly stateVersion: Version = { major: 1, minor: 1 };
  private readonly irq: IrqLine;
  private readonly clock: Clock;
  private readonly onOutput: (byte: number) => void;

  /** Bytes in their order, from `taken` to `end`; a list of numbers would take eight times as much. */
  private queue: Uint8Array = new Uint8Array(FIRST_QUEUE_BYTES);
  private taken = 0;
  private end = 0;
  /** How many of them are in the receive FIFO, behind what came in loopback. */
  private fifoLevel = 0;
  /** In the receive FIFO: bytes with their errors, as DR gives them. */
  private looped: number[] = [];
  /** Received bytes were lost since one was taken. */
  private overrun = false;
  private receiveStatus = 0;
  /** Machine time (ns) of the receive timeout, if nothing is received before; undefined: it is not awaited. */
  private timeoutAt: bigint | undefined;
  private alarm: Alarm | undefined;
  /** Counts up to {@link POLLING_LOOKS}. A guest that never sets the UART up may poll from the start. */
  private looks = POLLING_LOOKS;

  private raw = 0;
  private mask = 0;
  private control = CR_RESET;
  private lineControl = 0;
  private fifoSelect = IFLS_RESET;
  private integerBaud = 0;
  private fractionalBaud = 0;
  private lowPower = 0;
  private dmaControl = 0;

  constructor({ irq, clock, onOutput }: Pl011Options) {
    this.irq = irq;
    this.clock = clock;
    this.onOutput = onOutput;
  }

  /** Bytes that arrive on the line. */
  receive(bytes: Uint8Array): void {
    if (this.end + bytes.length > this.queue.length) {
      const waiting = this.queue.subarray(this.taken, this.end);
      this.queue = new Uint8Array(Math.max(FIRST_QUEUE_BYTES, 2 * (waiting.length + bytes.length)));
      this.queue.set(waiting);
      [this.taken, this.end] = [0, waiting.length];
    }
    this.queue.set(bytes, this.end);
    this.end += bytes.length;
    this.fill();
  }

  /** Bytes raise an interrupt when they arrive: a driver listens. */
  get listens(): boolean {
    return (this.mask & INT_RECEIVE) !== 0;
  }

  /** Bytes the guest has not read yet. */
  get waiting(): number {
    return this.end - this.taken;
  }

  read(offset: number, _size: AccessSize): number {
    switch (offset) {
      case UART.DR:
        this.look();
        return this.take();
      case UART.RSR:
        return this.receiveStatus;
      case UART.FR:
        this.look();
        return this.flags;
      case UART.ILPR:
        return this.lowPower;
      case UART.IBRD:
        return this.integerBaud;
      case UART.FBRD:
        return this.fractionalBaud;
      case UART.LCR_H:
        return this.lineControl;
      case UART.CR:
        return this.control;
      case UART.IFLS:
        return this.fifoSelect;
      case UART.IMSC:
        return this.mask;
      case UART.RIS:
        return this.raw;
      case UART.MIS:
        return this.raw & this.mask;
      case UART.DMACR:
        return this.dmaControl;
      default:
        return readPrimeCellId(offset, PERIPHERAL_ID);
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    switch (offset) {
      case UART.DR:
        this.send(value & this.wordMask);
        // Sent at once: the FIFO has fallen through its trigger level again.
        this.raw |= INT.TX;
        break;
      case UART.RSR:
        // ECR: any value.
        this.receiveStatus = 0;
        return;
      case UART.ILPR:
        this.lowPower = value & 0xff;
        return;
      case UART.IBRD:
        this.integerBaud = value & 0xffff;
        return;
      case UART.FBRD:
        this.fractionalBaud = value & 0x3f;
        return;
      case UART.LCR_H:
        this.setLine(value & 0xff);
        this.setUp();
        return;
      case UART.CR:
        this.setControl(value & 0xffff);
        this.setUp();
        return;
      case UART.IFLS:
        this.fifoSelect = value & 0x3f;
        this.sense();
        break;
      case UART.IMSC:
        this.unmask(value & INT_ALL);
        return;
      case UART.ICR:
        this.raw &= ~value;
        if (value & INT_RECEIVE && !this.interruptDriven) this.setUp();
        break;
      case UART.DMACR:
        // There is no DMA controller: the bits are only kept.
        this.dmaControl = value & 7;
        return;
      default:
        return;
    }
    this.drive();
  }

  reset(): void {
    this.forget();
    this.fifoLevel = 0;
    this.looped = [];
    this.overrun = false;
    this.receiveStatus = 0;
    this.await(undefined);
    this.looks = POLLING_LOOKS;
    this.raw = 0;
    this.mask = 0;
    this.control = CR_RESET;
    this.lineControl = 0;
    this.fifoSelect = IFLS_RESET;
    this.integerBaud = 0;
    this.fractionalBaud = 0;
    this.lowPower = 0;
    this.dmaControl = 0;
    this.drive();
  }

  save(): DeviceState {
    return {
      queue: this.queue.slice(this.taken, this.end),
      fifoLevel: this.fifoLevel,
      looped: [...this.looped],
      overrun: this.overrun,
      receiveStatus: this.receiveStatus,
      timeoutAt: this.timeoutAt ?? null,
      looks: this.looks,
      raw: this.raw,
      mask: this.mask,
      control: this.control,
      lineControl: this.lineControl,
      fifoSelect: this.fifoSelect,
      integerBaud: this.integerBaud,
      fractionalBaud: this.fractionalBaud,
      lowPower: this.lowPower,
      dmaControl: this.dmaControl,
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const queue = saved.bytes('queue');
    const fifoLevel = saved.number('fifoLevel', Math.min(FIFO_DEPTH, queue.length));
    const more = state.looped === undefined ? FROM_1_0 : checkMore(saved, state, fifoLevel);
    const looks = saved.number('looks', POLLING_LOOKS);
    const [raw, mask] = [saved.number('raw', INT_ALL), saved.number('mask', INT_ALL)];
    const [control, lineControl] = [saved.number('control', 0xffff), saved.number('lineControl', 0xff)];
    const fifoSelect = saved.number('fifoSelect', 0x3f);
    const [integerBaud, fractionalBaud] = [saved.number('integerBaud', 0xffff), saved.number('fractionalBaud', 0x3f)];
    const [lowPower, dmaControl] = [saved.number('lowPower', 0xff), saved.number('dmaControl', 7)];
    return () => {
      this.queue = queue;
      [this.taken, this.end] = [0, queue.length];
      Object.assign(this, { fifoLevel, looks, raw, mask, control, lineControl, fifoSelect });
      Object.assign(this, { integerBaud, fractionalBaud, lowPower, dmaControl });
      const { timeoutAt, looped, ...rest } = more;
      Object.assign(this, { ...rest, looped: [...looped] });
      this.await(timeoutAt);
      this.drive();
    };
  }

  /** For people: its registers without what reading them does, what is in the receive FIFO, and how much waits for room there. */
  view(): Pl011View {
    const { level, depth, trigger, raw, mask } = this;
    return {
      registers: {
        UARTRSR: this.receiveStatus,
        UARTFR: this.flags,
        UARTILPR: this.lowPower,
        UARTIBRD: this.integerBaud,
        UARTFBRD: this.fractionalBaud,
        UARTLCR_H: this.lineControl,
        UARTCR: this.control,
        UARTIFLS: this.fifoSelect,
        UARTIMSC: mask,
        UARTRIS: raw,
        UARTMIS: raw & mask,
        UARTDMACR: this.dmaControl,
      },
      fifo: { level, depth, trigger },
      queued: this.waiting - this.fifoLevel,
    };
  }

  /** FR. */
  private get flags(): number {
    const { level } = this;
    return FR.TXFE | (level === 0 ? FR.RXFE : 0) | (level >= this.depth ? FR.RXFF : 0) | this.modem;
  }

  private get depth(): number {
    return this.lineControl & LCR_H.FEN ? FIFO_DEPTH : 1;
  }

  /** Bytes at which the receive interrupt is raised. Reserved selections act as the highest. */
  private get trigger(): number {
    if ((this.lineControl & LCR_H.FEN) === 0) return 1;
    return ((TRIGGER_EIGHTHS[(this.fifoSelect >>> 3) & 7] ?? 7) * FIFO_DEPTH) / 8;
  }

  /** What is in the receive FIFO. */
  private get level(): number {
    return this.looped.length + this.fifoLevel;
  }

  private get wordMask(): number {
    const bits = 5 + ((this.lineControl >>> LCR_H.WLEN_SHIFT) & 3);
    return bits === 5 ? 0xff : (1 << bits) - 1;
  }

  /** The inputs of a modem: what is at the other end is there, and ready. */
  private get modem(): number {
    const { control } = this;
    if ((control & CR.LBE) === 0) return FR.CTS | FR.DSR | FR.DCD;
    return LOOPED_BACK.reduce((inputs, [output, input]) => (control & output ? inputs | input : inputs), 0);
  }

  private send(byte: number): void {
    // While a break is sent the line is low, and nobody can tell what else.
    if (this.lineControl & LCR_H.BRK) return;
    this.onOutput(byte);
    this.loopBack(byte);
  }

  private loopBack(entry: number): void {
    if ((this.control & CR.LBE) === 0 || (this.control & CR.RXE) === 0) return;
    if (this.level >= this.depth) {
      this.overrun = true;
      this.receiveStatus |= RSR.OE;
      this.raw |= INT.OE;
      return;
    }
    this.looped.push(entry);
    this.overrun = false;
    if (entry & (RSR.BE << ERRORS_SHIFT)) this.raw |= INT.BE;
    this.received();
  }

  private setLine(value: number): void {
    const changed = this.lineControl ^ value;
    this.lineControl = value;
    // Another FIFO, with nothing in it.
    if (changed & LCR_H.FEN) this.looped = [];
    if (changed & value & LCR_H.BRK) this.loopBack(RSR.BE << ERRORS_SHIFT);
  }

  private setControl(value: number): void {
    const before = this.modem;
    this.control = value;
    const changed = (before ^ this.modem) & FR_MODEM;
    for (const [input, interrupt] of MODEM_INTERRUPTS) if (changed & input) this.raw |= interrupt;
  }

  /** The guest takes a byte, with the errors it came with. An empty FIFO reads as zero. */
  private take(): number {
    if (this.level === 0) return 0;
    const entry = this.looped.shift() ?? this.takeTyped();
    this.receiveStatus = (this.receiveStatus & RSR.OE) | (entry >>> ERRORS_SHIFT);
    const errors = this.overrun ? RSR.OE << ERRORS_SHIFT : 0;
    this.fill();
    return entry | errors;
  }

  private takeTyped(): number {
    const byte = this.queue[this.taken++]!;
    this.fifoLevel--;
    if (this.taken === this.end) this.forget();
    return byte & this.wordMask;
  }

  /** Nothing waits any more. */
  private forget(): void {
    this.taken = this.end = 0;
    if (this.queue.length > FIRST_QUEUE_BYTES) this.queue = new Uint8Array(FIRST_QUEUE_BYTES);
  }

  private get interruptDriven(): boolean {
    return (this.mask & INT_RECEIVE) !== 0;
  }

  private get listening(): boolean {
    return (this.control & (CR.RXE | CR.LBE)) === CR.RXE && (this.interruptDriven || this.looks >= POLLING_LOOKS);
  }

  /** Moves waiting bytes into the FIFO while the guest listens. */
  private fill(): void {
    const before = this.fifoLevel;
    const room = Math.max(0, this.depth - this.looped.length);
    if (this.listening) this.fifoLevel = Math.min(this.waiting, room);
    if (this.fifoLevel > before) this.received();
    else this.sense();
    this.drive();
  }

  /** The guest sets the UART up: what it has not read is put back, to arrive again when it listens. */
  private setUp(): void {
    this.fifoLevel = 0;
    this.looks = 0;
    this.fill();
  }

  private look(): void {
    if (this.looks >= POLLING_LOOKS) return;
    this.looks++;
    this.fill();
  }

  private unmask(mask: number): void {
    const wasDriven = this.interruptDriven;
    this.mask = mask;
    if (wasDriven && !this.interruptDriven) this.setUp();
    else if (!wasDriven && this.interruptDriven) this.fill();
    else this.drive();
  }

  /** Something has come into the FIFO: what is awaited is awaited anew. */
  private received(): void {
    this.await(undefined);
    this.sense();
  }

  /**
   * RX is raised from the trigger level on, and no longer. RT says that fewer bytes have lain there for the time of 32 bits, until they are read or it is told that
   * this is known; whoever then reads on and leaves some is told again.
   */
  private sense(): void {
    const { level } = this;
    if (level >= this.trigger) {
      this.raw |= INT.RX;
      this.await(undefined);
      return;
    }
    this.raw &= ~INT.RX;
    if (level === 0) {
      this.raw &= ~INT.RT;
      this.await(undefined);
    } else if (this.timeoutAt === undefined && (this.raw & INT.RT) === 0) {
      const divisor = this.integerBaud * 64 + this.fractionalBaud;
      if (divisor > 0) this.await(this.clock.now() + timeoutOf(divisor));
      else this.raw |= INT.RT;
    }
  }

  private await(time: bigint | undefined): void {
    if (this.timeoutAt === undefined && time === undefined) return;
    this.alarm?.cancel();
    this.timeoutAt = time;
    this.alarm = time === undefined ? undefined : this.clock.at(time, () => this.timedOut());
  }

  private timedOut(): void {
    this.alarm = this.timeoutAt = undefined;
    this.raw |= INT.RT;
    this.drive();
  }

  private drive(): void {
    this.irq.set((this.raw & this.mask) !== 0);
  }
}

/** What there was not in version 1.0. */
const FROM_1_0 = {
  looped: [] as readonly number[],
  overrun: false,
  receiveStatus: 0,
  timeoutAt: undefined as bigint | undefined,
};

function checkMore(saved: SavedState, state: DeviceState, typed: number): typeof FROM_1_0 {
  const most = 0xff | (RSR.BE << ERRORS_SHIFT);
  const looped = saved.values('looped', FIFO_DEPTH - typed).length;
  return {
    looped: saved.numbers('looped', looped, most),
    overrun: saved.boolean('overrun'),
    receiveStatus: saved.number('receiveStatus', RSR.BE | RSR.OE),
    timeoutAt: state.timeoutAt === null ? undefined : saved.bigint('timeoutAt', MAX_TIME),
  };
}
