/** Generic timer registers: access control here, counting behind the TimerPort. */
import { EFFECT, type SystemContext } from './context';
import { CNTKCTL } from './fields';
import { handled, plain32, type ReadFunction, row, type SysregRow, type WriteFunction } from './register-row';
import { SYS } from './storage';
import { TIMER, type TimerRegister } from './timer-registers';

/** CNTKCTL_EL1 lets EL0 in if any of `bits` is set. */
const trapUnless =
  (bits: number) =>
  ({ vcpu }: SystemContext): boolean =>
    (vcpu.lo(SYS.CNTKCTL_EL1) & bits) === 0;

const read =
  (register: TimerRegister): ReadFunction =>
  (context) => {
    const { timer, vcpu } = context;
    const lo = timer.read(vcpu.index, register);
    context.hi = timer.high;
    return lo >>> 0;
  };

const write =
  (register: TimerRegister): WriteFunction =>
  ({ timer, vcpu }, lo, hi) => {
    timer.write(vcpu.index, register, lo, hi);
    return EFFECT.INTERRUPTS;
  };

const counter = (name: 'CNTPCT_EL0' | 'CNTVCT_EL0', bit: number): SysregRow =>
  row(name, 'ro', 'ro', handled(read(TIMER[name])), { trapAtEl0: trapUnless(bit) });

const timer = (name: 'CNTP' | 'CNTV', bit: number): SysregRow[] =>
  (['TVAL', 'CTL', 'CVAL'] as const).map((register) => {
    const full = `${name}_${register}_EL0` as const;
    return row(full, 'rw', 'rw', handled(read(TIMER[full]), write(TIMER[full])), { trapAtEl0: trapUnless(bit) });
  });

export const GENERIC_TIMER: readonly SysregRow[] = [
  // Writable because EL1 is the highest EL.
  row('CNTFRQ_EL0', 'ro', 'rw', plain32(SYS.CNTFRQ_EL0), {
    trapAtEl0: trapUnless(CNTKCTL.EL0PCTEN | CNTKCTL.EL0VCTEN),
  }),
  counter('CNTPCT_EL0', CNTKCTL.EL0PCTEN),
  counter('CNTVCT_EL0', CNTKCTL.EL0VCTEN),
  ...timer('CNTP', CNTKCTL.EL0PTEN),
  ...timer('CNTV', CNTKCTL.EL0VTEN),
  row('CNTKCTL_EL1', 'none', 'rw', plain32(SYS.CNTKCTL_EL1, CNTKCTL.WRITABLE)),
];
