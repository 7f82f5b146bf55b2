/** System control and translation registers: writes that change what addresses mean drop TLB entries here. */
import { contextBreakpointAt } from '../debug-match';
import { RVBAR_EL1 } from '../impdef';
import { CPU } from '../layout';
import type { SystemContext } from './context';
import { EFFECT } from './context';
import { CPACR, SCTLR, SCTLR_HI, sctlrWritable, TCR, TCR_WRITABLE_LO, tcrWritableHi } from './fields';
import {
  type Behaviour,
  constant,
  plain,
  plainWith,
  razWi,
  row,
  type SysregRow,
  stored,
  type WriteFunction,
} from './register-row';
import { SYS } from './storage';

const storedWith = (offset: number, write: WriteFunction): Behaviour =>
  stored(
    offset,
    (context) => {
      context.hi = context.vcpu.hi(offset);
      return context.vcpu.lo(offset);
    },
    write,
  );

/** Stores and returns whether the register changed. */
function store({ vcpu }: SystemContext, offset: number, lo: number, hi: number): boolean {
  const changed = vcpu.lo(offset) !== lo >>> 0 || vcpu.hi(offset) !== hi >>> 0;
  vcpu.setLoHi(offset, lo, hi);
  return changed;
}

function writeSctlr(context: SystemContext, lo: number, hi: number): number {
  const { vcpu, tlb } = context;
  const old = vcpu.lo(SYS.SCTLR_EL1);
  const oldHi = vcpu.hi(SYS.SCTLR_EL1);
  const writable = sctlrWritable(vcpu.model.has);
  const value = lo & writable.lo;
  const valueHi = hi & writable.hi;
  if (!store(context, SYS.SCTLR_EL1, value, valueHi)) return 0;
  if ((old ^ value) & (SCTLR.M | SCTLR.A | SCTLR.WXN) || (oldHi ^ valueHi) & SCTLR_HI.EPAN) tlb.flushVcpu(vcpu);
  return EFFECT.REDISPATCH;
}

function writeTcr(context: SystemContext, lo: number, hi: number): number {
  const { model } = context.vcpu;
  const writableHi = tcrWritableHi((feature) => model.has(feature));
  if (!store(context, SYS.TCR_EL1, lo & TCR_WRITABLE_LO, hi & writableHi)) return 0;
  context.tlb.flushVcpu(context.vcpu);
  return EFFECT.REDISPATCH;
}

function writeMair(context: SystemContext, lo: number, hi: number): number {
  if (!store(context, SYS.MAIR_EL1, lo, hi)) return 0;
  context.tlb.flushVcpu(context.vcpu);
  return EFFECT.REDISPATCH;
}

function writeTtbr(context: SystemContext, offset: number, lo: number, hi: number): number {
  const { vcpu, tlb } = context;
  const oldLo = vcpu.lo(offset);
  const oldHi = vcpu.hi(offset);
  if (!store(context, offset, lo, hi)) return 0;
  const high = offset === SYS.TTBR1_EL1;
  if (oldLo !== lo >>> 0 || (oldHi ^ hi) & 0xffff) tlb.tableChanged(vcpu, high);
  const holdsAsid = high === ((vcpu.lo(SYS.TCR_EL1) & TCR.A1) !== 0);
  if (holdsAsid && (oldHi ^ hi) >>> 16) tlb.asidChanged(vcpu);
  return EFFECT.REDISPATCH;
}

const withLor = { undefinedNow: ({ vcpu }: SystemContext): boolean => !vcpu.model.has('FEAT_LOR') };

export const TRANSLATION_CONTROL: readonly SysregRow[] = [
  row('SCTLR_EL1', 'none', 'rw', storedWith(SYS.SCTLR_EL1, writeSctlr)),
  row('ACTLR_EL1', 'none', 'rw', razWi),
  row(
    'CPACR_EL1',
    'none',
    'rw',
    storedWith(SYS.CPACR_EL1, (context, lo) => (store(context, SYS.CPACR_EL1, lo & CPACR.FPEN, 0) ? EFFECT.REDISPATCH : 0)),
  ),
  row(
    'TTBR0_EL1',
    'none',
    'rw',
    storedWith(SYS.TTBR0_EL1, (context, lo, hi) => writeTtbr(context, SYS.TTBR0_EL1, lo, hi)),
  ),
  row(
    'TTBR1_EL1',
    'none',
    'rw',
    storedWith(SYS.TTBR1_EL1, (context, lo, hi) => writeTtbr(context, SYS.TTBR1_EL1, lo, hi)),
  ),
  row('TCR_EL1', 'none', 'rw', storedWith(SYS.TCR_EL1, writeTcr)),
  row('AFSR0_EL1', 'none', 'rw', razWi),
  row('AFSR1_EL1', 'none', 'rw', razWi),
  row('PAR_EL1', 'none', 'rw', plain(SYS.PAR_EL1)),
  row('MAIR_EL1', 'none', 'rw', storedWith(SYS.MAIR_EL1, writeMair)),
  row('AMAIR_EL1', 'none', 'rw', razWi),
  row('RVBAR_EL1', 'none', 'ro', constant(RVBAR_EL1)),
  ...['LORSA_EL1', 'LOREA_EL1', 'LORN_EL1', 'LORC_EL1'].map((name) => row(name, 'none', 'rw', razWi, withLor)),
  // No LORegions.
  row('LORID_EL1', 'none', 'ro', constant(0n), withLor),
  // Only the PROCID: with 64-bit translation tables the ASID lives in a TTBR.
  row(
    'CONTEXTIDR_EL1',
    'none',
    'rw',
    plainWith(
      SYS.CONTEXTIDR_EL1,
      ({ vcpu }, lo) => {
        vcpu.setLoHi(SYS.CONTEXTIDR_EL1, lo, 0);
        // A Context breakpoint may match from here on.
        return contextBreakpointAt(vcpu, vcpu.get32(CPU.EL)) ? EFFECT.REDISPATCH : 0;
      },
      0xffffffff,
      0,
    ),
  ),
];
