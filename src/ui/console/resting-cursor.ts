/** After so long (ms) without a key or output the cursor stands still. */
const RESTS_AFTER = 5000;

/**
 * A cursor that blinks while something happens, and for some seconds after it: a console that nobody writes to changes nothing on the screen. Without a
 * GPU each second of blinking costs a browser sixty frames.
 */
export class RestingCursor {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stirredAt = 0;

  /** @param show lets it blink, or stand: called when that changes */
  constructor(private readonly show: (blinks: boolean) => void) {}

  /** A key, or output. It may come thousands of times a second. */
  stir(): void {
    this.stirredAt = performance.now();
    if (this.timer !== undefined) return;
    this.show(true);
    this.restIn(RESTS_AFTER);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private restIn(ms: number): void {
    this.timer = setTimeout(() => {
      const left = this.stirredAt + RESTS_AFTER - performance.now();
      if (left > 0) return this.restIn(left);
      this.timer = undefined;
      this.show(false);
    }, ms);
  }
}
