import { beforeEach, describe, expect, it } from 'vitest';
import {
  branchAddressHi,
  brk,
  dataAbort,
  dcZvaTrap,
  exceptionReturn,
  fpAccessTrap,
  fpTrap,
  illegalExecutionState,
  illegalState,
  instructionAbort,
  mmuIndexOfEl1,
  pcAlignment,
  pendingInterrupt,
  pstate,
  SPSR,
  setPstate,
  spAlignment,
  svc,
  switchStackPointer,
  systemTrap,
  takeException,
  takePendingInterrupt,
  trapWfx,
  undefinedInstruction,
  wfxTrap,
} from './exceptions';
import { CPU, MEMORY, MMU_INDEX, SLOT, TLB } from './layout';
import { TestMachine } from './mmu/mmu.testkit';
import { FSC, faultOf } from './syndrome';
import { sysregKey } from './sysregs/encoding';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

const PC = 0xffff_8000_0001_0040n;
const VBAR = 0xffff_8000_0800_0800n;
const EL0T = 0;
const EL1T = 4;
const EL1H = 5;

let vcpu: Vcpu;

beforeEach(() => {
  vcpu = new TestMachine().vcpu;
  vcpu.set64(SYS.VBAR_EL1, VBAR);
});

/** Puts the vCPU into a mode with distinct stack pointers in all banks. */
function enter(spsr: number): void {
  setPstate(vcpu, EL1T);
  vcpu.set64(CPU.SP, 0xe0n);
  setPstate(vcpu, EL1H);
  vcpu.set64(CPU.SP, 0xe1n);
  setPstate(vcpu, spsr);
}

