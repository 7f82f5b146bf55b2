/** Identification registers: constants of impdef.ts, and what depends on the vCPU. */
import * as impdef from '../impdef';
import { CPU } from '../layout';
import { keyCRm, keyCRn, keyOp0, keyOp1 } from './encoding';
import { SCTLR } from './fields';
import { constant, handled, plain32, row, type SysregRow } from './row';
import { SYS } from './storage';

const readOnly = (name: string, value: bigint): SysregRow => row(name, 'none', 'ro', constant(value));

export const IDENTIFICATION: readonly SysregRow[] = [
  readOnly('MIDR_EL1', impdef.MIDR_EL1),
  row(
    'MPIDR_EL1',
    'none',
    'ro',
    handled((context) => impdef.mpidr(context.vcpu.index)),
  ),
  readOnly('REVIDR_EL1', impdef.REVIDR_EL1),
  readOnly('ID_AA64PFR0_EL1', impdef.ID_AA64PFR0_EL1),
  readOnly('ID_AA64PFR1_EL1', impdef.ID_AA64PFR1_EL1),
  readOnly('ID_AA64ZFR0_EL1', impdef.ID_AA64ZFR0_EL1),
  readOnly('ID_AA64SMFR0_EL1', impdef.ID_AA64SMFR0_EL1),
  readOnly('ID_AA64DFR0_EL1', impdef.ID_AA64DFR0_EL1),
  readOnly('ID_AA64DFR1_EL1', impdef.ID_AA64DFR1_EL1),
  readOnly('ID_AA64AFR0_EL1', impdef.ID_AA64AFR0_EL1),
  readOnly('ID_AA64AFR1_EL1', impdef.ID_AA64AFR1_EL1),
  readOnly('ID_AA64ISAR0_EL1', impdef.ID_AA64ISAR0_EL1),
  readOnly('ID_AA64ISAR1_EL1', impdef.ID_AA64ISAR1_EL1),
  readOnly('ID_AA64ISAR2_EL1', impdef.ID_AA64ISAR2_EL1),
  readOnly('ID_AA64MMFR0_EL1', impdef.ID_AA64MMFR0_EL1),
  readOnly('ID_AA64MMFR1_EL1', impdef.ID_AA64MMFR1_EL1),
  readOnly('ID_AA64MMFR2_EL1', impdef.ID_AA64MMFR2_EL1),

  row(
    'CCSIDR_EL1',
    'none',
    'ro',
    handled((context) => impdef.ccsidr(context.vcpu.lo(SYS.CSSELR_EL1))),
  ),
  row('CLIDR_EL1', 'none', 'ro', constant(impdef.CLIDR_EL1)),
  row('AIDR_EL1', 'none', 'ro', constant(impdef.AIDR_EL1)),
  // Level in bits 3:1, InD in bit 0.
  row('CSSELR_EL1', 'none', 'rw', plain32(SYS.CSSELR_EL1, 0xf)),
  row('CTR_EL0', 'ro', 'ro', constant(impdef.CTR_EL0), {
    trapAtEl0: (context) => (context.vcpu.lo(SYS.SCTLR_EL1) & SCTLR.UCT) === 0,
  }),
  row(
    'DCZID_EL0',
    'ro',
    'ro',
    handled(({ vcpu }) => {
      const prohibited = vcpu.get32(CPU.EL) === 0 && (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.DZE) === 0;
      return Number(impdef.DCZID_EL0) | (prohibited ? Number(impdef.DCZID_DZP) : 0);
    }),
  ),
];

/**
 * The rest of the ID space (op0 3, op1 0, CRn 0, CRm 1..7): "reserved, RAZ", so that software can look for features newer
 * than the processor. The AArch32 ID registers (CRm 1..3) are zero as well, as no EL can use AArch32.
 */
export const isIdSpace = (key: number): boolean =>
  keyOp0(key) === 3 && keyOp1(key) === 0 && keyCRn(key) === 0 && keyCRm(key) >= 1 && keyCRm(key) <= 7;
