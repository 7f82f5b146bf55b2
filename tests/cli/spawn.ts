import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PATIENCE } from '../patience';

const ROOT = join(import.meta.dirname, '../..');

export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** The command line in a process of its own. */
export class Cli {
  out = '';
  err = '';
  readonly process: ChildProcess;
  private readonly closed: Promise<unknown[]>;

  constructor(args: readonly string[]) {
    this.process = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
      cwd: ROOT,
      // No test leaves a process behind.
      timeout: PATIENCE.BOOT,
      killSignal: 'SIGKILL',
    });
    this.process.stdout!.on('data', (chunk: Buffer) => {
      this.out += chunk.toString('latin1');
    });
    this.process.stderr!.on('data', (chunk: Buffer) => {
      this.err += chunk.toString();
    });
    this.closed = once(this.process, 'close');
  }

  type(text: string): void {
    this.process.stdin!.write(text);
  }

  /** Waits until standard output has `text`. */
  async see(text: string): Promise<void> {
    while (!this.out.includes(text)) await once(this.process.stdout!, 'data');
  }

  async end(): Promise<Ran> {
    const [status] = (await this.closed) as [number | null];
    return { status, out: this.out, err: this.err };
  }
}

/** Runs it to its end with nothing to read. */
export function dormouse(...args: string[]): Promise<Ran> {
  const cli = new Cli(args);
  cli.process.stdin!.end();
  return cli.end();
}
