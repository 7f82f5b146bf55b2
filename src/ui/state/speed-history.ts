/** Rates between two reports of what the engine was busy with, and the last of them. Pure. */
import type { SpeedAnswer } from '../../vm/api/speed';

/** Of the time between two reports, per second of machine time; shares are 0..1. */
export interface SpeedPoint {
  instructions: number;
  compiled: number;
  tlbMisses: number;
  walks: number;
  services: number;
  devices: number;
  /** Milliseconds of the host spent compiling. */
  compiling: number;
}

/** Points that are kept: half a minute of reports. */
export const POINTS = 120;
/** Counters of compiled instructions are modulo this. */
const WRAP = 2 ** 32;

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, count) => total + count, 0);

/** What happened from one report to the next; undefined if no time went by, or the machine is another one. */
export function pointBetween(before: SpeedAnswer, now: SpeedAnswer): SpeedPoint | undefined {
  const seconds = (now.time - before.time) / 1e9;
  const retired = now.instructions - before.instructions;
  if (seconds <= 0 || retired < 0 || now.entries < before.entries) return undefined;
  const rate = (of: (answer: SpeedAnswer) => number): number => Math.max(0, of(now) - of(before)) / seconds;
  const compiled = (now.compiled - before.compiled + WRAP) % WRAP;
  return {
    instructions: retired / seconds,
    compiled: retired > 0 ? Math.min(1, compiled / retired) : 0,
    tlbMisses: rate(({ tlbMisses }) => tlbMisses),
    walks: rate(({ walks }) => walks),
    services: rate(({ services }) => sum(services)),
    devices: rate(({ devices }) => sum(devices)),
    compiling: Math.max(0, ((now.jit?.compileTime ?? 0) - (before.jit?.compileTime ?? 0)) / 1e6),
  };
}

/** The history with one point more. */
export const withPoint = (history: readonly SpeedPoint[], point: SpeedPoint): SpeedPoint[] => [...history, point].slice(-POINTS);

/** Rates by name between two reports, the largest first, those that are zero left out. */
export function ratesOf(
  before: Record<string, number>,
  now: Record<string, number>,
  seconds: number,
): { name: string; rate: number; total: number }[] {
  return Object.entries(now)
    .map(([name, total]) => ({ name, total, rate: seconds > 0 ? Math.max(0, total - (before[name] ?? 0)) / seconds : 0 }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.rate - a.rate || b.total - a.total);
}

/** A line through the values in a box of `width` by `height`, the newest at the right, from zero to the largest: points of an SVG polyline. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const most = Math.max(...values, Number.MIN_VALUE);
  const step = width / (POINTS - 1);
  const first = POINTS - values.length;
  return values
    .map((value, at) => `${((first + at) * step).toFixed(1)},${(height - (value / most) * (height - 2) - 1).toFixed(1)}`)
    .join(' ');
}
