/** Which part of the timeline is in sight, and which moment is chosen. Times are nanoseconds on the strip. */
import type { Timeline } from './timeline';

/** The narrowest stretch. */
const LEAST_SPAN = 1e3;
/** Room behind the end, as a share of what is in sight. */
const ROOM = 0.02;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class TimelineView {
  /** `all`: the whole life; `end`: a stretch that goes with the end; `still`: what was chosen. */
  mode = $state<'all' | 'end' | 'still'>('all');
  private still = $state.raw<Stretch>({ from: 0, to: LEAST_SPAN });
  /** Length of the stretch that goes with the end. */
  private length = $state(LEAST_SPAN);
  private chosen = $state<number | undefined>();
  /** The end as it was when somebody began to point at the strip. */
  private held = $state<number | undefined>();
  /** What is in sight follows from the life: nothing has to be moved when that grows. */
  private readonly stretch: Stretch = $derived.by(() => {
    const { life, still } = this;
    // A stretch of a life that was longer than this one is shows nothing of it.
    if (this.mode === 'all' || (this.mode === 'still' && still.from >= life)) return { from: 0, to: life };
    return this.mode === 'still' ? still : this.within(this.end + this.length * ROOM - this.length, this.length);
  });

  /**
   * @param timeline to be read reactively: it has something new now and then
   * @param stands where the machine stands, in its past
   */
  constructor(
    private readonly timeline: () => Timeline,
    private readonly stands: () => number | undefined = () => undefined,
  ) {}

  get from(): number {
    return this.stretch.from;
  }
  get to(): number {
    return this.stretch.to;
  }
  get span(): number {
    return this.to - this.from;
  }
  /** The end that the strip is drawn for: while somebody points at it, nothing moves below the pointer. */
  get end(): number {
    const { end } = this.timeline();
    return Math.min(this.held ?? end, end);
  }
  /** How long the whole life is drawn. */
  get life(): number {
    return Math.max(LEAST_SPAN, this.end * (1 + ROOM));
  }
  /** The chosen moment. */
  get cursor(): number | undefined {
    return this.chosen !== undefined && this.chosen <= this.timeline().end ? this.chosen : undefined;
  }
  set cursor(at: number | undefined) {
    this.chosen = at;
  }

  /** Of another life nothing was chosen. */
  begin(): void {
    this.mode = 'all';
    this.chosen = undefined;
    this.held = undefined;
  }

  /** Somebody points at the strip, or does so no longer. */
  hold(pointed: boolean): void {
    this.held = pointed ? (this.held ?? this.timeline().end) : undefined;
  }

  /** A stretch of that length from `from` on, moved so that it lies within the life. */
  private within(from: number, length: number): Stretch {
    const { life } = this;
    const start = Math.max(0, Math.min(from, life - length));
    return { from: start, to: start + length };
  }

  private show(stretch: Stretch): void {
    this.mode = 'still';
    this.still = stretch;
  }

  /** A stretch as long as the present one, from `from` on. */
  private moveTo(from: number): void {
    this.show(this.within(from, this.span));
  }

  all(): void {
    this.mode = 'all';
  }

  /** Goes with the end from now on. A stretch of a life that is all in sight is one of its last seconds. */
  toEnd(): void {
    this.length = this.mode === 'all' ? this.life / 4 : this.span;
    this.mode = 'end';
  }

  toStart(): void {
    this.moveTo(0);
  }

  /** @param factor above 1: nearer. @param about stays where it is in sight; left out: the chosen moment, where the machine stands, the end, or the middle */
  zoom(factor: number, about = this.pivot()): void {
    const { life, span } = this;
    const wanted = Math.max(LEAST_SPAN, span / factor);
    if (wanted >= life) {
      this.all();
      return;
    }
    const atEnd = this.mode !== 'still' && about >= this.end - span * ROOM;
    const place = (about - this.from) / span;
    if (atEnd) {
      this.length = wanted;
      this.mode = 'end';
    } else this.show(this.within(about - place * wanted, wanted));
  }

  private pivot(): number {
    const { from, to } = this;
    const special = [this.cursor, this.stands()].find((at) => at !== undefined && at >= from && at <= to);
    if (special !== undefined) return special;
    return this.mode === 'still' ? (this.from + this.to) / 2 : this.end;
  }

  pan(by: number): void {
    if (this.mode === 'all') return;
    this.moveTo(this.from + by);
  }

  /** Puts the middle of what is in sight there. */
  centre(at: number): void {
    if (this.mode === 'all') return;
    this.moveTo(at - this.span / 2);
  }

  /** Shows a stretch with some room around it. */
  frame(from: number, to: number): void {
    const room = Math.max(LEAST_SPAN, (to - from) * 0.1);
    this.show({ from: Math.max(0, from - room), to: Math.min(this.life, to + room) });
  }

  /** Chooses a moment and brings it into sight. */
  choose(at: number): void {
    this.cursor = Math.max(0, Math.min(at, this.timeline().end));
    if (this.cursor < this.from || this.cursor > this.to) {
      this.moveTo(this.cursor - this.span / 2);
    }
  }
}
