/** Generic timer registers: access control here, counting behind the TimerPort. */
import { EFFECT, type SystemContext } from './context';
import { CNTKCTL } from './fields';
import { handled, plain32, type ReadFunction, row, type SysregRow, type WriteFunction } from './row';
import { SYS } from './storage';

/** CNTKCTL_EL1 lets EL0 in if any of `bits` is set. */
const trapUnless =
  (bits: number) =>
  ({ vcpu }: SystemContext): boolean =>
    (vcpu.lo(SYS.CNTKCTL_EL1) & bits) === 0;

const split = new BigUint64Array(1);
const words = new Uint32Array(split.buffer);

const read: ReadFunction = (context, key) => {
  split[0] = context.timer.read(context.vcpu.index, key);
  context.hi = words[1]!;
  return words[0]!;
};

function tell(context: SystemContext, key: number, lo: number, hi: number): number {
  words[0] = lo;
  words[1] = hi;
  context.timer.write(context.vcpu.index, key, split[0]!);
  return EFFECT.INTERRUPTS;
}

const write: WriteFunction = (context, lo, hi, key) => tell(context, key, lo, hi);

const counter = (name: string, op2: number, bit: number): SysregRow =>
  row(name, [3, 3, 14, 0, op2], 'ro', 'ro', handled(read), { trapAtEl0: trapUnless(bit) });

const timer = (name: string, crm: number, bit: number): SysregRow[] =>
  ['TVAL', 'CTL', 'CVAL'].map((register, op2) =>
    row(`${name}_${register}_EL0`, [3, 3, 14, crm, op2], 'rw', 'rw', handled(read, write), { trapAtEl0: trapUnless(bit) }),
  );

export const TIMER: readonly SysregRow[] = [
  // Writable because EL1 is the highest EL.
  row('CNTFRQ_EL0', [3, 3, 14, 0, 0], 'ro', 'rw', plain32(SYS.CNTFRQ_EL0), {
    trapAtEl0: trapUnless(CNTKCTL.EL0PCTEN | CNTKCTL.EL0VCTEN),
  }),
  counter('CNTPCT_EL0', 1, CNTKCTL.EL0PCTEN),
  counter('CNTVCT_EL0', 2, CNTKCTL.EL0VCTEN),
  ...timer('CNTP', 2, CNTKCTL.EL0PTEN),
  ...timer('CNTV', 3, CNTKCTL.EL0VTEN),
  row(
    'CNTKCTL_EL1',
    [3, 0, 14, 1, 0],
    'none',
    'rw',
    handled(
      ({ vcpu }) => vcpu.lo(SYS.CNTKCTL_EL1),
      (context, lo, _hi, key) => {
        context.vcpu.setLoHi(SYS.CNTKCTL_EL1, lo & CNTKCTL.WRITABLE, 0);
        // The port may want the event stream's controls (EVNTEN, EVNTDIR, EVNTI).
        return tell(context, key, lo & CNTKCTL.WRITABLE, 0);
      },
    ),
  ),
];
