/** A Linux on hvc0, the virtio console: it boots to a shell there, and the board tells its terminal how large it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest, missing, whyMissing } from './harness';

describe.skipIf(missing)(`hvc0${whyMissing}`, () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.start({ append: 'console=hvc0' });
    await guest.printed('dormouse:~#');
  });
  afterAll(() => guest?.stop());

  it('has the shell, which hears what is typed', async () => {
    await guest.type('tty; uname -s\r', /\/dev\/hvc0\r\nLinux\r\n/);
    // Its kernel's messages come on both, and nobody has the UART open.
    await guest.type('echo a word >/dev/kmsg\r', 'a word');
    await guest.type('echo he"ar"d\r', 'heard');
  });

  it('has the size that the board says, without the agent, and another when that changes', async () => {
    const size = (columns: number, rows: number): void => guest.vm.machine.input({ type: 'size', columns, rows });
    for (const [columns, rows] of [
      [101, 33],
      [40, 7],
    ] as const) {
      size(columns, rows);
      // The driver hears of it in a work of its own, which a command typed at once may be before.
      await guest.type(`until stty size | grep '^${rows} ${columns}$'; do sleep 1; done\r`, `\r\n${rows} ${columns}\r\n`);
    }
    // BusyBox's shell takes the signal for itself while a line is edited: this one waits for nothing else.
    await guest.type(`sh -c 'trap "echo re""sized; exit" WINCH; echo set; while :; do sleep 1; done'\r`, /\r\nset\r\n/);
    const from = guest.console.length;
    size(80, 24);
    await guest.printed('resized', from);
  });

  it('is saved with the machine', async () => {
    const file = await guest.save();
    await guest.stop();
    guest = await Guest.restore(file);
    await guest.vm.resume();
    expect(guest.vm.machine.hvc.size).toEqual({ columns: 80, rows: 24 });
    await guest.type('tty; stty size\r', /\/dev\/hvc0\r\n24 80\r\n/);
  });
});
