/** Performance Monitors registers (PMUv3, Arm ARM D11 and D19): access rights and fields; what counts is in performance-monitor.ts. */
import type { SystemContext } from './context';
import { EFFECT } from './context';
import { PM_COUNTERS, PM_CYCLES, PM_EVENT, PM_MASK, PMCR, PMEVTYPER, PMUSERENR } from './fields';
import { type Behaviour, type Guards, handled, type ReadFunction, row, type SysregRow, type WriteFunction } from './register-row';
import { SYS } from './storage';

const undefinedNow = ({ vcpu }: SystemContext): boolean => !vcpu.model.has('FEAT_PMUv3');

/** PMUSERENR_EL0 lets EL0 in by EN, or by one of other bits. */
const unless = (reading: number, writing = 0): Guards => ({
  undefinedNow,
  trapAtEl0: ({ vcpu }, isRead) => (vcpu.lo(SYS.PMUSERENR_EL0) & (PMUSERENR.EN | (isRead ? reading : writing))) === 0,
});

/** The counters have caught up before a register is read or written; a write may change what interrupts. */
const monitored = (read?: ReadFunction, write?: WriteFunction): Behaviour =>
  handled(
    read &&
      ((context) => {
        context.pmu.catchUp();
        return read(context);
      }),
    write &&
      ((context, lo, hi) => {
        context.pmu.catchUp();
        write(context, lo, hi);
        context.pmu.changed();
        // The next overflow may be another.
        return EFFECT.REDISPATCH;
      }),
  );

const readLow =
  (offset: number): ReadFunction =>
  ({ vcpu }) =>
    vcpu.lo(offset);
const writeLow =
  (offset: number, mask: number): WriteFunction =>
  ({ vcpu }, lo) => {
    vcpu.setLoHi(offset, lo & mask, 0);
    return 0;
  };
const simple = (offset: number, mask: number): Behaviour => monitored(readLow(offset), writeLow(offset, mask));

/** A pair of registers over the same bits, which sets and clears them. */
function setAndClear(set: string, clear: string, offset: number, atEl0: boolean): SysregRow[] {
  const el0 = atEl0 ? 'rw' : 'none';
  const change =
    (next: (old: number, bits: number) => number): WriteFunction =>
    ({ vcpu }, lo) => {
      vcpu.setLoHi(offset, next(vcpu.lo(offset), lo & PM_MASK), 0);
      return 0;
    };
  return [
    row(
      set,
      el0,
      'rw',
      monitored(
        readLow(offset),
        change((old, bits) => old | bits),
      ),
      unless(0),
    ),
    row(
      clear,
      el0,
      'rw',
      monitored(
        readLow(offset),
        change((old, bits) => old & ~bits),
      ),
      unless(0),
    ),
  ];
}

function writePmcr({ vcpu }: SystemContext, lo: number): number {
  vcpu.setLoHi(SYS.PMCR_EL0, lo & PMCR.E, 0);
  if (lo & PMCR.P) for (let n = 0; n < PM_COUNTERS; n++) vcpu.setLoHi(SYS.PMEVCNTR0_EL0 + n * 8, 0, 0);
  if (lo & PMCR.C) vcpu.setLoHi(SYS.PMCCNTR_EL0, 0, 0);
  return 0;
}

/** A register, and the bits of it that can be written. */
type Selected = readonly [offset: number, mask: number];

/** PMXEVTYPER_EL0 and PMXEVCNTR_EL0: the register that PMSELR_EL0 names, if there is one; else they are RAZ/WI. */
const bySelection = (find: (n: number) => Selected | undefined): Behaviour =>
  monitored(
    ({ vcpu }) => {
      const found = find(vcpu.lo(SYS.PMSELR_EL0));
      return found ? vcpu.lo(found[0]) : 0;
    },
    ({ vcpu }, lo) => {
      const found = find(vcpu.lo(SYS.PMSELR_EL0));
      if (found) vcpu.setLoHi(found[0], lo & found[1], 0);
      return 0;
    },
  );

