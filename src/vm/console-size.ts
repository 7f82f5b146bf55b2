import type { ConsoleSize } from './api';

/** Who carries it into the guest: its agent. */
export interface SizeTeller {
  exec(command: string, options: { timeout: number }): Promise<unknown>;
}

/** Milliseconds the guest's `stty` may take: where it hangs, a later size must not wait for it for ever. */
const PATIENCE_MS = 60_000;

/**
 * Tells the guest how large the console is that somebody looks at. A UART knows no size: the guest's agent sets that of the terminals its kernel has the
 * console on (TIOCSWINSZ, by `stty`), and who runs in them hears of it by SIGWINCH. One size at a time, and of those that come meanwhile the newest. Without
 * an agent nobody is told.
 */
export class ConsoleSizeTeller {
  /** The console's, as far as anybody has said. */
  size: ConsoleSize | undefined;
  /** What the guest was told last; undefined if it is to be told again, whatever it was. */
  private told: ConsoleSize | undefined;
  /** What is on the screen is not what the guest drew last. */
  private stale = true;
  private telling = false;

  /**
   * @param agent the guest's agent
   * @param mayTell whether the guest can be told now: it runs, and somebody there listens
   */
  constructor(
    private readonly agent: SizeTeller,
    private readonly mayTell: () => boolean,
  ) {}

  /** The console has another size. Throws one sentence for a size that no terminal has. */
  resize(size: ConsoleSize): void {
    this.size = checkConsoleSize(size);
    this.tell();
  }

  /** The guest's console is another than the one that was told of last: its agent came, or its machine goes on before another screen. */
  begin(): void {
    this.told = undefined;
    this.stale = true;
    this.tell();
  }

  /** Tells the guest what it does not know yet, as soon as that is possible. */
  tell(): void {
    const { size, told } = this;
    if (!size || this.telling || !this.mayTell()) return;
    if (told && told.rows === size.rows && told.columns === size.columns) return;
    const command = commandFor(size, this.stale);
    this.telling = true;
    this.told = size;
    this.stale = false;
    // A guest without `stty`, or one that is just going to sleep, keeps the size it has; it is told again when its agent is back.
    const done = (): void => {
      this.telling = false;
      this.tell();
    };
    this.agent.exec(command, { timeout: PATIENCE_MS }).then(done, done);
  }
}

/** The largest that a struct winsize can say, and larger than any screen. */
const MOST = 0xffff;

export function checkConsoleSize({ rows, columns }: ConsoleSize): ConsoleSize {
  for (const count of [rows, columns])
    if (!Number.isInteger(count) || count < 1 || count > MOST)
      throw new Error(`A console of ${rows} rows and ${columns} columns is none: each must be a whole number from 1 to ${MOST}.`);
  return { rows, columns };
}

/**
 * For the guest's shell. A terminal sends SIGWINCH only if its size changes: whoever is to draw anew all the same (`redraw`) is told of one column
 * less, or more, first. The loop keeps the shell, which leads a session, from becoming `stty` and so from taking the terminal for its own.
 */
function commandFor({ rows, columns }: ConsoleSize, redraw: boolean): string {
  const other = columns > 1 ? columns - 1 : columns + 1;
  const set = (count: number): string => `stty -F /dev/$tty rows ${rows} cols ${count}`;
  const first = redraw ? `${set(other)}; ` : '';
  return `for tty in $(cat /sys/class/tty/console/active); do ${first}${set(columns)}; done`;
}
