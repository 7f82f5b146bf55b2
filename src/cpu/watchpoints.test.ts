import { describe, expect, it } from 'vitest';
import { bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';
import { ALL_BYTES, debugged, ENABLED_EL0, ENABLED_EL1, KDE, LOADS, MDE, STORES } from './debugged.testkit';
import { EC } from './syndrome';

const BOTH = LOADS | STORES;
const bytes = (mask: number): number => mask << 5;
const log2 = (mask: number): number => mask << 24;

/** Arms watchpoint 0 at a distance from `data`, which is 64 bytes before the end of a page. */
const arm = (offset: number, control: number): string => `
      add   x9, x4, #${offset}
      msr   dbgwvr0_el1, x9
      ldr   x9, =${control >>> 0}
      msr   dbgwcr0_el1, x9`;

const WNR = 1 << 6;
const EVENT = 0x22;

describe.each(['interpreter', 'jit'] as const)('a watchpoint on the %s', (engine) => {
  const run = (body: string, offset: number, control: number, more: object = {}) =>
    debugged({ engine, body, arm: arm(offset, control), ...more });
  const first = async (body: string, offset: number, control = ENABLED_EL0 | BOTH | ALL_BYTES) => {
    const { events } = await run(body, offset, control);
    return events.map(({ ec, iss, at, far }) => [ec, iss, at, far]);
  };
  const LOAD = (at: number, far: number) => [[EC.WATCHPOINT_LOWER, EVENT, at, far]];
  const STORE = (at: number, far: number) => [[EC.WATCHPOINT_LOWER, EVENT | WNR, at, far]];

  it.each([1, 5, 1000])('stops before the load or store that touches it (slices of %i)', async (slice) => {
    const { events, bare } = await run(
      'add x0, x0, #1\n str x0, [x4, #8]\n ldr x1, [x4, #8]',
      8,
      ENABLED_EL0 | BOTH | ALL_BYTES,
      { slice },
    );
    expect(events).toEqual([{ ec: EC.WATCHPOINT_LOWER, iss: EVENT | WNR, at: 4, far: 8 }]);
    expect([bare.cpu.x(0), bare.cpu.x(1), bare.cpu.pc]).toEqual([201n, 201n, bare.symbols.get('stop')]);
  });

  it('has neither loaded nor stored when it is taken', async () => {
    const load = await run('mov x1, #0\n ldr x1, [x4, #8]!\n sub x4, x4, #8', 8, ENABLED_EL0 | BOTH | ALL_BYTES, {
      after: 'mov x19, x1\n mov x18, x4\n b .',
    });
    expect([load.bare.cpu.x(19), load.bare.cpu.x(18)]).toEqual([0n, load.bare.symbols.get('data')]);
    const store = await run('add x1, x1, #1\n str x1, [x4, #8]', 8, ENABLED_EL0 | BOTH | ALL_BYTES, { after: 'b .' });
    expect(store.bare.read64(Number(store.bare.symbols.get('data')) + 8)).toBe(200n);
  });

  it.each([
    ['ldp x0, x1, [x4]', 8, LOAD(0, 8)],
    ['stp x0, x1, [x4]', 8, STORE(0, 8)],
    ['ldp x0, x1, [x4]', 16, []],
    ['ldr q0, [x4]', 8, LOAD(0, 8)],
    ['str q0, [x4]', 0, STORE(0, 0)],
    ['ld1 {v0.16b-v3.16b}, [x4]', 56, LOAD(0, 56)],
    ['st4 {v0.4s-v3.4s}, [x4]', 32, STORE(0, 32)],
    ['ldxr x0, [x4]', 0, LOAD(0, 0)],
    ['ldxr x0, [x4]\n stxr w1, x0, [x4]', 0, LOAD(0, 0)],
    ['ldadd x0, x1, [x4]', 0, LOAD(0, 0)],
    ['cas x0, x1, [x4]', 0, LOAD(0, 0)],
    ['ldar x0, [x4]', 0, LOAD(0, 0)],
    ['stlr x0, [x4]', 0, STORE(0, 0)],
    ['dc zva, x4', 40, STORE(0, 40)],
    ['ldrb w0, [x4, #3]', 0, LOAD(0, 3)],
    ['ldr x0, [x4, #60]', 56, LOAD(0, 60)],
    ['ldr x0, [x4, #60]', 64, LOAD(0, 64)],
    ['str x0, [x4, #60]', 64, STORE(0, 64)],
    ['prfm pldl1keep, [x4]', 0, []],
    ['dc cvac, x4', 0, []],
    ['add x0, x4, #(1 << 12)\n ldr x1, [x0]', 0, []],
  ])('%s with a watchpoint at %i', async (body, offset, events) => {
    expect(await first(body, offset)).toEqual(events);
  });

  it.each([
    ['loads', LOADS, 'ldr x0, [x4]', LOAD(0, 0)],
    ['loads', LOADS, 'str x0, [x4]', []],
    ['stores', STORES, 'ldr x0, [x4]', []],
    ['stores', STORES, 'str x0, [x4]', STORE(0, 0)],
    ['nothing', 0, 'str x0, [x4]\n ldr x0, [x4]', []],
    ['stores', STORES, 'ldadd x0, x1, [x4]', STORE(0, 0)],
    ['stores', STORES, 'ldxr x0, [x4]\n stxr w1, x0, [x4]', STORE(4, 0)],
  ])('for %s (LSC %i): %s', async (_name, lsc, body, events) => {
    expect(await first(body, 0, ENABLED_EL0 | lsc | ALL_BYTES)).toEqual(events);
  });

  it.each([
    ['one byte', 0, bytes(0b1000), 'ldrb w0, [x4, #3]', LOAD(0, 3)],
    ['the byte before', 0, bytes(0b1000), 'ldrb w0, [x4, #2]', []],
    ['a doubleword around it', 0, bytes(0b1000), 'ldr x0, [x4]', LOAD(0, 3)],
    ['the upper word by DBGWVR<2>', 4, bytes(0b1111), 'ldr w0, [x4, #4]', LOAD(0, 4)],
    ['the lower word by DBGWVR<2>', 4, bytes(0b1111), 'ldr w0, [x4]', []],
    ['beyond the upper word by DBGWVR<2>', 4, bytes(0xff), 'ldr w0, [x4, #8]', []],
    ['the upper word by BAS', 0, bytes(0b11110000), 'ldr w0, [x4]', []],
    ['no byte', 0, 0, 'ldr x0, [x4]', []],
  ])('BAS: %s', async (_name, offset, bas, body, events) => {
    expect(await first(body, offset, ENABLED_EL0 | BOTH | bas)).toEqual(events);
  });

  it.each([
    [3, 'ldr w0, [x4, #4]', LOAD(0, 4)],
    [3, 'ldr w0, [x4, #8]', []],
    [6, 'ldrb w0, [x4, #63]', LOAD(0, 63)],
    [6, 'ldrb w0, [x4, #64]', []],
    [6, 'sub x0, x4, #1\n ldrb w0, [x0]', []],
    [6, 'ldur x0, [x4, #-4]', LOAD(0, 0)],
    [12, 'sub x0, x4, #0xfc0\n str w1, [x0]', STORE(4, -0xfc0)],
    [31, 'ldr x0, [x4, #128]', LOAD(0, 128)],
    [1, 'ldr x0, [x4]', []],
    [2, 'ldr x0, [x4]', []],
  ])('MASK %i: %s', async (mask, body, events) => {
    // What MASK covers of DBGWVR is to be zero.
    const control = ENABLED_EL0 | BOTH | ALL_BYTES | log2(mask);
    const { events: seen } = await debugged({
      engine,
      body,
      arm: `
      lsr   x9, x4, #${mask}
      lsl   x9, x9, #${mask}
      msr   dbgwvr0_el1, x9
      ldr   x9, =${control >>> 0}
      msr   dbgwcr0_el1, x9`,
    });
    const found = seen.filter(({ at }) => at >= 0);
    expect(found.map(({ ec, iss, at, far }) => [ec, iss, at, far])).toEqual(events);
  });

  it.each([
    ['disabled', ENABLED_EL0 & ~1],
    ['for EL1 only', ENABLED_EL1],
    ['with HMC', ENABLED_EL0 | (1 << 13)],
    ['with SSC', ENABLED_EL0 | (2 << 14)],
    ['linked to a breakpoint that is not there', ENABLED_EL0 | (1 << 20) | (1 << 16)],
  ])('%s does nothing', async (_name, control) => {
    expect(await first('str x0, [x4]', 0, control | BOTH | ALL_BYTES)).toEqual([]);
  });

  it.each([
    [42, 1],
    [43, 0],
  ])('linked to context %i is taken %i times in context 42', async (context, times) => {
    const { events } = await debugged({
      engine,
      body: 'str x0, [x4]',
      arm: `
      mov   x9, #42
      msr   contextidr_el1, x9
      mov   x9, #${context}
      msr   dbgbvr1_el1, x9
      ldr   x9, =${(3 << 20) | 1}
      msr   dbgbcr1_el1, x9
      ${arm(0, ENABLED_EL0 | BOTH | ALL_BYTES | (1 << 20) | (1 << 16))}`,
    });
    expect(events.length).toBe(times);
  });

  it.each(['msr mdscr_el1, xzr', 'mov x9, #1\n msr oslar_el1, x9', 'mov x9, #1\n msr osdlr_el1, x9'])(
    'does nothing after %s',
    async (lock) => {
      const { events } = await debugged({
        engine,
        body: 'str x0, [x4]',
        arm: `${arm(0, ENABLED_EL0 | BOTH | ALL_BYTES)}\n ${lock}`,
      });
      expect(events).toEqual([]);
    },
  );

  it('goes before an External abort: nothing is accessed', async () => {
    const { events } = await debugged({
      engine,
      body: 'mov x3, x4\n cbnz x5, near\n mov x3, #0x1000\nnear: ldr x0, [x3]',
      arm: `mov x9, #0x1000\n msr dbgwvr0_el1, x9\n ldr x9, =${ENABLED_EL0 | BOTH | ALL_BYTES}\n msr dbgwcr0_el1, x9`,
      after: 'b .',
    });
    expect(events.map(({ ec }) => ec)).toEqual([EC.WATCHPOINT_LOWER]);
  });
});

describe.each(['interpreter', 'jit'] as const)('a watchpoint at EL1 on the %s', (engine) => {
  const source = (pac: number, access: string, mdscr = MDE | KDE): string => `
      adr   x0, vectors
      msr   vbar_el1, x0
      msr   oslar_el1, xzr
      ldr   x4, =data
      mov   x3, #200
warm: bl    body
      subs  x3, x3, #1
      b.ne  warm
      msr   dbgwvr0_el1, x4
      ldr   x0, =${pac | BOTH | ALL_BYTES}
      msr   dbgwcr0_el1, x0
      ldr   x0, =${mdscr}
      msr   mdscr_el1, x0
      msr   daifclr, #8
      bl    body
stop: b     stop
body: ${access}
      ret
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      mrs   x23, far_el1
      b     .
      .org  0x3000
data: .quad 0`;

  it.each([
    ['ldr x1, [x4]', ENABLED_EL1, 0x22],
    ['ldr x1, [x4]', ENABLED_EL0, undefined],
    // Made as from EL0.
    ['ldtr x1, [x4]', ENABLED_EL0, 0x22],
    ['sttr x1, [x4]', ENABLED_EL0, 0x62],
    ['ldtr x1, [x4]', ENABLED_EL1, undefined],
    // Cache maintenance that is a store to watchpoints: CM and WnR.
    ['dc ivac, x4', ENABLED_EL1, 0x162],
    ['dc civac, x4', ENABLED_EL1, undefined],
  ])('%s, PAC and E %i: %s', async (access, pac, iss) => {
    const bare = await bareCpu(source(pac, access), { engine });
    bare.run(3000);
    const esr = Number(bare.cpu.x(22));
    if (iss === undefined) expect([esr, bare.cpu.pc]).toEqual([0, bare.symbols.get('stop')]);
    else {
      expect([esr >>> 26, esr & 0x1ffffff]).toEqual([EC.WATCHPOINT_SAME, iss]);
      expect(bare.cpu.x(23)).toBe(bare.symbols.get('data'));
    }
  });

  it('needs MDSCR_EL1.KDE', async () => {
    const bare = await bareCpu(source(ENABLED_EL1, 'ldr x1, [x4]', MDE), { engine });
    bare.run(3000);
    expect([bare.cpu.x(22), bare.cpu.pc]).toEqual([0n, bare.symbols.get('stop')]);
  });

  it.each([
    ['ldr x1, [x5]', EC.WATCHPOINT_SAME, 0x22],
    ['ldr x1, [x6]', EC.DATA_ABORT_SAME, 0x05],
    ['str x1, [x6]', EC.DATA_ABORT_SAME, 0x45],
    // The first half of the access is sound, and watched.
    ['ldur x1, [x6, #-4]', EC.DATA_ABORT_SAME, 0x05],
  ])('%s: what translation has against an access goes first', async (access, ec, iss) => {
    const TABLES = RAM_BASE + 0x200000;
    const bare = await bareCpu(
      `
      ${mmuOn(TABLES)}
      msr   oslar_el1, xzr
      ldr   x5, =0x7ffffff8
      ldr   x6, =0x80000000
      msr   dbgwvr0_el1, x5
      msr   dbgwvr1_el1, x6
      ldr   x0, =${ENABLED_EL1 | BOTH | ALL_BYTES}
      msr   dbgwcr0_el1, x0
      msr   dbgwcr1_el1, x0
      ldr   x0, =${MDE | KDE}
      msr   mdscr_el1, x0
      msr   daifclr, #8
      isb
      ${access}
      b     .
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x22, esr_el1
      b     .`,
      { engine },
    );
    // The last page of the first GiB is RAM again; nothing is behind it.
    bare.engine.ram.write64(TABLES + 8, BigInt(TABLES + 0x1000) | 3n);
    for (let i = 0; i < 512; i++)
      bare.engine.ram.write64(TABLES + 0x1000 + i * 8, BigInt(RAM_BASE + (i % 2) * 0x200000) | 0x401n);
    bare.run(200);
    const esr = Number(bare.cpu.x(22));
    expect([esr >>> 26, esr & 0x1ffffff]).toEqual([ec, iss]);
  });
});
