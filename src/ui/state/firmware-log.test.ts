import { describe, expect, it } from 'vitest';
import type { FirmwareCall } from '../../vm/api';
import { callsAsJson, FirmwareLog, LOG_CAPACITY, rowsOf } from './firmware-log';

function call(seq: number, name: string, extra: Partial<FirmwareCall> = {}): FirmwareCall {
  return {
    seq,
    time: seq,
    vcpu: 0,
    conduit: 'hvc',
    id: 0x84000000,
    name,
    args: [1n, -1n, 0n],
    argsText: '',
    resultText: 'SUCCESS',
    why: '',
    outcome: 'ok',
    ...extra,
  };
}

describe('FirmwareLog', () => {
  it('keeps the newest and counts what it dropped', () => {
    const log = new FirmwareLog();
    for (let seq = 0; seq < 10_000; seq += 1) log.add(call(seq, 'PSCI_VERSION'));
    expect(log.total).toBe(10_000);
    expect(log.calls.length).toBeGreaterThanOrEqual(LOG_CAPACITY);
    expect(log.calls.length).toBeLessThanOrEqual(LOG_CAPACITY + 250);
    expect(log.calls.at(-1)?.seq).toBe(9999);
    expect(log.dropped + log.calls.length).toBe(10_000);
  });

  it('counts calls that came folded, and those that did not come', () => {
    const log = new FirmwareLog();
    log.addBatch({ calls: [call(0, 'PSCI_VERSION', { times: 500 }), call(900, 'CPU_ON')], dropped: 400 });
    expect(log.total).toBe(901);
    expect(log.dropped).toBe(400);
    expect(log.calls).toHaveLength(2);
  });

  it('filters by every word', () => {
    const log = new FirmwareLog();
    log.add(call(1, 'CPU_ON', { argsText: 'cpu1 entry 0x41a20000' }));
    log.add(call(2, 'CPU_OFF', { vcpu: 1 }));
    expect(log.matching('cpu_on').map((entry) => entry.seq)).toEqual([1]);
    expect(log.matching('CPU1').map((entry) => entry.seq)).toEqual([1, 2]);
    expect(log.matching('cpu1 off').map((entry) => entry.seq)).toEqual([2]);
    expect(log.matching('  ')).toHaveLength(2);
  });

  it('folds what a service is asked over and over into one row, and leaves PSCI and refusals apart', () => {
    const calls = [
      call(1, 'CPU_ON'),
      call(2, 'CPU_ON'),
      call(3, 'TRNG_RND64', { times: 30 }),
      call(4, 'TRNG_RND64', { vcpu: 1, argsText: '64 bits' }),
      call(5, 'TRNG_RND64', { outcome: 'error' }),
      call(6, 'TRNG_RND64'),
      call(7, 'TRNG_RND64'),
      call(8, 'SYSTEM_OFF', { outcome: 'event' }),
    ];
    const brief = rowsOf(calls, true).map(({ call: { seq }, last, entries, times, oneVcpu }) => [
      seq,
      last.seq,
      entries,
      times,
      oneVcpu,
    ]);
    expect(brief).toEqual([
      [1, 1, 1, 1, true],
      [2, 2, 1, 1, true],
      [3, 4, 2, 31, false],
      [5, 5, 1, 1, true],
      [6, 7, 2, 2, true],
      [8, 8, 1, 1, true],
    ]);
    expect(rowsOf(calls, false).map(({ call: { seq } }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('folds nothing that was called with what is yet to come where the machine stands', () => {
    const calls = [1, 2, 3, 4].map((seq) => call(seq, 'TRNG_RND64'));
    for (const fold of [true, false]) {
      const rows = rowsOf(calls, fold, 3);
      expect(rows.filter(({ isLater }) => isLater)[0]!.call.seq).toBe(3);
      expect(rows.filter(({ isLater }) => !isLater).at(-1)!.last.seq).toBe(2);
    }
    expect(rowsOf(calls, true).map(({ entries, isLater }) => [entries, isLater])).toEqual([[4, false]]);
  });

  it('writes JSON without BigInt', () => {
    const [entry] = JSON.parse(callsAsJson([call(1, 'CPU_ON', { result: -2n })]));
    expect(entry).toMatchObject({ id: '0x84000000', args: ['0x1', '0xffffffffffffffff', '0x0'], result: '0xfffffffffffffffe' });
  });
});
