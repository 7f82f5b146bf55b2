/** Keys that are Dormouse's own at a terminal, QEMU's way: Ctrl-A, then a letter. */

const CTRL_A = 0x01;
const letter = (text: string): number => text.charCodeAt(0);

export type KeyCommand = 'quit' | 'help' | 'save' | 'wake';

export const KEY_HELP = `
Ctrl-A h    this help
Ctrl-A s    save the whole machine to the file of --save
Ctrl-A w    wake the machine from suspend to RAM or to idle
Ctrl-A x    switch the machine off and leave
Ctrl-A a    send Ctrl-A to the guest (or Ctrl-A twice)
`;

/** Splits what is typed into bytes for the guest and commands for us. An escape may arrive in two pieces. */
export class EscapeKeys {
  private escaped = false;

  /** @returns the guest's bytes, and the commands in order. Nothing after `quit` reaches the guest. */
  take(typed: Uint8Array): { bytes: Uint8Array; commands: KeyCommand[] } {
    const bytes: number[] = [];
    const commands: KeyCommand[] = [];
    for (const byte of typed) {
      if (!this.escaped) {
        if (byte === CTRL_A) this.escaped = true;
        else bytes.push(byte);
        continue;
      }
      this.escaped = false;
      switch (byte) {
        case letter('x'):
        case letter('X'):
          commands.push('quit');
          return { bytes: Uint8Array.from(bytes), commands };
        case letter('s'):
        case letter('S'):
          commands.push('save');
          break;
        case letter('w'):
        case letter('W'):
          commands.push('wake');
          break;
        case letter('h'):
        case letter('H'):
        case letter('?'):
          commands.push('help');
          break;
        case letter('a'):
        case CTRL_A:
          bytes.push(CTRL_A);
          break;
        default:
          // Not a command: the guest gets nothing, as on QEMU.
          break;
      }
    }
    return { bytes: Uint8Array.from(bytes), commands };
  }
}
