import { type ChildProcess, spawn } from 'node:child_process';
import type { MachineProgram } from '../../tests/qemu/console';

/** What the guest's shell shows when it waits for a line. */
export const PROMPT = 'dormouse:~# ';

/** A Debian guest, on whatever machine, worked with through its console. Time is the host's; nothing has a time limit. */
export class Session {
  /** From the start of the program to the prompt. */
  bootSeconds = 0;
  private console = '';
  private changed: () => void = () => {};
  private ended = false;

  private constructor(
    private readonly program: MachineProgram,
    private readonly child: ChildProcess,
  ) {
    const hear = (text: string): void => {
      this.console += text;
      this.changed();
    };
    child.stdout!.setEncoding('latin1').on('data', hear);
    child.stderr!.setEncoding('latin1').on('data', hear);
    const end = (): void => {
      this.ended = true;
      this.changed();
    };
    child.on('error', end).on('close', end);
  }

  /** Starts the machine and waits for its prompt. */
  static async boot(program: MachineProgram): Promise<Session> {
    const start = performance.now();
    const child = spawn(program.command, program.arguments, {
      stdio: 'pipe',
      ...(program.folder === undefined ? {} : { cwd: program.folder }),
    });
    const session = new Session(program, child);
    await session.see(PROMPT);
    session.bootSeconds = (performance.now() - start) / 1000;
    return session;
  }

  /** Runs a command and throws away what it prints. Returns the seconds until it was done. */
  async run(command: string): Promise<number> {
    this.console = '';
    const start = performance.now();
    // The quotes keep the echo of what is typed from looking like the mark.
    this.child.stdin!.write(`{ ${command}; } > /dev/null 2>&1; echo "do""ne $?."\n`);
    const status = await this.see(/done (\d+)\./);
    const seconds = (performance.now() - start) / 1000;
    if (status !== '0') throw new Error(`On ${this.program.name} “${command}” ended with status ${status}.`);
    await this.see(PROMPT);
    return seconds;
  }

  /** Cuts the machine off. */
  stop(): void {
    this.child.kill('SIGKILL');
  }

  /** Waits for something on the console; answers what stands in its first group. */
  private async see(wanted: string | RegExp): Promise<string | undefined> {
    for (;;) {
      const at = typeof wanted === 'string' ? this.console.indexOf(wanted) : this.console.search(wanted);
      if (at >= 0) return typeof wanted === 'string' ? undefined : wanted.exec(this.console)![1];
      if (this.ended) throw new Error(`${this.program.name} ended; its console ended with: ${this.console.slice(-500)}`);
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }
}
