import { describe, expect, it } from 'vitest';
import type { CallReply } from '../psci';
import { FirmwareCalls, KEPT_CALLS } from './firmware-calls';

let wordsMade = 0;
function reply(name: string, x1 = 0n): CallReply {
  return {
    regs: [0n, 0n, 0n, 0n],
    effects: [],
    result: 0n,
    outcome: 'ok',
    vcpu: 0,
    conduit: 'hvc',
    id: name.length,
    name,
    args: [x1, 0n, 0n],
    get argsText() {
      wordsMade++;
      return String(x1);
    },
    resultText: 'SUCCESS',
    why: 'Because.',
  };
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0);

describe('FirmwareCalls', () => {
  it('folds calls that repeat the one before', () => {
    const calls = new FirmwareCalls();
    for (let i = 0; i < 1000; i++) calls.add(reply('PSCI_VERSION'), i);
    calls.add(reply('CPU_ON', 1n), 1000);
    expect(calls.take()).toMatchObject({
      calls: [
        { seq: 0, time: 0, name: 'PSCI_VERSION', times: 1000 },
        { seq: 1000, time: 1000, name: 'CPU_ON' },
      ],
      dropped: 0,
      counts: { PSCI_VERSION: 1000, CPU_ON: 1 },
    });
    expect(calls.take()).toBeUndefined();
  });

  it('keeps the first of each kind and the newest, counts all, and makes words only for those', () => {
    const calls = new FirmwareCalls();
    calls.add(reply('SYSTEM_OFF2'), 0);
    wordsMade = 0;
    for (let i = 0; i < 50_000; i++) calls.add(reply(i % 2 ? 'AFFINITY_INFO' : 'TRNG_RND64', BigInt(i % 1000)), i);
    const { calls: kept, dropped, counts } = calls.take()!;
    expect(kept.length).toBeLessThanOrEqual(2 * KEPT_CALLS);
    expect(wordsMade).toBeLessThanOrEqual(2 * KEPT_CALLS);
    expect(kept[0]!.name).toBe('SYSTEM_OFF2');
    expect(kept.at(-1)!.seq).toBe(50_000);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map(({ seq }) => seq).sort((a, b) => a - b));
    expect(kept.length + dropped).toBe(50_001);
    expect(counts).toEqual({ SYSTEM_OFF2: 1, AFFINITY_INFO: 25_000, TRNG_RND64: 25_000 });
    expect(sum(Object.fromEntries(calls.byName))).toBe(50_001);
  });

  it('keeps every one for whoever wants all', () => {
    const calls = new FirmwareCalls(true);
    for (let i = 0; i < 5000; i++) calls.add(reply('PSCI_VERSION'), i);
    expect(calls.take()).toMatchObject({ calls: { length: 5000 }, dropped: 0 });
  });
});
