/** What goes to the console, kept until a terminal is there to show it. */

import type { SavedScreen } from '../../vm/api';

export type ConsoleItem =
  | { kind: 'bytes'; data: Uint8Array }
  /** `amid`: the guest goes on in the line that it has begun, which is shown again. */
  | { kind: 'notice'; sentence: string; tone: 'info' | 'warning' | 'error'; amid?: boolean }
  /** What another console showed of this machine. */
  | { kind: 'screen'; screen: SavedScreen }
  /** A machine begins: leave full-screen modes the last one may have set. */
  | { kind: 'fresh' };

/** Shows one item; settles when it is on the screen. Items are shown in the order of the calls. */
export type ShowItem = (item: ConsoleItem) => void | Promise<void>;

export class ConsoleFeed {
  private waiting: ConsoleItem[] = [];
  private show: ShowItem | undefined;
  private latest: void | Promise<void> = undefined;
  private attached: (() => void)[] = [];
  private look: (() => SavedScreen | undefined) | undefined;

  push(item: ConsoleItem): void {
    if (this.show) this.latest = this.show(item);
    else this.waiting.push(item);
  }

  /** Settles when all that was pushed is on the screen: whoever feeds the console waits for it, so that nothing piles up. */
  async shown(): Promise<void> {
    if (!this.show && this.waiting.length > 0) await new Promise<void>((resolve) => this.attached.push(resolve));
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
    for (const item of this.waiting.splice(0)) this.latest = show(item);
    for (const resolve of this.attached.splice(0)) resolve();
    return () => {
      if (this.show !== show) return;
      this.show = undefined;
      this.look = undefined;
    };
  }
}
