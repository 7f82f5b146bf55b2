import { describe, expect, it } from 'vitest';
import { bareCpu } from './bare-cpu.testkit';
import { SLICE } from './slice';
import { EC } from './syndrome';

/** Steps `user` at EL0 as a debugger does: every exception is noted at x20 (ESR, ELR), and returned from with SPSR.SS = `resume`. */
const stepping = (user: string, resume = 1, prepare = ''): string => `
      mov   x9, #(3 << 20)
      msr   cpacr_el1, x9
      adr   x0, vectors
      msr   vbar_el1, x0
      adr   x20, log
      msr   oslar_el1, xzr
      mov   x0, #1
      msr   mdscr_el1, x0
      mov   x21, #${resume}
      lsl   x21, x21, #21
      msr   spsr_el1, x21
      adr   x0, user
      msr   elr_el1, x0
      adr   x4, word
      ${prepare}
      eret
user: ${user}
stop: b     stop
      .org  0x800
vectors:
      .org  0x800 + 0x400
      mrs   x22, esr_el1
      mrs   x23, elr_el1
      stp   x22, x23, [x20], #16
      adr   x24, stop
      cmp   x23, x24
      b.eq  .
      mrs   x25, spsr_el1
      orr   x25, x25, x21
      msr   spsr_el1, x25
      eret
      .org  0x2000
word: .quad 7, 8
log:  .quad 0
`;

async function trace(source: string, engine: 'interpreter' | 'jit', slice: number) {
  const bare = await bareCpu(source, { engine });
  for (let i = 0; i < 400; i += slice) bare.run(slice);
  const entries: { ec: number; iss: number; at: number }[] = [];
  const user = Number(bare.symbols.get('user'));
  for (let at = Number(bare.symbols.get('log')); at < Number(bare.cpu.x(20)); at += 16) {
    const esr = Number(bare.read64(at));
    entries.push({ ec: esr >>> 26, iss: esr & 0x1ffffff, at: Number(bare.read64(at + 8)) - user });
  }
  return { entries, bare };
}

const ISV = 1 << 24;
const EX = 1 << 6;
const IFSC = 0x22;

