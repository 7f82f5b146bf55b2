import { describe, expect, it } from 'vitest';
import { pstate } from './exceptions';
import { PSTATE_RESET } from './impdef';
import { CPU, cpuAddress, MEMORY, MMU_INDEX, TLB } from './layout';
import { CPU_MODELS } from './models';
import { SYS } from './sysregs/storage';
import { Vcpu, viewsOf } from './vcpu';
import {
  applyVcpu,
  checkVcpu,
  ENGINE_FIELDS,
  eachObservableWord,
  readField,
  resetVcpu,
  saveVcpu,
  VCPU_STATE,
  vcpuField,
} from './vcpu-state';

const fresh = (): Vcpu => {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(cpuAddress(1) / 65536) });
  const vcpu = new Vcpu(viewsOf(memory), 0);
  resetVcpu(vcpu, { pc: 0x4000_0000n, x0: 7n });
  return vcpu;
};

/** A legal value for each field that is not its reset value. */
function unlikeReset(): Record<string, bigint> {
  const reset = saveVcpu(fresh());
  const state = { ...reset };
  let seed = 0x1234_5678_9abc_def1n;
  for (const { name, saved, check } of VCPU_STATE) {
    if (!saved) continue;
    // Bits are tried one by one: whatever the field takes.
    for (let bit = 0n; bit < 128n; bit++) {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
      const tried = state[name]! ^ (1n << bit);
      const isWanted = seed >> 63n === 1n || state[name] === reset[name];
      if (isWanted && check(tried, state) === undefined) state[name] = tried;
    }
  }
  return state;
}

