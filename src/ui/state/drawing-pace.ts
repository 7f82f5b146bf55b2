/** How often what a machine tells is drawn: at most every so often, and not at all while nobody sees the page. */

/** Panels that draw thousands of items are told at most this often (ms). */
const PERIOD = 80;
/** The first after a while waits this long (ms) for what belongs to it: a report and the trace that leads to it are told one after the other. */
const GATHER = 30;

/** What is asked of the page. */
export interface Page {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
}

export class DrawingPace {
  private readonly draws: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private drawnAt = Number.NEGATIVE_INFINITY;
  /** What somebody would have seen. */
  private readonly missed = new Set<() => void>();

  constructor(private readonly page: Page = document) {
    page.addEventListener('visibilitychange', () => this.seen());
  }

  /** Calls `draw` at once, or, once, when the page is seen again. */
  whenSeen(draw: () => void): void {
    if (this.page.hidden) this.missed.add(draw);
    else draw();
  }

  /**
   * Calls `draw` soon, and for many calls together. The first after a while comes with whatever else is told within
   * a moment: so a report that comes once a second is one change of the page.
   */
  soon(draw: () => void): void {
    if (!this.draws.includes(draw)) this.draws.push(draw);
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.drawnAt = performance.now();
        for (const each of this.draws.splice(0)) this.whenSeen(each);
      },
      Math.max(GATHER, this.drawnAt + PERIOD - performance.now()),
    );
  }

  private seen(): void {
    if (this.page.hidden) return;
    const missed = [...this.missed];
    this.missed.clear();
    for (const draw of missed) draw();
  }
}
