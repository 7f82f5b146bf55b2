/** A Linux on hvc0, the virtio console: it boots to a shell there, and the board tells its terminal how large it is. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest, missing, whyMissing } from './harness';

describe.skipIf(missing)(`hvc0${whyMissing}`, () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.start({ append: 'console=hvc0' });
    await guest.printed('dormouse:~#');
  });
  afterAll(() => guest?.stop());

  /**
   * Types a line and waits for the prompt behind its answer. At the prompt BusyBox's shell takes a change of the terminal's size for itself, and what comes with it
   * may be lost: it draws its line anew, empty. So sizes change while something runs, and lines are typed at a prompt.
   */
  const line = async (text: string, answer: string): Promise<void> => {
    await guest.type(`${text}\r`, answer);
    await prompted(answer);
  };
  const prompted = (behind: string): Promise<void> => guest.printed('dormouse:~#', guest.console.lastIndexOf(behind));

  it('has the shell, which hears what is typed', async () => {
    await line('tty; uname -s', '/dev/hvc0\r\nLinux\r\n');
    // Its kernel's messages come on both, between any two letters of others; nobody has the UART open.
    await line('echo a word >/dev/kmsg; sleep 1; echo writ"te"n', 'written\r\n');
    expect(guest.console).toContain('] a word\r\n');
    await line('echo he"ar"d', 'heard\r\n');
  });

  it('has the size that the board says, without the agent, and another when that changes', async () => {
    const size = (columns: number, rows: number): void => guest.vm.machine.input({ type: 'size', columns, rows });
    for (const [columns, rows] of [
      [101, 33],
      [40, 7],
    ] as const) {
      const told = `${rows} ${columns}`;
      await guest.type(`echo wa"it"s; until stty size | grep '^${told}$'; do sleep 1; done\r`, 'waits\r\n');
      const from = guest.console.length;
      size(columns, rows);
      await guest.printed(`${told}\r\n`, from);
      await prompted(`${told}\r\n`);
    }
    await guest.type(`sh -c 'trap "echo re""sized; exit" WINCH; echo set; while :; do sleep 1; done'\r`, '\r\nset\r\n');
    const from = guest.console.length;
    size(80, 24);
    await guest.printed('resized', from);
    await prompted('resized');
  });

  it('is saved with the machine', async () => {
    const file = await guest.save();
    await guest.stop();
    guest = await Guest.restore(file);
    await guest.vm.resume();
    expect(guest.vm.machine.hvc.size).toEqual({ columns: 80, rows: 24 });
    await line('tty; stty size', '/dev/hvc0\r\n24 80\r\n');
  });
});

describe.skipIf(missing)(`The UART${whyMissing}`, () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.start();
    await guest.printed('dormouse:~#');
  });
  afterAll(() => guest?.stop());

  it('gives a program 100 kB that are pasted at once, byte for byte', async () => {
    const pasted = Uint8Array.from({ length: 100_000 }, (_, n) => (n * n) >>> 4);
    await guest.type('stty raw -echo; echo rea"d"y; head -c 100000 | md5sum; stty sane\r', 'ready');
    const from = guest.console.length;
    guest.vm.input(pasted);
    await guest.printed(createHash('md5').update(pasted).digest('hex'), from);
  });
});
