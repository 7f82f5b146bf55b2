import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, FakeLine } from './fake-clock.testkit';
import { Pl011 } from './pl011';

const DR = 0x00;
const FR = 0x18;
const LCR_H = 0x2c;
const CR = 0x30;
const IFLS = 0x34;
const IMSC = 0x38;
const RIS = 0x3c;
const MIS = 0x40;
const ICR = 0x44;
const [RX, TX, RT] = [0x10, 0x20, 0x40];
const [RXFE, RXFF, TXFE] = [0x10, 0x40, 0x80];
/** CTS, DSR and DCD of a terminal that is there. */
const READY = 7;
const [RSR, IBRD, FBRD] = [0x04, 0x24, 0x28];

let irq: FakeLine;
let clock: FakeClock;
let sent: number[];
let uart: Pl011;

beforeEach(() => {
  irq = new FakeLine();
  clock = new FakeClock();
  sent = [];
  uart = new Pl011({ irq, clock, onOutput: (byte) => sent.push(byte) });
});

const read = (offset: number) => uart.read(offset, 4);
const write = (offset: number, value: number) => uart.write(offset, 4, value);
const type = (text: string) => uart.receive(new TextEncoder().encode(text));

/** What Linux's amba-pl011 does when the port is opened. */
function linuxStartup(): void {
  write(ICR, 0x7f0); // errors and receive interrupts
  write(IFLS, 0x12);
  write(LCR_H, 0x70);
  write(CR, 0x301);
  write(ICR, RT | RX);
  for (let n = 0; n < 64 && !(read(FR) & RXFE); n++) read(DR);
  write(IMSC, RT | RX);
}

/** What its interrupt handler does: reads until the FIFO is empty. */
function linuxReceive(): string {
  let text = '';
  while (read(RIS) & read(IMSC) & (RX | RT)) {
    write(ICR, read(MIS) & ~(TX | RT | RX));
    while (!(read(FR) & RXFE)) text += String.fromCharCode(read(DR) & 0xff);
  }
  return text;
}

describe('identification', () => {
  it('is that of a PL011 of revision 1, byte by byte', () => {
    expect(Array.from({ length: 8 }, (_, n) => uart.read(0xfe0 + 4 * n, 4))).toEqual([
      0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
    ]);
  });
});

describe('sending', () => {
  it('hands bytes to the host at once, even before the UART is enabled', () => {
    for (const byte of [0x48, 0x169]) uart.write(DR, 1, byte);
    expect(sent).toEqual([0x48, 0x69]);
    expect(read(FR)).toBe(READY | TXFE | RXFE);
  });

  it('raises the transmit interrupt, which Linux unmasks while it has more to send', () => {
    linuxStartup();
    write(DR, 0x41);
    expect(irq.asserted).toBe(false);
    write(IMSC, RT | RX | TX);
    expect(irq.asserted).toBe(true);
    expect(read(MIS)).toBe(TX);
    write(IMSC, RT | RX);
    expect(irq.asserted).toBe(false);
    write(ICR, TX);
    expect(read(RIS)).toBe(0);
  });
});

