import { GPIO_PIN } from '../../machine/devices/pl061';
import type { Machine } from '../../machine/machine';
import { FIRST_SPI_INTID, MEMORY_MAP, SPI } from '../../machine/memory-map';
import type { GpioView, PinsAnswer, PinView, UartView } from '../api/pins';
import { deviceRegisters } from './device-registers';
import { PL011_INTERRUPTS, PL011_REGISTERS } from './pl011-registers';
import { PL061_REGISTERS } from './pl061-registers';

/** UARTCLK, as the device tree tells it, and its periods for a bit where the divisor is 1. */
const UARTCLK = 24_000_000;
const PERIODS = 16;
const PINS = 8;

/** The UART and the GPIO in words. */
export function inspectPins({ uart, gpio }: Machine): PinsAnswer {
  return { uart: uartView(uart.view()), gpio: gpioView(gpio.view()) };
}

function uartView({ registers, fifo, queued }: ReturnType<Machine['uart']['view']>): UartView {
  const { UARTIBRD, UARTFBRD, UARTLCR_H, UARTRIS, UARTIMSC, UARTMIS } = registers;
  const divisor = UARTIBRD + UARTFBRD / 64;
  const has = (bits: number, bit: number): boolean => ((bits >>> bit) & 1) !== 0;
  return {
    base: MEMORY_MAP.uart.base,
    intid: FIRST_SPI_INTID + SPI.uart,
    asserted: UARTMIS !== 0,
    ...fifo,
    queued,
    ...(divisor > 0 && { baud: Math.round(UARTCLK / (PERIODS * divisor)) }),
    frame: frameWords(UARTLCR_H),
    interrupts: PL011_INTERRUPTS.map(([name, about], bit) => ({
      name,
      about,
      raised: has(UARTRIS, bit),
      enabled: has(UARTIMSC, bit),
    })),
    registers: deviceRegisters(registers, PL011_REGISTERS),
  };
}

/** UARTLCR_H as people write it: data bits, parity (N, O, E, or 0 and 1 where it sticks), stop bits. */
function frameWords(lineControl: number): string {
  const has = (bit: number): boolean => ((lineControl >>> bit) & 1) !== 0;
  const [parity, even, stick] = [has(1), has(2), has(7)];
  const letter = !parity ? 'N' : stick ? (even ? '0' : '1') : even ? 'E' : 'O';
  return `${5 + ((lineControl >>> 5) & 3)}${letter}${has(3) ? 2 : 1}`;
}

function gpioView(registers: ReturnType<Machine['gpio']['view']>): GpioView {
  return {
    base: MEMORY_MAP.gpio.base,
    intid: FIRST_SPI_INTID + SPI.gpio,
    asserted: registers.GPIOMIS !== 0,
    pins: Array.from({ length: PINS }, (_, pin) => pinView(registers, pin)),
    registers: deviceRegisters(registers, PL061_REGISTERS),
  };
}

function pinView(registers: ReturnType<Machine['gpio']['view']>, pin: number): PinView {
  const { GPIODIR, GPIODATA, GPIOIS, GPIOIBE, GPIOIEV, GPIORIS, GPIOIE } = registers;
  const has = (bits: number): boolean => ((bits >>> pin) & 1) !== 0;
  const wiredTo = pin === GPIO_PIN.power ? 'power key' : pin === GPIO_PIN.sleep ? 'sleep key' : undefined;
  const up = has(GPIOIEV);
  const edge = has(GPIOIBE) ? 'both edges' : `${up ? 'rising' : 'falling'} edge`;
  return {
    pin,
    ...(wiredTo && { wiredTo }),
    output: has(GPIODIR),
    high: has(GPIODATA),
    on: has(GPIOIS) ? `${up ? 'high' : 'low'} level` : edge,
    raised: has(GPIORIS),
    enabled: has(GPIOIE),
  };
}
