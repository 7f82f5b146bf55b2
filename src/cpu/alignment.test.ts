import { describe, expect, it } from 'vitest';
import { bareCpu, RAM_BASE } from './bare-cpu.testkit';
import type { CpuModelName } from './models';
import { EC, FSC } from './syndrome';

const DATA = RAM_BASE + 0x100000;

const ENGINES = ['interpreter', 'jit'] as const;

/** Loops over `access` often enough to be compiled, with a handler that counts exceptions in x27 and steps over the instruction. */
const looping = (prepare: string, access: string, spsr = '0x3c5'): string => `
      mov   x9, #(3 << 20)
      msr   cpacr_el1, x9
      adr   x0, vectors
      msr   vbar_el1, x0
      mov   x27, #0
      ldr   x10, =${DATA + 8}
      ldr   x11, =${DATA}
      mov   x0, #-1
      msr   far_el1, x0
      mov   x0, #${spsr}
      msr   spsr_el1, x0
      adr   x0, begin
      msr   elr_el1, x0
      ${prepare}
      eret
begin: mov  x20, #200
loop: ${access}
      subs  x20, x20, #1
      b.ne  loop
stop: b     stop
      .org  0x800
vectors:
      .org  0x800 + 0x200
      b     handler
      .org  0x800 + 0x400
handler:
      mrs   x21, esr_el1
      mrs   x22, far_el1
      mrs   x23, elr_el1
      add   x27, x27, #1
      add   x24, x23, #4
      msr   elr_el1, x24
      eret
`;

async function exceptionsOf(source: string, engine: (typeof ENGINES)[number], cpu: CpuModelName = 'max') {
  const bare = await bareCpu(source, { engine, cpu });
  for (let i = 0; i < 200; i++) bare.run(29);
  expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
  const esr = Number(bare.cpu.x(21));
  return { bare, count: Number(bare.cpu.x(27)), ec: esr >>> 26, iss: esr & 0x1ffffff, far: bare.cpu.x(22) };
}

describe.each(ENGINES)('SP alignment on the %s', (engine) => {
  const misaligned = 'mov sp, x10';

  it.each([
    'ldr x2, [sp]',
    'str w2, [sp, #8]',
    'ldur x2, [sp, #8]',
    'ldrb w2, [sp]',
    'ldr x2, [sp], #16',
    'str x2, [sp, #-16]!',
    'ldr x2, [sp, x9]',
    'ldp x2, x3, [sp, #-16]!',
    'stp q2, q3, [sp]',
    'ldr q2, [sp, #8]',
    'ldtr x2, [sp]',
    'ldxr x2, [sp]',
    'stxr w3, x2, [sp]',
    'ldar x2, [sp]',
    'stlr x2, [sp]',
    'ldadd x1, x2, [sp]',
    'swp x1, x2, [sp]',
    'cas x1, x2, [sp]',
    'casp x2, x3, x4, x5, [sp]',
    'ld1 {v2.8b}, [sp]',
    'st2 {v2.8b, v3.8b}, [sp], #16',
    'ld1 {v2.b}[1], [sp]',
    'ld1r {v2.8b}, [sp]',
  ])('%s faults while SP is no multiple of 16', async (access) => {
    const { count, ec, iss, far, bare } = await exceptionsOf(looping(misaligned, access), engine);
    expect({ count, ec, iss, far }).toEqual({ count: 200, ec: EC.SP_ALIGNMENT, iss: 0, far: 0xffff_ffff_ffff_ffffn });
    expect(bare.cpu.x(23)).toBe(bare.symbols.get('loop'));
    expect(bare.cpu.sp).toBe(BigInt(DATA + 8));
  });

  it.each([
    ['an aligned SP', 'mov sp, x11', 'ldr x2, [sp, #8]'],
    ['a prefetch', misaligned, 'prfm pldl1keep, [sp]'],
    ['another base', misaligned, 'ldr x2, [x10]'],
    ['arithmetic', misaligned, 'add sp, sp, #0'],
    ['SCTLR_EL1.SA clear', `${misaligned}\nmrs x0, sctlr_el1\nbic x0, x0, #8\nmsr sctlr_el1, x0`, 'ldr x2, [sp]'],
  ])('is not asked of %s', async (_name, prepare, access) => {
    const { bare, count } = await exceptionsOf(looping(prepare, access), engine);
    expect(count).toBe(0);
    if (engine === 'jit') expect(bare.cpu.compiledInstructions).toBeGreaterThan(0);
  });

  it.each([
    [1, ''],
    [0, 'mrs x0, sctlr_el1\nbic x0, x0, #16\nmsr sctlr_el1, x0'],
  ])('at EL0 is SA0’s to ask for (%i)', async (sa0, prepare) => {
    const { count, ec } = await exceptionsOf(looping(`msr sp_el0, x10\n${prepare}`, 'ldr x2, [sp]', '0'), engine);
    expect(count).toBe(sa0 * 200);
    if (sa0) expect(ec).toBe(EC.SP_ALIGNMENT);
  });

  it('is checked before the address is translated, and after floating point', async () => {
    const outside = 'mov x0, #8\nmov sp, x0';
    expect((await exceptionsOf(looping(outside, 'ldr x2, [sp]'), engine)).ec).toBe(EC.SP_ALIGNMENT);
    const noFp = `${misaligned}\nmsr cpacr_el1, xzr`;
    expect((await exceptionsOf(looping(noFp, 'ldr q2, [sp]'), engine)).ec).toBe(EC.SVE_SIMD_FP);
  });
});

