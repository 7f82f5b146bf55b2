/** What goes to the console, kept until a terminal is there to show it: a page may be laid out without one. */

import type { SavedScreen } from '../../vm/api';

export type ConsoleItem =
  | { kind: 'bytes'; data: Uint8Array }
  /**
   * `over`: the guest does not go on in the line that it has begun. Else that is shown again below. `unprinted`: so many of its last bytes were never printed, as things are now.
   */
  | { kind: 'notice'; sentence: string; tone: 'info' | 'warning' | 'error'; over?: boolean; unprinted?: number }
  /** What another console showed of this machine. */
  | { kind: 'screen'; screen: SavedScreen }
  /** A machine begins: leave full-screen modes the last one may have set. */
  | { kind: 'fresh' };

/** Shows one item; settles when it is on the screen. Items are shown in the order of the calls. */
export type ShowItem = (item: ConsoleItem) => void | Promise<void>;

/** Bytes that are kept for a terminal: some 10,000 lines, more than it scrolls back. Of more the oldest are left out. */
const MOST_WAITING = 1 << 20;

export class ConsoleFeed {
  private waiting: ConsoleItem[] = [];
  /** Bytes of the guest's among what waits, and of those that were left out. */
  private waitingBytes = 0;
  private leftOut = 0;
  private show: ShowItem | undefined;
  private latest: void | Promise<void> = undefined;
  private look: (() => SavedScreen | undefined) | undefined;
  private readonly listeners = new Set<(item: ConsoleItem) => void>();

  push(item: ConsoleItem): void {
    for (const listener of this.listeners) listener(item);
    if (this.show) this.latest = this.show(item);
    else this.wait(item);
  }

  private wait(item: ConsoleItem): void {
    this.waiting.push(item);
    if (item.kind === 'bytes') this.waitingBytes += item.data.length;
    while (this.waitingBytes > MOST_WAITING) {
      const [oldest] = this.waiting.splice(
        this.waiting.findIndex(({ kind }) => kind === 'bytes'),
        1,
      );
      if (oldest?.kind !== 'bytes') return;
      this.waitingBytes -= oldest.data.length;
      this.leftOut += oldest.data.length;
    }
  }

  /** Hears all that is pushed from now on; nobody waits for it. Returns the function that ends that. */
  listen(listener: (item: ConsoleItem) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Settles when all that was pushed is on the screen of the terminal, if there is one: whoever feeds the console waits for it, so that nothing piles up. */
  async shown(): Promise<void> {
    await this.latest;
  }

  /** What the terminal shows when all that was pushed is on it; undefined if there is none, or too much on it. */
  async screen(): Promise<SavedScreen | undefined> {
    if (!this.look) return undefined;
    await this.latest;
    return this.look?.();
  }

  /** One terminal at a time, which shows items and tells what it shows; returns the function that detaches it. */
  attach(show: ShowItem, look?: () => SavedScreen | undefined): () => void {
    this.show = show;
    this.look = look;
    if (this.leftOut > 0) {
      const sentence = `The first ${this.leftOut.toLocaleString('en')} bytes are left out: no console was open to show them.`;
      this.latest = show({ kind: 'notice', sentence, tone: 'info' });
    }
    for (const item of this.waiting.splice(0)) this.latest = show(item);
    this.waitingBytes = this.leftOut = 0;
    return () => {
      if (this.show !== show) return;
      this.show = undefined;
      this.look = undefined;
    };
  }
}
