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

  /** Types a line. Its Enter now and then stays behind in a burst (docs/open-ends.md): it is pressed again then, which makes an empty line at most. */
  const line = async (text: string, answer: string | RegExp): Promise<void> => {
    const again = setInterval(() => guest.vm.input(Uint8Array.of(0x0d)), 5000);
    try {
      await guest.type(`${text}\r`, answer);
    } finally {
      clearInterval(again);
    }
  };
  /** The shell waits for the next line: what is typed while it changes the terminal's mode can lose its Enter. */
  const prompted = (behind: string): Promise<void> => guest.printed('dormouse:~#', guest.console.lastIndexOf(behind));

  it('has the shell, which hears what is typed', async () => {
    await line('tty; uname -s', /\/dev\/hvc0\r\nLinux\r\n/);
    await prompted('Linux');
    // Its kernel's messages come on both, and nobody has the UART open.
    await line('echo a word >/dev/kmsg; echo writ"te"n', 'written');
    await guest.printed('] a word');
    await prompted('written');
    await line('echo he"ar"d', 'heard');
    await prompted('heard');
  });

  it('has the size that the board says, without the agent, and another when that changes', async () => {
    const size = (columns: number, rows: number): void => guest.vm.machine.input({ type: 'size', columns, rows });
    for (const [columns, rows] of [
      [101, 33],
      [40, 7],
    ] as const) {
      // Not while the shell edits a line: an Enter that comes at the same moment as the signal can stay behind.
      const from = guest.console.length;
      await line(`echo wa"it"s; until stty size | grep '^${rows} ${columns}$'; do sleep 1; done`, 'waits\r\n');
      size(columns, rows);
      await guest.printed(`\r\n${rows} ${columns}\r\n`, from);
      await prompted(`${rows} ${columns}\r\n`);
    }
    // BusyBox's shell takes the signal for itself while a line is edited: this one waits for nothing else.
    await line(`sh -c 'trap "echo re""sized; exit" WINCH; echo set; while :; do sleep 1; done'`, /\r\nset\r\n/);
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
    await line('tty; stty size', /\/dev\/hvc0\r\n24 80\r\n/);
  });
});
