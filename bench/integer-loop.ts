import { bareCpu } from '../src/cpu/bare-cpu.testkit';

/** Adds, compares, a load and a store per lap, all in one page: what an interpreter can do at best. */
const LOOP = `
      ldr   x1, =0x40100000
      movz  x2, #0xf000, lsl #16
1:    ldr   x3, [x1, #8]
      add   x0, x0, x3
      add   x0, x0, #1
      str   x0, [x1, #16]
      eor   x4, x0, x2
      subs  x2, x2, #1
      b.ne  1b
stop: b     stop
`;

const WARM_UP = 20_000_000;
const SLICE = 100_000;
const COUNTED = 150_000_000;

/** Millions of guest instructions per second, in slices as the machine's scheduler makes them. */
export async function integerLoop(engine: 'interpreter' | 'jit'): Promise<number> {
  const bare = await bareCpu(LOOP, { engine });
  for (let at = 0; at < WARM_UP; at += SLICE) bare.run(SLICE);
  const before = performance.now();
  for (let at = 0; at < COUNTED; at += SLICE) bare.run(SLICE);
  return COUNTED / (performance.now() - before) / 1000;
}
