/**
 * Self-hosted debug registers. What they do is in debug-exceptions.ts and debug-match.ts.
 */

import { anyEnabled } from '../debug-match';
import { DBGAUTHSTATUS_EL1, DBGCLAIM_TAGS, OSLSR_OSLK, OSLSR_OSLM } from '../impdef';
import { BREAKPOINTS, WATCHPOINTS } from '../models/implemented';
import { EFFECT, type SystemContext } from './context';
import { DBGBCR, DBGWCR, MDSCR } from './fields';
import { type Behaviour, constant, handled, plain32, plainWith, razWi, row, type SysregRow } from './register-row';
import { SYS } from './storage';

/** MDSCR_EL1.TDCC traps EL0 accesses to the Debug Communications Channel. */
const dccTrap = { trapAtEl0: ({ vcpu }: SystemContext): boolean => (vcpu.lo(SYS.MDSCR_EL1) & MDSCR.TDCC) !== 0 };

/** Stores what breakpoints and watchpoints follow from. One that is disabled costs nothing. */
function storeDebug({ vcpu }: SystemContext, offset: number, lo: number, hi: number): number {
  const changed = vcpu.lo(offset) !== lo >>> 0 || vcpu.hi(offset) !== hi >>> 0;
  const before = anyEnabled(vcpu);
  vcpu.setLoHi(offset, lo, hi);
  return changed && (before || anyEnabled(vcpu)) ? EFFECT.DEBUG : 0;
}
const acting = (offset: number, maskLo: number, maskHi: number): Behaviour =>
  plainWith(offset, (context, lo, hi) => storeDebug(context, offset, lo, hi), maskLo, maskHi);

/** A Context breakpoint's value is one of CONTEXTIDR_EL1, all 32 bits of it; of an address bits 1 and 0 are RES0 where nothing else is meant. */
const VALUE_LO = { B: 0xffffffff, W: 0xfffffffc } as const;
const CONTROL_LO = { B: DBGBCR.WRITABLE, W: DBGWCR.WRITABLE } as const;

const pairs = (count: number, kind: 'B' | 'W', value: number, control: number): SysregRow[] =>
  Array.from({ length: count }, (_, n) => [
    row(`DBG${kind}VR${n}_EL1`, 'none', 'rw', acting(value + n * 8, VALUE_LO[kind], 0xffffffff)),
    row(`DBG${kind}CR${n}_EL1`, 'none', 'rw', acting(control + n * 8, CONTROL_LO[kind], 0)),
  ]).flat();

export const DEBUG: readonly SysregRow[] = [
  row('OSDTRRX_EL1', 'none', 'rw', plain32(SYS.OSDTRRX_EL1)),
  row('MDCCINT_EL1', 'none', 'rw', plain32(SYS.MDCCINT_EL1)),
  row(
    'MDSCR_EL1',
    'none',
    'rw',
    handled(
      ({ vcpu }) => vcpu.lo(SYS.MDSCR_EL1),
      (context, lo) => storeDebug(context, SYS.MDSCR_EL1, lo, 0) | EFFECT.REDISPATCH,
    ),
  ),
  row('OSDTRTX_EL1', 'none', 'rw', plain32(SYS.OSDTRTX_EL1)),
  row('OSECCR_EL1', 'none', 'rw', plain32(SYS.OSECCR_EL1)),
  row('MDRAR_EL1', 'none', 'ro', constant(0n)),
  row(
    'OSLAR_EL1',
    'none',
    'wo',
    handled(undefined, ({ vcpu }, lo) => {
      vcpu.setLoHi(SYS.OSLSR_EL1, OSLSR_OSLM | (lo & 1 ? OSLSR_OSLK : 0), 0);
      return EFFECT.REDISPATCH;
    }),
  ),
  row('OSLSR_EL1', 'none', 'ro', plain32(SYS.OSLSR_EL1)),
  row('OSDLR_EL1', 'none', 'rw', plain32(SYS.OSDLR_EL1, 1)),
  row('DBGPRCR_EL1', 'none', 'rw', plain32(SYS.DBGPRCR_EL1, 1)),
  row(
    'DBGCLAIMSET_EL1',
    'none',
    'rw',
    handled(
      () => DBGCLAIM_TAGS,
      ({ vcpu }, lo) => {
        vcpu.setLoHi(SYS.DBGCLAIM, vcpu.lo(SYS.DBGCLAIM) | (lo & DBGCLAIM_TAGS), 0);
        return 0;
      },
    ),
  ),
  row(
    'DBGCLAIMCLR_EL1',
    'none',
    'rw',
    handled(
      ({ vcpu }) => vcpu.lo(SYS.DBGCLAIM),
      ({ vcpu }, lo) => {
        vcpu.setLoHi(SYS.DBGCLAIM, vcpu.lo(SYS.DBGCLAIM) & ~lo, 0);
        return 0;
      },
    ),
  ),
  row('DBGAUTHSTATUS_EL1', 'none', 'ro', constant(DBGAUTHSTATUS_EL1)),
  // The Debug Communications Channel never has data. The last row is DBGDTRTX_EL0 when written.
  row('MDCCSR_EL0', 'ro', 'ro', constant(0n), dccTrap),
  row('DBGDTR_EL0', 'rw', 'rw', razWi, dccTrap),
  row('DBGDTRRX_EL0', 'rw', 'rw', razWi, dccTrap),
  ...pairs(BREAKPOINTS, 'B', SYS.DBGBVR0_EL1, SYS.DBGBCR0_EL1),
  ...pairs(WATCHPOINTS, 'W', SYS.DBGWVR0_EL1, SYS.DBGWCR0_EL1),
];
