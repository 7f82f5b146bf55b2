/** SYS instructions (op0 = 1): cache maintenance (IC, DC), address translation (AT), TLB maintenance (TLBI). */
import type { Feature } from '../../isa/features';
import { watchpointDue } from '../debug-match';
import { CPU } from '../layout';
import type { Vcpu } from '../vcpu';
import { EFFECT, type SystemContext } from './context';
import { SCTLR } from './fields';
import { type Guards, handled, row, type SysregRow, type WriteFunction } from './register-row';
import { SYS } from './storage';

/** CTR_EL0.DminLine of all models. */
const CACHE_LINE_BYTES = 64;

const nothing: WriteFunction = () => 0;

/** A cache maintenance instruction by address: a walk that may fault, and no other effect, as there is no cache. */
const byAddress =
  (needsWrite: boolean): WriteFunction =>
  (context, lo, hi) => {
    const fault = context.translator.cacheMaintenance(context.vcpu, lo, hi, needsWrite);
    if (fault === 0 && needsWrite) return watched(context, lo, hi);
    return aborted(context, fault, lo, hi);
  };

/** To watchpoints DC IVAC is a store to its cache line; the other instructions by address are nothing to them. */
function watched(context: SystemContext, lo: number, hi: number): number {
  const line = lo & -CACHE_LINE_BYTES;
  const distance = watchpointDue(context.vcpu, line, hi, CACHE_LINE_BYTES, true, false);
  if (distance < 0) return 0;
  context.faultLo = (line + distance) >>> 0;
  return EFFECT.WATCHPOINT;
}

/** What an instruction by address returns: nothing to do, or the Data Abort for a fault. */
function aborted(context: SystemContext, fault: number, lo: number, hi: number): number {
  if (fault === 0) return 0;
  context.fault = fault;
  context.faultLo = lo;
  context.faultHi = hi;
  return EFFECT.ABORT;
}

/** SCTLR_EL1.UCI: whether EL0 may maintain caches. */
const uciTrap = { trapAtEl0: ({ vcpu }: SystemContext): boolean => (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.UCI) === 0 };

const atEl1 = (name: string, write: WriteFunction): SysregRow => row(name, 'none', 'wo', handled(undefined, write));
const atBoth = (name: string, write: WriteFunction, guards: Guards = {}): SysregRow =>
  row(name, 'wo', 'wo', handled(undefined, write), { ...uciTrap, ...guards });

const without = (feature: Feature): Guards => ({ undefinedNow: ({ vcpu }) => !vcpu.model.has(feature) });

const CACHE: readonly SysregRow[] = [
  atEl1('IC IALLUIS', nothing),
  atEl1('IC IALLU', nothing),
  atBoth('IC IVAU', byAddress(false)),
  atEl1('DC IVAC', byAddress(true)),
  atEl1('DC ISW', nothing),
  atEl1('DC CSW', nothing),
  atEl1('DC CISW', nothing),
  atBoth('DC CVAC', byAddress(false)),
  atBoth('DC CVAU', byAddress(false)),
  atBoth('DC CIVAC', byAddress(false)),
  // To the points of persistence, which no memory here has.
  atBoth('DC CVAP', byAddress(false), without('FEAT_DPB')),
  atBoth('DC CVADP', byAddress(false), without('FEAT_DPB2')),
];

const at = (name: string, write: boolean, el0: boolean, usesPan: boolean): SysregRow =>
  row(
    name,
    'none',
    'wo',
    handled(undefined, (context, lo, hi) => {
      const { vcpu, translator } = context;
      const pan = usesPan && vcpu.get32(CPU.PAN) !== 0;
      return aborted(context, translator.addressTranslation(vcpu, lo, hi, write, el0, pan), lo, hi);
    }),
    usesPan ? without('FEAT_PAN2') : {},
  );

const ADDRESS_TRANSLATION: readonly SysregRow[] = [
  at('AT S1E1R', false, false, false),
  at('AT S1E1W', true, false, false),
  at('AT S1E0R', false, true, false),
  at('AT S1E0W', true, true, false),
  at('AT S1E1RP', false, false, true),
  at('AT S1E1WP', true, false, true),
];

/** Address argument of TLBI: VA[55:12] in bits 43:0. */
const tlbiLo = (lo: number): number => (lo << 12) >>> 0;
const tlbiHi = (lo: number, hi: number): number => ((lo >>> 20) | (hi << 12)) & 0x00ffffff;
/** ASID in bits 63:48. */
const tlbiAsid = (hi: number): number => hi >>> 16;

type Invalidate = (context: SystemContext, vcpu: Vcpu, lo: number, hi: number) => void;

const all: Invalidate = ({ tlb }, vcpu) => tlb.flushVcpu(vcpu);
const page: Invalidate = ({ tlb }, vcpu, lo, hi) => tlb.dropPage(vcpu, tlbiLo(lo), tlbiHi(lo, hi), tlbiAsid(hi));
const pageAllAsids: Invalidate = ({ tlb }, vcpu, lo, hi) => tlb.dropPage(vcpu, tlbiLo(lo), tlbiHi(lo, hi), -1);
const asid: Invalidate = ({ tlb }, vcpu, _lo, hi) => tlb.dropAsid(vcpu, tlbiAsid(hi));