describe('receiving', () => {
  it('tells a driver of a few bytes by the timeout interrupt', () => {
    linuxStartup();
    type('ls\r');
    expect(irq.asserted).toBe(true);
    expect(read(MIS)).toBe(RT);
    expect(linuxReceive()).toBe('ls\r');
    expect(irq.asserted).toBe(false);
    expect(read(FR)).toBe(READY | TXFE | RXFE);
  });

  it('raises the receive interrupt from the trigger level on', () => {
    linuxStartup();
    type('x'.repeat(7));
    expect(read(RIS)).toBe(RT);
    type('x');
    expect(read(RIS)).toBe(RX | RT);
    write(ICR, RT);
    expect(read(RIS)).toBe(RX);
    read(DR);
    expect(read(RIS)).toBe(RT);
    write(IFLS, 0x02);
    expect(read(RIS), 'one eighth is 2 bytes').toBe(RX | RT);
  });

  it('loses nothing of a paste much longer than the FIFO', () => {
    linuxStartup();
    const paste = Array.from({ length: 10_000 }, (_, n) => String.fromCharCode(33 + (n % 90))).join('');
    type(paste);
    expect(read(FR)).toBe(READY | TXFE | RXFF);
    expect(linuxReceive()).toBe(paste);
    expect(uart.waiting).toBe(0);
  });

  it('keeps what came before the driver for the driver, which throws away what it finds', () => {
    type('y'.repeat(50));
    linuxStartup();
    expect(irq.asserted).toBe(true);
    expect(linuxReceive()).toBe('y'.repeat(50));
  });

  it('keeps it also if the driver has just been printing by the firmware’s set-up', () => {
    type('poweroff -f');
    for (let n = 0; n < 100; n++) {
      read(FR);
      write(DR, 0x41);
      read(FR);
    }
    linuxStartup();
    expect(linuxReceive()).toBe('poweroff -f');
  });

  it('tells a driver that acknowledges everything, and then unmasks, of what waits', () => {
    type('help\r');
    write(LCR_H, 0x70);
    write(CR, 0x301);
    write(ICR, 0x7ff);
    expect(read(RIS)).toBe(0);
    write(IMSC, RT | RX);
    expect(irq.asserted).toBe(true);
    expect(linuxReceive()).toBe('help\r');
  });

  it('reaches a guest that set it up and polls, printing between two looks or not', () => {
    type('k');
    write(LCR_H, 0x70);
    write(CR, 0x301);
    let looks = 1;
    for (; read(FR) & RXFE && looks < 10; looks++) write(DR, 0x2e);
    expect(looks).toBeLessThan(6);
    expect(read(DR)).toBe(0x6b);
    type('l');
    expect(read(DR), 'and from then on at once').toBe(0x6c);
  });

  it('keeps what was not read while the port is closed, for who opens it next', () => {
    linuxStartup();
    type('abc');
    expect(read(DR)).toBe(0x61);
    write(IMSC, 0);
    expect([irq.asserted, read(RIS), read(FR), uart.waiting]).toEqual([false, 0, READY | TXFE | RXFE, 2]);
    linuxStartup();
    expect(linuxReceive()).toBe('bc');
  });

  it('leaves an acknowledged interrupt alone until the next byte, as the manual says', () => {
    linuxStartup();
    type('a');
    write(ICR, RT | RX);
    expect(irq.asserted).toBe(false);
    type('b');
    expect(linuxReceive()).toBe('ab');
  });

  it('holds one byte without FIFOs, and keeps the rest waiting', () => {
    type('ab');
    expect(read(FR)).toBe(READY | TXFE | RXFF);
    expect(read(RIS)).toBe(RX);
    expect(read(DR)).toBe(0x61);
    expect(read(DR)).toBe(0x62);
    expect(read(DR), 'an empty FIFO').toBe(0);
    expect(read(FR)).toBe(READY | TXFE | RXFE);
  });

  it('keeps input waiting while the receiver is off', () => {
    write(CR, 0x101);
    type('q');
    expect(read(FR)).toBe(READY | TXFE | RXFE);
    write(CR, 0x301);
    while (read(FR) & RXFE);
    expect(read(DR)).toBe(0x71);
  });
});

/** 115200 baud, of which 32 bits take 277.66 microseconds. */
const TIMEOUT = 277_666n;
function at115200(): void {
  write(IBRD, 13);
  write(FBRD, 1);
  linuxStartup();
}

describe('the receive timeout', () => {
  it('comes when so much time has passed since the last byte, and not before', () => {
    at115200();
    type('a');
    clock.advance(TIMEOUT - 1n);
    expect([read(RIS), irq.asserted]).toEqual([0, false]);
    type('b');
    clock.advance(TIMEOUT - 1n);
    expect(read(RIS)).toBe(0);
    clock.advance(1n);
    expect([read(MIS), irq.asserted]).toEqual([RT, true]);
    expect(linuxReceive()).toBe('ab');
    expect([read(RIS), clock.pending]).toEqual([0, 0]);
  });

  it('is not awaited for what is read at once, nor for what is enough for an interrupt of its own', () => {
    at115200();
    type('a');
    expect(clock.pending).toBe(1);
    expect(read(DR)).toBe(0x61);
    expect(clock.pending).toBe(0);
    type('x'.repeat(8));
    expect([read(RIS), clock.pending]).toEqual([RX, 0]);
  });

  it('comes for what a driver leaves in the FIFO, also if that was more before', () => {
    at115200();
    type('x'.repeat(9));
    read(DR);
    read(DR);
    expect(read(RIS)).toBe(0);
    clock.advance(TIMEOUT);
    expect(read(RIS)).toBe(RT);
    write(ICR, RT);
    clock.advance(10n * TIMEOUT);
    expect(read(RIS), 'it is known').toBe(0);
    read(DR);
    clock.advance(TIMEOUT);
    expect(read(RIS)).toBe(RT);
  });

  it('is awaited on in a machine that was saved meanwhile', () => {
    at115200();
    type('a');
    clock.advance(TIMEOUT - 5n);
    const state = structuredClone(uart.save());
    const [otherIrq, otherClock] = [new FakeLine(), new FakeClock()];
    otherClock.advance(TIMEOUT - 5n);
    const other = new Pl011({ irq: otherIrq, clock: otherClock, onOutput: () => {} });
    other.check(state)();
    expect(other.save()).toEqual(state);
    otherClock.advance(4n);
    expect(otherIrq.asserted).toBe(false);
    otherClock.advance(1n);
    expect(otherIrq.asserted).toBe(true);
    uart.reset();
    expect(clock.pending).toBe(0);
  });
});

