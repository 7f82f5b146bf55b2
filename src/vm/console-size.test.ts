import { beforeEach, expect, it } from 'vitest';
import { ConsoleSizeTeller } from './console-size';

/** What was asked of the agent, and how to answer it. */
let asked: { command: string; answer: (ok: boolean) => void }[];
let able: boolean;
let teller: ConsoleSizeTeller;
beforeEach(() => {
  asked = [];
  able = true;
  const exec = (command: string): Promise<void> =>
    new Promise((resolve, reject) =>
      asked.push({ command, answer: (ok) => (ok ? resolve() : reject(new Error('The agent went away.'))) }),
    );
  teller = new ConsoleSizeTeller({ exec }, () => able);
});
const sizes = (): string[] =>
  asked.map(({ command }) =>
    [...command.matchAll(/rows (\d+) cols (\d+)/g)].map(([, rows, columns]) => `${rows}x${columns}`).join(' '),
  );
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it('tells nobody who does not listen, and whoever comes at once, who then draws anew', async () => {
  able = false;
  teller.resize({ rows: 40, columns: 120 });
  expect(sizes()).toEqual([]);
  able = true;
  teller.begin();
  expect(sizes()).toEqual(['40x119 40x120']);
  asked[0]!.answer(true);
  await settled();
  expect(sizes()).toHaveLength(1);
});

it('tells one size at a time, and of those that come meanwhile the newest', async () => {
  teller.resize({ rows: 40, columns: 120 });
  teller.resize({ rows: 41, columns: 120 });
  teller.resize({ rows: 42, columns: 100 });
  expect(sizes()).toHaveLength(1);
  asked[0]!.answer(true);
  await settled();
  expect(sizes()[1]).toBe('42x100');
  asked[1]!.answer(true);
  await settled();
  teller.resize({ rows: 42, columns: 100 });
  expect(sizes()).toHaveLength(2);
});

it('tells an agent that is back what the one before may not have heard', async () => {
  teller.resize({ rows: 24, columns: 1 });
  expect(sizes()).toEqual(['24x2 24x1']);
  asked[0]!.answer(false);
  await settled();
  expect(sizes()).toHaveLength(1);
  teller.begin();
  expect(sizes()).toHaveLength(2);
});

it('refuses a size that no terminal has, with both numbers', () => {
  for (const columns of [0, 1.5, 65_536, Number.NaN])
    expect(() => teller.resize({ rows: 24, columns })).toThrow(`A console of 24 rows and ${columns} columns is none`);
  expect(asked).toEqual([]);
});
