import { expect, it } from 'vitest';
import type { SpeedAnswer } from '../../vm/api/speed';
import { POINTS, pointBetween, ratesOf, sparkline, withPoint } from './speed-history';

const start: SpeedAnswer = {
  time: 0,
  instructions: 0,
  compiled: 2 ** 32 - 100,
  services: { SVC: 10, ERET: 10 },
  entries: 5,
  tlbMisses: 0,
  walks: 0,
  devices: {},
  codePages: 0,
  codeBytes: 0,
};
const later: SpeedAnswer = {
  ...start,
  time: 0.5e9,
  instructions: 1000,
  compiled: 400,
  services: { SVC: 15, ERET: 25 },
  entries: 6,
  walks: 50,
  devices: { pl011: 30 },
};

it('tells rates of the time between, and counters that wrapped', () => {
  expect(pointBetween(start, later)).toEqual({
    instructions: 2000,
    compiled: 0.5,
    tlbMisses: 0,
    walks: 100,
    services: 40,
    devices: 60,
    compiling: 0,
  });
});

it('tells nothing where no time went by, or another machine came', () => {
  expect(pointBetween(later, later)).toBeUndefined();
  expect(pointBetween(later, { ...start, time: 1e9 })).toBeUndefined();
});

it('names what was asked most', () => {
  expect(ratesOf(start.services, later.services, 0.5)).toEqual([
    { name: 'ERET', total: 25, rate: 30 },
    { name: 'SVC', total: 15, rate: 10 },
  ]);
});

it('keeps the newest, and draws them at the right', () => {
  const point = pointBetween(start, later)!;
  let history = [point];
  for (let i = 0; i < 2 * POINTS; i++) history = withPoint(history, { ...point, services: i });
  expect(history).toHaveLength(POINTS);
  expect(history.at(-1)!.services).toBe(2 * POINTS - 1);
  expect(sparkline([0, 2, 1], 119, 22)).toBe('117.0,21.0 118.0,1.0 119.0,11.0');
  expect(sparkline([0], 119, 22)).toBe('119.0,21.0');
});
