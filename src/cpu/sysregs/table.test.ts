import { describe, expect, it } from 'vitest';
import { CPU } from '../layout';
import { genericName, sysregKey, sysregKeyOfInstruction } from './encoding';
import { ICC } from './icc-registers';
import { constant, row } from './register-row';
import { SYS } from './storage';
import { SYS_INSTRUCTIONS, sysInstructionName } from './sys-instructions';
import { inlineAccess, lookupSysreg, plainOffset, SYSREGS, sysregName, sysregNamed } from './table';
import { TIMER } from './timer-registers';

describe('system register table', () => {
  it('has no encoding and no name twice', () => {
    const all = [...SYSREGS, ...SYS_INSTRUCTIONS];
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('has every register of the ports', () => {
    for (const name of Object.keys(ICC)) expect(sysregNamed(`ICC_${name}_EL1`), name).toBeDefined();
    for (const name of ['AP0R1', 'AP1R1']) expect(sysregNamed(`ICC_${name}_EL1`), name).toBeUndefined();
    const ahead = ['CNTPCTSS_EL0', 'CNTVCTSS_EL0'];
    for (const name of Object.keys(TIMER)) expect(sysregNamed(name) !== undefined, name).toBe(!ahead.includes(name));
    expect(() => row('ICC_PMR', 'none', 'rw', constant(0n))).toThrow('No system register or instruction is called ICC_PMR.');
  });

  it('gives every plain register its own 8 bytes of the vCPU', () => {
    const offsets = SYSREGS.flatMap(({ behaviour }) => (behaviour.kind === 'plain' ? [behaviour.offset] : []));
    expect(new Set(offsets).size).toBe(offsets.length);
    for (const offset of [...offsets, ...Object.values(SYS)]) {
      expect(offset % 8).toBe(0);
      expect(offset).toBeGreaterThanOrEqual(CPU.SYS);
      expect(offset).toBeLessThan(CPU.SYS_END);
    }
  });

  // Instruction words as GNU as assembles them, with x0.
  it.each([
    ['MIDR_EL1', 0xd5380000],
    ['ID_AA64MMFR2_EL1', 0xd5380740],
    ['CTR_EL0', 0xd53b0020],
    ['SCTLR_EL1', 0xd5381000],
    ['TTBR1_EL1', 0xd5382020],
    ['SP_EL0', 0xd5384100],
    ['PAN', 0xd5384260],
    ['ICC_IAR1_EL1', 0xd538cc00],
    ['ICC_PMR_EL1', 0xd5384600],
    ['ICC_SRE_EL1', 0xd538cca0],
    ['CNTKCTL_EL1', 0xd538e100],
    ['TPIDR_EL1', 0xd538d080],
    ['CNTVCT_EL0', 0xd53be040],
    ['CNTV_CVAL_EL0', 0xd53be340],
    ['DAIF', 0xd53b4220],
    ['FPSR', 0xd53b4420],
    ['MDSCR_EL1', 0xd5300240],
    ['OSLSR_EL1', 0xd5301184],
  ])('%s has the encoding of %i', (name, word) => {
    const key = sysregKeyOfInstruction(word);
    expect(sysregNamed(name)?.key).toBe(key);
    expect(sysregName(key)).toBe(name);
  });

  it.each([
    ['TLBI VAE1IS', 0xd5088320],
    ['TLBI VMALLE1', 0xd508871f],
    ['DC CIVAC', 0xd50b7e20],
    ['IC IVAU', 0xd50b7520],
    ['AT S1E0W', 0xd5087860],
  ])('%s has the encoding of %i', (name, word) => {
    expect(sysInstructionName(sysregKeyOfInstruction(word))).toBe(name);
  });

  it('knows the reserved ID registers as zero and nothing else', () => {
    const reserved = lookupSysreg(sysregKey(3, 0, 0, 4, 2));
    expect(reserved).toMatchObject({ el0: 'none', el1: 'ro', behaviour: { kind: 'constant', value: 0n } });
    expect(lookupSysreg(sysregKey(3, 0, 0, 7, 7))?.behaviour).toMatchObject({ value: 0n });
    expect(lookupSysreg(sysregKey(3, 0, 0, 0, 1))).toBeUndefined();
    expect(lookupSysreg(sysregKey(3, 0, 0, 8, 0))).toBeUndefined();
    // PMMIR_EL1 (of a later PMU), SP_EL1 (needs EL2).
    for (const key of [sysregKey(3, 0, 9, 14, 6), sysregKey(3, 4, 4, 1, 0)]) expect(lookupSysreg(key)).toBeUndefined();
    expect(genericName(sysregKey(3, 3, 2, 4, 2))).toBe('S3_3_C2_C4_2');
  });

  it('says what handlers may access directly', () => {
    const inline = (name: string) => inlineAccess(sysregNamed(name)!.key);
    const none = [false, false];
    const el1 = [false, true];
    const both = [true, true];
    expect(inline('TPIDR_EL0')).toMatchObject({
      offset: SYS.TPIDR_EL0,
      read: both,
      write: both,
      maskLo: 0xffffffff,
      maskHi: 0xffffffff,
    });
    expect(inline('TPIDRRO_EL0')).toMatchObject({ read: both, write: el1 });
    expect(inline('ELR_EL1')).toMatchObject({ read: el1, write: el1, needsSpsel: false });
    expect(inline('ESR_EL1')).toMatchObject({ maskHi: 0 });
    expect(inline('VBAR_EL1')).toMatchObject({ maskLo: 0xfffff800 });
    expect(inline('SP_EL0')).toMatchObject({ read: el1, write: el1, needsSpsel: true });
    expect(inline('CNTFRQ_EL0')).toMatchObject({ read: el1, write: el1 });
    expect(inline('OSLSR_EL1')).toMatchObject({ read: el1, write: none });
    expect(inline('TCR_EL1')).toMatchObject({ offset: SYS.TCR_EL1, read: el1, write: none });
    expect(inline('DCZID_EL0')).toMatchObject({ offset: CPU.DCZID, read: both, write: none });
    expect(inline('CTR_EL0')).toMatchObject({ offset: CPU.CTR, read: el1, write: none });
    expect(inline('FPCR')).toMatchObject({ offset: CPU.FPCR, read: both, write: none, floatingPoint: true });
    for (const name of ['ACTLR_EL1', 'DAIF', 'MIDR_EL1', 'CNTVCT_EL0']) expect(inline(name)).toBeUndefined();
    expect(plainOffset(sysregNamed('FAR_EL1')!.key)).toBe(SYS.FAR_EL1);
    expect(plainOffset(sysregNamed('NZCV')!.key)).toBeUndefined();
  });
});
