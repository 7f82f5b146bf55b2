import { describe, expect, it } from 'vitest';
import { cpuBetween, readCpu } from './cpu-parts';
import type { Process } from './process-tree';

const process = (pid: number, type: string, cpuSeconds: number): Process => ({
  pid,
  parent: 1,
  name: 'chromium',
  cpuSeconds,
  arguments: ['chromium', type],
});
const thread = (pid: number, name: string, cpuSeconds: number) => ({ pid, parent: 1, name, cpuSeconds });

describe('what a browser uses of a processor', () => {
  it('is counted by process, and inside of renderers by what their threads do', () => {
    const before = readCpu([process(1, '', 10), process(2, '--type=renderer', 5)], () => [
      thread(2, 'chromium', 1),
      thread(3, 'DedicatedWorker', 3),
    ]);
    const after = readCpu([process(1, '', 11), process(2, '--type=renderer', 9), process(7, '--type=gpu-process', 0.5)], () => [
      thread(2, 'chromium', 1.5),
      thread(3, 'DedicatedWorker', 5),
      thread(4, 'Compositor', 1),
    ]);
    expect(cpuBetween(before, after)).toEqual({ chromium: 5.5, renderers: 4, worker: 2, page: 0.5 });
  });

  it('leaves out what has ended', () => {
    const before = readCpu([process(1, '', 10), process(2, '', 5)], () => []);
    expect(
      cpuBetween(
        before,
        readCpu([process(1, '', 10)], () => []),
      ),
    ).toMatchObject({ chromium: 0 });
  });
});
