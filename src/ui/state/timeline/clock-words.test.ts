import { expect, it } from 'vitest';
import { formatSpan } from '../format';
import { differingClocks, lifeWords, standsAt } from './clock-words';
import { Epochs } from './epochs';
import { lengthWords, timeWords } from './lane-words';

const S = 1e9;

it('of a first run there is one clock', () => {
  const epochs = new Epochs();
  epochs.begin(0, 0);
  expect(differingClocks(epochs, 3 * S)).toBeUndefined();
});

it('after a wake the strip has all runs, and the machine’s time is of this one', () => {
  const epochs = new Epochs();
  epochs.begin(0, 0);
  epochs.begin(10 * S, undefined);
  // Asleep it stands where it fell asleep.
  expect(differingClocks(epochs, 12 * S)).toEqual({ words: 'this run', strip: 'in all', machine: 10 * S });
  epochs.begin(15 * S, 0);
  expect(differingClocks(epochs, 17 * S)).toEqual({ words: 'this run', strip: 'in all', machine: 2 * S });
  epochs.begin(20 * S, undefined);
  expect(differingClocks(epochs, 25 * S)).toEqual({ words: 'this run', strip: 'in all', machine: 5 * S });
  expect(standsAt({ vcpus: 1, epochs, end: 25 * S }, undefined, 7 * S)).toBe(5 * S);
});

it('after a restore the machine is older than what was seen of it', () => {
  const epochs = new Epochs();
  epochs.begin(0, 40 * S);
  expect(differingClocks(epochs, 2 * S)).toEqual({ words: 'machine time', strip: 'seen here', machine: 42 * S });
});

it('the time where the machine stands is the timeline’s, and told alike', () => {
  const epochs = new Epochs();
  epochs.begin(0, 0);
  const end = 247.6 * S;
  expect(standsAt({ vcpus: 1, epochs, end }, undefined, 246 * S)).toBe(end);
  expect(standsAt({ vcpus: 1, epochs, end }, { time: 3 * S } as never, 246 * S)).toBe(3 * S);
  expect(standsAt({ vcpus: 0, epochs: new Epochs(), end: 0 }, undefined, 246 * S)).toBe(246 * S);
  expect([formatSpan(end), lengthWords(end), timeWords(end, S)]).toEqual(['4 min 07 s', '4 min 07 s', '4:07']);
  for (const seconds of [1, 9.96, 59.97, 61, 3725]) expect(lifeWords(seconds * S)).toBe(formatSpan(seconds * S));
  expect(lifeWords(9.96 * S)).toBe('9.9 s');
  expect(lifeWords(20_400)).toBe('20.4 µs');
});
