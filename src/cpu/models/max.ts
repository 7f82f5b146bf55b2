import type { CpuDescription } from './description';
import { BREAKPOINTS, IMPLEMENTED, WATCHPOINTS } from './implemented';

/** Everything that is implemented; no core of anybody's. One level of caches, 32 KiB each, 4 ways: their geometry has no effect. */
const CCSIDR_32K = (127 << 13) | (3 << 3) | 2;

export const MAX_DESCRIPTION: CpuDescription = {
  name: 'max',
  title: 'everything that is implemented',
  compatible: 'arm,armv8',
  // Implementer 0x00 is "reserved for software use"; Architecture 0xF means "see the ID registers".
  midr: (0xf << 16) | (0xd0e << 4),
  revidr: 0,
  pmcr: 0,
  features: IMPLEMENTED,
  paBits: 40,
  // Lines of 64 bytes. DIC and IDC (bits 29, 28): a store drops the decoded instructions it overwrites, so neither cleaning the data cache nor
  // invalidating the instruction cache is needed, and Linux patches those loops out.
  ctr: 0xb444c004,
  dczid: 4,
  // Separate level 1 caches; LoUIS = LoC = LoUU = 1.
  clidr: 0x09200003,
  ccsidr: { 0: CCSIDR_32K, 1: CCSIDR_32K },
  breakpoints: BREAKPOINTS,
  watchpoints: WATCHPOINTS,
};
