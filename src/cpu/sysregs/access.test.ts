import { beforeEach, describe, expect, it } from 'vitest';
import { RAM_BASE } from '../bare-cpu.testkit';
import { pstate, SPSR, setPstate } from '../exceptions';
import { CPU, MMU_INDEX, SLOT, TLB } from '../layout';
import { Mmu } from '../mmu/mmu';
import { PTE, TestMachine, words } from '../mmu/mmu.testkit';
import { CPU_MODELS } from '../models';
import { FSC } from '../syndrome';
import type { Vcpu } from '../vcpu';
import { executeSystem, mrs, msr, msrImmediate } from './access';
import { EFFECT, SystemContext, type TlbMaintenance } from './context';
import { keyCRm, keyCRn, keyOp1, keyOp2, sysregKey } from './encoding';
import { SCTLR } from './fields';
import { ICC } from './icc-registers';
import { SYS } from './storage';
import { executeSys, SYS_INSTRUCTIONS } from './sys-instructions';
import { SYSREGS, sysregNamed } from './table';
import { TIMER } from './timer-registers';

const EL0T = 0;
const EL1H = 5;
const { UNDEFINED, TRAP, REDISPATCH, INTERRUPTS, FP_TRAP } = EFFECT;

let m: TestMachine;
let vcpu: Vcpu;
let context: SystemContext;
let log: string[];

const key = (name: string): number => {
  const found = sysregNamed(name) ?? SYS_INSTRUCTIONS.find((row) => row.name === name);
  if (!found) throw new Error(`No system register is called ${name}.`);
  return found.key;
};
const read = (name: string): bigint => {
  expect(mrs(context, key(name), 3) & ~INTERRUPTS).toBe(0);
  return vcpu.x(3);
};
const write = (name: string, value: bigint): number => {
  vcpu.setX(4, value);
  return msr(context, key(name), 4);
};
const sys = (name: string, value = 0n): number => {
  vcpu.setX(5, value);
  return executeSys(context, key(name), 5);
};

beforeEach(() => {
  m = new TestMachine(2);
  vcpu = m.vcpu;
  log = [];
  const note =
    (what: string) =>
    (on: Vcpu, ...rest: unknown[]): void => {
      log.push(`${what}(${[on.index, ...rest.map((r) => (typeof r === 'number' ? r.toString(16) : r))].join(', ')})`);
    };
  const tlb: TlbMaintenance = {
    vcpus: m.vcpus,
    flushAll: () => log.push('flushAll'),
    flushVcpu: note('flush'),
    tableChanged: note('table'),
    asidChanged: note('asid'),
    dropAsid: note('dropAsid'),
    dropPage: note('page'),
    dropRange: note('range'),
  };
  context = new SystemContext(
    vcpu,
    {
      readIcc: (index, k) => {
        log.push(`icc read ${index} ${k}`);
        return 0x3ff;
      },
      writeIcc: (index, k, lo, hi) => void log.push(`icc write ${index} ${k} ${lo} ${hi}`),
    },
    {
      high: 1,
      read: () => 0x8000_0005,
      write: (index, register, lo, hi) => void log.push(`timer ${index} ${register} ${lo} ${hi}`),
    },
    tlb,
    new Mmu(m.ram),
    {
      catchUp: () => {},
      countSoftware: (mask) => void log.push(`pmu software ${mask}`),
      changed: () => void log.push('pmu changed'),
    },
  );
});

