import { describe, expect, it } from 'vitest';
import { bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';
import { type Debugged, debugged, ENABLED_EL0, ENABLED_EL1, KDE, MDE, ONE_WORD } from './debugged.testkit';
import { SLICE } from './slice';
import { EC } from './syndrome';

const BODY = `
      add   x0, x0, #1
      add   x1, x1, #1
      add   x2, x2, #1`;
const ADDRESS = ENABLED_EL0 | ONE_WORD;
const LINKED_ADDRESS = (1 << 20) | (1 << 16);
const CONTEXT = 2 << 20;
const LINKED_CONTEXT = 3 << 20;

/** Arms breakpoint 0 at the second instruction of the body. */
const arm = (control: number, offset = 4): string => `
      add   x9, x10, #${offset}
      msr   dbgbvr0_el1, x9
      ldr   x9, =${control}
      msr   dbgbcr0_el1, x9`;

const arm1 = (value: number, control: number): string => `
      ldr   x9, =${value}
      msr   dbgbvr1_el1, x9
      ldr   x9, =${control}
      msr   dbgbcr1_el1, x9`;

/** How often each instruction of the body has run. */
const counts = ({ bare }: Debugged): number[] => [0, 1, 2].map((slot) => Number(bare.cpu.x(slot)));
const stopped = ({ bare }: Debugged): boolean => bare.cpu.pc === bare.symbols.get('stop');

describe.each(['interpreter', 'jit'] as const)('a breakpoint on the %s', (engine) => {
  const run = (arming: string, more: object = {}) => debugged({ engine, body: BODY, arm: arming, ...more });

  it.each([1, 7, 1000])('stops before its instruction, and lets it run when it is taken away (slices of %i)', async (slice) => {
    const result = await run(arm(ADDRESS), { slice });
    expect(result.events).toEqual([{ ec: EC.BREAKPOINT_LOWER, iss: 0x22, at: 4, far: expect.any(Number) }]);
    expect(counts(result)).toEqual([201, 201, 201]);
    expect(stopped(result)).toBe(true);
  });

  it('is taken again for as long as it is there: the instruction does not run', async () => {
    const result = await run(arm(ADDRESS), { after: 'nop' });
    expect(result.events.length).toBeGreaterThan(10);
    expect(counts(result)).toEqual([201, 200, 200]);
  });

  it.each([
    ['disabled', ADDRESS & ~1],
    ['for EL1 only', ENABLED_EL1 | ONE_WORD],
    ['with HMC, which needs EL2 or EL3', ADDRESS | (1 << 13)],
    ['with SSC, which needs EL3', ADDRESS | (1 << 14)],
    ['of a reserved type', ADDRESS | (4 << 20)],
    ['for no EL', ONE_WORD | 1],
    ['of contexts, which breakpoint 0 cannot be', ADDRESS | CONTEXT],
  ])('%s does nothing', async (_name, control) => {
    const result = await run(arm(control));
    expect(result.events).toEqual([]);
    expect(stopped(result)).toBe(true);
  });

  it.each([
    ['without MDSCR_EL1.MDE', 'msr mdscr_el1, xzr'],
    ['under the OS Lock', 'mov x9, #1\n msr oslar_el1, x9'],
    ['under the OS Double Lock', 'mov x9, #1\n msr osdlr_el1, x9'],
  ])('does nothing %s', async (_name, lock) => {
    const result = await run(arm(ADDRESS) + `\n ${lock}`);
    expect(result.events).toEqual([]);
    expect(stopped(result)).toBe(true);
  });

  it('compares bits 48 to 2 of the address', async () => {
    const high = (value: string) => run(`${arm(ADDRESS)}\n ldr x9, =body+4\n ${value}\n msr dbgbvr0_el1, x9`);
    expect((await high('orr x9, x9, #0xfe00000000000000')).events.length).toBe(1);
    expect((await high('orr x9, x9, #(1 << 48)')).events).toEqual([]);
  });

  it.each([
    ['the same context', LINKED_CONTEXT | 1, 42, true],
    ['another context', LINKED_CONTEXT | 1, 43, false],
    ['a Context breakpoint that is disabled', LINKED_CONTEXT, 42, false],
    ['one that is not to be linked to', CONTEXT | ENABLED_EL1, 42, false],
    ['an address breakpoint', ENABLED_EL1, 42, false],
  ])('linked to %s', async (_name, control, context, taken) => {
    const result = await run(`mov x9, #42\n msr contextidr_el1, x9\n ${arm(ADDRESS | LINKED_ADDRESS)} ${arm1(context, control)}`);
    expect(result.events.map(({ at }) => at)).toEqual(taken ? [4] : []);
  });

  it('linked to one that cannot be of contexts does nothing', async () => {
    const result = await run(`${arm(ADDRESS | (1 << 20))}`);
    expect(result.events).toEqual([]);
  });

  it('of a context is taken before the first instruction of it', async () => {
    const result = await run(`mov x9, #42\n msr contextidr_el1, x9\n ${arm1(42, CONTEXT | ENABLED_EL0)}`, {
      after: 'msr contextidr_el1, xzr',
    });
    expect(result.events.map(({ ec, iss, at }) => [ec, iss, at])).toEqual([
      [EC.BREAKPOINT_LOWER, 0x22, Number(result.bare.symbols.get('stop')) - 4 - Number(result.bare.symbols.get('body'))],
    ]);
    expect(counts(result)).toEqual([201, 201, 201]);
  });

  it('of a context at EL1 waits for PSTATE.D to be cleared', async () => {
    const bare = await bareCpu(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      msr   oslar_el1, xzr
      mov   x0, #42
      msr   contextidr_el1, x0
      msr   dbgbvr1_el1, x0
      ldr   x0, =${CONTEXT | ENABLED_EL1}
      msr   dbgbcr1_el1, x0
      ldr   x0, =${MDE | KDE}
      msr   mdscr_el1, x0
      mov   x1, #1
      msr   daifclr, #8
next: mov   x2, #1
      b     .
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      mrs   x23, elr_el1
      b     .`,
      { engine },
    );
    bare.run(100);
    expect([Number(bare.cpu.x(22)) >>> 26, bare.cpu.x(23)]).toEqual([EC.BREAKPOINT_SAME, bare.symbols.get('next')]);
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([1n, 0n]);
  });

  it('stops software step before the instruction that it would step', async () => {
    const steps = `
      mov   x9, #(1 << 21)
      msr   spsr_el1, x9
      ldr   x9, =${MDE | 1}
      msr   mdscr_el1, x9`;
    const result = await run(arm(ADDRESS) + steps, {
      after: `
      cmp   x23, #${EC.BREAKPOINT_LOWER}
      b.ne  step
      msr   dbgbcr0_el1, xzr
step: mrs   x9, spsr_el1
      orr   x9, x9, #(1 << 21)
      msr   spsr_el1, x9`,
    });
    const seen = result.events.slice(0, 5).map(({ ec, at }) => [ec, at]);
    expect(seen).toEqual([
      [EC.SOFTWARE_STEP_LOWER, 0],
      [EC.SOFTWARE_STEP_LOWER, 4],
      [EC.BREAKPOINT_LOWER, 4],
      [EC.SOFTWARE_STEP_LOWER, 8],
      [EC.SOFTWARE_STEP_LOWER, 12],
    ]);
  });

  it.each([
    [MDE | KDE, 0, true],
    [MDE | KDE, 8, false],
    [MDE, 0, false],
  ])('at EL1 asks for KDE and PSTATE.D clear: MDSCR_EL1 = %i, DAIF.D = %i', async (mdscr, masked, taken) => {
    const bare = await bareCpu(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      msr   oslar_el1, xzr
      mov   x3, #200
warm: bl    body
      subs  x3, x3, #1
      b.ne  warm
      adr   x0, body
      msr   dbgbvr0_el1, x0
      mov   x0, #${ENABLED_EL1 | ONE_WORD}
      msr   dbgbcr0_el1, x0
      ldr   x0, =${mdscr}
      msr   mdscr_el1, x0
      ${masked ? '' : 'msr daifclr, #8'}
      bl    body
stop: b     stop
body: add   x1, x1, #1
      ret
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      mrs   x23, elr_el1
      b     .`,
      { engine },
    );
    bare.run(2000);
    expect(Number(bare.cpu.x(22)) >>> 26).toBe(taken ? EC.BREAKPOINT_SAME : 0);
    expect(bare.cpu.x(1)).toBe(taken ? 200n : 201n);
    if (taken) expect(bare.cpu.x(23)).toBe(bare.symbols.get('body'));
  });

  it('goes before the Illegal Execution state that an ERET has brought about', async () => {
    const result = await run(arm(ADDRESS), {
      // Back to EL0 where the breakpoint still is, with PSTATE.IL set by SPSR_EL1; then without breakpoint.
      after: `
      mrs   x9, spsr_el1
      orr   x9, x9, #(1 << 20)
      msr   spsr_el1, x9
      sub   x9, x20, #64
      ldr   x8, =log
      cmp   x9, x8
      b.lt  again
      msr   dbgbcr0_el1, xzr
      tbz   x22, #26, again
      mrs   x9, spsr_el1
      and   x9, x9, #~(1 << 20)
      msr   spsr_el1, x9
again:`,
    });
    expect(result.events.slice(0, 3).map(({ ec, at }) => [ec, at])).toEqual([
      [EC.BREAKPOINT_LOWER, 4],
      [EC.BREAKPOINT_LOWER, 4],
      [EC.ILLEGAL_STATE, 4],
    ]);
  });

  it('of the host at the same instruction comes first', async () => {
    const { bare, events } = await run(arm(ADDRESS), { after: 'nop' });
    expect(events.length).toBeGreaterThan(0);
    const at = Number(bare.symbols.get('body')) + 4;
    bare.engine.records.setBreakpoint(at);
    const ends = Array.from({ length: 20 }, () => bare.engine.runSlice(bare.cpu, 1000));
    expect(ends.at(-1)).toBe(SLICE.BREAKPOINT);
    expect(Number(bare.cpu.pc)).toBe(at);
    bare.engine.records.clearBreakpoint(at);
    expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BUDGET);
  });
});