describe('takeException', () => {
  it.each([
    ['EL0t', EL0T, 'sync', 0x400],
    ['EL0t', EL0T, 'irq', 0x480],
    ['EL1t', EL1T, 'sync', 0x000],
    ['EL1t', EL1T, 'fiq', 0x100],
    ['EL1h', EL1H, 'sync', 0x200],
    ['EL1h', EL1H, 'irq', 0x280],
    ['EL1h', EL1H, 'serror', 0x380],
  ] as const)('from %s (%i), %s goes to VBAR + %i', (_name, mode, type, offset) => {
    enter(mode);
    takeException(vcpu, { type, returnPc: PC });
    expect(vcpu.pc).toBe(VBAR + BigInt(offset));
    expect(vcpu.get64(SYS.ELR_EL1)).toBe(PC);
    expect(vcpu.get64(SYS.SPSR_EL1)).toBe(BigInt(mode));
    expect(pstate(vcpu) & ~SPSR.PAN).toBe(0x3c5 | (pstate(vcpu) & SPSR.NZCV));
    expect(vcpu.get64(CPU.SP)).toBe(0xe1n);
  });

  it('saves flags, masks, PAN and the others, and clears IL and SS', () => {
    enter(0xa0000000 | SPSR.I | SPSR.F | SPSR.SS | SPSR.IL | SPSR.PAN | EL0T);
    takeException(vcpu, { type: 'sync', ec: 0x15, returnPc: PC });
    expect(vcpu.lo(SYS.SPSR_EL1)).toBe((0xa0000000 | 0xc0 | (1 << 21) | (1 << 20) | (1 << 22)) >>> 0);
    expect(pstate(vcpu) & (SPSR.SS | SPSR.IL)).toBe(0);
    expect(pstate(vcpu) & SPSR.DAIF).toBe(0x3c0);
  });

  it('sets PAN unless SCTLR_EL1.SPAN', () => {
    enter(EL0T);
    vcpu.setLoHi(SYS.SCTLR_EL1, 1 << 23, 0);
    takeException(vcpu, { type: 'irq', returnPc: PC });
    expect(vcpu.get32(CPU.PAN)).toBe(0);
    expect(mmuIndexOfEl1(vcpu)).toBe(MMU_INDEX.EL1);
    enter(EL0T);
    vcpu.setLoHi(SYS.SCTLR_EL1, 0, 0);
    takeException(vcpu, { type: 'irq', returnPc: PC });
    expect(vcpu.get32(CPU.PAN)).toBe(1);
    expect(vcpu.get32(CPU.DTLB)).toBe(vcpu.base + CPU.DTLBS + MMU_INDEX.EL1_PAN * TLB.SIZE);
  });

  it('keeps DIT and takes SSBS from SCTLR_EL1.DSSBS; both come back', () => {
    for (const dssbs of [0, 1 << 12]) {
      enter(SPSR.DIT | SPSR.SSBS | EL0T);
      vcpu.setLoHi(SYS.SCTLR_EL1, 0, dssbs);
      takeException(vcpu, { type: 'irq', returnPc: PC });
      expect(vcpu.lo(SYS.SPSR_EL1)).toBe(SPSR.DIT | SPSR.SSBS | EL0T);
      expect(pstate(vcpu) & (SPSR.DIT | SPSR.SSBS)).toBe(SPSR.DIT | dssbs);
      exceptionReturn(vcpu);
      expect(pstate(vcpu)).toBe(SPSR.DIT | SPSR.SSBS | EL0T);
    }
  });

  it('saves UAO and clears it; it comes back', () => {
    enter(SPSR.UAO | EL1H);
    takeException(vcpu, { type: 'irq', returnPc: PC });
    expect(vcpu.lo(SYS.SPSR_EL1)).toBe(SPSR.UAO | EL1H);
    expect(pstate(vcpu) & SPSR.UAO).toBe(0);
    exceptionReturn(vcpu);
    expect(pstate(vcpu)).toBe(SPSR.UAO | EL1H);
    expect(vcpu.get32(CPU.DTLB_UNPRIV)).toBe(vcpu.get32(CPU.DTLB));
  });

  it('leaves ESR and FAR alone for interrupts', () => {
    vcpu.set64(SYS.ESR_EL1, 0x123n);
    vcpu.set64(SYS.FAR_EL1, 0x456n);
    takeException(vcpu, { type: 'irq', returnPc: PC });
    expect(vcpu.get64(SYS.ESR_EL1)).toBe(0x123n);
    expect(vcpu.get64(SYS.FAR_EL1)).toBe(0x456n);
  });

  // Syndromes as a kernel prints them; worked out from the manual's field tables by hand.
  const VA: [number, number] = [0xdeadb008, 0x0000ffff];
  it.each<[string, () => void, number]>([
    ['UNDEFINED', () => undefinedInstruction(vcpu, PC), 0x02000000],
    ['SVC #1', () => svc(vcpu, PC, 1), 0x56000001],
    ['BRK #0x800', () => brk(vcpu, PC, 0x800), 0xf2000800],
    ['FP trap', () => fpTrap(vcpu, PC), 0x1fe00000],
    ['WFI', () => trapWfx(vcpu, PC, false), 0x07e00000],
    ['WFE', () => trapWfx(vcpu, PC, true), 0x07e00001],
    ['WFIT x5', () => trapWfx(vcpu, PC, false, 5), 0x07e000a6],
    ['WFET xzr', () => trapWfx(vcpu, PC, true, SLOT.ZERO), 0x07e003e7],
    ['illegal state', () => illegalExecutionState(vcpu, PC), 0x3a000000],
    ['PC alignment', () => pcAlignment(vcpu, PC), 0x8a000000],
    ['SP alignment', () => spAlignment(vcpu, PC), 0x9a000000],
    ['read translation fault level 3', () => dataAbort(vcpu, PC, ...VA, faultOf(FSC.TRANSLATION, 3), false), 0x96000007],
    ['write permission fault level 2', () => dataAbort(vcpu, PC, ...VA, faultOf(FSC.PERMISSION, 2), true), 0x9600004e],
    ['read address size fault level 0', () => dataAbort(vcpu, PC, ...VA, faultOf(FSC.ADDRESS_SIZE, 0), false), 0x96000000],
    ['alignment fault', () => dataAbort(vcpu, PC, ...VA, faultOf(FSC.ALIGNMENT), false), 0x96000021],
    ['DC access flag fault level 3', () => dataAbort(vcpu, PC, ...VA, faultOf(FSC.ACCESS_FLAG, 3), true, true), 0x9600014b],
    ['external abort', () => dataAbort(vcpu, PC, ...VA, faultOf(FSC.SYNC_EXTERNAL), false), 0x96000010],
    ['fetch permission fault level 3', () => instructionAbort(vcpu, PC, faultOf(FSC.PERMISSION, 3)), 0x8600000f],
    // mrs x5, ctr_el0 and msr daif, xzr
    ['MRS trap', () => systemTrap(vcpu, PC, sysregKey(3, 3, 0, 0, 1), 5, true), 0x6232c0a1],
    ['MSR trap from xzr', () => systemTrap(vcpu, PC, sysregKey(3, 3, 4, 2, 1), 32, false), 0x6232d3e4],
  ])('ESR_EL1 of %s', (_name, raise, esr) => {
    raise();
    expect(vcpu.lo(SYS.ESR_EL1).toString(16)).toBe(esr.toString(16));
  });

  it('uses the lower EL classes and fills FAR_EL1', () => {
    enter(EL0T);
    dataAbort(vcpu, PC, ...VA, faultOf(FSC.TRANSLATION, 1), true);
    expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x92000045);
    expect(vcpu.get64(SYS.FAR_EL1)).toBe(0x0000ffff_deadb008n);
    enter(EL0T);
    instructionAbort(vcpu, 0x40_1000n, faultOf(FSC.TRANSLATION, 3));
    expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x82000007);
    expect(vcpu.get64(SYS.FAR_EL1)).toBe(0x40_1000n);
    expect(vcpu.get64(SYS.ELR_EL1)).toBe(0x40_1000n);
  });

  it('SVC returns behind the instruction', () => {
    svc(vcpu, PC, 0);
    expect(vcpu.get64(SYS.ELR_EL1)).toBe(PC + 4n);
  });
});

