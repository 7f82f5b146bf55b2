import { describe, expect, it } from 'vitest';
import { bareCpu } from '../bare-cpu.testkit';
import { CPU } from '../layout';
import { SYS } from '../sysregs/storage';
import { CPU_MODEL_NAMES, CPU_MODELS, type CpuModelName } from '.';
import { FEATURE_FIELDS, featureFields, type IdRegisterName } from './id-registers';

/** The real cores' registers as their manuals list them, with the optional cryptography. */
const MANUALS: Partial<Record<CpuModelName, Partial<Record<IdRegisterName, bigint>>>> = {
  'cortex-a53': {
    ID_AA64PFR0_EL1: 0x2222n,
    ID_AA64PFR1_EL1: 0n,
    ID_AA64ISAR0_EL1: 0x11120n,
    ID_AA64ISAR1_EL1: 0n,
    ID_AA64MMFR1_EL1: 0n,
    ID_AA64MMFR2_EL1: 0n,
  },
  'cortex-a72': {
    ID_AA64PFR0_EL1: 0x2222n,
    ID_AA64PFR1_EL1: 0n,
    ID_AA64ISAR0_EL1: 0x11120n,
    ID_AA64ISAR1_EL1: 0n,
    ID_AA64MMFR1_EL1: 0n,
    ID_AA64MMFR2_EL1: 0n,
  },
  'neoverse-n1': {
    ID_AA64PFR0_EL1: 0x1100_0000_1011_1112n,
    ID_AA64PFR1_EL1: 0x20n,
    ID_AA64ISAR0_EL1: 0x1000_1021_1120n,
    ID_AA64ISAR1_EL1: 0x100001n,
    ID_AA64MMFR0_EL1: 0x10_0000n,
    ID_AA64MMFR1_EL1: 0x10212122n,
    ID_AA64MMFR2_EL1: 0x1011n,
  },
};

/** Fields of N1 that only EL2 has a use for: VMIDBits, VH and XNX. */
const EL2_FIELDS: Partial<Record<IdRegisterName, bigint>> = { ID_AA64MMFR1_EL1: 0xf0000ff0n };

const hex = (value: bigint): string => `0x${value.toString(16)}`;

