import { expect, it } from 'vitest';
import type { FirmwareCall } from '../../../vm/api';
import { CallRecord, MOST_CALLS } from './call-record';

const call = (seq: number): FirmwareCall => ({
  ...{ seq, time: seq, vcpu: 1, conduit: 'hvc', id: 0x8400_0000, name: 'PSCI_VERSION', args: [0n, 0n, 0n], outcome: 'ok' },
  ...{ argsText: '', resultText: '1.3', why: 'a rule' },
});

it('keeps the first calls and counts the others', () => {
  const record = new CallRecord();
  for (let seq = 0; seq < MOST_CALLS + 500; seq += 700)
    record.add(
      Array.from({ length: 700 }, (_, n) => call(seq + n)),
      2,
    );
  expect(record.calls).toHaveLength(MOST_CALLS);
  expect(record.calls[0]).toEqual({ vcpu: 1, name: 'PSCI_VERSION', args: '', result: '1.3', why: 'a rule' });
  expect(record.calls.length + record.dropped).toBe(15 * 700 + 15 * 2);
});
