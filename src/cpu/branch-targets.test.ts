import { beforeAll, describe, expect, it } from 'vitest';
import { type Bare, bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';
import { SPSR } from './exceptions';
import { CPU } from './layout';
import { EC, ESR_EC_SHIFT } from './syndrome';
import { SYS } from './sysregs/storage';
import { readField } from './vcpu-state';

/** FEAT_BTI. tests/sysdiff compares it with QEMU. */

const TABLES = RAM_BASE + 0x10_0000;
const CODE = RAM_BASE;
const GUARDED = RAM_BASE + 0x1000;
const OPEN = RAM_BASE + 0x2000;
const PAGE = 0x703n;
const GP = 1n << 50n;

/** One table of each level: the first three pages of RAM, of which the second is guarded. */
function mapPages({ engine }: Bare): void {
  const write = (address: number, value: bigint): void => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    engine.ram.write(address, bytes);
  };
  write(TABLES + 8, BigInt(TABLES + 0x1000) | 3n);
  write(TABLES + 0x1000, BigInt(TABLES + 0x2000) | 3n);
  for (const [i, page] of [CODE, GUARDED, OPEN].entries())
    write(TABLES + 0x2000 + i * 8, BigInt(page) | PAGE | (page === GUARDED ? GP : 0n));
}

/** x9: how to come there; the place is in the guarded page. x21 is the syndrome, x22 the saved PSTATE. */
const program = (go: string, from: string, landing: string, sctlr: bigint): string => `
      ${mmuOn(TABLES)}
      mrs   x0, sctlr_el1
      ldr   x1, =${sctlr}
      orr   x0, x0, x1
      msr   sctlr_el1, x0
      isb
      mov   x21, #0
      mov   x20, #0
      ldr   x0, =${GUARDED + 0x100}
      mov   x16, x0
      mov   x19, #60
      ldr   x1, =${from === 'guarded' ? GUARDED : OPEN}
again: mov  x30, x1
      ret
      .ltorg
done: subs  x19, x19, #1
      b.ne  again
stop: b     stop
      .org  0x800
vectors:
      .org  0xa00
      mrs   x21, esr_el1
      mrs   x22, spsr_el1
      mrs   x23, elr_el1
      b     stop
      .org  0x1000
      ${from === 'guarded' ? go : 'nop'}
      .org  0x1100
      ${landing}
      add   x20, x20, #1
      b     done
      .org  0x2000
      ${from === 'guarded' ? 'nop' : go}
`;

async function run(
  engine: 'interpreter' | 'jit',
  go: string,
  from: string,
  landing: string,
  sctlr = 0n,
): Promise<{ ec: number; btype: number; iss: number; times: bigint; at: bigint }> {
  const bare = await bareCpu(program(go, from, landing, sctlr), { engine });
  mapPages(bare);
  bare.run(4000);
  const { cpu, symbols } = bare;
  expect(cpu.pc).toBe(symbols.get('stop'));
  expect(readField(cpu, 'PSTATE.BTYPE')).toBe(0n);
  const esr = Number(cpu.x(21));
  return {
    ec: esr >>> ESR_EC_SHIFT,
    iss: esr & 3,
    btype: Number(cpu.x(22) & BigInt(SPSR.BTYPE)) >> SPSR.BTYPE_SHIFT,
    times: cpu.x(20),
    at: cpu.x(23),
  };
}

const BT1 = 1n << 36n;
const JUMP = { 'br x0': 3, 'br x16': 1, 'blr x0': 2, 'blr x16': 2 } as const;

describe.each(['interpreter', 'jit'] as const)('on the %s', (engine) => {
  it.each([
    ['nop', []],
    ['bti', []],
    ['bti c', [1, 2]],
    ['bti j', [1, 3]],
    ['bti jc', [1, 2, 3]],
    ['paciasp', [1, 2, 3]],
    ['autiasp', []],
  ] as const)(
    '%s in a guarded page',
    async (landing, accepted) => {
      for (const from of ['guarded', 'open'])
        for (const [go, type] of Object.entries(JUMP)) {
          const btype = type === 3 && from === 'open' ? 1 : type;
          const result = await run(engine, go, from, landing);
          if ((accepted as readonly number[]).includes(btype))
            expect([go, from, result.ec, result.times]).toEqual([go, from, 0, 60n]);
          else {
            const wanted = { ec: EC.BRANCH_TARGET, iss: btype, btype, times: 0n, at: BigInt(GUARDED + 0x100) };
            expect([go, from, result]).toEqual([go, from, wanted]);
          }
        }
    },
    60_000,
  );

  it('PACIASP may only be called where SCTLR_EL1.BT1 says so', async () => {
    expect((await run(engine, 'br x0', 'guarded', 'paciasp', BT1)).ec).toBe(EC.BRANCH_TARGET);
    expect((await run(engine, 'blr x0', 'guarded', 'paciasp', BT1)).times).toBe(60n);
  });

  it('a return may go anywhere, and BRK tells how it was come to', async () => {
    expect((await run(engine, 'mov x30, x0\n ret', 'open', 'nop')).times).toBe(60n);
    expect(await run(engine, 'blr x0', 'open', 'brk #1')).toMatchObject({ ec: EC.BRK64, btype: 2 });
    expect(await run(engine, 'br x0', 'guarded', 'brk #1')).toMatchObject({ ec: EC.BRK64, btype: 3 });
    expect(await run(engine, 'br x0', 'open', 'brk #1')).toMatchObject({ ec: EC.BRK64, btype: 1 });
  });
});

describe('PSTATE.BTYPE', () => {
  let bare: Bare;
  beforeAll(async () => {
    // Vectors are at the start of RAM, too.
    bare = await bareCpu('adr x0, 1f\n blr x0\n nop\n1: nop\n nop\n .org 0x280\n nop');
    bare.cpu.set64(SYS.VBAR_EL1, BigInt(RAM_BASE));
  });

  it('is there behind a branch, and not behind the next instruction, whoever stops', () => {
    const { cpu, run } = bare;
    run(2);
    expect(readField(cpu, 'PSTATE.BTYPE')).toBe(2n);
    run(1);
    expect(readField(cpu, 'PSTATE.BTYPE')).toBe(0n);
  });

  it('is saved by an interrupt', () => {
    const { cpu, run } = bare;
    cpu.pc = BigInt(RAM_BASE);
    run(2);
    cpu.set32(CPU.DAIF, 0);
    cpu.interruptLines = SPSR.I;
    run(1);
    expect(cpu.lo(SYS.SPSR_EL1) & SPSR.BTYPE).toBe(2 << SPSR.BTYPE_SHIFT);
    expect(readField(cpu, 'PSTATE.BTYPE')).toBe(0n);
  });
});

it('a CPU without FEAT_BTI has none of it', async () => {
  const { cpu, run } = await bareCpu('adr x0, 1f\n blr x0\n nop\n1: nop\n nop', { cpu: 'cortex-a72' });
  run(2);
  expect(readField(cpu, 'PSTATE.BTYPE')).toBe(0n);
});
