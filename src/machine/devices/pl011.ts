import type { AccessSize, Apply, DeviceState, IrqLine, MmioDevice } from '../device';
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

const FR = { RXFE: 1 << 4, RXFF: 1 << 6, TXFE: 1 << 7 } as const;
const LCR_H = { FEN: 1 << 4 } as const;
const CR = { TXE: 1 << 8, RXE: 1 << 9 } as const;
/** Bits of IMSC, RIS, MIS and ICR. */
const INT = { RX: 1 << 4, TX: 1 << 5, RT: 1 << 6 } as const;
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
/** Both triggers at one half. */
const IFLS_RESET = 0x12;

export interface Pl011Options {
  irq: IrqLine;
  /** Called with each byte the guest sends. */
  onOutput: (byte: number) => void;
}

/**
 * The console: an Arm PL011 UART whose line is infinitely fast.
 *
 * Sending takes no time, so the transmit FIFO is always empty. What the host types waits in a queue of any length, of
 * which the receive FIFO is the head: bytes are never lost. They arrive while the receiver is on and the guest listens: its
 * receive interrupt is unmasked, or it polls. So input that was piped in before there was a driver reaches the driver; on a
 * real line, and on QEMU, drivers throw such bytes away when they start. A guest that sets the UART up again gives what lies
 * unread in the FIFO back to the queue. As on QEMU, the UART works without UARTEN, because small guests forget it.
 */
export class Pl011 implements MmioDevice {
  readonly name = 'pl011';
  private readonly irq: IrqLine;
  private readonly onOutput: (byte: number) => void;

  /** Bytes in their order, from `taken` to `end`; a list of numbers would take eight times as much. */
  private queue: Uint8Array = new Uint8Array(FIRST_QUEUE_BYTES);
  private taken = 0;
  private end = 0;
  private fifoLevel = 0;
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

  constructor({ irq, onOutput }: Pl011Options) {
    this.irq = irq;
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
      case UART.FR:
        this.look();
        return FR.TXFE | (this.fifoLevel === 0 ? FR.RXFE : 0) | (this.fifoLevel >= this.depth ? FR.RXFF : 0);
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
        this.onOutput(value & 0xff);
        // Sent at once: the FIFO has fallen through its trigger level again.
        this.raw |= INT.TX;
        break;
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
        this.lineControl = value & 0xff;
        this.setUp();
        return;
      case UART.CR:
        this.control = value & 0xffff;
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
      this.drive();
    };
  }

  private get depth(): number {
    return this.lineControl & LCR_H.FEN ? FIFO_DEPTH : 1;
  }

  /** Bytes at which the receive interrupt is raised. Reserved selections act as the highest. */
  private get trigger(): number {
    if ((this.lineControl & LCR_H.FEN) === 0) return 1;
    return ((TRIGGER_EIGHTHS[(this.fifoSelect >>> 3) & 7] ?? 7) * FIFO_DEPTH) / 8;
  }

  /** The guest takes a byte. An empty FIFO reads as zero. */
  private take(): number {
    if (this.fifoLevel === 0) return 0;
    const byte = this.queue[this.taken++]!;
    this.fifoLevel--;
    if (this.taken === this.end) this.forget();
    this.fill();
    return byte;
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
    return (this.control & CR.RXE) !== 0 && (this.interruptDriven || this.looks >= POLLING_LOOKS);
  }

  /** Moves waiting bytes into the FIFO while the guest listens. */
  private fill(): void {
    if (this.listening) this.fifoLevel = Math.min(this.waiting, this.depth);
    this.sense();
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

  /**
   * RX is raised from the trigger level on. RT says that fewer bytes have lain there for the time of 32 bits: on a line
   * this fast, at once.
   */
  private sense(): void {
    this.raw &= ~(INT.RX | INT.RT);
    if (this.fifoLevel >= this.trigger) this.raw |= INT.RX;
    else if (this.fifoLevel > 0) this.raw |= INT.RT;
  }

  private drive(): void {
    this.irq.set((this.raw & this.mask) !== 0);
  }
}
