import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, FakeLine } from './devices/fake-clock.testkit';
import { Pl011 } from './devices/pl011';
import { ConsolePort } from './devices/virtio/console-port';
import { GuestConsoles } from './guest-consoles';

const IMSC = 0x38;
const RECEIVE = 0x10;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let uart: Pl011;
let hvc0: ConsolePort;
let heard: string;
let consoles: GuestConsoles;

beforeEach(() => {
  heard = '';
  consoles = new GuestConsoles(
    () => uart,
    () => hvc0,
    (byte) => {
      heard += String.fromCharCode(byte);
    },
  );
  uart = new Pl011({ irq: new FakeLine(), clock: new FakeClock(), onOutput: (byte) => consoles.printedOnUart(byte) });
  hvc0 = new ConsolePort(0, '', () => {});
  hvc0.onData = (data) => consoles.printedOnHvc0(data);
});

/** A program opens, or closes, the terminal on the UART. */
const uartInUse = (inUse: boolean): void => uart.write(IMSC, 4, inUse ? RECEIVE : 0);
const onUart = (text: string): void => {
  for (const byte of bytes(text)) uart.write(0, 4, byte);
};
/** How many bytes wait on the UART and on hvc0. */
const waiting = (): number[] => [uart.waiting, hvc0.pending];

describe('what is typed', () => {
  it('goes to the UART as long as nothing was printed on hvc0, and while its driver is not there', () => {
    consoles.type(bytes('a'));
    hvc0.setGuestOpen(true);
    consoles.type(bytes('b'));
    hvc0.onData(bytes('x'));
    hvc0.setGuestOpen(false);
    consoles.type(bytes('c'));
    expect(waiting()).toEqual([3, 0]);
  });

  it('goes where the guest printed last', () => {
    uartInUse(true);
    hvc0.setGuestOpen(true);
    hvc0.onData(bytes('# '));
    consoles.type(bytes('exit'));
    expect(waiting()).toEqual([0, 4]);
    onUart('$ ');
    consoles.type(bytes('ls'));
    expect(waiting()).toEqual([2, 4]);
    expect(consoles.waiting).toBe(6);
    expect(heard).toBe('# $ ');
  });

  it('goes to hvc0 while only the kernel prints on the UART', () => {
    hvc0.setGuestOpen(true);
    hvc0.onData(bytes('# '));
    onUart('[    1.0] random: crng init done\n');
    consoles.type(bytes('ls'));
    expect(waiting()).toEqual([0, 2]);
  });

  it('goes to the UART again after a reset', () => {
    hvc0.setGuestOpen(true);
    hvc0.onData(bytes('# '));
    consoles.reset();
    consoles.type(bytes('x'));
    expect(waiting()).toEqual([1, 0]);
  });
});

it('is saved and restored, and refuses what it has not saved', () => {
  hvc0.setGuestOpen(true);
  hvc0.onData(bytes('# '));
  onUart('message');
  const state = structuredClone(consoles.save());
  consoles.reset();
  consoles.check(state)();
  consoles.type(bytes('x'));
  expect(waiting()).toEqual([0, 1]);
  expect(() => consoles.check({ ...state, last: 'hvc1' })).toThrow('the consoles');
});
