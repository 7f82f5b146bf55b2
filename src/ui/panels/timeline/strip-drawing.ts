/** Draws the strip on its canvas: ruler, lanes, sleep, marks, the chosen moment, and the whole life below. */
import { LANE_STATE, LANE_STATES } from '../../../vm/api/traced';
import { STATE_WORDS, spaceWords } from '../../state/timeline/lane-words';
import type { Timeline } from '../../state/timeline/timeline';
import { LanePainter } from './lane-painter';
import type { MarkGroup } from './mark-layout';
import { rulerMarks } from './ruler';
import type { StripColours } from './strip-colours';

/** In CSS pixels. */
export interface StripPlace {
  width: number;
  height: number;
  /** Room for the lanes' names at the left, and for what they did at the right. */
  gutter: number;
  right: number;
  laneTop: number;
  laneHeight: number;
  laneGap: number;
  /** Top of the row of marks, and of the whole life. */
  marksTop: number;
  overviewTop: number;
  overviewHeight: number;
  /** Device pixels for each. */
  ratio: number;
}

export interface StripSight {
  from: number;
  to: number;
  /** How long the whole life is drawn. */
  life: number;
  cursor: number | undefined;
  hover: number | undefined;
  marks: readonly MarkGroup[];
}

/** The ruler's marks are no nearer to each other than this. */
const RULER_APART = 92;
/** Fewer stretches in sight than this get words. */
const MOST_WORDED = 240;
const LEAST_WORDED = 44;
/** The same for what is no work. */
const LEAST_QUIET_WORDED = 120;
/** Of a lane, so much is for interrupts and exceptions: half for each. */
const ticksOf = (laneHeight: number): number => (laneHeight >= 16 ? 6 : 4);