describe('mrs and msr', () => {
  it('every readable register reads, and every writable one takes what it gave, at EL1', () => {
    vcpu.set32(CPU.SPSEL, 1);
    vcpu.setLoHi(SYS.CPACR_EL1, 3 << 20, 0);
    for (const { name, el1 } of SYSREGS) {
      if (el1 !== 'wo') {
        expect([name, mrs(context, key(name), 1) & UNDEFINED]).toEqual([name, 0]);
        if (el1 === 'rw') expect([name, msr(context, key(name), 1) & UNDEFINED]).toEqual([name, 0]);
      }
      if (el1 === 'ro') expect([name, msr(context, key(name), 1)]).toEqual([name, UNDEFINED]);
      if (el1 === 'wo') expect([name, mrs(context, key(name), 1)]).toEqual([name, UNDEFINED]);
    }
  });

  it('registers of EL1 are UNDEFINED at EL0', () => {
    setPstate(vcpu, EL0T);
    for (const { name, el0 } of SYSREGS) {
      if (el0 !== 'none') continue;
      expect([name, mrs(context, key(name), 1)]).toEqual([name, UNDEFINED]);
      expect([name, msr(context, key(name), 1)]).toEqual([name, UNDEFINED]);
    }
  });

  it('plain registers keep their implemented bits', () => {
    write('TPIDR_EL0', 0x1234_5678_9abc_def0n);
    expect(read('TPIDR_EL0')).toBe(0x1234_5678_9abc_def0n);
    write('VBAR_EL1', 0xffff_8000_0000_0fffn);
    expect(read('VBAR_EL1')).toBe(0xffff_8000_0000_0800n);
    write('ESR_EL1', 0xffff_ffff_9600_0007n);
    expect(read('ESR_EL1')).toBe(0x9600_0007n);
  });

  it('XZR is written as zero and swallows reads', () => {
    write('TPIDR_EL0', 5n);
    expect(msr(context, key('TPIDR_EL0'), SLOT.ZERO)).toBe(0);
    expect(read('TPIDR_EL0')).toBe(0n);
    mrs(context, key('MIDR_EL1'), SLOT.SINK);
    expect(vcpu.x(SLOT.ZERO)).toBe(0n);
  });

  it('SP_EL0 is UNDEFINED while it is the stack pointer', () => {
    write('SP_EL0', 0x1000n);
    expect(write('SPSel', 0n)).toBe(REDISPATCH);
    expect(vcpu.get64(CPU.SP)).toBe(0x1000n);
    expect(mrs(context, key('SP_EL0'), 1)).toBe(UNDEFINED);
    expect(msr(context, key('SP_EL0'), 1)).toBe(UNDEFINED);
  });

  it('PSTATE fields read in their places', () => {
    setPstate(vcpu, 0x60000000 | SPSR.PAN | SPSR.A | EL1H);
    expect(read('NZCV')).toBe(0x60000000n);
    expect(read('DAIF')).toBe(0x100n);
    expect(read('CurrentEL')).toBe(4n);
    expect(read('SPSel')).toBe(1n);
    expect(read('PAN')).toBe(0x400000n);
    expect(write('NZCV', 0x9fff_ffffn)).toBe(0);
    expect(read('NZCV')).toBe(0x90000000n);
    expect(write('DAIF', 0xffffn)).toBe(INTERRUPTS);
    expect(read('DAIF')).toBe(0x3c0n);
    expect(write('PAN', 0n)).toBe(REDISPATCH);
    expect(vcpu.get32(CPU.DTLB)).toBe(vcpu.base + CPU.DTLBS + MMU_INDEX.EL1 * TLB.SIZE);
  });

  it('FPCR and FPSR keep implemented bits and obey CPACR_EL1', () => {
    expect(mrs(context, key('FPCR'), 1)).toBe(FP_TRAP);
    expect(write('CPACR_EL1', 0xffff_ffffn)).toBe(REDISPATCH);
    expect(read('CPACR_EL1')).toBe(0x300000n);
    write('FPCR', 0xffff_ffffn);
    expect(read('FPCR')).toBe(0x07c80000n);
    write('FPSR', 0xffff_ffffn);
    expect(read('FPSR')).toBe(0x0800009fn);
  });

  it('MPIDR_EL1 tells the vCPUs apart', () => {
    expect(read('MPIDR_EL1')).toBe(0x80000000n);
    const other = new SystemContext(m.vcpus[1]!, context.gic, context.timer, context.tlb, context.translator, context.pmu);
    mrs(other, key('MPIDR_EL1'), 0);
    expect(m.vcpus[1]!.x(0)).toBe(0x80000001n);
  });

  it('OS lock and claim tags work', () => {
    expect(read('OSLSR_EL1')).toBe(0xan);
    write('OSLAR_EL1', 0n);
    expect(read('OSLSR_EL1')).toBe(0x8n);
    write('DBGCLAIMSET_EL1', 0x105n);
    write('DBGCLAIMCLR_EL1', 0x1n);
    expect(read('DBGCLAIMCLR_EL1')).toBe(4n);
    expect(read('DBGCLAIMSET_EL1')).toBe(0xffn);
    write('DBGBVR1_EL1', 0xffff_0000_0000_0004n);
    expect(read('DBGBVR1_EL1')).toBe(0xffff_0000_0000_0004n);
    expect(mrs(context, sysregKey(2, 0, 0, 2, 4), 1)).toBe(UNDEFINED);
  });

  it('cache geometry follows CSSELR_EL1', () => {
    expect(read('CCSIDR_EL1')).toBe(BigInt((127 << 13) | (3 << 3) | 2));
    write('CSSELR_EL1', 2n);
    expect(read('CCSIDR_EL1')).toBe(0n);
  });
});

