import { setFlagsFromString } from 'node:v8';
import { beforeAll, expect, it } from 'vitest';
import { type Bare, bareCpu } from '../bare-cpu.testkit';
import { CPU } from '../layout';
import { CPACR } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import { hostFuses } from './host-fuses';

/** Sums that never settle: each lap's factors come from the last one's sums. */
const SOURCE = `
loop: fmadd d0, d1, d2, d3
      fmsub d3, d0, d1, d2
      fnmadd s4, s5, s6, s7
      fmadd s7, s4, s5, s6
      fmla  v8.2d, v9.2d, v10.2d
      fmls  v9.2d, v8.2d, v10.d[1]
      fmla  v11.4s, v12.4s, v13.4s
      fmls  v12.4s, v11.4s, v13.4s
      b     loop
`;

beforeAll(() => {
  // Node 20 has relaxed SIMD behind this flag, later ones have it always.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
});

const vectors = ({ cpu }: Bare): number[] =>
  Array.from(cpu.views.u32.subarray((cpu.base + CPU.V) >>> 2, (cpu.base + CPU.V + 512) >>> 2));

it('the host’s fused multiply-add, where it has one, gives what the exact helper gives', async () => {
  console.log(`This host ${hostFuses() ? 'fuses' : 'does not fuse: both engines use the helper'}.`);
  const [interpreter, jit] = (await Promise.all(
    (['interpreter', 'jit'] as const).map(async (engine) => {
      const bare = await bareCpu(SOURCE, { engine });
      bare.cpu.set32(SYS.CPACR_EL1, CPACR.FPEN);
      const { f64, f32 } = { f64: new Float64Array(64), f32: new Float32Array(128) };
      for (const i of [0, 1, 2, 3, 8, 9, 10]) for (const lane of [0, 1]) f64[2 * i + lane] = Math.sin(i * 7 + lane + 1);
      for (const i of [4, 5, 6, 7, 11, 12, 13]) for (let lane = 0; lane < 4; lane++) f32[4 * i + lane] = Math.sin(i * 5 + lane);
      const bytes = new Uint8Array(f64.buffer).map((byte, i) => byte | new Uint8Array(f32.buffer)[i]!);
      bare.cpu.views.u8.set(bytes, bare.cpu.base + CPU.V);
      return bare;
    }),
  )) as [Bare, Bare];
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    for (const bare of [interpreter, jit]) bare.run(101);
    expect(vectors(jit)).toEqual(vectors(interpreter));
    seen.add(String(vectors(jit)));
  }
  expect(seen.size).toBeGreaterThan(20);
  expect(jit.cpu.compiledInstructions).toBeGreaterThan(5000);
});
