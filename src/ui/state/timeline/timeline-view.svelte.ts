/** Which part of the timeline is in sight, and which moment is chosen. Times are nanoseconds on the strip. */
import type { Timeline } from './timeline';

/** The narrowest stretch. */
const LEAST_SPAN = 1e3;
/** The whole life is shown as at least this much, so that its first moments do not jump about. */
const LEAST_LIFE = 1e9;
/** Room behind the end, as a share of what is in sight. */
const ROOM = 0.02;

export class TimelineView {
  from = $state(0);
  to = $state(LEAST_LIFE);
  /** `all`: the whole life; `end`: a stretch that goes with the end; `still`: what was chosen. */
  mode = $state<'all' | 'end' | 'still'>('all');
  /** The chosen moment. */
  cursor = $state<number | undefined>();

  constructor(private readonly timeline: () => Timeline) {}

  get span(): number {
    return this.to - this.from;
  }
  /** How long the whole life is drawn. */
  get life(): number {
    return Math.max(LEAST_LIFE, this.timeline().end * (1 + ROOM));
  }

  /** The timeline has grown, or begun anew. */
  follow(): void {
    const { life, span } = this;
    if (this.cursor !== undefined && this.cursor > this.timeline().end) this.cursor = undefined;
    if (this.mode === 'all' || this.from >= life) this.show(0, life);
    else if (this.mode === 'end') this.moveTo(this.timeline().end + span * ROOM - span);
  }

  private show(from: number, to: number): void {
    this.from = from;
    this.to = to;
  }

  /** A stretch as long as the present one, from `from` on, within the life. */
  private moveTo(from: number): void {
    const { life, span } = this;
    const start = Math.max(0, Math.min(from, life - span));
    this.show(start, start + span);
  }

  all(): void {
    this.mode = 'all';
    this.show(0, this.life);
  }

  /** Goes with the end from now on. A stretch of a life that is all in sight is one of its last seconds. */
  toEnd(): void {
    if (this.mode === 'all') this.to = this.from + this.life / 4;
    this.mode = 'end';
    this.follow();
  }

  toStart(): void {
    this.mode = 'still';
    this.moveTo(0);
  }

  /** @param factor above 1: nearer. @param about stays where it is in sight; left out: the chosen moment, the end, or the middle */
  zoom(factor: number, about = this.pivot()): void {
    const { life, span } = this;
    const wanted = Math.max(LEAST_SPAN, span / factor);
    if (wanted >= life) {
      this.all();
      return;
    }
    const atEnd = this.mode !== 'still' && about >= this.timeline().end - span * ROOM;
    const place = (about - this.from) / span;
    this.mode = atEnd ? 'end' : 'still';
    const start = Math.max(0, Math.min(about - place * wanted, life - wanted));
    this.show(start, start + wanted);
    if (atEnd) this.follow();
  }

  private pivot(): number {
    const { cursor, timeline } = this;
    if (cursor !== undefined && cursor >= this.from && cursor <= this.to) return cursor;
    return this.mode === 'still' ? (this.from + this.to) / 2 : timeline().end;
  }

  pan(by: number): void {
    if (this.mode === 'all') return;
    this.mode = 'still';
    this.moveTo(this.from + by);
  }

  /** Puts the middle of what is in sight there. */
  centre(at: number): void {
    if (this.mode === 'all') return;
    this.mode = 'still';
    this.moveTo(at - this.span / 2);
  }

  /** Shows a stretch with some room around it. */
  frame(from: number, to: number): void {
    const room = Math.max(LEAST_SPAN, (to - from) * 0.1);
    this.mode = 'still';
    this.show(Math.max(0, from - room), Math.min(this.life, to + room));
  }

  /** Chooses a moment and brings it into sight. */
  choose(at: number): void {
    this.cursor = Math.max(0, Math.min(at, this.timeline().end));
    if (this.cursor < this.from || this.cursor > this.to) {
      this.mode = 'still';
      this.moveTo(this.cursor - this.span / 2);
    }
  }
}
