/** What goes to the console, kept until a terminal is there to show it. */

export type ConsoleItem =
  | { kind: 'bytes'; data: Uint8Array }
  | { kind: 'notice'; sentence: string; tone: 'info' | 'warning' | 'error' }
  /** A machine begins: leave full-screen modes the last one may have set. */
  | { kind: 'fresh' };

export class ConsoleFeed {
  private waiting: ConsoleItem[] = [];
  private show: ((item: ConsoleItem) => void) | undefined;

  push(item: ConsoleItem): void {
    if (this.show) this.show(item);
    else this.waiting.push(item);
  }

  /** One terminal at a time; returns the function that detaches it. */
  attach(show: (item: ConsoleItem) => void): () => void {
    this.show = show;
    for (const item of this.waiting.splice(0)) show(item);
    return () => {
      if (this.show === show) this.show = undefined;
    };
  }
}
