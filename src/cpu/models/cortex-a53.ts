import type { CpuDescription } from './description';

/** Arm Cortex-A53 MPCore Processor Technical Reference Manual (DDI 0500), r0p4; 1 MiB of level 2 cache. */
export const CORTEX_A53: CpuDescription = {
  name: 'cortex-a53',
  title: 'Arm Cortex-A53 r0p4 (Armv8.0-A)',
  compatible: 'arm,cortex-a53',
  midr: 0x410fd034,
  revidr: 0x100,
  pmcr: 0x41030000,
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
  paBits: 40,
  ctr: 0x84448004,
  dczid: 4,
  clidr: 0x0a200023,
  ccsidr: { 0: 0x700fe01a, 1: 0x201fe00a, 2: 0x707fe07a },
  breakpoints: 6,
  watchpoints: 4,
};