const FILTER: Selected = [SYS.PMCCFILTR_EL0, PMEVTYPER.P | PMEVTYPER.U];
const typeOf = (n: number): Selected => [SYS.PMEVTYPER0_EL0 + n * 8, PMEVTYPER.WRITABLE];
const counterOf = (n: number): Selected => [SYS.PMEVCNTR0_EL0 + n * 8, 0xffffffff];
const selectedType = (n: number): Selected | undefined => (n === PM_CYCLES ? FILTER : n < PM_COUNTERS ? typeOf(n) : undefined);
const selectedCounter = (n: number): Selected | undefined => (n < PM_COUNTERS ? counterOf(n) : undefined);

const EVENTS = Object.values(PM_EVENT).reduce<number>((bits, event) => bits | (1 << event), 0);
const COUNTERS = Array.from({ length: PM_COUNTERS }, (_, n) => n);

export const PERFORMANCE_MONITORS: readonly SysregRow[] = [
  // N counters; the cycle counter is of 64 bits (LC, RES1 without AArch32), so that it divides by nothing.
  row(
    'PMCR_EL0',
    'rw',
    'rw',
    monitored(({ vcpu }) => vcpu.model.pmcr | (PM_COUNTERS << PMCR.N_SHIFT) | PMCR.LC | vcpu.lo(SYS.PMCR_EL0), writePmcr),
    unless(0),
  ),
  ...setAndClear('PMCNTENSET_EL0', 'PMCNTENCLR_EL0', SYS.PMCNTENSET_EL0, true),
  ...setAndClear('PMOVSSET_EL0', 'PMOVSCLR_EL0', SYS.PMOVSSET_EL0, true),
  ...setAndClear('PMINTENSET_EL1', 'PMINTENCLR_EL1', SYS.PMINTENSET_EL1, false),
  row(
    'PMSWINC_EL0',
    'wo',
    'wo',
    monitored(undefined, ({ pmu }, lo) => {
      pmu.countSoftware(lo);
      return 0;
    }),
    unless(0, PMUSERENR.SW),
  ),
  row('PMSELR_EL0', 'rw', 'rw', simple(SYS.PMSELR_EL0, 0x1f), unless(PMUSERENR.ER, PMUSERENR.ER)),
  row(
    'PMCEID0_EL0',
    'ro',
    'ro',
    handled(() => EVENTS),
    unless(0),
  ),
  row(
    'PMCEID1_EL0',
    'ro',
    'ro',
    handled(() => 0),
    unless(0),
  ),
  row(
    'PMCCNTR_EL0',
    'rw',
    'rw',
    monitored(
      (context) => {
        context.hi = context.vcpu.hi(SYS.PMCCNTR_EL0);
        return context.vcpu.lo(SYS.PMCCNTR_EL0);
      },
      ({ vcpu }, lo, hi) => {
        vcpu.setLoHi(SYS.PMCCNTR_EL0, lo, hi);
        return 0;
      },
    ),
    unless(PMUSERENR.CR),
  ),
  row('PMXEVTYPER_EL0', 'rw', 'rw', bySelection(selectedType), unless(0)),
  row('PMXEVCNTR_EL0', 'rw', 'rw', bySelection(selectedCounter), unless(PMUSERENR.ER)),
  row('PMUSERENR_EL0', 'ro', 'rw', simple(SYS.PMUSERENR_EL0, PMUSERENR.WRITABLE), { undefinedNow }),
  row('PMCCFILTR_EL0', 'rw', 'rw', simple(...FILTER), unless(0)),
  ...COUNTERS.flatMap((n) => [
    row(`PMEVCNTR${n}_EL0`, 'rw', 'rw', simple(...counterOf(n)), unless(PMUSERENR.ER)),
    row(`PMEVTYPER${n}_EL0`, 'rw', 'rw', simple(...typeOf(n)), unless(0)),
  ]),
];
