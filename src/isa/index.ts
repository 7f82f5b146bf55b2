import { branches } from './branches';
import { dpImmediate } from './dp-immediate';
import { dpRegister } from './dp-register';
import { fpSimd } from './fp-simd';
import { atomics, exclusives, loadsStores } from './loads-stores';
import type { Row } from './row';
import { system } from './system';

/** All of A64 that exists here, grouped as in the manual. Where two rows match a word, the one with more fixed bits wins. */
export const A64: readonly Row[] = [
  ...dpImmediate,
  ...branches,
  ...system,
  ...loadsStores,
  ...exclusives,
  ...atomics,
  ...dpRegister,
  ...fpSimd,
];
