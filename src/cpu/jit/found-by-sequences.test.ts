import { describe, expect, it } from 'vitest';
import { bareCpu, RAM_BASE } from '../bare-cpu.testkit';
import { CPU } from '../layout';

/** Enough for the JIT to take the loop. */
const LAPS = 200;

/** x0 to x7 and NZCV behind a loop around `body`, whose counter is x20; x21 has the address of some memory. */
async function around(engine: 'interpreter' | 'jit', body: string): Promise<readonly (bigint | number)[]> {
  const { cpu, symbols, run } = await bareCpu(
    `mov x20, #${LAPS}
lap: ${body}
     sub x20, x20, #1
     cbnz x20, lap
end: b .`,
    { engine },
  );
  cpu.set64(CPU.X + 8 * 21, BigInt(RAM_BASE + 0x10_0000));
  run(100 * LAPS);
  expect(cpu.pc).toBe(symbols.get('end'));
  expect(cpu.compiledInstructions > LAPS).toBe(engine === 'jit');
  return [...Array.from({ length: 8 }, (_, n) => cpu.x(n)), cpu.nzcv];
}

/** What random sequences (tests/difftest) found: each in a loop, where flags come in from two ways. */
describe('compiled code, as the interpreter', () => {
  it.each([
    ['selects by a condition that always holds', 'csinc x1, x2, x3, al\n ldr x4, [x21]\n adds x2, x2, #3\n str x1, [x21]'],
    ['compares under a condition that always holds', 'ccmp x1, #5, #3, al\n ldr x4, [x21]\n adds x1, x1, #1'],
    ['branches under a condition that always holds', 'b.al . + 8\n nop\n ldr x4, [x21]\n subs x1, x1, #1'],
  ])('%s', async (_what, body) => {
    expect(await around('jit', body)).toEqual(await around('interpreter', body));
  });
});