describe('a CPU model', () => {
  it.each(Object.keys(MANUALS) as CpuModelName[])('%s has the features its manual’s registers tell of', (name) => {
    const { features } = CPU_MODELS[name];
    const ours = featureFields((feature) => features.includes(feature));
    const decided = (register: IdRegisterName): bigint =>
      FEATURE_FIELDS.reduce((mask, field) => (field.register === register ? mask | (0xfn << BigInt(field.lsb)) : mask), 0n);
    for (const [register, value] of Object.entries(MANUALS[name]!) as [IdRegisterName, bigint][]) {
      expect([register, hex(ours[register])]).toEqual([register, hex(value & decided(register))]);
      // What no feature decides: exception levels, and what EL2 alone has.
      if (register.startsWith('ID_AA64PFR0')) continue;
      expect([register, hex(value & ~decided(register) & ~(EL2_FIELDS[register] ?? 0n))]).toEqual([register, '0x0']);
    }
  });

  it.each([
    ['max', '0xfd0e0', 40, 0xb444c004, 0x09200003],
    ['cortex-a53', '0x410fd034', 40, 0x84448004, 0x0a200023],
    ['cortex-a72', '0x410fd083', 44, 0x8444c004, 0x0a200023],
    ['neoverse-n1', '0x414fd0c1', 48, 0x8444c004, 0x82000023],
  ] as const)('%s is who it is', (name, midr, paBits, ctr, clidr) => {
    const model = CPU_MODELS[name];
    expect([hex(BigInt(model.midr)), model.paBits, model.ctr, model.clidr]).toEqual([midr, paBits, ctr, clidr]);
  });

  it.each([
    // PFR0, ISAR0, MMFR0, MMFR1, MMFR2, PFR1, ISAR1, ISAR2: what is left once nothing is promised that is not implemented.
    [
      'max',
      [
        '0x1101000000110011',
        '0x1221111110212120',
        '0x100022',
        '0x312002',
        '0x1000000110000011',
        '0x21',
        '0x10111101211012',
        '0x10000000110002',
      ],
    ],
    ['cortex-a53', ['0x11', '0x11120', '0x22', '0x0', '0x0', '0x0', '0x0', '0x0']],
    ['cortex-a72', ['0x11', '0x11120', '0x24', '0x0', '0x0', '0x0', '0x0', '0x0']],
    ['neoverse-n1', ['0x1100000000110011', '0x100010211120', '0x100025', '0x212002', '0x11', '0x20', '0x100001', '0x0']],
  ] as const)('%s promises only what is implemented', (name, expected) => {
    const { idRegisters: r } = CPU_MODELS[name];
    const values = [r.ID_AA64PFR0_EL1, r.ID_AA64ISAR0_EL1, r.ID_AA64MMFR0_EL1, r.ID_AA64MMFR1_EL1, r.ID_AA64MMFR2_EL1];
    expect([...values, r.ID_AA64PFR1_EL1, r.ID_AA64ISAR1_EL1, r.ID_AA64ISAR2_EL1].map(hex)).toEqual(expected);
    expect(hex(r.ID_AA64DFR0_EL1)).toBe('0x101106');
    expect(r.ID_AA64SMFR0_EL1).toBe(0n);
  });

  it('says what it lacks', () => {
    expect(CPU_MODELS.max.lacks).toEqual([]);
    expect(CPU_MODELS['cortex-a53'].lacks).toEqual(['FEAT_DoubleLock']);
    expect(CPU_MODELS['cortex-a53'].has('FEAT_LSE')).toBe(false);
    expect(CPU_MODELS['neoverse-n1'].lacks).toEqual(['FEAT_IESB', 'FEAT_RAS']);
    expect(CPU_MODEL_NAMES).toEqual(Object.keys(CPU_MODELS));
  });
});

/** Runs `source` at EL1; x28 counts the exceptions it takes, x27 is the last one's class. */
async function run(cpu: CpuModelName, source: string, engine: 'interpreter' | 'jit' = 'interpreter') {
  const bare = await bareCpu(
    `
      adr   x0, vectors
      msr   vbar_el1, x0
      mov   x28, #0
      ${source}
stop: b     stop
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x26, elr_el1
      add   x26, x26, #4
      msr   elr_el1, x26
      mrs   x27, esr_el1
      lsr   x27, x27, #26
      add   x28, x28, #1
      eret`,
    { cpu, engine },
  );
  bare.run(200);
  expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
  return { x: (n: number) => hex(bare.cpu.x(n)), exceptions: Number(bare.cpu.x(28)) };
}

const FP_ON = `mov x1, #(3 << 20)
      msr cpacr_el1, x1
      isb`;

