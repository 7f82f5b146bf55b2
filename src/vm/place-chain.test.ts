import { expect, it } from 'vitest';
import type { Moment } from '../machine/input';
import { stateHash } from '../machine/state-hash';
import { bareVm } from './bare-vm.testkit';
import { type Place, PlaceChain } from './place-chain';

/** Writes to a page in eight, a word each or all of it, at random; what it writes is sometimes zero again. */
const SCRIBBLER = `
      movz x9, #0x4020, lsl #16
      mov  x1, #1
again:
      mov  x2, #0x4e6d
      movk x2, #0x41c6, lsl #16
      mul  x1, x1, x2
      add  x1, x1, #0x39
      lsr  x3, x1, #20
      and  x4, x3, #0x7ff8
      str  x1, [x9, x4]
      tst  x3, #0x1f0000
      b.ne again
      and  x4, x4, #0x7000
      add  x5, x9, x4
      mov  x6, #512
      tst  x3, #0x4000000
      csel x7, xzr, x1, eq
fill: str  x7, [x5], #8
      subs x6, x6, #1
      b.ne fill
      b    again`;

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

it.each(SEEDS)('comes to each place as it was, however places are added, passed and taken out (seed %i)', async (seed) => {
  const { vm } = await bareVm(SCRIBBLER, { config: { clock: 'virtual', engine: 'jit', memoryMiB: 16 } });
  const { machine } = vm;
  const chain = new PlaceChain(machine, [], () => () => {});
  let state = seed;
  const random = (below: number): number => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
  const hashes = new Map<Place, bigint | string>();
  const kept = (): void => {
    const place = chain.add();
    hashes.set(place, stateHash(machine));
  };
  const runTo = (instructions: number): void => {
    const moment: Moment = { ...machine.moment, instructions };
    while (machine.instructions < instructions) machine.run({ cost: 100_000, moment });
  };
  const isHere = (): void => expect(stateHash(machine)).toBe(hashes.get(chain.places[chain.base]!));
  kept();
  for (let step = 0; step < 120; step++) {
    const { places, next } = chain;
    const deed = random(6);
    if (deed < 2 && !next) {
      runTo(machine.instructions + 200 + random(4000));
      kept();
    } else if (deed < 2) {
      // Part of the way to the next place, and a place there.
      const left = next!.moment.instructions - machine.instructions;
      runTo(machine.instructions + Math.floor(left / 2));
      if (left > 2 && deed === 0) kept();
    } else if (deed === 2 && next) {
      runTo(next.moment.instructions);
      chain.pass();
      isHere();
    } else if (deed === 3 && places.length > 3) chain.remove(1 + random(places.length - 2));
    else if (deed >= 4) {
      // What lies beyond the last place would be lost.
      chain.hop(random(places.length));
      isHere();
    }
  }
  for (let index = chain.places.length - 1; index >= 0; index--) {
    chain.hop(index);
    isHere();
  }
  for (let index = 0; index < chain.places.length; index++) {
    chain.hop(index);
    isHere();
  }
});

it('keeps of pages that change little what changes, and of pages that were zero nothing', async () => {
  const { vm } = await bareVm(SCRIBBLER, { config: { clock: 'virtual', engine: 'jit', memoryMiB: 16 } });
  const { machine } = vm;
  const chain = new PlaceChain(machine, [], () => () => {});
  const runOn = (instructions: number): void => {
    const end = machine.instructions + instructions;
    while (machine.instructions < end) machine.run({ cost: 1000, moment: { ...machine.moment, instructions: end } });
  };
  runOn(100_000);
  chain.add();
  runOn(100);
  expect(chain.bytes).toBeGreaterThanOrEqual(4096);
  expect(chain.bytes % 4096).toBe(0);
  chain.add();
  expect(chain.bytes).toBeLessThan(8 * 256);
});
