import { expect, it } from 'vitest';
import { bareCpu } from '../../src/cpu/bare-cpu.testkit';

it('a machine’s memory ends with its RAM: where the benchmark looks for it from outside', async () => {
  const { ram, views } = (await bareCpu('b .')).engine;
  expect(ram.hostBase + ram.size).toBe(views.memory.buffer.byteLength);
});
