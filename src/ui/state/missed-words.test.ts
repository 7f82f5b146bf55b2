import { expect, it } from 'vitest';
import { missedWords } from './missed-words';

const MS = 1e6;

it('says where the machine stands that could not go where it was sent, and why', () => {
  expect(missedWords({ asked: 30_401 * MS, time: 30_530 * MS })).toBe(
    'You asked for 30.401\u202f000 s, when nothing of it ran: it did something next at 30.530\u202f000 s.',
  );
  expect(missedWords({ asked: 2_500 * MS, time: 2_000 * MS })).toBe(
    'You asked for 2.500\u202f000 s, when nothing of it ran: that began at 2.000\u202f000 s, and is one moment.',
  );
});

it('says nothing of what an instruction takes, nor to who asked for no time', () => {
  expect(missedWords({ asked: 2 * MS, time: 2 * MS + 3_000 })).toBeUndefined();
  expect(missedWords(undefined)).toBeUndefined();
});
