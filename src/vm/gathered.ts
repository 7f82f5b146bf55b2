import { type Steps, withBreaths } from '../cpu/stepwise';
import type { Breathe } from '../storage/disk-contents';

/** Bytes that are put together in one step. */
const AT_ONCE = 0x100000;
/** More is not set aside on somebody's word. */
const MOST_EXPECTED = 0x10000000;

/**
 * Puts a file together from its parts. What comes as long as expected is written where it stays, part by part, so that nothing is there twice and nothing is left
 * to be done at the end.
 */
export class Gathered {
  private readonly room: Uint8Array<ArrayBuffer>;
  /** Of the room. */
  private used = 0;
  /** What came when the next part had no room. */
  private readonly others: Uint8Array[] = [];
  length = 0;

  /** @param expected bytes in all, if somebody says so: more may come, or fewer */
  constructor(expected = 0) {
    this.room = new Uint8Array(expected > 0 && expected <= MOST_EXPECTED ? expected : 0);
  }

  /** The part may be used for something else afterwards, unless more comes than was expected. */
  add(part: Uint8Array): void {
    this.length += part.length;
    if (this.length > this.room.length) this.others.push(part);
    else {
      this.room.set(part, this.used);
      this.used = this.length;
    }
  }

  wholeBreathing(breathe: Breathe): Promise<Uint8Array<ArrayBuffer>> {
    return withBreaths(this.whole(), breathe);
  }

  /** All of it. To be asked once. */
  *whole(): Steps<Uint8Array<ArrayBuffer>> {
    if (this.length === this.room.length) return this.room;
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of [this.room.subarray(0, this.used), ...this.others.splice(0)])
      for (let from = 0; from < part.length; from += AT_ONCE) {
        const piece = part.subarray(from, from + AT_ONCE);
        whole.set(piece, at);
        at += piece.length;
        yield;
      }
    return whole;
  }
}