describe('exceptionReturn', () => {
  it.each([EL0T, EL1T, EL1H])('undoes an exception from mode %i', (mode) => {
    const before = (0x60000000 | SPSR.PAN | SPSR.A | mode) >>> 0;
    enter(before);
    const sp = vcpu.get64(CPU.SP);
    takeException(vcpu, { type: 'irq', returnPc: PC });
    exceptionReturn(vcpu);
    expect(pstate(vcpu)).toBe(before);
    expect(vcpu.pc).toBe(PC);
    expect(vcpu.get64(CPU.SP)).toBe(sp);
    expect(vcpu.get32(CPU.CTLB)).toBe(mode === EL0T ? MEMORY.EMPTY_TLB : vcpu.base + CPU.CTLBS);
    expect(illegalState(vcpu)).toBe(false);
  });

  it('opens the exclusive monitor and sets the event register', () => {
    vcpu.set64(CPU.EXCL_ADDR, 0x1000n);
    vcpu.set64(SYS.SPSR_EL1, BigInt(EL1H));
    exceptionReturn(vcpu);
    expect(vcpu.get64(CPU.EXCL_ADDR)).toBe(0xffff_ffff_ffff_ffffn);
    expect(vcpu.get32(CPU.EVENT)).toBe(1);
  });

  it.each([
    ['EL0 with SP_EL1', 0x1],
    ['reserved M[1]', 0x6],
    ['EL2h', 0x9],
    ['EL2t', 0x8],
    ['EL3h', 0xd],
    ['AArch32 User', 0x10],
    ['AArch32 Supervisor', 0x13],
  ])('is illegal to %s', (_name, m) => {
    enter(EL1H);
    vcpu.set64(SYS.ELR_EL1, PC);
    vcpu.setLoHi(SYS.SPSR_EL1, 0x80000000 | SPSR.I | m, 0);
    exceptionReturn(vcpu);
    expect(illegalState(vcpu)).toBe(true);
    expect(vcpu.pc).toBe(PC);
    expect(vcpu.get64(CPU.SP)).toBe(0xe1n);
    expect(pstate(vcpu)).toBe((0x80000000 | SPSR.I | SPSR.IL | EL1H) >>> 0);
    illegalExecutionState(vcpu, vcpu.pc);
    expect(illegalState(vcpu)).toBe(false);
    expect(vcpu.lo(SYS.SPSR_EL1) & SPSR.IL).toBe(SPSR.IL);
  });

  it('takes IL from SPSR, and SS only if stepping is asked for where it leads', () => {
    vcpu.setLoHi(SYS.SPSR_EL1, SPSR.IL | SPSR.SS | EL1H, 0);
    exceptionReturn(vcpu);
    expect(pstate(vcpu) & (SPSR.IL | SPSR.SS)).toBe(SPSR.IL);
    vcpu.setLoHi(SYS.OSLSR_EL1, 0, 0);
    vcpu.setLoHi(SYS.MDSCR_EL1, 1, 0);
    exceptionReturn(vcpu);
    expect(pstate(vcpu) & SPSR.SS, 'to EL1 without KDE').toBe(0);
    vcpu.setLoHi(SYS.SPSR_EL1, SPSR.IL | SPSR.SS, 0);
    exceptionReturn(vcpu);
    expect(pstate(vcpu) & (SPSR.IL | SPSR.SS)).toBe(SPSR.IL | SPSR.SS);
  });

  it('removes an ignored top byte from the target', () => {
    vcpu.set64(SYS.TCR_EL1, 1n << 37n);
    vcpu.set64(SYS.ELR_EL1, 0x5a00_0000_0040_0000n);
    vcpu.set64(SYS.SPSR_EL1, BigInt(EL0T));
    exceptionReturn(vcpu);
    expect(vcpu.pc).toBe(0x40_0000n);
    expect(branchAddressHi(vcpu, 0x12345678)).toBe(0x00345678);
    expect(branchAddressHi(vcpu, 0x12805678)).toBe(0x12805678);
    vcpu.set64(SYS.TCR_EL1, 1n << 38n);
    expect(branchAddressHi(vcpu, 0x12805678)).toBe(0xff805678);
  });
});