describe('traps of EL0', () => {
  const at = (sctlr: number): void => {
    vcpu.setLoHi(SYS.SCTLR_EL1, sctlr, 0);
    setPstate(vcpu, EL0T);
  };

  it.each([
    ['CTR_EL0', 1 << 15],
    ['DAIF', 1 << 9],
  ])('%s obeys SCTLR_EL1 bit %i', (name, bit) => {
    at(0);
    expect(mrs(context, key(name), 1)).toBe(TRAP);
    at(bit);
    expect(mrs(context, key(name), 1)).toBe(0);
  });

  it('DCZID_EL0 shows whether DC ZVA is allowed', () => {
    expect(read('DCZID_EL0')).toBe(4n);
    at(0);
    expect(read('DCZID_EL0')).toBe(0x14n);
    at(1 << 14);
    expect(read('DCZID_EL0')).toBe(4n);
  });

  it.each([
    ['CNTPCT_EL0', 1 << 0],
    ['CNTVCT_EL0', 1 << 1],
    ['CNTV_CTL_EL0', 1 << 8],
    ['CNTP_CVAL_EL0', 1 << 9],
    ['CNTFRQ_EL0', 1 << 0],
    ['CNTFRQ_EL0', 1 << 1],
  ])('%s obeys CNTKCTL_EL1 bit %i', (name, bit) => {
    at(0);
    vcpu.setLoHi(SYS.CNTKCTL_EL1, 0x303 & ~bit & (name === 'CNTFRQ_EL0' ? 0x300 : 0x3ff), 0);
    expect(mrs(context, key(name), 1)).toBe(TRAP);
    vcpu.setLoHi(SYS.CNTKCTL_EL1, bit, 0);
    expect(mrs(context, key(name), 1)).toBe(0);
  });

  it('random numbers come from the source of entropy, if there is one, and the flags say so', () => {
    const bytes = [1, 2, 3, 4, 5, 6, 7, 8];
    const { gic, timer, tlb, translator } = context;
    const random = new SystemContext(vcpu, gic, timer, tlb, translator, context.pmu, (into) => into.set(bytes));
    for (const name of ['RNDR', 'RNDRRS']) {
      setPstate(vcpu, (0xf0000000 | EL0T) >>> 0);
      expect(mrs(random, key(name), 3)).toBe(0);
      expect([vcpu.x(3), vcpu.nzcv]).toEqual([0x0807_0605_0403_0201n, 0]);
      expect(mrs(context, key(name), 3)).toBe(0);
      expect([vcpu.x(3), vcpu.nzcv]).toEqual([0n, 1 << 30]);
      expect(msr(random, key(name), 3)).toBe(UNDEFINED);
    }
  });

  it('SSBS and DIT are bits of PSTATE for both ELs', () => {
    for (const mode of [EL0T, EL1H]) {
      setPstate(vcpu, mode);
      for (const [name, bit] of [
        ['SSBS', SPSR.SSBS],
        ['DIT', SPSR.DIT],
      ] as const) {
        expect(write(name, 0xffff_ffffn)).toBe(0);
        expect([read(name), pstate(vcpu)]).toEqual([BigInt(bit), mode | bit]);
        expect(write(name, 0n)).toBe(0);
        expect([read(name), pstate(vcpu)]).toEqual([0n, mode]);
      }
    }
  });

  it('restrictions of predictions obey SCTLR_EL1.EnRCTX', () => {
    const names = ['CFP RCTX', 'DVP RCTX', 'CPP RCTX'];
    setPstate(vcpu, EL0T);
    vcpu.setLoHi(SYS.SCTLR_EL1, 0, 0);
    for (const name of names) expect(sys(name)).toBe(TRAP);
    vcpu.setLoHi(SYS.SCTLR_EL1, SCTLR.EN_RCTX, 0);
    for (const name of names) expect(sys(name)).toBe(0);
  });

  it('cache maintenance obeys SCTLR_EL1.UCI, and the rest is UNDEFINED', () => {
    at(0);
    for (const name of ['IC IVAU', 'DC CVAC', 'DC CVAU', 'DC CIVAC', 'DC CVAP', 'DC CVADP'])
      expect(sys(name, 0x40000000n)).toBe(TRAP);
    at(1 << 26);
    for (const name of ['IC IVAU', 'DC CVAC', 'DC CVAU', 'DC CIVAC', 'DC CVAP', 'DC CVADP'])
      expect(sys(name, 0x40000000n)).toBe(0);
    for (const name of ['DC IVAC', 'IC IALLU', 'TLBI VMALLE1', 'AT S1E1R', 'DC CISW']) expect(sys(name)).toBe(UNDEFINED);
  });
});

