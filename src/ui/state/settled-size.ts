import type { ConsoleSize } from '../../vm/api';

/** A size that is dragged changes with every pixel; it has settled when it is the same for so long (ms). */
const SETTLED = 150;

/** Passes a size on when it has settled. */
export class SettledSize {
  /** The newest, settled or not. */
  last: ConsoleSize | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly settled: (size: ConsoleSize) => void) {}

  change(size: ConsoleSize): void {
    this.last = size;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settled(size), SETTLED);
  }
}
