import { expect, it } from 'vitest';
import { bareCpu } from './bare-cpu.testkit';
import { COST } from './cost';

it.each([
  ['vmalle1', 4, 1],
  ['vmalle1is', 4, 4],
  ['vmalle1is', 1, 1],
  ['vaae1, x0', 4, 1],
  ['vaae1is, x0', 4, 4],
])('TLBI %s of %i vCPUs is charged for %i', async (operation, vcpus, times) => {
  const bare = await bareCpu(`tlbi ${operation}\n nop\n b .`, { vcpus });
  bare.run(1);
  // Where the page at hand may be another now, Wasm is left and entered again, as by an exception.
  const left = operation.startsWith('vmalle1') ? COST.EXCEPTION : 0;
  expect(bare.engine.slice.charged).toBe(COST.TLB_MAINTENANCE * times + left);
});