describe('translation controls', () => {
  it('flush when they change meaning, and only then', () => {
    const sctlr = read('SCTLR_EL1');
    expect(write('SCTLR_EL1', sctlr)).toBe(0);
    expect(write('SCTLR_EL1', sctlr | (1n << 26n))).toBe(REDISPATCH);
    expect(log).toEqual([]);
    expect(write('SCTLR_EL1', sctlr | 1n)).toBe(REDISPATCH);
    expect(log).toEqual(['flush(0)']);
    write('TCR_EL1', 0xffff_ffff_ffff_ffffn);
    expect(read('TCR_EL1')).toBe(0x19f_fff7_ffff_ffbfn);
    write('TCR_EL1', 0xffff_ffff_ffff_ffffn);
    write('MAIR_EL1', 0xffn);
    expect(log).toEqual(['flush(0)', 'flush(0)', 'flush(0)']);
  });

  it('SCTLR_EL1 has no big-endian bits', () => {
    write('SCTLR_EL1', 0xffff_ffff_ffff_fffen);
    expect(read('SCTLR_EL1')).toBe(0x200_101a_fcdd_fffen);
  });

  it('TTBR writes say that their table has changed, and the ASID if they hold it', () => {
    write('TTBR0_EL1', 0x1000n);
    write('TTBR1_EL1', 0x2000n);
    expect(log).toEqual(['table(0, false)', 'table(0, true)']);
    log = [];
    write('TTBR0_EL1', 0x0001_0000_0000_1000n);
    write('TTBR1_EL1', 0x0001_0000_0000_2000n);
    expect(log).toEqual(['asid(0)']);
    write('TCR_EL1', 1n << 22n);
    log = [];
    write('TTBR0_EL1', 0x0002_0000_0000_1000n);
    expect(log).toEqual([]);
    write('TTBR1_EL1', 0x0002_0000_0000_2000n);
    expect(log).toEqual(['asid(0)']);
    expect(write('TTBR1_EL1', 0x0002_0000_0000_2000n)).toBe(0);
  });
});

