/** Why a machine stands, in words. Pure functions. */
import type { Stop } from '../../vm/api/debugging';

const REASONS: Readonly<Record<Stop['reason'], string>> = {
  breakpoint: 'Stopped at a breakpoint',
  step: 'Stepped',
  over: 'Stepped over',
  out: 'Returned',
  to: 'Ran to the address',
  back: 'Stepped back',
  call: 'Before a call of the firmware',
  write: 'Watched memory is written',
  moment: 'Brought to this moment',
  present: 'Back in the present',
};

/** The beginning of a sentence. Brought back to a write it stands before it. */
export const reasonWords = ({ reason, write }: Stop): string =>
  write && !write.after ? 'Before a write to watched memory' : REASONS[reason];
