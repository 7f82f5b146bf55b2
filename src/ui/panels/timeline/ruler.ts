/** Where the ruler of machine time has its marks. Pure functions. */

import { timeWords } from '../../state/timeline/lane-words';
import type { Timeline } from '../../state/timeline/timeline';

export interface RulerMark {
  /** On the strip, ns. */
  at: number;
  text: string;
}

/** The least of 1, 2 and 5 times a power of ten that is not less than `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least * 0.9999) ?? 10;
  return step * power;
}

/** Marks of machine time between two places of the strip, no nearer to each other than `apart` (ns). Machine time begins anew with each epoch. */
export function rulerMarks({ epochs, end }: Timeline, from: number, to: number, apart: number): RulerMark[] {
  const step = Math.max(1, niceStep(apart));
  const marks: RulerMark[] = [];
  for (const [index, { start, machine }] of epochs.list.entries()) {
    const until = Math.min(to, epochs.endOf(index), Math.max(end, to));
    if (machine === undefined || until <= from) continue;
    const first = Math.ceil((machine + Math.max(0, from - start)) / step) * step;
    for (let time = first; start + time - machine < until; time += step)
      marks.push({ at: start + time - machine, text: timeWords(time, step) });
  }
  return marks;
}
