/** The answer to the question about the UART and the GPIO of the board. */

/** A register as its manual has it. */
export interface DeviceRegister {
  readonly name: string;
  readonly value: number;
  /** What it is, in a few words. */
  readonly about: string;
  readonly fields: readonly DeviceField[];
}

export interface DeviceField {
  readonly name: string;
  readonly value: number;
  /** More than one bit. */
  readonly wide: boolean;
  readonly about: string;
}

/** An interrupt of a device: whether it was raised (RIS), and may raise the device's line (IMSC). */
export interface DeviceInterrupt {
  readonly name: string;
  readonly about: string;
  readonly raised: boolean;
  readonly enabled: boolean;
}

interface OnBoard {
  readonly base: number;
  readonly intid: number;
  /** Its interrupt line is high. */
  readonly asserted: boolean;
  readonly registers: readonly DeviceRegister[];
}

/** The PL011. */
export interface UartView extends OnBoard {
  /** Bytes in the receive FIFO, how many it takes, and from how many on RX is raised. */
  readonly level: number;
  readonly depth: number;
  readonly trigger: number;
  /** Typed, and waiting for room in the FIFO or for a guest that listens. */
  readonly queued: number;
  /** Bits per second; undefined: the guest has set none. */
  readonly baud?: number;
  /** Data bits, parity and stop bits, as `8N1`. */
  readonly frame: string;
  readonly interrupts: readonly DeviceInterrupt[];
}

/** One of the eight pins of the PL061. */
export interface PinView {
  readonly pin: number;
  /** What is wired to it; undefined: nothing. */
  readonly wiredTo?: 'power key' | 'sleep key';
  readonly output: boolean;
  readonly high: boolean;
  /** What raises its interrupt. */
  readonly on: string;
  readonly raised: boolean;
  readonly enabled: boolean;
}

export interface GpioView extends OnBoard {
  readonly pins: readonly PinView[];
}

export interface PinsAnswer {
  readonly uart: UartView;
  readonly gpio: GpioView;
}
