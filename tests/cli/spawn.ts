import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** No test leaves a process behind. */
const LIMIT_MS = 25_000;

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
      timeout: LIMIT_MS,
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
