/** Draws the strip: one lane per vCPU, EL1 and EL0 stacked by their share, idle behind, marks across. */
import type { Mark, Timeline } from '../state/timeline';

export interface StripColours {
  el0: string;
  el1: string;
  idle: string;
  off: string;
  sleep: string;
  amber: string;
  moss: string;
  rose: string;
  dim: string;
  font: string;
  /** The colours are a person's own: lanes are framed with this one, and sleep is hatched. */
  frame?: string;
}

/** All in CSS pixels. */
export interface StripPlace {
  width: number;
  height: number;
  /** Room for the lanes' names at the left. */
  gutter: number;
  laneHeight: number;
  laneGap: number;
}

const TOP = 4;
const LABEL_GAP = 5;
/** The strip shows at least this many seconds, so that the first moments do not jump about. */
const MIN_SPAN = 5;

export function readColours(element: Element): StripColours {
  const style = getComputedStyle(element);
  const forced = matchMedia('(forced-colors: active)').matches;
  const get = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    el0: get('el0'),
    el1: get('el1'),
    idle: get('idle'),
    off: get('off'),
    sleep: get('sleep'),
    amber: get('amber'),
    moss: get('moss'),
    rose: get('rose'),
    dim: get('dim'),
    font: get('font'),
    ...(forced ? { frame: get('text') } : {}),
  };
}

export function spanOf(timeline: Timeline): number {
  return Math.max(MIN_SPAN, timeline.end * 1.02);
}

export function drawStrip(context: CanvasRenderingContext2D, timeline: Timeline, place: StripPlace, colours: StripColours): void {
  const { width, height, gutter, laneHeight, laneGap } = place;
  const scale = (width - gutter - 8) / spanOf(timeline);
  const x = (seconds: number) => gutter + seconds * scale;
  const laneTop = (lane: number) => TOP + lane * (laneHeight + laneGap);
  context.clearRect(0, 0, width, height);
  context.font = `11px ${colours.font}`;
  context.textBaseline = 'middle';
  for (let lane = 0; lane < timeline.vcpus; lane += 1) {
    const y = laneTop(lane);
    context.fillStyle = colours.dim;
    context.textAlign = 'left';
    context.fillText(`vCPU ${lane}`, 16, y + laneHeight / 2);
    context.fillStyle = colours.off;
    context.fillRect(gutter, y, width - gutter - 8, laneHeight);
  }
  for (const sample of timeline.samples) {
    // Whole pixels, so that neighbours show no seam.
    const left = Math.round(x(sample.start));
    const wide = Math.max(1, Math.round(x(sample.end)) - left);
    for (let lane = 0; lane < timeline.vcpus; lane += 1) {
      const y = laneTop(lane);
      if (sample.asleep) {
        context.fillStyle = colours.sleep;
        context.fillRect(left, y, wide, laneHeight);
        if (colours.frame) hatch(context, left, y, wide, laneHeight, colours.frame);
        continue;
      }
      const share = sample.lanes[lane];
      if (!share || share.on === 0) continue;
      context.fillStyle = colours.idle;
      context.fillRect(left, y, wide, laneHeight * Math.min(1, share.on));
      const kernel = share.el1 * laneHeight;
      const user = Math.min(share.el0 * laneHeight, laneHeight - kernel);
      context.fillStyle = colours.el1;
      context.fillRect(left, y + laneHeight - kernel, wide, kernel);
      context.fillStyle = colours.el0;
      context.fillRect(left, y + laneHeight - kernel - user, wide, user);
    }
  }
  if (colours.frame) {
    context.strokeStyle = colours.frame;
    context.lineWidth = 1;
    for (let lane = 0; lane < timeline.vcpus; lane += 1)
      context.strokeRect(gutter - 0.5, laneTop(lane) - 0.5, width - gutter - 7, laneHeight + 1);
  }
  drawMarks(context, timeline.marks, laneTop(timeline.vcpus) - laneGap, x, place, colours);
}

/** Slanted lines, in step with those of neighbours. */
function hatch(context: CanvasRenderingContext2D, left: number, top: number, wide: number, high: number, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(left, top, wide, high);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = Math.floor((left - high) / 5) * 5; x < left + wide; x += 5) {
    context.moveTo(x, top + high);
    context.lineTo(x + high, top);
  }
  context.stroke();
  context.restore();
}

function drawMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  bottom: number,
  x: (seconds: number) => number,
  place: StripPlace,
  colours: StripColours,
): void {
  const tone = { firmware: colours.amber, wake: colours.moss, error: colours.rose };
  const taken: [number, number][] = [];
  const byWeight = [...marks].sort((a, b) => weight(b) - weight(a) || a.at - b.at);
  for (const mark of byWeight) {
    const at = Math.round(x(mark.at)) + 0.5;
    context.strokeStyle = tone[mark.tone];
    context.lineWidth = 1;
    context.setLineDash(mark.label.startsWith('SYSTEM_') ? [] : [2, 3]);
    context.beginPath();
    context.moveTo(at, 1);
    context.lineTo(at, bottom + 5);
    context.stroke();
    const text = mark.count > 1 ? `${mark.label} ×${mark.count}` : mark.label;
    const wide = context.measureText(text).width;
    // Words stand to the right of their line, else to the left, else a little off, else nowhere.
    const left = [at + 2, at - wide - 2, at + 14].find((start) => {
      const inside = start >= place.gutter && start + wide <= place.width - 4;
      return inside && taken.every(([from, to]) => start > to + LABEL_GAP || start + wide < from - LABEL_GAP);
    });
    if (left === undefined) continue;
    context.fillStyle = tone[mark.tone];
    context.textAlign = 'left';
    context.fillText(text, left, bottom + 11);
    taken.push([left, left + wide]);
  }
  context.setLineDash([]);
}

/** Whose words win when there is room for one only. */
function weight(mark: Mark): number {
  return mark.label.startsWith('SYSTEM_') ? 2 : mark.tone === 'wake' ? 1 : 0;
}