describe.each(['interpreter', 'jit'] as const)('an instruction with a breakpoint on the %s', (engine) => {
  const TABLES = RAM_BASE + 0x200000;
  /** Runs `loop` at another virtual address of the same page than the one that has the breakpoint, or at the same. */
  const mapped = async (offset: number) => {
    const bare = await bareCpu(
      `
      ${mmuOn(TABLES)}
      msr   oslar_el1, xzr
      adr   x0, loop
      msr   dbgbvr0_el1, x0
      mov   x0, #${ENABLED_EL1 | ONE_WORD}
      msr   dbgbcr0_el1, x0
      ldr   x0, =${MDE | KDE}
      msr   mdscr_el1, x0
      adr   x1, loop
      ldr   x2, =${offset}
      add   x1, x1, x2
      mov   x3, #300
      msr   daifclr, #8
      br    x1
      .org  0x400
loop: add   x5, x5, #1
      subs  x3, x3, #1
      b.ne  loop
      b     .
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      b     .`,
      { engine, vcpus: 2 },
    );
    for (const gib of [0, 1, 2]) bare.engine.ram.write64(TABLES + gib * 8, BigInt(RAM_BASE) | 0x401n);
    return bare;
  };

  it('stops only where its virtual address is that', async () => {
    const other = await mapped(0x40000000);
    other.run(1500);
    expect([other.cpu.x(22), other.cpu.x(5)]).toEqual([0n, 300n]);
    const same = await mapped(0);
    same.run(1500);
    expect([Number(same.cpu.x(22)) >>> 26, same.cpu.x(5)]).toEqual([EC.BREAKPOINT_SAME, 0n]);
  });

  it('stops the vCPU whose breakpoint it is and no other, and runs exactly as many instructions as asked for', async () => {
    const bare = await mapped(0);
    bare.run(1500);
    expect(Number(bare.cpu.x(22)) >>> 26).toBe(EC.BREAKPOINT_SAME);
    const other = bare.engine.vcpus[1]!;
    other.pc = bare.symbols.get('loop')!;
    other.setX(3, 300n);
    for (let i = 0; i < 100; i++) {
      expect(bare.engine.runSlice(other, 7)).toBe(SLICE.BUDGET);
      expect(bare.engine.slice.retired).toBe(7);
    }
    for (let i = 0; i < 100; i++) bare.engine.runSlice(other, 7);
    expect([other.x(22), other.x(5)]).toEqual([0n, 300n]);
  });
});

