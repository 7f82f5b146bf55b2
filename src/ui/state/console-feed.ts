/** What goes to the console, kept until a terminal is there to show it. */

export type ConsoleItem =
  | { kind: 'bytes'; data: Uint8Array }
  | { kind: 'notice'; sentence: string; tone: 'info' | 'warning' | 'error' }
  /** A machine begins: leave full-screen modes the last one may have set. */
  | { kind: 'fresh' };

/** Shows one item; settles when it is on the screen. Items are shown in the order of the calls. */
export type ShowItem = (item: ConsoleItem) => void | Promise<void>;

export class ConsoleFeed {
  private waiting: ConsoleItem[] = [];
  private show: ShowItem | undefined;
  private latest: void | Promise<void> = undefined;
  private attached: (() => void)[] = [];
  private readonly listeners = new Set<(item: ConsoleItem) => void>();

  push(item: ConsoleItem): void {
    for (const listener of this.listeners) listener(item);
    if (this.show) this.latest = this.show(item);
    else this.waiting.push(item);
  }

  /** Hears all that is pushed from now on; nobody waits for it. Returns the function that ends that. */
  listen(listener: (item: ConsoleItem) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Settles when all that was pushed is on the screen: whoever feeds the console waits for it, so that nothing piles up. */
  async shown(): Promise<void> {
    if (!this.show && this.waiting.length > 0) await new Promise<void>((resolve) => this.attached.push(resolve));
    await this.latest;
  }

  /** One terminal at a time; returns the function that detaches it. */
  attach(show: ShowItem): () => void {
    this.show = show;
    for (const item of this.waiting.splice(0)) this.latest = show(item);
    for (const resolve of this.attached.splice(0)) resolve();
    return () => {
      if (this.show === show) this.show = undefined;
    };
  }
}