/** Operands of TLBI by range: TG, SCALE and NUM in the high word, and BaseADDR (VA[48:12], [50:14] or [52:16]) in bits 36:0. */
const RANGE_HI = { TG_SHIFT: 14, SCALE_SHIFT: 12, NUM_SHIFT: 7, NUM_MASK: 0x1f, BASE_MASK: 0x1f } as const;
/** log2 of the bytes of a page by TG; 0 is reserved, and nothing is invalidated. */
const RANGE_PAGE_SHIFT = [0, 12, 14, 16] as const;

/** (NUM + 1) << (5 × SCALE + 1) pages from BaseADDR on, whose topmost bit is that of the half of the address space. */
const range =
  (allAsids: boolean): Invalidate =>
  ({ tlb }, vcpu, lo, hi) => {
    const pageShift = RANGE_PAGE_SHIFT[(hi >>> RANGE_HI.TG_SHIFT) & 3]!;
    if (pageShift === 0) return;
    const scale = (hi >>> RANGE_HI.SCALE_SHIFT) & 3;
    const num = (hi >>> RANGE_HI.NUM_SHIFT) & RANGE_HI.NUM_MASK;
    const granules = (num + 1) * 2 ** (5 * scale + 1);
    const baseHi = hi & RANGE_HI.BASE_MASK;
    const base = (baseHi & 0x10 ? baseHi - 0x20 : baseHi) * 2 ** 32 + lo;
    const pages = 2 ** (pageShift - 12);
    tlb.dropRange(vcpu, base * pages, granules * pages, allAsids ? -1 : tlbiAsid(hi));
  };

type Scope = '' | 'IS' | 'OS';
const withTlbios = { undefinedNow: ({ vcpu }: SystemContext): boolean => !vcpu.model.has('FEAT_TLBIOS') };
const withTlbirange = { undefinedNow: ({ vcpu }: SystemContext): boolean => !vcpu.model.has('FEAT_TLBIRANGE') };

/**
 * A TLBI for this vCPU, or for those of the Inner or the Outer Shareable domain (all of them). Last-level forms need no less here. If the page at
 * hand is dropped, what follows is looked up anew: a CPU may wait with that for the next context synchronization event, but then a slice that ends before it would show.
 */
const tlbiIn = (name: string, scope: Scope, invalidate: Invalidate, guards = {}): SysregRow =>
  row(
    `TLBI ${name}${scope}`,
    'none',
    'wo',
    handled(undefined, (context, lo, hi) => {
      for (const vcpu of scope === '' ? [context.vcpu] : context.tlb.vcpus) invalidate(context, vcpu, lo, hi);
      return EFFECT.TRANSLATION;
    }),
    guards,
  );

const tlbi = (name: string, invalidate: Invalidate): SysregRow[] => [
  tlbiIn(name, '', invalidate),
  tlbiIn(name, 'IS', invalidate),
  tlbiIn(name, 'OS', invalidate, withTlbios),
];
const tlbiRange = (name: string, allAsids: boolean): SysregRow[] =>
  (['', 'IS', 'OS'] as const).map((scope) => tlbiIn(name, scope, range(allAsids), withTlbirange));

const TLB_MAINTENANCE: readonly SysregRow[] = [
  ...tlbi('VMALLE1', all),
  ...tlbi('VAE1', page),
  ...tlbi('ASIDE1', asid),
  ...tlbi('VAAE1', pageAllAsids),
  ...tlbi('VALE1', page),
  ...tlbi('VAALE1', pageAllAsids),
  ...tlbiRange('RVAE1', false),
  ...tlbiRange('RVAAE1', true),
  ...tlbiRange('RVALE1', false),
  ...tlbiRange('RVAALE1', true),
];

/** SCTLR_EL1.EnRCTX: whether EL0 may restrict predictions. */
const rctxTrap = { trapAtEl0: ({ vcpu }: SystemContext): boolean => (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.EN_RCTX) === 0 };

/** Nothing is predicted here. */
const PREDICTION: readonly SysregRow[] = ['CFP RCTX', 'DVP RCTX', 'CPP RCTX'].map((name) =>
  row(name, 'wo', 'wo', handled(undefined, nothing), { ...rctxTrap, ...without('FEAT_SPECRES') }),
);

/** SYS instructions by encoding. DC ZVA is the engine's. */
export const SYS_INSTRUCTIONS: readonly SysregRow[] = [...CACHE, ...ADDRESS_TRANSLATION, ...TLB_MAINTENANCE, ...PREDICTION];

const byKey = new Map(SYS_INSTRUCTIONS.map((entry) => [entry.key, entry]));

/** The assembler's name of a SYS instruction, e.g. `TLBI VAE1IS`, if it is one we implement. */
export const sysInstructionName = (key: number): string | undefined => byKey.get(key)?.name;

/** Executes a SYS instruction with its argument in a register slot. Returns EFFECT bits. */
export function executeSys(context: SystemContext, key: number, slot: number): number {
  const entry = byKey.get(key);
  if (entry?.behaviour.kind !== 'handled' || !entry.behaviour.write) return EFFECT.UNDEFINED;
  const { vcpu } = context;
  if (entry.guards.undefinedNow?.(context)) return EFFECT.UNDEFINED;
  if (vcpu.get32(CPU.EL) === 0) {
    if (entry.el0 === 'none') return EFFECT.UNDEFINED;
    if (entry.guards.trapAtEl0?.(context, false)) return EFFECT.TRAP;
  }
  return entry.behaviour.write(context, vcpu.lo(CPU.X + slot * 8), vcpu.hi(CPU.X + slot * 8));
}
