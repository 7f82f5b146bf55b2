import { expect, it } from 'vitest';
import { differingClocks } from './clock-words';
import { Epochs } from './epochs';

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
  expect(differingClocks(epochs, 12 * S)).toBeUndefined();
  epochs.begin(15 * S, 0);
  expect(differingClocks(epochs, 17 * S)).toEqual({ words: 'this run', strip: 'in all', machine: 2 * S });
});

it('after a restore the machine is older than what was seen of it', () => {
  const epochs = new Epochs();
  epochs.begin(0, 40 * S);
  expect(differingClocks(epochs, 2 * S)).toEqual({ words: 'machine time', strip: 'seen here', machine: 42 * S });
});