describe('ports', () => {
  it('GIC registers go to the interrupt controller', () => {
    const k = key('ICC_IAR1_EL1');
    expect(mrs(context, k, 2)).toBe(INTERRUPTS);
    expect(vcpu.x(2)).toBe(0x3ffn);
    vcpu.setX(2, 0x1_0000_0002n);
    expect(msr(context, key('ICC_SGI1R_EL1'), 2)).toBe(INTERRUPTS);
    expect(log).toEqual([`icc read 0 ${ICC.IAR1}`, `icc write 0 ${ICC.SGI1R} 2 1`]);
    expect(mrs(context, key('ICC_SGI1R_EL1'), 2)).toBe(UNDEFINED);
  });

  it('timer registers go to the timer with all 64 bits', () => {
    expect(read('CNTVCT_EL0')).toBe(0x1_8000_0005n);
    expect(write('CNTV_CVAL_EL0', 0x2_9000_0001n)).toBe(INTERRUPTS);
    write('CNTKCTL_EL1', 0xffffn);
    expect(read('CNTKCTL_EL1')).toBe(0x3ffn);
    expect(log).toEqual([`timer 0 ${TIMER.CNTV_CVAL_EL0} ${0x9000_0001} 2`]);
  });
});

describe('MSR (immediate)', () => {
  it('sets and clears masks', () => {
    expect(msrImmediate(context, 3, 7, 0b0010)).toBe(INTERRUPTS);
    expect(vcpu.get32(CPU.DAIF)).toBe(0x340);
    msrImmediate(context, 3, 6, 0b0010);
    expect(vcpu.get32(CPU.DAIF)).toBe(0x3c0);
    setPstate(vcpu, EL0T);
    expect(msrImmediate(context, 3, 6, 2)).toBe(TRAP);
  });

  it('sets UAO, with which LDTR finds what LDR does, at EL1 only', () => {
    const data = vcpu.get32(CPU.DTLB);
    expect(vcpu.get32(CPU.DTLB_UNPRIV)).not.toBe(data);
    expect(msrImmediate(context, 0, 3, 1)).toBe(REDISPATCH);
    expect([read('UAO'), vcpu.get32(CPU.DTLB_UNPRIV)]).toEqual([BigInt(SPSR.UAO), data]);
    expect(msrImmediate(context, 0, 3, 1)).toBe(0);
    // PAN holds for what is accessed as EL1 does.
    msrImmediate(context, 0, 4, 1);
    expect(vcpu.get32(CPU.DTLB)).not.toBe(data);
    expect(vcpu.get32(CPU.DTLB_UNPRIV)).toBe(vcpu.get32(CPU.DTLB));
    expect(write('UAO', 0n)).toBe(REDISPATCH);
    expect(vcpu.get32(CPU.DTLB_UNPRIV)).toBe(vcpu.get32(CPU.DTLB_EL0));
    setPstate(vcpu, EL0T | SPSR.UAO);
    expect(msrImmediate(context, 0, 3, 0)).toBe(UNDEFINED);
    expect(mrs(context, key('UAO'), 1)).toBe(UNDEFINED);
    expect(vcpu.get32(CPU.DTLB_UNPRIV)).toBe(vcpu.get32(CPU.DTLB_EL0));
  });

  it('sets PAN and SPSel, at EL1 only', () => {
    expect(msrImmediate(context, 0, 4, 1)).toBe(REDISPATCH);
    expect(vcpu.get32(CPU.PAN)).toBe(1);
    expect(msrImmediate(context, 0, 4, 1)).toBe(0);
    expect(msrImmediate(context, 0, 5, 0)).toBe(REDISPATCH);
    expect(vcpu.get32(CPU.SPSEL)).toBe(0);
    setPstate(vcpu, EL0T);
    expect(msrImmediate(context, 0, 4, 1)).toBe(UNDEFINED);
    expect(msrImmediate(context, 0, 5, 1)).toBe(UNDEFINED);
  });

  it('is UNDEFINED for features we lack', () => {
    for (const [op1, op2] of [
      [0, 0],
      [3, 1],
      [3, 2],
      [3, 4],
    ] as const)
      expect(msrImmediate(context, op1, op2, 1)).toBe(UNDEFINED);
  });
});

