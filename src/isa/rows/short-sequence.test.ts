import { describe, expect, it } from 'vitest';
import { type Bare, bareCpu } from '../../cpu/bare-cpu.testkit';

/** FEAT_CSSC and FEAT_HBC, which the oracle of tests/difftest does not have: by the manual's pseudocode. */

const VALUES = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n];
const ALL = [...VALUES, ...VALUES.map((value) => BigInt.asUintN(64, ~value)), 1n << 63n, 0x0123_4567_89ab_cdefn];

async function both(source: string): Promise<Bare[]> {
  return Promise.all((['interpreter', 'jit'] as const).map((engine) => bareCpu(source, { engine })));
}

/** x0 after one instruction on x1 and x2; both engines must agree. */
async function results(source: string): Promise<(a: bigint, b: bigint) => bigint> {
  const cpus = await both(source);
  return (a, b) => {
    const [first, second] = cpus.map(({ cpu, run }) => {
      cpu.pc = BigInt(0x40000000);
      cpu.setX(1, a);
      cpu.setX(2, b);
      run(1);
      return cpu.x(0);
    });
    expect(second).toBe(first);
    return first!;
  };
}

const higher = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const lower = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const EXTREMA = { smax: higher, umax: higher, smin: lower, umin: lower };

describe.each([
  ['w', 32],
  ['x', 64],
] as const)('in %s registers', (r, bits) => {
  const low = (value: bigint): bigint => BigInt.asUintN(bits, value);
  const as = (name: string, value: bigint): bigint => (name.startsWith('s') ? BigInt.asIntN(bits, value) : low(value));

  it.each(Object.entries(EXTREMA))('%s of two', async (name, choose) => {
    const run = await results(`${name} ${r}0, ${r}1, ${r}2`);
    for (const a of ALL) for (const b of ALL) expect(run(a, b)).toBe(low(choose(as(name, a), as(name, b))));
  });

  it.each(Object.entries(EXTREMA))('%s of one and an immediate', async (name, choose) => {
    for (const immediate of name.startsWith('s') ? [-128n, -1n, 0n, 127n] : [0n, 127n, 128n, 255n]) {
      const run = await results(`${name} ${r}0, ${r}1, #${immediate}`);
      for (const a of ALL) expect(run(a, 0n)).toBe(low(choose(as(name, a), immediate)));
    }
  });

  it('abs, cnt and ctz', async () => {
    const [abs, cnt, ctz] = await Promise.all(['abs', 'cnt', 'ctz'].map((name) => results(`${name} ${r}0, ${r}1`)));
    for (const a of ALL) {
      const signed = BigInt.asIntN(bits, a);
      const digits = low(a).toString(2).padStart(bits, '0');
      expect(abs!(a, 0n)).toBe(low(signed < 0n ? -signed : signed));
      expect(cnt!(a, 0n)).toBe(BigInt(digits.replaceAll('0', '').length));
      expect(ctz!(a, 0n)).toBe(BigInt(bits - 1 - digits.lastIndexOf('1')));
    }
  });
});

describe('BC.cond', () => {
  it.each(['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le', 'al'])(
    '%s goes where B does',
    async (cond) => {
      const cpus = await both(`bc.${cond} 1f
      nop
    1:  nop
      b.${cond} 2f
      nop
    2:  nop`);
      for (let nzcv = 0; nzcv < 16; nzcv++) {
        for (const { cpu, run } of cpus) {
          const [consistent, plain] = [0x40000000n, 0x4000000cn].map((at) => {
            cpu.nzcv = nzcv << 28;
            cpu.pc = at;
            run(1);
            return cpu.pc - at;
          });
          expect([nzcv, consistent]).toEqual([nzcv, plain]);
        }
      }
    },
  );
});
