/** What fingers, mouse and wheel do to the strip: drag to pan, pinch and wheel to zoom, press to choose, drag below to go elsewhere in the life. */
import type { TimelineView } from '../../state/timeline/timeline-view.svelte';
import type { StripPlace } from './strip-drawing';

export interface StripListener {
  place(): StripPlace;
  /** A moment was pressed, at `x`. */
  choose(at: number, x: number): void;
  /** The pointer is above a moment; undefined: above none. */
  point(at: number | undefined): void;
}

/** A press that moves less than this (CSS px) chooses. */
const STILL = 4;
/** Pixels of a line and of a page, for wheels that count in those. */
const WHEEL_UNIT = [1, 16, 400] as const;
const WHEEL_ZOOM = 0.0022;

export class StripGestures {
  private readonly pointers = new Map<number, number>();
  private pressed: { x: number; moved: boolean; overview: boolean } | undefined;

  constructor(
    private readonly view: TimelineView,
    private readonly listener: StripListener,
  ) {}

  private drawn(): number {
    const { width, gutter, right } = this.listener.place();
    return Math.max(1, width - gutter - right);
  }

  private timeAt(x: number): number {
    const { from, span } = this.view;
    return from + ((x - this.listener.place().gutter) / this.drawn()) * span;
  }

  private isOnLanes(x: number): boolean {
    const { gutter, width, right } = this.listener.place();
    return x >= gutter && x <= width - right;
  }

  wheel(event: WheelEvent): void {
    const unit = WHEEL_UNIT[event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    event.preventDefault();
    if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) this.view.pan(((dx || dy) / this.drawn()) * this.view.span);
    // A pinch on a touch pad comes as a wheel with Ctrl, in small steps.
    else this.view.zoom(Math.exp(-dy * WHEEL_ZOOM * (event.ctrlKey ? 4 : 1)), this.timeAt(this.xOf(event)));
  }

  private xOf(event: MouseEvent): number {
    const { currentTarget } = event;
    return event.clientX - (currentTarget instanceof Element ? currentTarget.getBoundingClientRect().left : 0);
  }
  private yOf(event: MouseEvent): number {
    const { currentTarget } = event;
    return event.clientY - (currentTarget instanceof Element ? currentTarget.getBoundingClientRect().top : 0);
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const x = this.xOf(event);
    const overview = this.yOf(event) >= this.listener.place().overviewTop - 4;
    this.pointers.set(event.pointerId, x);
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    if (this.pointers.size === 1) this.pressed = { x, moved: false, overview };
    if (overview) this.goTo(x);
  }

  private goTo(x: number): void {
    this.view.centre(((x - this.listener.place().gutter) / this.drawn()) * this.view.life);
  }

  move(event: PointerEvent): void {
    const x = this.xOf(event);
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) {
      this.listener.point(
        this.isOnLanes(x) && this.yOf(event) < this.listener.place().overviewTop - 4 ? this.timeAt(x) : undefined,
      );
      return;
    }
    if (this.pointers.size === 2) {
      const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const [was, is] = [Math.abs(before - other!), Math.abs(x - other!)];
      if (was > 8 && is > 8) this.view.zoom(is / was, this.timeAt((x + other!) / 2));
      if (this.pressed) this.pressed.moved = true;
    } else if (this.pressed) {
      this.pressed.moved ||= Math.abs(x - this.pressed.x) >= STILL;
      if (this.pressed.overview) this.goTo(x);
      else if (this.pressed.moved) this.view.pan(((before - x) / this.drawn()) * this.view.span);
    }
    this.pointers.set(event.pointerId, x);
    this.listener.point(undefined);
  }

  up(event: PointerEvent): void {
    const { pressed } = this;
    this.cancel(event);
    const x = this.xOf(event);
    if (pressed && !pressed.moved && !pressed.overview && this.isOnLanes(x)) this.listener.choose(this.timeAt(x), x);
  }

  cancel(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    if (this.pointers.size === 0) this.pressed = undefined;
  }

  /** A double press goes nearer. */
  twice(event: MouseEvent): void {
    const x = this.xOf(event);
    if (this.isOnLanes(x)) this.view.zoom(4, this.timeAt(x));
  }
}
