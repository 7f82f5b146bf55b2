/** Generic Timer registers (Arm ARM, "Generic Timer registers"). */
import { bit, bits, type FieldRow, type RegisterGroup, type RegisterRow, register } from './register-fields';

const admits = (name: string, place: number, what: string): FieldRow =>
  bit(name, place, `EL0's access to ${what} traps`, `EL0 may use ${what}`);

const timer = (prefix: 'CNTP' | 'CNTV', kind: string): RegisterRow[] => [
  register(
    `${prefix}_CTL_EL0`,
    `Counter-timer ${kind} Timer Control Register`,
    bit('ISTATUS', 2, 'the condition is not met', 'the condition is met'),
    bit('IMASK', 1, 'the interrupt is not masked', 'the interrupt is masked'),
    bit('ENABLE', 0, 'disabled', 'enabled'),
  ),
  register(`${prefix}_CVAL_EL0`, `Counter-timer ${kind} Timer CompareValue Register`),
  register(
    `${prefix}_TVAL_EL0`,
    `Counter-timer ${kind} Timer TimerValue Register`,
    bits('TimerValue', 31, 0, (value) => `${BigInt.asIntN(32, value)} ticks from now`),
  ),
];

export const TIMER_ROWS: RegisterGroup = {
  name: 'Generic timer',
  registers: [
    register(
      'CNTFRQ_EL0',
      'Counter-timer Frequency Register',
      bits('Clock frequency', 31, 0, (value) => `${value} Hz`),
    ),
    register('CNTPCT_EL0', 'Counter-timer Physical Count Register'),
    register('CNTVCT_EL0', 'Counter-timer Virtual Count Register'),
    ...timer('CNTP', 'Physical'),
    ...timer('CNTV', 'Virtual'),
    register(
      'CNTKCTL_EL1',
      'Counter-timer Kernel Control Register',
      admits('EL0PTEN', 9, 'the physical timer'),
      admits('EL0VTEN', 8, 'the virtual timer'),
      bits('EVNTI', 7, 4, (value) => `bit ${value} of the counter`),
      bit('EVNTDIR', 3, 'events when the bit rises', 'events when the bit falls'),
      bit('EVNTEN', 2, 'no event stream', 'event stream'),
      admits('EL0VCTEN', 1, 'the virtual counter'),
      admits('EL0PCTEN', 0, 'the physical counter'),
    ),
  ],
};
