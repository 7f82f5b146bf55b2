/** Process state and special-purpose registers (Arm ARM, "Special-purpose registers" and "Process state, PSTATE"). */
import { bit, bits, type FieldRow, type RegisterGroup, register } from './register-fields';

const MODES: Readonly<Record<number, string>> = {
  0: 'EL0 with SP_EL0',
  4: 'EL1 with SP_EL0 (EL1t)',
  5: 'EL1 with SP_EL1 (EL1h)',
};

const FLAGS: readonly FieldRow[] = [
  bit('N', 31, 'not negative', 'negative'),
  bit('Z', 30, 'not zero', 'zero'),
  bit('C', 29, 'no carry', 'carry'),
  bit('V', 28, 'no overflow', 'overflow'),
];
const masked = (name: string, place: number, what: string): FieldRow => bit(name, place, `${what} taken`, `${what} masked`);
const MASKS: readonly FieldRow[] = [
  masked('D', 9, 'debug exceptions'),
  masked('A', 8, 'SError interrupts'),
  masked('I', 7, 'IRQs'),
  masked('F', 6, 'FIQs'),
];
const ROUNDING = ['to nearest', 'towards plus infinity', 'towards minus infinity', 'towards zero'] as const;
const happened = (name: string, place: number, what: string): FieldRow => bit(name, place, 'no', what);

export const PROCESS_STATE_ROWS: RegisterGroup = {
  name: 'Process state',
  registers: [
    register(
      'CurrentEL',
      'Current Exception Level',
      bits('EL', 3, 2, (value) => `EL${value}`),
    ),
    register('SPSel', 'Stack Pointer Select', bit('SP', 0, 'SP_EL0 at every EL', 'the SP of the EL')),
    register('NZCV', 'Condition Flags', ...FLAGS),
    register('DAIF', 'Interrupt Mask Bits', ...MASKS),
    register('PAN', 'Privileged Access Never', bit('PAN', 22, 'EL1 may access what EL0 may', 'EL1 must not access what EL0 may')),
    register(
      'UAO',
      'User Access Override',
      bit('UAO', 23, 'LDTR and STTR access as EL0 does', 'LDTR and STTR access as EL1 does'),
    ),
    register('SSBS', 'Speculative Store Bypass Safe', bit('SSBS', 12, 'must not be bypassed', 'may be bypassed')),
    register('DIT', 'Data Independent Timing', bit('DIT', 24, 'timing may depend on data', 'timing does not depend on data')),
    register('SP_EL0', 'Stack Pointer (EL0)'),
    register('SP_EL1', 'Stack Pointer (EL1)'),
    register('TPIDR_EL0', 'EL0 Read/Write Software Thread ID Register'),
    register('TPIDRRO_EL0', 'EL0 Read-Only Software Thread ID Register'),
    register('TPIDR_EL1', 'EL1 Software Thread ID Register'),
    register(
      'FPCR',
      'Floating-point Control Register',
      bit('AHP', 26, 'IEEE half precision', 'alternative half precision'),
      bit('DN', 25, 'NaNs are propagated', 'NaNs become the default NaN'),
      bit('FZ', 24, 'denormal numbers count', 'denormal numbers are flushed to zero'),
      bits('RMode', 23, 22, ROUNDING),
      bit('FZ16', 19, 'denormal halves count', 'denormal halves are flushed to zero'),
    ),
    register(
      'FPSR',
      'Floating-point Status Register',
      happened('QC', 27, 'an integer saturated'),
      happened('IDC', 7, 'Input Denormal'),
      happened('IXC', 4, 'Inexact'),
      happened('UFC', 3, 'Underflow'),
      happened('OFC', 2, 'Overflow'),
      happened('DZC', 1, 'Divide by Zero'),
      happened('IOC', 0, 'Invalid Operation'),
    ),
  ],
};

/** What an exception saves of PSTATE, for SPSR_EL1. */
export const SAVED_STATE_FIELDS: readonly FieldRow[] = [
  ...FLAGS,
  bit('DIT', 24, 'timing may depend on data', 'timing does not depend on data'),
  bit('UAO', 23, 'LDTR and STTR access as EL0 does', 'LDTR and STTR access as EL1 does'),
  bit('PAN', 22, 'EL1 may access what EL0 may', 'EL1 must not access what EL0 may'),
  bit('SS', 21, 'no step', 'Software Step: one instruction, then an exception'),
  bit('IL', 20, 'legal state', 'Illegal Execution state'),
  bit('SSBS', 12, 'stores must not be bypassed', 'stores may be bypassed'),
  bits('BTYPE', 11, 10, ['not by an indirect branch', 'jumped to', 'called', 'jumped to from a guarded page']),
  ...MASKS,
  bit('M[4]', 4, 'AArch64', 'AArch32'),
  bits('M[3:0]', 3, 0, MODES),
];