describe.each(ENGINES)('SCTLR_EL1.A on the %s', (engine) => {
  const checked = 'mrs x0, sctlr_el1\norr x0, x0, #2\nmsr sctlr_el1, x0\n';
  const at = (address: number): string => `ldr x1, =${address}`;

  it.each([
    ['ldr x2, [x1]', DATA + 4],
    ['ldrh w2, [x1]', DATA + 1],
    ['str w2, [x1]', DATA + 2],
    ['ldp x2, x3, [x1]', DATA + 4],
    ['stp w2, w3, [x1]', DATA + 2],
    ['ldr q2, [x1]', DATA + 8],
    ['str q2, [x1]', DATA + 8],
    ['ldr x2, [x1]', DATA + 4092],
    ['str q2, [x1]', DATA + 4088],
    ['ld1 {v2.2d}, [x1]', DATA + 4],
    ['st1 {v2.4s}, [x1]', DATA + 2],
    ['ld1 {v2.s}[1], [x1]', DATA + 2],
    ['ldtr x2, [x1]', DATA + 4],
  ])('%s at %i faults', async (access, address) => {
    for (const spsr of ['0x3c5', '0']) {
      const { count, ec, iss, far } = await exceptionsOf(looping(checked + at(address), access, spsr), engine);
      expect(count).toBe(200);
      expect(ec).toBe(spsr === '0' ? EC.DATA_ABORT_LOWER : EC.DATA_ABORT_SAME);
      expect(iss & 0x3f).toBe(FSC.ALIGNMENT);
      expect((iss >>> 6) & 1).toBe(access.startsWith('st') ? 1 : 0);
      expect(far).toBe(BigInt(address));
    }
  });

  it.each([
    ['ldrb w2, [x1]', DATA + 1],
    ['ldp x2, x3, [x1]', DATA + 8],
    ['stp w2, w3, [x1]', DATA + 4],
    ['ldp q2, q3, [x1]', DATA + 16],
    ['ld1 {v2.16b}, [x1]', DATA + 1],
    ['st1 {v2.8h}, [x1]', DATA + 2],
    ['ld1 {v2.4s, v3.4s}, [x1]', DATA + 4092],
    ['ld4 {v2.8b, v3.8b, v4.8b, v5.8b}, [x1]', DATA + 3],
    ['dc zva, x1', DATA + 5],
  ])('%s at %i is aligned by its elements', async (access, address) => {
    expect((await exceptionsOf(looping(checked + at(address), access), engine)).count).toBe(0);
  });

  it('acts on pages that were used before it was set, and lets go when it is cleared', async () => {
    const used = `${at(DATA + 4)}\nldr x2, [x1]\nstr x2, [x1]\n`;
    expect((await exceptionsOf(looping(used + checked, 'ldr x2, [x1]'), engine)).count).toBe(200);
    const cleared = 'ldr x3, [x10]\nbic x0, x0, #2\nmsr sctlr_el1, x0\n';
    expect((await exceptionsOf(looping(used + checked + cleared, 'ldr x2, [x1]'), engine)).count).toBe(0);
  });

  it('goes before translation faults', async () => {
    const { ec, iss } = await exceptionsOf(looping(`${checked}mov x1, #1`, 'ldr x2, [x1]'), engine);
    expect([ec, iss & 0x3f]).toEqual([EC.DATA_ABORT_SAME, FSC.ALIGNMENT]);
  });
});

describe.each(ENGINES)('unaligned atomic and ordered accesses on the %s', (engine) => {
  const at = (address: number): string => `ldr x1, =${address}`;
  /** Sets or clears SCTLR_EL1.nAA. */
  const nAA = (change: 'orr' | 'bic'): string => `mrs x0, sctlr_el1\n${change} x0, x0, #64\nmsr sctlr_el1, x0\n`;
  const ATOMIC = ['ldxr x2, [x1]', 'ldaxr x2, [x1]', 'ldadd x3, x2, [x1]', 'swpal x3, x2, [x1]', 'cas x3, x2, [x1]'];
  const ORDERED = ['ldar x2, [x1]', 'stlr x2, [x1]', 'ldapr x2, [x1]', 'ldapur x2, [x1]', 'stlur x2, [x1]'];

  it.each([...ATOMIC, ...ORDERED])('%s needs FEAT_LSE2 to be inside 16 bytes', async (access) => {
    expect((await exceptionsOf(looping(nAA('bic') + at(DATA + 3), access), engine)).count).toBe(0);
    const crossing = await exceptionsOf(looping(nAA('bic') + at(DATA + 9), access), engine);
    expect(crossing).toMatchObject({ count: 200, ec: EC.DATA_ABORT_SAME, far: BigInt(DATA + 9) });
    expect(crossing.iss & 0x3f).toBe(FSC.ALIGNMENT);
  });

  it.each(ORDERED)('%s may cross them with SCTLR_EL1.nAA', async (access) => {
    expect((await exceptionsOf(looping(nAA('orr') + at(DATA + 9), access), engine)).count).toBe(0);
  });

  it.each(ATOMIC)('%s may not', async (access) => {
    expect((await exceptionsOf(looping(nAA('orr') + at(DATA + 9), access), engine)).count).toBe(200);
  });

  it.each(['ldxr x2, [x1]', 'ldadd x3, x2, [x1]', 'ldar x2, [x1]'])('%s faults without FEAT_LSE2', async (access) => {
    expect((await exceptionsOf(looping(nAA('orr') + at(DATA + 3), access), engine, 'neoverse-n1')).count).toBe(200);
  });

  it('store what they are told', async () => {
    const source = `${at(DATA + 3)}\nldr x3, =0x0102030405060708\nstr xzr, [x1]`;
    const { bare } = await exceptionsOf(looping(source, 'ldxr x2, [x1]\nstxr w4, x3, [x1]\nswp x2, x5, [x1]'), engine);
    expect([bare.cpu.x(4), bare.cpu.x(5)]).toEqual([0n, 0x0102030405060708n]);
  });
});