describe('the list of vCPU state', () => {
  it('names every field of the layout, or the list of what is the engine’s', () => {
    const areas: readonly string[] = ['SYS', 'SYS_END', 'WINDOWS', 'DTLBS', 'CTLBS', 'CTLBS_END', 'SIZE'];
    // The flags are one field, PSTATE.NZCV.
    const flags: readonly string[] = ['NF', 'ZF', 'CF', 'VF'];
    const offsets = new Set(VCPU_STATE.map(({ offset }) => offset));
    const forgotten = Object.entries(CPU).filter(
      ([name, offset]) =>
        !offsets.has(offset) && !areas.includes(name) && !flags.includes(name) && !ENGINE_FIELDS.some((each) => each === name),
    );
    expect(forgotten).toEqual([]);
    expect(ENGINE_FIELDS.filter((name) => name !== 'SP' && offsets.has(CPU[name]))).toEqual([]);
    expect(Object.entries(SYS).filter(([, offset]) => !offsets.has(offset))).toEqual([]);
  });

  it('has each name once, and no two fields in one place but the bits of PSTATE', () => {
    expect(new Set(VCPU_STATE.map(({ name }) => name)).size).toBe(VCPU_STATE.length);
    const taken = new Map<number, string>();
    for (const { name, offset, size } of VCPU_STATE) {
      for (let byte = offset; byte < offset + size; byte++) {
        if (offset !== CPU.PSTATE_OTHER) expect(taken.get(byte), `${name} at ${byte}`).toBeUndefined();
        taken.set(byte, name);
      }
      expect(offset % Math.min(size, 8)).toBe(0);
      expect(offset + size).toBeLessThanOrEqual(CPU.SYS_END);
    }
  });

  it('gives back every field as it was', () => {
    const state = unlikeReset();
    const vcpu = fresh();
    applyVcpu(vcpu, checkVcpu('vCPU 0', state));
    expect(saveVcpu(vcpu)).toEqual(state);
    expect(Object.keys(state).filter((name) => state[name] === saveVcpu(fresh())[name])).toEqual([]);
  });

  it('gives back both stack pointers, whichever is selected', () => {
    for (const [el, spsel] of [
      [0n, 0n],
      [1n, 0n],
      [1n, 1n],
    ]) {
      const state = { ...saveVcpu(fresh()), 'PSTATE.EL': el!, 'PSTATE.SP': spsel!, SP_EL0: 0x10n, SP_EL1: 0x20n };
      const vcpu = fresh();
      applyVcpu(vcpu, checkVcpu('vCPU 0', state));
      expect(vcpu.sp).toBe(spsel ? 0x20n : 0x10n);
      expect(saveVcpu(vcpu)).toEqual(state);
    }
  });

  it('feeds every field a guest can observe into the hash', () => {
    const words = (vcpu: Vcpu): number[] => {
      const found: number[] = [];
      eachObservableWord(vcpu, (word) => found.push(word));
      return found;
    };
    const state = unlikeReset();
    for (const { name, saved } of VCPU_STATE) {
      if (!saved) continue;
      const vcpu = fresh();
      const other = fresh();
      // PSTATE.SP and PSTATE.EL go together.
      const value = name === 'PSTATE.SP' ? 0n : name === 'PSTATE.EL' ? 1n : state[name]!;
      const base = name === 'PSTATE.EL' ? { ...saveVcpu(fresh()), 'PSTATE.EL': 0n, 'PSTATE.SP': 0n } : saveVcpu(fresh());
      applyVcpu(vcpu, base);
      applyVcpu(other, { ...base, [name]: value });
      expect(words(other), name).not.toEqual(words(vcpu));
    }
  });

  it.each<[string, unknown, RegExp]>([
    ['PSTATE.EL', 1000n, /^The saved state of vCPU 3 cannot be: PSTATE.EL is 0x3e8, not 0 or 1.$/],
    ['PSTATE.EL', -1n, /PSTATE.EL is -0x1, not 0 or 1/],
    ['PSTATE.EL', 0n, /PSTATE.SP is 0x1, but EL0 uses SP_EL0/],
    ['PSTATE.SP', 2n, /not 0 or 1/],
    ['PSTATE.PAN', 2n, /not 0 or 1/],
    ['PSTATE.DAIF', 1n, /but only bits 0x3c0 exist/],
    ['PSTATE.NZCV', 1n, /but only bits 0xf0000000 exist/],
    ['X5', 1n << 64n, /X5 is 0x10000000000000000, but only bits 0xffffffffffffffff exist/],
    ['X5', -1n, /X5 is -0x1/],
    ['V0', 1n << 128n, /V0 is/],
    ['FPCR', 1n, /FPCR is 0x1/],
    ['SCTLR_EL1', 1n << 32n, /SCTLR_EL1 is/],
    ['VBAR_EL1', 1n, /VBAR_EL1 is 0x1/],
    ['exclusive.size', 3n, /not 0 or 1 or 2 or 4 or 8 or 16/],
    ['waiting', 2n, /waiting is 0x2/],
    ['X0', 7, /^The saved state of vCPU 3 has something else than a bigint as X0.$/],
    ['X0', undefined, /^The saved state of vCPU 3 has no X0.$/],
    ['CPACR_\nL1', 0n, /^The saved state of vCPU 3 has a field with a damaged name, which is unknown here.$/],
    ['X31', 0n, /^The saved state of vCPU 3 has “X31”, which is unknown here.$/],
    ['ZERO', 5n, /“ZERO”, which is unknown/],
    ['PLANTED_REC', 5n, /“PLANTED_REC”, which is unknown/],
    ['interrupt lines', 0n, /“interrupt lines”, which is unknown/],
  ])('refuses %s = %o', (name, value, sentence) => {
    const state: Record<string, unknown> = { ...saveVcpu(fresh()), [name]: value };
    expect(() => checkVcpu('vCPU 3', state)).toThrow(sentence);
  });

  it('takes what was saved before a field was there, with the field at reset', () => {
    const { 'PSTATE.SSBS': _ssbs, 'PSTATE.DIT': _dit, ...old } = saveVcpu(fresh());
    expect(checkVcpu('vCPU 3', old, CPU_MODELS.max, 0)).toMatchObject({ 'PSTATE.SSBS': 0n, 'PSTATE.DIT': 0n, ...old });
    expect(() => checkVcpu('vCPU 3', old)).toThrow('The saved state of vCPU 3 has no PSTATE.SSBS.');
  });

  it('refuses what its CPU model could not have set, nor clear', () => {
    const state = { ...saveVcpu(fresh()), 'PSTATE.PAN': 1n };
    expect(() => checkVcpu('vCPU 3', state, CPU_MODELS['cortex-a53'])).toThrow(
      'The saved state of vCPU 3 cannot be: PSTATE.PAN is 0x1, and cortex-a53 has no FEAT_PAN.',
    );
    expect(() => checkVcpu('vCPU 3', state, CPU_MODELS.max)).not.toThrow();
    const halves = { ...saveVcpu(fresh()), FPCR: 0x02080000n };
    expect(() => checkVcpu('vCPU 3', halves, CPU_MODELS['cortex-a72'])).toThrow(
      'The saved state of vCPU 3 cannot be: FPCR is 0x2080000, and cortex-a72 has no FEAT_FP16.',
    );
    expect(() => checkVcpu('vCPU 3', halves, CPU_MODELS['neoverse-n1'])).not.toThrow();
    expect(() => checkVcpu('vCPU 3', { ...halves, FPCR: 0x02000000n }, CPU_MODELS['cortex-a72'])).not.toThrow();
  });

  it('finds a field by its name', () => {
    const vcpu = fresh();
    vcpuField('X3')!.set(vcpu, 9n);
    expect([vcpu.x(3), vcpuField('PC')!.get(vcpu), vcpuField('X31')]).toEqual([9n, 0x4000_0000n, undefined]);
    expect(readField(vcpu, 'X3')).toBe(9n);
    expect(() => readField(vcpu, 'X31')).toThrow('A vCPU has no “X31”.');
  });
});

