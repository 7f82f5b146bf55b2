/** RNDR and RNDRRS: random numbers of the machine's source of entropy (Arm ARM D17, "RNDR, Random Number"). */
import { SPSR } from '../exceptions';
import type { SystemContext } from './context';
import { handled, row, type SysregRow } from './register-row';

const Z = SPSR.NZCV & (1 << 30);

/** 64 bits, and PSTATE.NZCV says whether there were any: 0, or Z alone with a value of zero. */
function readRandom(context: SystemContext): number {
  const { vcpu, entropy } = context;
  vcpu.nzcv = entropy ? 0 : Z;
  if (!entropy) return 0;
  const bytes = new Uint8Array(8);
  entropy(bytes);
  const view = new DataView(bytes.buffer);
  context.hi = view.getUint32(4, true);
  return view.getUint32(0, true);
}

export const RANDOM_NUMBERS: readonly SysregRow[] = ['RNDR', 'RNDRRS'].map((name) =>
  row(name, 'ro', 'ro', handled(readRandom), { undefinedNow: ({ vcpu }) => !vcpu.model.has('FEAT_RNG') }),
);
