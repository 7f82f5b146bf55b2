import { expect, it } from 'vitest';
import { distanceWords, rowDetail, timerControl, timerWords, utcWords } from './interrupt-words';

const MHZ_62_5 = 62_500_000;
const timer = { enabled: true, masked: false, met: false, compare: 0n, asserted: false };

it.each([
  [0, 'now'],
  [812_000, 'in 812 µs'],
  [-3_200_000, '3.2 ms ago'],
  [45e9, 'in 45 s'],
  [1e13, 'in more than an hour'],
])('%f ns is %s', (ns, words) => {
  expect(distanceWords(ns)).toBe(words);
});

it('says how a timer stands', () => {
  expect(timerWords({ ...timer, enabled: false }, MHZ_62_5)).toBe('off');
  expect(timerWords({ ...timer, due: 250_000 }, MHZ_62_5)).toBe('due in 4.0 ms');
  expect(timerWords({ ...timer, due: -62_500, masked: true, met: true }, MHZ_62_5)).toBe(
    'went off 1.0 ms ago, its interrupt masked',
  );
  expect(timerWords(timer, MHZ_62_5)).toBe('never due');
  expect(timerControl({ ...timer, masked: true, met: true })).toBe(7);
});

it('says where an interrupt goes, and how', () => {
  const row = {
    intid: 33,
    who: 'UART (PL011)',
    enabled: true,
    pending: false,
    active: false,
    level: true,
    edge: false,
    group: 1 as const,
    priority: 0xa0,
    taken: 0,
  };
  expect(rowDetail({ ...row, targets: [1] }, 2)).toBe('priority 0xa0 · group 1 · level, wire high · to vCPU 1');
  expect(rowDetail({ ...row, targets: [0, 1], edge: true, level: false }, 2)).toBe(
    'priority 0xa0 · group 1 · edge, wire low · to any vCPU',
  );
  expect(rowDetail({ ...row, targets: [] }, 2)).toContain('to no vCPU');
  expect(rowDetail({ ...row, targets: [1], vcpu: 1 }, 2)).toContain('vCPU 1’s own');
});

it('tells the time of day', () => {
  expect(utcWords(946_684_800)).toBe('2000-01-01 00:00:00 UTC');
});
