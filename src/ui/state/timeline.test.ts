import { describe, expect, it } from 'vitest';
import type { FirmwareCall, VcpuView } from '../../vm/api';
import { MAX_SAMPLES, Timeline } from './timeline';

const S = 1e9;
function view(power: VcpuView['power'], el0Share: number, el1Share: number): VcpuView {
  return { index: 0, power, el: 1, pc: 0n, sp: 0n, x: [], pstate: 0, instructions: 0, el0Share, el1Share, readyShare: 0 };
}
function call(name: string, time: number): FirmwareCall {
  return {
    seq: 0,
    time,
    vcpu: 0,
    conduit: 'hvc',
    id: 0,
    name,
    args: [0n, 0n, 0n],
    argsText: '',
    resultText: '',
    why: '',
    outcome: 'ok',
  };
}

describe('Timeline', () => {
  it('joins reports without gaps and drops those that go back', () => {
    const line = new Timeline();
    line.addVcpus(1 * S, [view('on', 0.25, 0.5), view('off', 1, 1)]);
    line.addVcpus(0.5 * S, [view('on', 1, 0)]);
    line.addVcpus(2 * S, [view('idle', 0, 0.1)]);
    expect(line.samples.map((sample) => [sample.start, sample.end])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(line.samples[0]?.lanes).toEqual([
      { el0: 0.25, el1: 0.5, on: 1 },
      { el0: 0, el1: 0, on: 0 },
    ]);
    expect(line.vcpus).toBe(2);
    expect(line.at(1.5)?.lanes[0]?.el1).toBe(0.1);
  });

  it('keeps the whole life in bounded room, shares kept on average', () => {
    const line = new Timeline();
    for (let step = 1; step <= 10_000; step += 1) line.addVcpus(step * 0.1 * S, [view('on', step % 2, 0)]);
    expect(line.samples.length).toBeLessThan(MAX_SAMPLES);
    expect(line.samples[0]?.start).toBe(0);
    expect(line.end).toBeCloseTo(1000);
    const busy = line.samples.reduce((sum, sample) => sum + (sample.lanes[0]?.el0 ?? 0) * (sample.end - sample.start), 0);
    expect(busy).toBeCloseTo(500, 0);
  });

  it('puts a woken machine after its sleep', () => {
    const line = new Timeline();
    line.addVcpus(10 * S, [view('on', 0, 1)]);
    line.sleep();
    const woke = line.end;
    line.wake('wake');
    expect(line.end).toBe(woke);
    line.addVcpus(1 * S, [view('on', 0, 1)]);
    expect(line.end).toBeCloseTo(woke + 1);
    expect(line.samples.filter((sample) => sample.asleep)).toHaveLength(1);
    expect(line.marks.at(-1)).toMatchObject({ at: woke, tone: 'wake' });
  });

  it('goes on after a reset', () => {
    const line = new Timeline();
    line.addVcpus(3 * S, [view('on', 0, 1)]);
    line.restart();
    line.addVcpus(1 * S, [view('on', 0, 1)]);
    expect(line.end).toBe(4);
  });

  it('marks power calls only, close ones together', () => {
    const line = new Timeline();
    line.addCall(call('PSCI_VERSION', 0));
    for (const time of [0.05, 0.06, 0.07]) line.addCall(call('CPU_ON', time * S));
    line.addCall(call('CPU_ON', 5 * S));
    line.addCall(call('SYSTEM_OFF2', 9 * S));
    expect(line.marks.map((mark) => [mark.label, mark.count])).toEqual([
      ['CPU_ON', 3],
      ['CPU_ON', 1],
      ['SYSTEM_OFF2', 1],
    ]);
  });
});