describe('SYS', () => {
  it('TLBI takes address and ASID from its argument', () => {
    const va = 0xffff_8000_1234_5000n;
    // Bits 47:44 are a level hint (TTL) we do not implement: ignored.
    const argument = (0x42n << 48n) | (0xfn << 44n) | ((va >> 12n) & 0xfff_ffff_ffffn);
    sys('TLBI VAE1', argument);
    sys('TLBI VAALE1', argument);
    sys('TLBI ASIDE1', argument);
    sys('TLBI VMALLE1');
    expect(log).toEqual(['page(0, 12345000, ff8000, 42)', 'page(0, 12345000, ff8000, -1)', 'dropAsid(0, 42)', 'flush(0)']);
    log = [];
    sys('TLBI VALE1IS', argument);
    sys('TLBI VMALLE1IS');
    expect(log).toEqual(['page(0, 12345000, ff8000, 42)', 'page(1, 12345000, ff8000, 42)', 'flush(0)', 'flush(1)']);
  });

  it('TLBI of the Outer Shareable domain is for all vCPUs', () => {
    sys('TLBI VAE1OS', 0x1234_0000_0000_0005n);
    sys('TLBI VMALLE1OS');
    expect(log).toEqual(['page(0, 5000, 0, 1234)', 'page(1, 5000, 0, 1234)', 'flush(0)', 'flush(1)']);
  });

  it.each<[string, bigint, string]>([
    // (NUM + 1) << (5 * SCALE + 1) granules, here told in pages of 4 KiB.
    ['TLBI RVAE1', (0x1234n << 48n) | (1n << 46n) | 0x10n, 'range(0, 10, 2, 1234)'],
    ['TLBI RVALE1', (1n << 46n) | (1n << 44n) | (31n << 39n) | 0x5_0000_0010n, 'range(0, 500000010, 800, 0)'],
    ['TLBI RVAAE1', (2n << 46n) | (3n << 39n) | 0x3n, 'range(0, c, 20, -1)'],
    ['TLBI RVAALE1', (3n << 46n) | (3n << 44n) | (31n << 39n) | 0x1f_ffff_fffen, 'range(0, -20, 2000000, -1)'],
  ])('%s of 0x%s', (name, operand, dropped) => {
    expect(sys(name, operand)).toBe(EFFECT.TRANSLATION);
    expect(log).toEqual([dropped]);
    log = [];
    sys(`${name}IS`, operand);
    sys(`${name}OS`, operand);
    const other = dropped.replace('(0', '(1');
    expect(log).toEqual([dropped, other, dropped, other]);
  });

  it('TLBI by range with the reserved granule drops nothing, and without FEAT_TLBIRANGE or FEAT_TLBIOS they are UNDEFINED', () => {
    sys('TLBI RVAE1', 0x10n);
    expect(log).toEqual([]);
    const a72 = new TestMachine(1, CPU_MODELS['cortex-a72']).vcpu;
    const { gic, timer, tlb, translator } = context;
    context = new SystemContext(a72, gic, timer, tlb, translator, context.pmu);
    vcpu = a72;
    expect([sys('TLBI RVAE1'), sys('TLBI VAE1OS'), sys('TLBI VAE1IS')]).toEqual([UNDEFINED, UNDEFINED, EFFECT.TRANSLATION]);
  });

  describe('with page tables', () => {
    const PA = BigInt(RAM_BASE + 0x80000);
    const PAGE = PTE.PAGE | PTE.AF;
    beforeEach(() => {
      const low = m.table();
      m.enable(low, low);
      m.map(low, 0x1000n, PA | PAGE | (3n << 8n));
      m.map(low, 0x2000n, PA | PAGE | PTE.USER | PTE.READ_ONLY | PTE.ATTR(4));
      m.map(low, 0x4000n, 0x09_0900_0000n | PAGE | PTE.ATTR(1));
    });
    const FAULT = (fsc: number, level: number): bigint => BigInt(0x801 | ((fsc | level) << 1));

    it.each<[string, bigint, bigint]>([
      ['AT S1E1R', 0x1008n, 0xff00_0000_4008_0b80n],
      ['AT S1E1W', 0x1008n, 0xff00_0000_4008_0b80n],
      ['AT S1E0R', 0x1008n, FAULT(FSC.PERMISSION, 3)],
      ['AT S1E0R', 0x2008n, 0x4400_0000_4008_0b00n],
      ['AT S1E0W', 0x2008n, FAULT(FSC.PERMISSION, 3)],
      ['AT S1E1W', 0x2008n, FAULT(FSC.PERMISSION, 3)],
      ['AT S1E1R', 0x3000n, FAULT(FSC.TRANSLATION, 3)],
      ['AT S1E1R', 0x4010n, 0x0400_0009_0900_0b00n],
    ])('%s of %i leaves %i in PAR_EL1', (name, va, par) => {
      expect(sys(name, va)).toBe(0);
      expect(read('PAR_EL1').toString(16)).toBe(par.toString(16));
    });

    it('AT S1E1RP looks at PAN, AT S1E1R does not', () => {
      vcpu.set32(CPU.PAN, 1);
      sys('AT S1E1R', 0x2000n);
      expect(read('PAR_EL1') & 1n).toBe(0n);
      sys('AT S1E1RP', 0x2000n);
      expect(read('PAR_EL1')).toBe(FAULT(FSC.PERMISSION, 3));
    });

    it('cache maintenance faults as a data abort with CM and WnR', () => {
      vcpu.setX(9, 0x3008n);
      expect(executeSystem(context, 0x1000n, key('DC CVAC'), 9, false)).toBe(REDISPATCH);
      expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x96000147);
      expect(vcpu.get64(SYS.FAR_EL1)).toBe(0x3008n);
      expect(vcpu.get64(SYS.ELR_EL1)).toBe(0x1000n);
      expect(sys('DC CIVAC', 0x2000n)).toBe(0);
      expect(sys('DC IVAC', 0x2000n)).toBe(EFFECT.ABORT);
      expect(words(0x2000n)).toEqual([context.faultLo, context.faultHi]);
    });
  });
});

