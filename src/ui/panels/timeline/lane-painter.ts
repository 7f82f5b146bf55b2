/** Paints what a vCPU did as pixels: a bar of shares, and below it how many interrupts and exceptions there were. O(pixels), however long the life. */
import { LANE_STATE, LANE_STATES } from '../../../vm/api/traced';
import { STATE_ORDER } from '../../state/timeline/lane-words';
import { EXCEPTIONS, INTERRUPTS, type Timeline } from '../../state/timeline/timeline';
import type { StripColours } from './strip-colours';

/** In device pixels. */
export interface LaneRoom {
  width: number;
  bar: number;
  /** Height of what is below the bar, for interrupts and exceptions one half each. */
  ticks: number;
}

/** Writes over `pixels`, `width` × (`bar` + `ticks`) of them, with what a vCPU did from `from` to `to` (ns on the strip). */
export class LanePainter {
  private readonly before = new Float64Array(LANE_STATES);
  private readonly after = new Float64Array(LANE_STATES);
  private readonly counted = [new Float64Array(2), new Float64Array(2)] as const;

  constructor(
    private readonly timeline: Timeline,
    private readonly colours: StripColours,
  ) {}

  paint(pixels: Uint32Array, room: LaneRoom, vcpu: number, from: number, to: number): void {
    this.paintBar(pixels, room, vcpu, from, to);
    this.paintTicks(pixels, room, vcpu, from, to);
  }

  private paintBar(pixels: Uint32Array, { width, bar }: LaneRoom, vcpu: number, from: number, to: number): void {
    const { timeline, colours, before, after } = this;
    const scale = (to - from) / width;
    let hint = timeline.spentUntil(vcpu, from, before);
    for (let x = 0; x < width; x++) {
      const right = from + (x + 1) * scale;
      const row = timeline.spentUntil(vcpu, right, after, hint);
      const el0 = row === hint ? this.el0Pixel(vcpu, row) : colours.states[LANE_STATE.EL0]!;
      hint = row;
      let bottom = bar;
      let cumulated = 0;
      for (const state of STATE_ORDER) {
        const spent = after[state]! - before[state]!;
        before[state] = after[state]!;
        if (spent <= 0) continue;
        cumulated += spent / scale;
        const top = Math.max(0, bar - Math.round(cumulated * bar));
        const colour = state === LANE_STATE.EL0 ? el0 : colours.states[state]!;
        for (let y = top; y < bottom; y++) pixels[y * width + x] = colour;
        bottom = top;
      }
      for (let y = 0; y < bottom; y++) pixels[y * width + x] = colours.unknown;
    }
  }

  /** EL0 in a stretch of one address space has that one's tint. */
  private el0Pixel(vcpu: number, row: number): number {
    const { spaces } = this.colours;
    const lane = this.timeline.lanes[vcpu]!;
    const space = row < lane.rows.length ? lane.spaceOf(row) : 0;
    return spaces[space === 0 ? 0 : (space - 1) % spaces.length]!;
  }

  private paintTicks(pixels: Uint32Array, { width, bar, ticks }: LaneRoom, vcpu: number, from: number, to: number): void {
    const { colours } = this;
    const events = this.timeline.events[vcpu]!;
    const { rows } = events;
    pixels.fill(colours.unknown, bar * width, (bar + ticks) * width);
    const half = Math.floor(ticks / 2);
    const scale = (to - from) / width;
    let [before, after] = this.counted;
    let row = events.from(from);
    rows.before(row, before);
    for (let x = 0; x < width && row < rows.length; x++) {
      const right = from + (x + 1) * scale;
      if (rows.times[row]! >= right) continue;
      row = rows.lastAt(right, row) + 1;
      rows.before(row, after);
      const interrupts = after[INTERRUPTS]! - before[INTERRUPTS]!;
      const exceptions = after[EXCEPTIONS]! - before[EXCEPTIONS]!;
      if (interrupts > 0) paintTick(pixels, width, x, bar + half, tickHeight(interrupts, half), colours.interrupt);
      if (exceptions > 0) paintTick(pixels, width, x, bar + 2 * half, tickHeight(exceptions, half), colours.exception);
      const swapped = before;
      before = after;
      after = swapped;
    }
  }
}

/** Of a third of the room, and a pixel more each time there are twice as many. */
const tickHeight = (count: number, most: number): number => Math.min(most, Math.ceil(most / 3) + 31 - Math.clz32(count));

function paintTick(pixels: Uint32Array, width: number, x: number, bottom: number, high: number, colour: number): void {
  for (let y = bottom - high; y < bottom; y++) pixels[y * width + x] = colour;
}
