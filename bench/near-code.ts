import { bareCpu } from '../src/cpu/bare-cpu.testkit';

/**
 * What a store costs that goes to a page which holds code, to a line of it without, against one to another page: loops with one store and with eight.
 * `npx tsx bench/near-code.ts`.
 */
const STORES = [1, 8];
const ROUNDS = 2_000_000;
const REPEATS = 9;
/** As the scheduler of the machine makes them. */
const SLICE = 100_000;

const program = (stores: number, target: 'far' | 'near'): string => `
      adr x1, ${target}
loop: ${Array.from({ length: stores }, (_, i) => `str x0, [x1, #${i * 8}]`).join('\n      ')}
      subs x0, x0, #1
      b.ne loop
      b loop
      .org 0x400
near: .skip 64
      .org 0x1000
far:  .skip 64`;

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

for (const engine of ['interpreter', 'jit'] as const) {
  for (const stores of STORES) {
    const [far, near] = await Promise.all([
      bareCpu(program(stores, 'far'), { engine }),
      bareCpu(program(stores, 'near'), { engine }),
    ]);
    const measure = (bare: typeof far): number => {
      const began = performance.now();
      let retired = 0;
      while (retired < ROUNDS * (stores + 2)) retired += bare.run(SLICE);
      return ((performance.now() - began) * 1e6 * (stores + 2)) / retired;
    };
    const times = { far: [measure(far)], near: [measure(near)] };
    for (const list of Object.values(times)) list.length = 0;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      times.far.push(measure(far));
      times.near.push(measure(near));
    }
    const [plain, watched] = [median(times.far), median(times.near)];
    console.log(
      `${engine}, ${stores} of ${stores + 2} instructions store: a round ${plain.toFixed(2)} ns far from code, ` +
        `${watched.toFixed(2)} near, ${(watched / plain).toFixed(2)} times as long`,
    );
  }
}
