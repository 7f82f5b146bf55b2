/**
 * The way out of the terminal by keyboard: Ctrl and Alt tapped together, or Escape twice in quick succession.
 *
 * Ctrl+Alt counts when the keys come up again with nothing typed between, so that Ctrl+Alt+letter stays the guest's;
 * AltGr, which Windows reports as Ctrl and Alt, never counts.
 */

/** Two Escapes within this many milliseconds leave. */
export const ESCAPE_TWICE = 400;

export interface KeyLike {
  type: string;
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  timeStamp: number;
  repeat: boolean;
}

export class LeaveKeys {
  private armed = false;
  private lastEscape = Number.NEGATIVE_INFINITY;

  constructor(private readonly leave: () => void) {}

  /** True if the key must not reach the guest. */
  handle(event: KeyLike): boolean {
    const modifier = event.key === 'Control' || event.key === 'Alt';
    if (event.type === 'keydown') {
      if (modifier) this.armed = event.ctrlKey && event.altKey;
      else this.armed = false;
      if (event.key !== 'Escape') {
        if (!modifier) this.lastEscape = Number.NEGATIVE_INFINITY;
        return false;
      }
      if (event.repeat) return false;
      const twice = event.timeStamp - this.lastEscape < ESCAPE_TWICE;
      this.lastEscape = twice ? Number.NEGATIVE_INFINITY : event.timeStamp;
      if (twice) this.leave();
      return twice;
    }
    if (event.type === 'keyup' && modifier && this.armed) {
      this.armed = false;
      this.leave();
      return true;
    }
    return false;
  }
}