describe('the line', () => {
  const [OE, BE] = [0x400, 0x200];
  const LOOPBACK = 0x381;

  it('sends as many bits as a word has, but 5, which nobody means', () => {
    for (const control of [0x10, 0x30, 0x50, 0x70]) {
      write(LCR_H, control);
      write(DR, 0xf5);
    }
    expect(sent).toEqual([0xf5, 0x35, 0x75, 0xf5]);
  });

  it('says nothing while it breaks', () => {
    write(LCR_H, 0x71);
    write(DR, 0x41);
    write(LCR_H, 0x70);
    write(DR, 0x42);
    expect(sent).toEqual([0x42]);
  });

  it('brings back in loopback what is sent, with interrupts, and nothing that is typed', () => {
    linuxStartup();
    write(CR, LOOPBACK);
    type('typed');
    for (const byte of [0x41, 0x42]) write(DR, byte);
    expect([read(DR), read(DR), read(FR) & RXFE]).toEqual([0x41, 0x42, RXFE]);
    for (let n = 0; n < 8; n++) write(DR, n);
    expect(read(RIS) & RX).toBe(RX);
    for (let n = 0; n < 8; n++) expect(read(DR)).toBe(n);
    write(CR, 0x301);
    expect(linuxReceive()).toBe('typed');
  });

  it('overruns a FIFO in loopback, and says so with what is read then', () => {
    linuxStartup();
    write(CR, LOOPBACK);
    for (let n = 0; n < 17; n++) write(DR, n);
    expect([read(FR) & RXFF, read(RIS) & OE, read(RSR)]).toEqual([RXFF, OE, 8]);
    expect(read(DR)).toBe(0x800);
    expect(read(DR)).toBe(0x801);
    write(DR, 0x55);
    expect(read(DR)).toBe(2);
    write(RSR, 0);
    write(ICR, OE);
    expect([read(RSR), read(RIS) & OE]).toEqual([0, 0]);
  });

  it('hears its own break', () => {
    linuxStartup();
    write(CR, LOOPBACK);
    write(LCR_H, 0x71);
    expect(read(RIS) & BE).toBe(BE);
    expect([read(DR), read(RSR)]).toEqual([0x400, 4]);
  });

  it('has the outputs of a modem for its inputs, and tells of their changes', () => {
    linuxStartup();
    write(ICR, 0x7ff);
    write(CR, LOOPBACK | 0x800);
    expect([read(FR) & 0x107, read(RIS) & 0xf]).toEqual([1, 0xc]);
    write(ICR, 0x7ff);
    write(CR, LOOPBACK | 0x3400);
    expect([read(FR) & 0x107, read(RIS) & 0xf]).toEqual([0x106, 0xf]);
  });

  it('loses what came back when the FIFO becomes another', () => {
    linuxStartup();
    write(CR, LOOPBACK);
    write(DR, 0x41);
    write(LCR_H, 0x60);
    expect(read(FR) & RXFE).toBe(RXFE);
  });
});

describe('saving', () => {
  it('takes a state from before there was loopback', () => {
    linuxStartup();
    type('old');
    const { looped, overrun, receiveStatus, timeoutAt, ...old } = uart.save();
    expect([looped, overrun, receiveStatus, timeoutAt]).toEqual([[], false, 0, null]);
    uart.reset();
    uart.check(old)();
    expect(linuxReceive()).toBe('old');
  });

  it.each([
    ['looped', Array.from({ length: 17 }, () => 0)],
    ['looped', [0x800]],
    ['overrun', 1],
    ['receiveStatus', 16],
    ['timeoutAt', -1n],
    ['timeoutAt', 5],
  ])('refuses a bad %s', (name, value) => {
    expect(() => uart.check({ ...uart.save(), [name]: value } as never)).toThrow(/^The saved state of pl011 [^.]*\.$/);
  });

  it('is undone by restore, with what waits and the wire', () => {
    linuxStartup();
    type('z'.repeat(50));
    read(DR);
    const state = structuredClone(uart.save());
    uart.reset();
    expect(irq.asserted).toBe(false);
    expect(uart.waiting).toBe(0);
    uart.check(state)();
    expect(uart.save()).toEqual(state);
    expect(irq.asserted).toBe(true);
    expect(linuxReceive()).toBe('z'.repeat(49));
  });

  it('refuses a FIFO with more bytes than there are', () => {
    expect(() => uart.check({ ...uart.save(), fifoLevel: 3 })).toThrow('pl011 has 3 as "fifoLevel"');
  });
});
