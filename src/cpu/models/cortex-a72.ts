import type { CpuDescription } from './description';

/** Arm Cortex-A72 MPCore Processor Technical Reference Manual (100095), r0p3; 1 MiB of level 2 cache. */
export const CORTEX_A72: CpuDescription = {
  name: 'cortex-a72',
  title: 'Arm Cortex-A72 r0p3 (Armv8.0-A)',
  compatible: 'arm,cortex-a72',
  midr: 0x410fd083,
  revidr: 0,
  pmcr: 0x41020000,
  features: [
    'FEAT_FP',
    'FEAT_AdvSIMD',
    'FEAT_CRC32',
    'FEAT_AES',
    'FEAT_PMULL',
    'FEAT_SHA1',
    'FEAT_SHA256',
    'FEAT_DoubleLock',
    'FEAT_PMUv3',
  ],
  paBits: 44,
  ctr: 0x8444c004,
  dczid: 4,
  clidr: 0x0a200023,
  ccsidr: { 0: 0x701fe00a, 1: 0x201fe012, 2: 0x707fe07a },
  breakpoints: 6,
  watchpoints: 4,
};
