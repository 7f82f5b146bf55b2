import { expect } from 'vitest';
import { bareCpu } from '../../cpu/bare-cpu.testkit';
import { CPU } from '../../cpu/layout';
import { CPACR } from '../../cpu/sysregs/fields';
import { SYS } from '../../cpu/sysregs/storage';

/** Enough for the JIT to take the loop. */
const LAPS = 40;

export interface Afterwards {
  /** Unsigned, 128 bits. */
  readonly v0: bigint;
  readonly x0: bigint;
  /** As it was read back, and FPSR and NZCV behind the last lap. */
  readonly fpcr: number;
  readonly fpsr: number;
  readonly nzcv: number;
}

/** Runs floating-point instructions on both engines, which must agree. v0 is zero at the start of each lap unless `v0` is given; `v`: v1, v2 and so on. */
export async function runOnBoth(
  source: string,
  v: readonly bigint[],
  { fpcr = 0, cpu = 'max', v0 = 0n }: { fpcr?: number; cpu?: 'max' | 'cortex-a72'; v0?: bigint } = {},
): Promise<Afterwards> {
  const results: Afterwards[] = [];
  for (const engine of ['interpreter', 'jit'] as const) {
    const bare = await bareCpu(
      `msr fpcr, x1
       mrs x2, fpcr
       mov x3, #${LAPS}
lap:   mov v0.16b, v31.16b
       ${source}
       mrs x4, nzcv
       sub x3, x3, #1
       cbnz x3, lap
stop:  b .`,
      { engine, cpu },
    );
    bare.cpu.set32(SYS.CPACR_EL1, CPACR.FPEN);
    bare.cpu.set64(CPU.X + 8, BigInt(fpcr));
    const set = (n: number, value: bigint): void => {
      bare.cpu.set64(CPU.V + 16 * n, BigInt.asUintN(64, value));
      bare.cpu.set64(CPU.V + 16 * n + 8, value >> 64n);
    };
    v.forEach((value, i) => {
      set(i + 1, value);
    });
    set(31, v0);
    bare.run(100 * LAPS);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    results.push({
      v0: (bare.cpu.get64(CPU.V + 8) << 64n) | bare.cpu.get64(CPU.V),
      x0: bare.cpu.x(0),
      fpcr: Number(bare.cpu.x(2)),
      fpsr: bare.cpu.get32(CPU.FPSR),
      nzcv: Number(bare.cpu.x(4)),
    });
  }
  expect(results[1]).toEqual(results[0]);
  return results[0]!;
}