describe.each(['interpreter', 'jit'] as const)('software step on the %s', (engine) => {
  it.each([1, 3, 400])('stops after each instruction of EL0 (slices of %i)', async (slice) => {
    const { entries, bare } = await trace(
      stepping('mov x1, #1\n add x1, x1, #1\n b over\n nop\nover: ldr x2, [x4]\n str x2, [x4, #8]'),
      engine,
      slice,
    );
    expect(entries.map(({ at }) => at)).toEqual([4, 8, 16, 20, 24]);
    for (const { ec, iss } of entries) expect([ec, iss]).toEqual([EC.SOFTWARE_STEP_LOWER, ISV | IFSC]);
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([2n, 7n]);
  });

  it('tells a load-exclusive', async () => {
    const { entries } = await trace(stepping('ldxr x1, [x4]\n ldaxr x1, [x4]\n ldr x1, [x4]'), engine, 400);
    expect(entries.map(({ iss }) => iss)).toEqual([ISV | EX | IFSC, ISV | EX | IFSC, ISV | IFSC]);
  });

  it('steps over SVC to the instruction behind it', async () => {
    const { entries } = await trace(stepping('nop\n svc #5\n nop'), engine, 400);
    expect(entries).toEqual([
      { ec: EC.SOFTWARE_STEP_LOWER, iss: ISV | IFSC, at: 4 },
      // The handler asks for another step, so what SVC returns to is stepped, too.
      { ec: EC.SVC64, iss: 5, at: 8 },
      { ec: EC.SOFTWARE_STEP_LOWER, iss: ISV | IFSC, at: 12 },
    ]);
  });

  it('is pending at once where SPSR.SS is clear: nothing runs', async () => {
    const { entries, bare } = await trace(stepping('mov x1, #1', 0), engine, 400);
    expect(entries.slice(0, 2)).toEqual([
      { ec: EC.SOFTWARE_STEP_LOWER, iss: IFSC, at: 0 },
      { ec: EC.SOFTWARE_STEP_LOWER, iss: IFSC, at: 0 },
    ]);
    expect(bare.cpu.x(1)).toBe(0n);
  });

  it('leaves SS set in SPSR when the instruction faults', async () => {
    const { entries, bare } = await trace(
      stepping('.word 0\n nop').replace('orr   x25', 'mov x19, x25\n b .\n orr   x25'),
      engine,
      400,
    );
    expect(entries).toEqual([{ ec: EC.UNKNOWN, iss: 0, at: 0 }]);
    expect(bare.cpu.x(19) & (1n << 21n)).toBe(1n << 21n);
  });

  it.each([
    ['MDSCR_EL1.SS clear', 'msr mdscr_el1, xzr'],
    ['the OS Lock set', 'mov x0, #1\n msr oslar_el1, x0'],
    ['the OS Double Lock set', 'mov x0, #1\n msr osdlr_el1, x0'],
  ])('does nothing with %s', async (_name, prepare) => {
    const { entries, bare } = await trace(stepping('mov x1, #1\n mov x2, #2', 1, prepare), engine, 400);
    expect(entries).toEqual([]);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
  });

  it.each([
    [1, 1, EC.SOFTWARE_STEP_SAME],
    [0, 1, 0],
    [1, 0, 0],
  ])('at EL1 asks for KDE (%i) and PSTATE.D clear (%i)', async (kde, clear, ec) => {
    const bare = await bareCpu(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      msr   oslar_el1, xzr
      mov   x0, #${1 | (kde << 13)}
      msr   mdscr_el1, x0
      ldr   x0, =${(1 << 21) | (clear ? 0x1c5 : 0x3c5)}
      msr   spsr_el1, x0
      adr   x0, next
      msr   elr_el1, x0
      eret
next: mov   x1, #1
      mov   x2, #2
stop: b     stop
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      b     .`,
      { engine },
    );
    bare.run(40);
    expect(Number(bare.cpu.x(22)) >>> 26).toBe(ec);
    expect(bare.cpu.x(1)).toBe(1n);
    expect(bare.cpu.x(2)).toBe(ec ? 0n : 2n);
  });
});

describe.each(['interpreter', 'jit'] as const)('clearing PSTATE.D at EL1 on the %s', (engine) => {
  const SS_KDE = 1 | (1 << 13);
  const source = (mdscr: number, clear: string): string => `
      adr   x0, vectors
      msr   vbar_el1, x0
      msr   oslar_el1, xzr
      mov   x9, #0x100
      ldr   x0, =${mdscr}
      mov   x3, #200
warm: msr   daifset, #8
      ${clear}
      subs  x3, x3, #1
      b.ne  warm
      msr   daifset, #8
      msr   mdscr_el1, x0
      mov   x1, #1
      ${clear}
next: mov   x2, #2
stop: b     stop
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      mrs   x23, elr_el1
      b     .`;

  it.each([
    ['msr daifclr, #8', SS_KDE, true],
    ['msr daif, x9', SS_KDE, true],
    ['msr daifclr, #7', SS_KDE, false],
    ['msr daifclr, #8', 1, false],
    ['msr daifclr, #8', 1 << 13, false],
  ])('by %s with MDSCR_EL1 = %i lets a step be taken at once: %s', async (clear, mdscr, taken) => {
    const bare = await bareCpu(source(mdscr, clear), { engine });
    bare.run(2000);
    expect(bare.cpu.x(1)).toBe(1n);
    expect(bare.cpu.x(2)).toBe(taken ? 0n : 2n);
    expect(Number(bare.cpu.x(22)) >>> 26).toBe(taken ? EC.SOFTWARE_STEP_SAME : 0);
    if (taken) expect(bare.cpu.x(23)).toBe(bare.symbols.get('next'));
    // Of no interrupt controller: WFI does not wake by it, and nobody sees it.
    expect(bare.cpu.interruptLines).toBe(0);
  });
});

it('steps over nothing where the host has a breakpoint', async () => {
  const bare = await bareCpu(stepping('mov x5, #1'));
  const user = Number(bare.symbols.get('user'));
  bare.engine.records.setBreakpoint(user);
  expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BREAKPOINT);
  expect([bare.cpu.pc, bare.cpu.x(5)]).toEqual([BigInt(user), 0n]);
  bare.engine.records.clearBreakpoint(user);
  bare.run(100);
  expect(bare.cpu.x(5)).toBe(1n);
});