describe('resetVcpu', () => {
  it('gives every field its reset value, which it may have, but the PC and x0', () => {
    const vcpu = fresh();
    applyVcpu(vcpu, unlikeReset());
    resetVcpu(vcpu, { pc: 4n, x0: 5n });
    const reset = Object.fromEntries(VCPU_STATE.filter(({ saved }) => saved).map(({ name, reset }) => [name, reset]));
    expect(saveVcpu(vcpu)).toEqual({ ...reset, PC: 4n, X0: 5n });
    expect(() => checkVcpu('vCPU 0', reset)).not.toThrow();
  });

  it('gives the state of CPU_ON: EL1h, masked, MMU off, x0, everything else zero', () => {
    const vcpu = fresh();
    vcpu.setX(7, 7n);
    vcpu.set64(SYS.ELR_EL1, 1n);
    vcpu.set32(CPU.IRQ_LINES, 0x80);
    resetVcpu(vcpu, { pc: 0x4008_0000n, x0: 0x4400_0000n });
    expect(pstate(vcpu)).toBe(PSTATE_RESET);
    expect(vcpu.pc).toBe(0x4008_0000n);
    expect(vcpu.x(0)).toBe(0x4400_0000n);
    expect(vcpu.x(7)).toBe(0n);
    expect(vcpu.x(31)).toBe(0n);
    expect(vcpu.get64(SYS.ELR_EL1)).toBe(0n);
    expect(vcpu.get64(SYS.SCTLR_EL1)).toBe(0x00c50078n);
    expect(vcpu.get64(SYS.CNTFRQ_EL0)).toBe(62_500_000n);
    expect(vcpu.get32(CPU.IRQ_LINES)).toBe(0x80);
    expect(vcpu.get64(CPU.EXCL_ADDR)).toBe(0xffff_ffff_ffff_ffffn);
    expect(vcpu.get32(CPU.DTLB)).toBe(vcpu.base + CPU.DTLBS + MMU_INDEX.EL1 * TLB.SIZE);
    for (const pointer of [CPU.DTLB_UNPRIV, CPU.CTLB_EL0]) expect(vcpu.get32(pointer)).toBe(MEMORY.EMPTY_TLB);
    expect(vcpu.get32(CPU.CTLB)).toBe(vcpu.base + CPU.CTLBS);
    expect(vcpu.views.u8[MEMORY.EMPTY_TLB]).toBe(TLB.EMPTY_BYTE);
    expect(vcpu.views.u8[vcpu.base + CPU.DTLBS]).toBe(TLB.EMPTY_BYTE);
  });
});
