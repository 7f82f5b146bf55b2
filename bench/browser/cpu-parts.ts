import type { ProcessStat } from './proc-files';
import { type Process, threadsOf } from './process-tree';

/** Processor seconds of a browser, and where in it they were spent; each but the first two is a part of `renderers`. */
export interface CpuParts {
  /** All its processes. */
  chromium: number;
  /** Those of pages and their workers. */
  renderers: number;
  /** Threads of workers. */
  worker: number;
  /** Threads of pages: scripts, styles, layout. */
  page: number;
}

interface Used {
  /** Of a process or a thread. */
  id: number;
  /** Where it counts. */
  parts: readonly (keyof CpuParts)[];
  seconds: number;
}

/** What each process, and each thread of a renderer, has used so far. */
export type CpuReading = readonly Used[];

export const isRenderer = ({ arguments: given }: Process): boolean => given.includes('--type=renderer');
/** Chromium’s own name for the thread of a dedicated worker, as far as Linux keeps it. */
const WORKER = 'DedicatedWorker';

/** @param threads of a renderer */
export function readCpu(processes: readonly Process[], threads: (pid: number) => readonly ProcessStat[] = threadsOf): CpuReading {
  return processes.flatMap((process): Used[] => {
    const whole = { id: process.pid, seconds: process.cpuSeconds };
    if (!isRenderer(process)) return [{ ...whole, parts: ['chromium'] }];
    const inside = threads(process.pid).flatMap(({ pid, name, cpuSeconds }): Used[] => {
      const part = name.startsWith(WORKER) ? 'worker' : pid === process.pid ? 'page' : undefined;
      return part ? [{ id: pid, parts: [part], seconds: cpuSeconds }] : [];
    });
    return [{ ...whole, parts: ['chromium', 'renderers'] }, ...inside];
  });
}

/** What was used between two readings. What ended in between is left out: nobody knows when it last worked. */
export function cpuBetween(before: CpuReading, after: CpuReading): CpuParts {
  const used: CpuParts = { chromium: 0, renderers: 0, worker: 0, page: 0 };
  for (const { id, parts, seconds } of after) {
    // A process and its first thread have one number.
    const earlier = before.find((each) => each.id === id && each.parts[0] === parts[0]);
    for (const part of parts) used[part] += seconds - (earlier?.seconds ?? 0);
  }
  return used;
}
