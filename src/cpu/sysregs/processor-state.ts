/** PSTATE fields, exception registers, thread pointers and floating-point control. */
import type { Feature } from '../../isa/features';
import { FPCR } from '../../isa/pseudocode/fp-status';
import { pstate, SPSR, setMmuIndex, switchStackPointer } from '../exceptions';
import { CPU } from '../layout';
import { EFFECT, type SystemContext } from './context';
import { SCTLR } from './fields';
import { handled, plain, plain32, row, type SysregRow, stored } from './register-row';
import { SYS } from './storage';

/** FPCR: AHP, DN, FZ, RMode, and FZ16 with FEAT_FP16. Trapped exceptions are not implemented, so the rest is RES0. */
export const FPCR_WRITABLE = 0x07c80000;
/** FPSR: QC and the cumulative exception bits. */
export const FPSR_WRITABLE = 0x0800009f;

/** SCTLR_EL1.UMA: whether EL0 may use DAIF. */
export const daifTrap = ({ vcpu }: SystemContext): boolean => (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.UMA) === 0;

export function writeDaif({ vcpu }: SystemContext, daif: number): number {
  vcpu.set32(CPU.DAIF, daif & SPSR.DAIF);
  return EFFECT.INTERRUPTS;
}

export function writePan({ vcpu }: SystemContext, pan: boolean): number {
  if ((vcpu.get32(CPU.PAN) !== 0) === pan) return 0;
  vcpu.set32(CPU.PAN, pan ? 1 : 0);
  setMmuIndex(vcpu);
  return EFFECT.REDISPATCH;
}

export function writeUao({ vcpu }: SystemContext, uao: boolean): number {
  const others = vcpu.get32(CPU.PSTATE_OTHER) & ~SPSR.UAO;
  const now = uao ? others | SPSR.UAO : others;
  if (vcpu.get32(CPU.PSTATE_OTHER) === now) return 0;
  vcpu.set32(CPU.PSTATE_OTHER, now);
  setMmuIndex(vcpu);
  return EFFECT.REDISPATCH;
}

export function writeSpsel({ vcpu }: SystemContext, spsel: number): number {
  if (vcpu.get32(CPU.SPSEL) === spsel) return 0;
  switchStackPointer(vcpu, vcpu.get32(CPU.EL), spsel);
  return EFFECT.REDISPATCH;
}

/** A bit of PSTATE that any EL may read and write and that changes nothing else. */
const bit = (name: string, mask: number, feature: Feature): SysregRow =>
  row(
    name,
    'rw',
    'rw',
    handled(
      ({ vcpu }) => vcpu.get32(CPU.PSTATE_OTHER) & mask,
      ({ vcpu }, lo) => {
        vcpu.set32(CPU.PSTATE_OTHER, (vcpu.get32(CPU.PSTATE_OTHER) & ~mask) | (lo & mask));
        return 0;
      },
    ),
    { undefinedNow: ({ vcpu }) => !vcpu.model.has(feature) },
  );

export const PROCESSOR_STATE: readonly SysregRow[] = [
  row('SPSR_EL1', 'none', 'rw', plain32(SYS.SPSR_EL1)),
  row('ELR_EL1', 'none', 'rw', plain(SYS.ELR_EL1)),
  // While PSTATE.SP selects SP_EL0 it is only accessible as SP.
  row('SP_EL0', 'none', 'rw', plain(SYS.SP_EL0), {
    undefinedNow: ({ vcpu }) => vcpu.get32(CPU.SPSEL) === 0,
  }),
  row(
    'SPSel',
    'none',
    'rw',
    handled(
      ({ vcpu }) => vcpu.get32(CPU.SPSEL),
      (context, lo) => writeSpsel(context, lo & 1),
    ),
  ),
  row(
    'CurrentEL',
    'none',
    'ro',
    handled(({ vcpu }) => vcpu.get32(CPU.EL) << SPSR.M_EL_SHIFT),
  ),
  row(
    'PAN',
    'none',
    'rw',
    handled(
      ({ vcpu }) => (vcpu.get32(CPU.PAN) ? SPSR.PAN : 0),
      (context, lo) => writePan(context, (lo & SPSR.PAN) !== 0),
    ),
    { undefinedNow: ({ vcpu }) => !vcpu.model.has('FEAT_PAN') },
  ),
  row(
    'UAO',
    'none',
    'rw',
    handled(
      ({ vcpu }) => vcpu.get32(CPU.PSTATE_OTHER) & SPSR.UAO,
      (context, lo) => writeUao(context, (lo & SPSR.UAO) !== 0),
    ),
    { undefinedNow: ({ vcpu }) => !vcpu.model.has('FEAT_UAO') },
  ),
  bit('SSBS', SPSR.SSBS, 'FEAT_SSBS2'),
  bit('DIT', SPSR.DIT, 'FEAT_DIT'),
  row(
    'NZCV',
    'rw',
    'rw',
    handled(
      ({ vcpu }) => pstate(vcpu) & SPSR.NZCV,
      ({ vcpu }, lo) => {
        vcpu.nzcv = lo & SPSR.NZCV;
        return 0;
      },
    ),
  ),
  row(
    'DAIF',
    'rw',
    'rw',
    handled(({ vcpu }) => vcpu.get32(CPU.DAIF), writeDaif),
    { trapAtEl0: daifTrap },
  ),
  row(
    'FPCR',
    'rw',
    'rw',
    stored(
      CPU.FPCR,
      ({ vcpu }) => vcpu.get32(CPU.FPCR),
      ({ vcpu }, lo) => {
        vcpu.set32(CPU.FPCR, lo & FPCR_WRITABLE & ~(vcpu.model.has('FEAT_FP16') ? 0 : FPCR.FZ16));
        return 0;
      },
    ),
    { floatingPoint: true },
  ),
  row(
    'FPSR',
    'rw',
    'rw',
    stored(
      CPU.FPSR,
      ({ vcpu }) => vcpu.get32(CPU.FPSR),
      ({ vcpu }, lo) => {
        vcpu.set32(CPU.FPSR, lo & FPSR_WRITABLE);
        return 0;
      },
    ),
    { floatingPoint: true },
  ),
  row('ESR_EL1', 'none', 'rw', plain32(SYS.ESR_EL1)),
  row('FAR_EL1', 'none', 'rw', plain(SYS.FAR_EL1)),
  // Vectors are 2 KiB aligned: bits 10:0 are RES0.
  row('VBAR_EL1', 'none', 'rw', plain(SYS.VBAR_EL1, 0xfffff800)),
  row(
    'ISR_EL1',
    'none',
    'ro',
    handled(({ vcpu }) => vcpu.get32(CPU.IRQ_LINES) & (SPSR.I | SPSR.F)),
  ),
  row('TPIDR_EL1', 'none', 'rw', plain(SYS.TPIDR_EL1)),
  row('TPIDR_EL0', 'rw', 'rw', plain(SYS.TPIDR_EL0)),
  row('TPIDRRO_EL0', 'ro', 'rw', plain(SYS.TPIDRRO_EL0)),
];