describe('stack pointers', () => {
  it('live in CPU.SP while selected and in their bank while not', () => {
    enter(EL1H);
    switchStackPointer(vcpu, 1, 0);
    expect(vcpu.get64(CPU.SP)).toBe(0xe0n);
    expect(vcpu.get64(SYS.SP_EL1)).toBe(0xe1n);
    vcpu.set64(CPU.SP, 0xf0n);
    switchStackPointer(vcpu, 0, 0);
    expect(vcpu.get64(CPU.SP)).toBe(0xf0n);
    switchStackPointer(vcpu, 1, 1);
    expect(vcpu.get64(CPU.SP)).toBe(0xe1n);
    expect(vcpu.get64(SYS.SP_EL0)).toBe(0xf0n);
  });
});

describe('interrupts', () => {
  it('are pending where a line is up and its mask is clear', () => {
    setPstate(vcpu, EL1H);
    expect(pendingInterrupt(vcpu)).toBeUndefined();
    vcpu.set32(CPU.IRQ_LINES, 0x80);
    expect(pendingInterrupt(vcpu)).toBe('irq');
    vcpu.set32(CPU.IRQ_LINES, 0xc0);
    expect(pendingInterrupt(vcpu)).toBe('fiq');
    vcpu.set32(CPU.DAIF, SPSR.F);
    expect(pendingInterrupt(vcpu)).toBe('irq');
    vcpu.set32(CPU.DAIF, SPSR.I | SPSR.F);
    expect(pendingInterrupt(vcpu)).toBeUndefined();
    expect(takePendingInterrupt(vcpu)).toBe(false);
    vcpu.set32(CPU.DAIF, 0);
    vcpu.set32(CPU.IRQ_LINES, 0x80);
    vcpu.pc = PC;
    expect(takePendingInterrupt(vcpu)).toBe(true);
    expect(vcpu.pc).toBe(VBAR + 0x280n);
    expect(vcpu.get64(SYS.ELR_EL1)).toBe(PC);
    expect(takePendingInterrupt(vcpu)).toBe(false);
  });
});

describe('traps by control register', () => {
  it.each([
    [0, true, true],
    [1, true, false],
    [2, true, true],
    [3, false, false],
  ])('CPACR_EL1.FPEN %i traps FP at EL0 %s, at EL1 %s', (fpen, el0, el1) => {
    vcpu.setLoHi(SYS.CPACR_EL1, fpen << 20, 0);
    expect(fpAccessTrap(vcpu)).toBe(el1);
    setPstate(vcpu, EL0T);
    expect(fpAccessTrap(vcpu)).toBe(el0);
  });

  it('WFI, WFE and DC ZVA are only trapped at EL0', () => {
    vcpu.setLoHi(SYS.SCTLR_EL1, 0, 0);
    expect([wfxTrap(vcpu, false), wfxTrap(vcpu, true), dcZvaTrap(vcpu)]).toEqual([false, false, false]);
    setPstate(vcpu, EL0T);
    expect([wfxTrap(vcpu, false), wfxTrap(vcpu, true), dcZvaTrap(vcpu)]).toEqual([true, true, true]);
    vcpu.setLoHi(SYS.SCTLR_EL1, (1 << 14) | (1 << 16), 0);
    expect([wfxTrap(vcpu, false), wfxTrap(vcpu, true), dcZvaTrap(vcpu)]).toEqual([false, true, false]);
  });
});