describe('a guest', () => {
  it.each([
    ['max', '0xfd0e0', '0xb444c004', '0x1101000001110011', '0x1221111110212120', '0x100022', '0x1000000110000011', '0xfe01a'],
    ['cortex-a53', '0x410fd034', '0x84448004', '0x1000011', '0x11120', '0x22', '0x0', '0x707fe07a'],
    ['cortex-a72', '0x410fd083', '0x8444c004', '0x1000011', '0x11120', '0x24', '0x0', '0x707fe07a'],
    ['neoverse-n1', '0x414fd0c1', '0x8444c004', '0x1100000001110011', '0x100010211120', '0x100025', '0x11', '0x70ffe03a'],
  ] as const)('reads the identification of %s', async (cpu, ...expected) => {
    const { x, exceptions } = await run(
      cpu,
      `mrs x1, midr_el1
      mrs x2, ctr_el0
      mrs x3, id_aa64pfr0_el1
      mrs x4, id_aa64isar0_el1
      mrs x5, id_aa64mmfr0_el1
      mrs x6, id_aa64mmfr2_el1
      mov x0, #${cpu === 'max' ? 0 : 2}
      msr csselr_el1, x0
      isb
      mrs x7, ccsidr_el1
      mrs x8, dczid_el0`,
    );
    expect([1, 2, 3, 4, 5, 6, 7].map(x)).toEqual(expected);
    expect([x(8), exceptions]).toEqual(['0x4', 0]);
  });

  const LATER = [
    'ldadd x1, x2, [x0]',
    'cas x1, x2, [x0]',
    'msr pan, #1',
    'msr uao, #1',
    'mrs x1, uao',
    'mrs x1, pan',
    'at s1e1rp, x0',
    'ldlar x1, [x0]',
    'mrs x1, lorid_el1',
    'sdot v0.4s, v1.16b, v2.16b',
    'sqrdmlah v0.4s, v1.4s, v2.4s',
    'ldapr x1, [x0]',
    'dc cvap, x0',
    'msr ssbs, #1',
    'mrs x0, ssbs',
  ];
  it.each(LATER)('of Armv8.0 finds %s UNDEFINED, one of a later core does not', async (instruction) => {
    for (const engine of ['interpreter', 'jit'] as const) {
      for (const [cpu, undefined_] of [
        ['cortex-a53', 1],
        ['cortex-a72', 1],
        ['neoverse-n1', 0],
        ['max', 0],
      ] as const) {
        expect([cpu, (await run(cpu, `${FP_ON}\n${instruction}`, engine)).exceptions]).toEqual([cpu, undefined_]);
      }
    }
  });

  it.each([
    'sha512h q0, q1, v2.2d',
    'eor3 v0.16b, v1.16b, v2.16b, v3.16b',
    'sm3ss1 v0.4s, v1.4s, v2.4s, v3.4s',
    'sm4e v0.4s, v1.4s',
    'smmla v0.4s, v1.16b, v2.16b',
    'cfinv',
    'axflag',
    'ldapur x1, [x0]',
    'dc cvadp, x0',
    'sb',
    'cfp rctx, x0',
    'ctz x0, x1',
    'bc.al .+4',
    'msr dit, #1',
    'mrs x0, dit',
    'mrs x0, rndr',
    'wfet xzr',
    'wfit xzr',
  ])('of a core finds %s UNDEFINED, max does not', async (instruction) => {
    for (const engine of ['interpreter', 'jit'] as const)
      for (const cpu of CPU_MODEL_NAMES)
        expect([cpu, (await run(cpu, `${FP_ON}\n${instruction}`, engine)).exceptions]).toEqual([cpu, cpu === 'max' ? 0 : 1]);
  });

  it('has cryptography on all', async () => {
    const source = ['aese v0.16b, v1.16b', 'pmull v0.1q, v1.1d, v2.1d', 'sha1h s0, s1', 'sha256su0 v0.4s, v1.4s'].join('\n');
    for (const cpu of CPU_MODEL_NAMES) expect((await run(cpu, `${FP_ON}\n${source}`)).exceptions).toBe(0);
  });

  it('has CRC32 on all', async () => {
    for (const cpu of CPU_MODEL_NAMES) expect((await run(cpu, 'crc32w w0, w1, w2')).exceptions).toBe(0);
  });

  it('never gets PSTATE.PAN without FEAT_PAN, nor E0PD without FEAT_E0PD', async () => {
    const tryAll = `mrs x0, sctlr_el1
      bic x0, x0, #0x800000
      msr sctlr_el1, x0
      mov x0, #(3 << 23)
      lsl x0, x0, #32
      msr tcr_el1, x0
      mrs x1, tcr_el1
      .word 0
      mrs x2, spsr_el1
      svc #0
      mrs x3, spsr_el1`;
    for (const [cpu, e0pd] of [
      ['cortex-a53', '0x0'],
      ['max', '0x180000000000000'],
    ] as const)
      expect((await run(cpu, tryAll)).x(1)).toBe(e0pd);
    const bare = await bareCpu('.word 0', { cpu: 'cortex-a53' });
    bare.cpu.set32(SYS.SCTLR_EL1, 0);
    bare.run(1);
    expect(bare.cpu.get32(CPU.PAN)).toBe(0);
  });
});
