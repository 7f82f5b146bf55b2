import { expect, it } from 'vitest';
import type { FirmwareCall } from '../../vm/api';
import { type Condition, calledIn, callOf, holds, type Seen } from './step-condition';

const CONFIG = { guest: 'lab', vcpus: 2, memoryMiB: 64, conduit: 'hvc', gic: 3, engine: 'auto', clock: 'realtime' } as const;
const NOTHING: Seen = {
  state: 'running',
  config: CONFIG,
  version: '1.3',
  agentReady: false,
  powers: ['on', 'off'],
  end: undefined,
  asleep: false,
  failure: undefined,
  calls: [],
  printed: '',
  saved: false,
};
const CALL: FirmwareCall = {
  seq: 1,
  time: 0,
  vcpu: 0,
  conduit: 'hvc',
  id: 0x84000015,
  name: 'SYSTEM_OFF2',
  args: [0n, 0n, 0n],
  argsText: 'type 0, cookie 0',
  resultText: 'NOT_SUPPORTED',
  why: '',
  outcome: 'error',
};
const seen = (condition: Condition, what: Partial<Seen> = {}): boolean => holds(condition, { ...NOTHING, ...what });

it('knows a machine by what was chosen for it, a default included', () => {
  expect(seen({ runs: { guest: 'lab', psci: 'default', host: 'newest', suspend: false, vcpus: 2 } })).toBe(true);
  expect(seen({ runs: { guest: 'lab' } }, { state: 'paused' })).toBe(false);
  expect(seen({ runs: { guest: 'lab', psci: '1.1' } })).toBe(false);
  expect(seen({ runs: { guest: 'lab', psci: 'default' } }, { config: { ...CONFIG, psci: '1.3' } })).toBe(false);
  expect(seen({ runs: { guest: 'lab', host: 'linux-5.18' } }, { config: { ...CONFIG, host: 'linux-5.18' } })).toBe(true);
  expect(seen({ runs: { guest: 'lab', suspend: true } })).toBe(false);
});

it('knows a call by its name, its arguments and its result', () => {
  expect(seen({ called: 'SYSTEM_OFF2' })).toBe(false);
  expect(seen({ called: 'SYSTEM_OFF2', args: /type 0/, result: /NOT_SUPPORTED/ }, { calls: [CALL] })).toBe(true);
  expect(seen({ called: 'SYSTEM_OFF2', result: /hibernated/ }, { calls: [CALL] })).toBe(false);
});

it('takes an end for one only when nothing lives', () => {
  const end = { how: 'off', sentence: 'off' } as const;
  expect(seen({ ended: true }, { end })).toBe(false);
  expect(seen({ ended: true }, { end, config: undefined, state: 'off' })).toBe(true);
  expect(seen({ version: '1.3' }, { config: undefined })).toBe(false);
});

it('holds when all of its parts do', () => {
  const both: Condition = { all: [{ printed: /lab> $/ }, { power: 'off', vcpu: 1 }] };
  expect(seen(both, { printed: 'lab> ' })).toBe(true);
  expect(seen(both, { printed: 'lab> p' })).toBe(false);
});

it('finds the call to look at: the last that is as wished', () => {
  const calls = [CALL, { ...CALL, seq: 2 }, { ...CALL, seq: 3, name: 'SYSTEM_OFF' }];
  expect(callOf({ called: 'SYSTEM_OFF2', args: /type 0/ }, calls)?.seq).toBe(2);
  expect(callOf({ called: 'SYSTEM_OFF2', result: /SUCCESS/ }, calls)).toBeUndefined();
  const wish = { called: 'SYSTEM_OFF' };
  expect(calledIn({ all: [{ asleep: true }, wish] })).toBe(wish);
  expect(calledIn({ asleep: true })).toBeUndefined();
});
