import type { Example } from './example';
import source from './hello-uart.s?raw';

export const helloUart: Example = {
  name: 'hello-uart',
  title: 'Hello, UART',
  summary: 'The smallest program that says something: a loop, a device, and off.',
  about: [
    'The machine starts this program as it would start a kernel: at its first instruction, at EL1, with the MMU off. Nothing else is there. To say something it stores characters into the data register of the board’s serial port, a PL011 at `0x09000000`.',
    'A store to a device is no store to memory: each one sends a character. Before it, the loop at `wait` reads the flag register until bit 5 (TXFF, transmit FIFO full) is clear.',
    'The program ends with a call to the firmware. `0x84000008` is SYSTEM_OFF, and `hvc #0` is the way to the firmware on this machine. See it among the calls at the right, with its result: there is none, because it does not return.',
    'Try this: change the text, and press Ctrl+Enter. Then take the `b next` away, and see where the program goes instead: into the code behind it.',
  ],
  source,
};