it('debugging costs the same on both engines, and slices end at the same instructions', async () => {
  const run = async (engine: 'interpreter' | 'jit') => {
    const { bare } = await debugged({
      engine,
      body: `${BODY}\n str x0, [x4]\n ldr x1, [x4, #8]`,
      arm: `${arm(ADDRESS)}
      msr   dbgwvr0_el1, x4
      ldr   x9, =${ENABLED_EL0 | (3 << 3) | (0xff << 5)}
      msr   dbgwcr0_el1, x9`,
      // What was hit is disabled, the other goes on; a breakpoint that is no longer there is passed by.
      after: `
      cmp   x23, #${EC.BREAKPOINT_LOWER}
      b.ne  other
      msr   dbgbcr0_el1, xzr
      b     done
other: msr  dbgwcr0_el1, xzr
done:`,
      slice: 13,
    });
    const ends: unknown[] = [];
    bare.cpu.pc = bare.symbols.get('user')!;
    bare.cpu.setX(5, 100n);
    for (let i = 0; i < 300; i++) {
      const end = bare.engine.runSlice(bare.cpu, 17, 100);
      ends.push([end, bare.cpu.pc, bare.engine.slice.retired, bare.engine.slice.charged]);
    }
    return ends;
  };
  expect(await run('jit')).toEqual(await run('interpreter'));
});
