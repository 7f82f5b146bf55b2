import { describe, expect, it } from 'vitest';
import { A64 } from '../../isa';
import { FEATURES, type Feature } from '../../isa/features';
import { FEATURE_FIELDS } from './id-registers';
import { IMPLEMENTED } from './implemented';

/** Features that are promised and have no row of their own. */
const WITHOUT_ROWS: Partial<Record<Feature, string>> = {
  FEAT_CSV2: 'a statement about speculation',
  FEAT_CSV3: 'a statement about speculation',
  FEAT_PAN2: 'AT S1E1RP and AT S1E1WP are system instructions: sysregs/sys-instructions.ts',
  FEAT_DPB: 'DC CVAP is a system instruction: sysregs/sys-instructions.ts',
  FEAT_DPB2: 'DC CVADP is a system instruction: sysregs/sys-instructions.ts',
  FEAT_LSE2: 'when unaligned accesses fault: exceptions.ts',
  FEAT_RNG: 'RNDR and RNDRRS are registers: sysregs/random-numbers.ts',
  FEAT_SSBS: 'PSTATE.SSBS: exceptions.ts',
  FEAT_SPECRES: 'CFP, CPP and DVP RCTX are system instructions: sysregs/sys-instructions.ts',
  FEAT_PMUv3: 'registers: sysregs/performance-monitors.ts',
  FEAT_E0PD: 'bits of TCR_EL1 that the table walk looks at: mmu/walk.ts',
  FEAT_TGran16K: 'mmu/granule.ts',
  FEAT_TTST: 'mmu/granule.ts',
  FEAT_HAFDBS: 'mmu/mmu.ts',
  FEAT_HPDS: 'mmu/walk.ts',
  FEAT_HPDS2: 'bits of TCR_EL1 without effect',
  FEAT_TTCNP: 'a bit of TTBR0_EL1 and TTBR1_EL1 without effect: each vCPU has TLBs of its own',
  FEAT_PAN3: 'mmu/translation.ts',
  FEAT_TLBIOS: 'sysregs/sys-instructions.ts',
  FEAT_BTI: 'BTI is a hint: rows/system.ts; the check of guarded pages: branch-targets.ts',
  FEAT_TLBIRANGE: 'sysregs/sys-instructions.ts',
};

const ofRows = new Set(A64.flatMap(({ feature }) => (feature ? [feature] : [])));

describe('features', () => {
  it('that rows need exist, and are implemented', () => {
    for (const feature of ofRows) {
      expect(FEATURES).toContain(feature);
      expect(IMPLEMENTED).toContain(feature);
    }
  });

  it('that are implemented have rows, or a reason to have none', () => {
    for (const feature of IMPLEMENTED) expect([feature, ofRows.has(feature)]).toEqual([feature, !(feature in WITHOUT_ROWS)]);
    expect(Object.keys(WITHOUT_ROWS).filter((feature) => !(IMPLEMENTED as readonly string[]).includes(feature))).toEqual([]);
  });

  it('have a field of an identification register', () => {
    const told = new Set(FEATURE_FIELDS.flatMap(({ values }) => values.map(([, feature]) => feature)));
    // Those of FP and AdvSIMD are 0 where they are there. models.test.ts has the values.
    expect(IMPLEMENTED.filter((feature) => !told.has(feature))).toEqual(['FEAT_FP', 'FEAT_AdvSIMD']);
  });
});
