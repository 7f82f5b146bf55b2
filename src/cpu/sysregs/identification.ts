/** Identification registers: what the CPU model says, and what depends on the vCPU. */
import { dcZvaTrap } from '../exceptions';
import * as impdef from '../impdef';
import { CPU } from '../layout';
import type { CpuModel } from '../models';
import { ID_REGISTER_NAMES, PFR0_GIC } from '../models/id-registers';
import type { Vcpu } from '../vcpu';
import { keyCRm, keyCRn, keyOp0, keyOp1 } from './encoding';
import { SCTLR } from './fields';
import { constant, handled, plain32, row, type SysregRow, stored } from './register-row';
import { SYS } from './storage';

const wide = (name: string, value: (model: CpuModel) => bigint): SysregRow =>
  row(
    name,
    'none',
    'ro',
    handled((context) => {
      const bits = value(context.vcpu.model);
      context.hi = Number(bits >> 32n);
      return Number(bits & 0xffff_ffffn);
    }),
  );
const narrow = (name: string, value: (model: CpuModel) => number): SysregRow =>
  row(
    name,
    'none',
    'ro',
    handled(({ vcpu }) => value(vcpu.model)),
  );

/** DCZID_EL0 as the current EL reads it: DZP says whether DC ZVA is prohibited. */
export const dczid = (vcpu: Vcpu): number => vcpu.model.dczid | (dcZvaTrap(vcpu) ? impdef.DCZID_DZP : 0);

export const IDENTIFICATION: readonly SysregRow[] = [
  narrow('MIDR_EL1', ({ midr }) => midr),
  row(
    'MPIDR_EL1',
    'none',
    'ro',
    handled((context) => impdef.mpidr(context.vcpu.index)),
  ),
  narrow('REVIDR_EL1', ({ revidr }) => revidr),
  row(
    'ID_AA64PFR0_EL1',
    'none',
    'ro',
    handled((context) => {
      const bits = context.vcpu.model.idRegisters.ID_AA64PFR0_EL1;
      context.hi = Number(bits >> 32n);
      return Number(bits & 0xffff_ffffn) | (context.gic ? PFR0_GIC : 0);
    }),
  ),
  ...ID_REGISTER_NAMES.filter((name) => name !== 'ID_AA64PFR0_EL1').map((name) =>
    wide(name, ({ idRegisters }) => idRegisters[name]),
  ),

  row(
    'CCSIDR_EL1',
    'none',
    'ro',
    handled(({ vcpu }) => vcpu.model.ccsidr[vcpu.lo(SYS.CSSELR_EL1)] ?? 0),
  ),
  narrow('CLIDR_EL1', ({ clidr }) => clidr),
  row('AIDR_EL1', 'none', 'ro', constant(impdef.AIDR_EL1)),
  // Level in bits 3:1, InD in bit 0.
  row('CSSELR_EL1', 'none', 'rw', plain32(SYS.CSSELR_EL1, 0xf)),
  row(
    'CTR_EL0',
    'ro',
    'ro',
    stored(CPU.CTR, ({ vcpu }) => vcpu.model.ctr),
    {
      trapAtEl0: (context) => (context.vcpu.lo(SYS.SCTLR_EL1) & SCTLR.UCT) === 0,
    },
  ),
  row(
    'DCZID_EL0',
    'ro',
    'ro',
    stored(CPU.DCZID, ({ vcpu }) => dczid(vcpu)),
  ),
];

/**
 * The rest of the ID space (op0 3, op1 0, CRn 0, CRm 1..7): "reserved, RAZ", so that software can look for features newer
 * than the processor. The AArch32 ID registers (CRm 1..3) are zero as well, as no EL can use AArch32.
 */
export const isIdSpace = (key: number): boolean =>
  keyOp0(key) === 3 && keyOp1(key) === 0 && keyCRn(key) === 0 && keyCRm(key) >= 1 && keyCRm(key) <= 7;