describe('executeSystem', () => {
  it('takes the exception of a refused access', () => {
    setPstate(vcpu, EL0T);
    vcpu.setLoHi(SYS.SCTLR_EL1, 0, 0);
    expect(executeSystem(context, 0x400000n, key('CTR_EL0'), 7, true)).toBe(REDISPATCH);
    expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x6232c0e1);
    expect(vcpu.get64(SYS.ELR_EL1)).toBe(0x400000n);
    setPstate(vcpu, EL0T);
    executeSystem(context, 0x400000n, key('MIDR_EL1'), 7, true);
    expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x02000000);
    setPstate(vcpu, EL0T);
    executeSystem(context, 0x400000n, key('FPSR'), 7, true);
    expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x1fe00000);
    setPstate(vcpu, EL0T);
    // msr daifset, #2: Rt is 31, CRm the immediate.
    const daifset = sysregKey(0, 3, 4, 2, 6);
    executeSystem(context, 0x400000n, daifset, SLOT.ZERO, false);
    expect(vcpu.lo(SYS.ESR_EL1)).toBe(0x620cd3e4);
    expect([keyOp1(daifset), keyOp2(daifset), keyCRn(daifset), keyCRm(daifset)]).toEqual([3, 6, 4, 2]);
  });

  it('does what is allowed', () => {
    expect(executeSystem(context, 0n, key('MIDR_EL1'), 1, true)).toBe(0);
    expect(vcpu.x(1)).toBe(0xfd0e0n);
    expect(executeSystem(context, 0n, sysregKey(0, 3, 4, 15, 7), SLOT.ZERO, false)).toBe(INTERRUPTS);
    expect(vcpu.get32(CPU.DAIF)).toBe(0);
    expect(executeSystem(context, 0n, key('TLBI VMALLE1'), SLOT.ZERO, false)).toBe(EFFECT.TRANSLATION);
    expect(executeSystem(context, 0n, key('TLBI VMALLE1'), 1, true)).toBe(REDISPATCH);
  });
});