export class StripDrawing {
  /** Each lane as it was painted last, and what that was of. */
  private lanes: ImageData[] = [];
  private readonly painter: LanePainter;
  private painted: { from: number; to: number; revision: number } | undefined;
  private overview: { image: ImageData; revision: number; life: number } | undefined;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly timeline: Timeline,
    private readonly colours: StripColours,
  ) {
    this.painter = new LanePainter(timeline, colours);
  }

  /** @param revision grows with the timeline */
  draw(place: StripPlace, sight: StripSight, revision: number): void {
    const { context } = this;
    context.setTransform(place.ratio, 0, 0, place.ratio, 0, 0);
    context.clearRect(0, 0, place.width, place.height);
    this.drawLanes(place, sight, revision);
    this.drawOverview(place, sight, revision);
    context.font = `11px ${this.colours.font}`;
    context.textBaseline = 'middle';
    this.drawSleeps(place, sight);
    this.drawNames(place);
    this.drawWords(place, sight);
    this.drawRuler(place, sight);
    this.drawMarks(place, sight);
    if (sight.hover !== undefined) this.drawMoment(place, sight, sight.hover, this.colours.dim, false);
    if (sight.cursor !== undefined) this.drawMoment(place, sight, sight.cursor, this.colours.text, true);
  }

  private wide({ width, gutter, right }: StripPlace): number {
    return Math.max(1, width - gutter - right);
  }

  private x(place: StripPlace, { from, to }: StripSight, at: number): number {
    return place.gutter + ((at - from) / (to - from)) * this.wide(place);
  }

  private top(place: StripPlace, vcpu: number): number {
    return place.laneTop + vcpu * (place.laneHeight + place.laneGap);
  }

  private barMiddle(place: StripPlace, vcpu: number): number {
    return this.top(place, vcpu) + (place.laneHeight - ticksOf(place.laneHeight)) / 2 + 0.5;
  }

  /** Painted anew only where they have grown, or something else is in sight: not for the pointer that moves over them. */
  private drawLanes(place: StripPlace, { from, to }: StripSight, revision: number): void {
    const { context, timeline, colours } = this;
    const { ratio } = place;
    const width = Math.round(this.wide(place) * ratio);
    const ticks = Math.round(ticksOf(place.laneHeight) * ratio);
    const room = { width, bar: Math.max(1, Math.round(place.laneHeight * ratio) - ticks), ticks };
    const high = room.bar + ticks;
    const { painted, painter } = this;
    let isKnown = painted?.from === from && painted.to === to && painted.revision === revision;
    if (this.lanes.length !== timeline.vcpus || this.lanes[0]?.width !== width || this.lanes[0].height !== high) {
      this.lanes = Array.from({ length: timeline.vcpus }, () => context.createImageData(width, high));
      isKnown = false;
    }
    this.painted = { from, to, revision };
    for (const [vcpu, lane] of this.lanes.entries()) {
      if (!isKnown) painter.paint(new Uint32Array(lane.data.buffer), room, vcpu, from, to);
      context.putImageData(lane, Math.round(place.gutter * ratio), Math.round(this.top(place, vcpu) * ratio));
      if (!colours.frame) continue;
      context.strokeStyle = colours.frame;
      context.lineWidth = 1;
      context.strokeRect(place.gutter - 0.5, this.top(place, vcpu) - 0.5, this.wide(place) + 1, place.laneHeight + 1);
    }
  }

  /** The whole life: the mean of all lanes, made anew only when it has grown. */
  private drawOverview(place: StripPlace, { life, from, to }: StripSight, revision: number): void {
    const { context, timeline, colours } = this;
    const { ratio, overviewTop, overviewHeight, gutter } = place;
    const width = Math.round(this.wide(place) * ratio);
    const high = Math.round(overviewHeight * ratio);
    const known = this.overview;
    if (known?.image.width !== width || known.image.height !== high || known.revision !== revision || known.life !== life)
      this.overview = { image: this.overviewImage(width, high, life), revision, life };
    context.putImageData(this.overview!.image, Math.round(gutter * ratio), Math.round(overviewTop * ratio));
    for (const { start, end } of timeline.sleeps) {
      const left = gutter + (start / life) * this.wide(place);
      context.fillStyle = colours.sleep;
      context.fillRect(left, overviewTop, Math.max(1, ((end - start) / life) * this.wide(place)), overviewHeight);
    }
    if (from <= 0 && to >= life) return;
    const left = gutter + (from / life) * this.wide(place);
    const wide = Math.max(3, ((to - from) / life) * this.wide(place));
    context.globalAlpha = 0.62;
    context.fillStyle = colours.ground;
    context.fillRect(gutter, overviewTop, left - gutter, overviewHeight);
    context.fillRect(left + wide, overviewTop, gutter + this.wide(place) - left - wide, overviewHeight);
    context.globalAlpha = 1;
    context.strokeStyle = colours.text;
    context.lineWidth = 1.5;
    context.strokeRect(left, overviewTop - 1, wide, overviewHeight + 2);
  }

  private overviewImage(width: number, high: number, life: number): ImageData {
    const { context, timeline, colours } = this;
    const image = context.createImageData(width, high);
    const pixels = new Uint32Array(image.data.buffer);
    const sums = new Float64Array(width * LANE_STATES);
    const [before, after] = [new Float64Array(LANE_STATES), new Float64Array(LANE_STATES)];
    const scale = life / width;
    for (let vcpu = 0; vcpu < timeline.vcpus; vcpu++) {
      let hint = timeline.spentUntil(vcpu, 0, before);
      for (let x = 0; x < width; x++) {
        hint = timeline.spentUntil(vcpu, (x + 1) * scale, after, hint);
        for (let state = 0; state < LANE_STATES; state++) {
          const at = x * LANE_STATES + state;
          sums[at] = sums[at]! + (after[state]! - before[state]!);
          before[state] = after[state]!;
        }
      }
    }
    const whole = scale * Math.max(1, timeline.vcpus);
    for (let x = 0; x < width; x++) {
      let [bottom, cumulated, known] = [high, 0, 0];
      for (let state = 0; state < LANE_STATES; state++) known += sums[x * LANE_STATES + state]!;
      for (const state of [LANE_STATE.EL1, LANE_STATE.EL0]) {
        cumulated += sums[x * LANE_STATES + state]! / whole;
        const top = Math.max(0, high - Math.round(cumulated * high));
        for (let y = top; y < bottom; y++) pixels[y * width + x] = colours.states[state]!;
        bottom = top;
      }
      const rest = known > 0 ? colours.states[LANE_STATE.IDLE]! : colours.states[LANE_STATE.OFF]!;
      for (let y = 0; y < bottom; y++) pixels[y * width + x] = rest;
    }
    return image;
  }

  private drawSleeps(place: StripPlace, sight: StripSight): void {
    const { context, timeline, colours } = this;
    for (const { start, end } of timeline.sleeps) {
      if (end < sight.from || start > sight.to) continue;
      const left = Math.max(place.gutter, this.x(place, sight, start));
      const wide = Math.min(place.width - place.right, this.x(place, sight, end)) - left;
      for (let vcpu = 0; vcpu < timeline.vcpus; vcpu++) {
        const top = this.top(place, vcpu);
        context.fillStyle = colours.sleep;
        context.fillRect(left, top, wide, place.laneHeight);
        hatch(context, left, top, wide, place.laneHeight, colours.frame ?? colours.ground, colours.frame ? 1 : 0.35);
      }
    }
  }

  private drawNames(place: StripPlace): void {
    const { context, timeline, colours } = this;
    context.textAlign = 'left';
    context.fillStyle = colours.dim;
    for (let vcpu = 0; vcpu < timeline.vcpus; vcpu++)
      context.fillText(`vCPU ${vcpu}`, place.gutter < 64 ? 8 : 16, this.barMiddle(place, vcpu));
  }

  /** Where few stretches are in sight, those that are wide enough say what they are. */
  private drawWords(place: StripPlace, sight: StripSight): void {
    const { context, timeline, colours } = this;
    if (place.laneHeight < 14) return;
    context.textAlign = 'left';
    const [leftEdge, rightEdge] = [place.gutter, place.width - place.right];
    for (let vcpu = 0; vcpu < timeline.vcpus; vcpu++) {
      const middle = this.barMiddle(place, vcpu);
      for (const lane of [timeline.lanes[vcpu]!, timeline.tails[vcpu]!]) {
        const first = Math.max(0, lane.rows.lastAt(sight.from));
        const last = lane.rows.lastAt(sight.to);
        if (last - first > MOST_WORDED) continue;
        for (let row = first; row <= last; row++) {
          const start = lane.rows.times[row]!;
          const left = Math.max(leftEdge, this.x(place, sight, start));
          const wide = Math.min(rightEdge, this.x(place, sight, start + lane.lengthOf(row))) - left;
          if (wide < LEAST_WORDED) continue;
          const state = lane.pureState(row);
          if (state === undefined || (state < LANE_STATE.WAITING && wide < LEAST_QUIET_WORDED)) continue;
          const space = state === LANE_STATE.EL0 ? lane.spaceOf(row) : 0;
          const name = STATE_WORDS[state]!;
          const text = space > 0 ? `${name} · ${spaceWords(timeline.spaces.get(space), space)}` : name;
          context.fillStyle = colours.ink[state]!;
          const fitting = [text, name].find((each) => context.measureText(each).width + 12 <= wide);
          if (fitting) context.fillText(fitting, left + 6, middle);
        }
      }
    }
  }

  private drawRuler(place: StripPlace, sight: StripSight): void {
    const { context, colours } = this;
    const apart = (RULER_APART / this.wide(place)) * (sight.to - sight.from);
    context.textAlign = 'left';
    context.lineWidth = 1;
    for (const { at, text } of rulerMarks(this.timeline, sight.from, sight.to, apart)) {
      const x = Math.round(this.x(place, sight, at)) + 0.5;
      context.strokeStyle = colours.line;
      context.beginPath();
      context.moveTo(x, 4);
      context.lineTo(x, place.laneTop - 3);
      context.stroke();
      if (x + 4 + context.measureText(text).width > place.width - place.right) continue;
      context.fillStyle = colours.faint;
      context.fillText(text, x + 4, 9);
    }
  }

  private drawMarks(place: StripPlace, sight: StripSight): void {
    const { context, colours } = this;
    const tone = { firmware: colours.amber, wake: colours.moss, error: colours.rose };
    context.lineWidth = 1;
    for (const mark of sight.marks) {
      const x = Math.round(mark.x) + 0.5;
      context.strokeStyle = tone[mark.tone];
      context.setLineDash(mark.weight === 3 ? [] : [2, 3]);
      context.beginPath();
      // What changes power states crosses the lanes; any other call starts at who made it.
      context.moveTo(x, mark.weight > 0 ? place.laneTop - 4 : place.marksTop - 3);
      context.lineTo(x, place.marksTop + 6);
      context.stroke();
      if (mark.lastX - mark.x < 3) continue;
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(x, place.marksTop + 0.5);
      context.lineTo(mark.lastX, place.marksTop + 0.5);
      context.stroke();
    }
    context.setLineDash([]);
  }

  private drawMoment(place: StripPlace, sight: StripSight, at: number, colour: string, chosen: boolean): void {
    if (at < sight.from || at > sight.to) return;
    const { context } = this;
    const x = Math.round(this.x(place, sight, at)) + 0.5;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = chosen ? 1.5 : 1;
    context.beginPath();
    context.moveTo(x, place.laneTop - 4);
    context.lineTo(x, place.marksTop - 1);
    context.stroke();
    if (!chosen) return;
    context.beginPath();
    context.moveTo(x - 5, place.laneTop - 10);
    context.lineTo(x + 5, place.laneTop - 10);
    context.lineTo(x, place.laneTop - 3);
    context.fill();
  }
}

/** Slanted lines, in step with those of neighbours. */
function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  wide: number,
  high: number,
  colour: string,
  alpha: number,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, wide, high);
  context.clip();
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = Math.floor((left - high) / 6) * 6; x < left + wide; x += 6) {
    context.moveTo(x, top + high);
    context.lineTo(x + high, top);
  }
  context.stroke();
  context.restore();
}
