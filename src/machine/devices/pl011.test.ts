import { beforeEach, describe, expect, it } from 'vitest';
import { FakeLine } from './fake-clock.testkit';
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

let irq: FakeLine;
let sent: number[];
let uart: Pl011;

beforeEach(() => {
  irq = new FakeLine();
  sent = [];
  uart = new Pl011({ irq, onOutput: (byte) => sent.push(byte) });
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
    expect(read(FR)).toBe(TXFE | RXFE);
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
    expect(read(FR)).toBe(TXFE | RXFE);
  });

  it('raises the receive interrupt from the trigger level on', () => {
    linuxStartup();
    type('x'.repeat(7));
    expect(read(RIS)).toBe(RT);
    type('x');
    expect(read(RIS)).toBe(RX);
    read(DR);
    expect(read(RIS)).toBe(RT);
    write(IFLS, 0x02);
    expect(read(RIS), 'one eighth is 2 bytes').toBe(RX);
  });

  it('loses nothing of a paste much longer than the FIFO', () => {
    linuxStartup();
    const paste = Array.from({ length: 10_000 }, (_, n) => String.fromCharCode(33 + (n % 90))).join('');
    type(paste);
    expect(read(FR)).toBe(TXFE | RXFF);
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
    expect([irq.asserted, read(RIS), read(FR), uart.waiting]).toEqual([false, 0, TXFE | RXFE, 2]);
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
    expect(read(FR)).toBe(TXFE | RXFF);
    expect(read(RIS)).toBe(RX);
    expect(read(DR)).toBe(0x61);
    expect(read(DR)).toBe(0x62);
    expect(read(DR), 'an empty FIFO').toBe(0);
    expect(read(FR)).toBe(TXFE | RXFE);
  });

  it('keeps input waiting while the receiver is off', () => {
    write(CR, 0x101);
    type('q');
    expect(read(FR)).toBe(TXFE | RXFE);
    write(CR, 0x301);
    while (read(FR) & RXFE);
    expect(read(DR)).toBe(0x71);
  });
});

describe('saving', () => {
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
