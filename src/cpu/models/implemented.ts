import type { Feature } from '../../isa/features';

/**
 * The features that are implemented, whatever the model. Add one here last: Linux patches itself at boot after the identification
 * registers, so a wrong promise becomes an undefined instruction much later.
 * - CSV2 and CSV3: nothing speculates here, so branch predictors and unmapped kernels have nothing to leak.
 * - LOR: without LORegions (LORID_EL1 is zero), LDLAR and STLLR order what LDAR and STLR do.
 */
export const IMPLEMENTED: readonly Feature[] = [
  'FEAT_FP',
  'FEAT_AdvSIMD',
  'FEAT_CRC32',
  'FEAT_CSV2',
  'FEAT_CSV3',
  'FEAT_LOR',
  'FEAT_LSE',
  'FEAT_PAN',
  'FEAT_PAN2',
  'FEAT_UAO',
  // Without it Linux unmaps itself from user space as soon as it has a kaslr-seed, and every system call then costs changes of ASID.
  'FEAT_E0PD',
  'FEAT_AES',
  'FEAT_PMULL',
  'FEAT_SHA1',
  'FEAT_SHA256',
  'FEAT_SHA512',
  'FEAT_SHA3',
  'FEAT_SM3',
  'FEAT_SM4',
  'FEAT_RDM',
  'FEAT_FP16',
  'FEAT_FRINTTS',
  'FEAT_JSCVT',
  'FEAT_FCMA',
  'FEAT_FHM',
  'FEAT_BF16',
  'FEAT_DotProd',
  'FEAT_I8MM',
  'FEAT_FlagM',
  'FEAT_FlagM2',
  'FEAT_LRCPC',
  'FEAT_LRCPC2',
  'FEAT_DPB',
  'FEAT_DPB2',
  'FEAT_SB',
  'FEAT_SPECRES',
  'FEAT_CSSC',
  'FEAT_HBC',
  'FEAT_SSBS',
  'FEAT_SSBS2',
  'FEAT_DIT',
  'FEAT_RNG',
  'FEAT_WFxT',
  'FEAT_LSE2',
  'FEAT_PMUv3',
  'FEAT_TGran16K',
  'FEAT_TTST',
  'FEAT_HAFDBS',
  'FEAT_HPDS',
  'FEAT_HPDS2',
  'FEAT_TTCNP',
  'FEAT_PAN3',
  'FEAT_TLBIOS',
  'FEAT_TLBIRANGE',
  'FEAT_PAuth',
  'FEAT_BTI',
  'FEAT_MOPS',
];

/** Breakpoints and watchpoints of every model: the architectural minimum. */
export const BREAKPOINTS = 2;
/** Of the breakpoints, the last that may be Context breakpoints. */
export const CONTEXT_BREAKPOINTS = 1;
export const WATCHPOINTS = 2;
