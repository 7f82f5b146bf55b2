/** What a real machine would have traced, made up from the shares that a demonstration pretends to. */
import type { VcpuView } from '../../vm/api';
import { LANE_STATE, type LaneState, packSegment, type TraceBatch, type TraceSegments } from '../../vm/api/trace';

const PART_NS = 5e6;

const columns = (rows: readonly (readonly number[])[]): TraceSegments => ({
  start: Float64Array.from(rows, ([start]) => start!),
  length: Float64Array.from(rows, ([, length]) => length!),
  instructions: Float64Array.from(rows, ([, , instructions]) => instructions!),
  what: Uint32Array.from(rows, ([, , , what]) => what!),
});

/** @param from where the batch before ended, ns */
export function pretendedTrace(views: readonly VcpuView[], from: number, until: number, instructions: number): TraceBatch {
  const rows: number[][] = [];
  for (const { index, power, el0Share, el1Share } of views) {
    const powered = power === 'on' || power === 'idle';
    const parts: [LaneState, number][] = powered
      ? [
          [LANE_STATE.EL1, el1Share],
          [LANE_STATE.EL0, el0Share],
          [LANE_STATE.IDLE, Math.max(0, 1 - el0Share - el1Share)],
        ]
      : [[LANE_STATE.OFF, 1]];
    for (let at = from; at < until; at += PART_NS) {
      const length = Math.min(PART_NS, until - at);
      for (const [state, share] of parts)
        if (share > 0) rows.push([at, share * length, instructions, packSegment(index, state, 0, parts.length > 1)]);
    }
  }
  const none = new Uint32Array();
  const events = { time: new Float64Array(), what: none, count: none };
  return { until, instructions, segments: columns(rows), events, tail: columns([]), spaces: [], lost: 0 };
}
