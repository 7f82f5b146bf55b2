import type { Row } from './row';
import { atomics } from './rows/atomics';
import { branches } from './rows/branches';
import { dpImmediate } from './rows/dp-immediate';
import { dpRegister } from './rows/dp-register';
import { exclusives } from './rows/exclusives';
import { flagManipulation } from './rows/flag-manipulation';
import { fpSimd } from './rows/fp-simd';
import { loadsStores } from './rows/loads-stores';
import { memoryCopy } from './rows/memory-copy';
import { pointerAuthentication } from './rows/pointer-authentication';
import { shortSequence } from './rows/short-sequence';
import { system } from './rows/system';

/** All of A64 that exists here, grouped as in the manual. Where two rows match a word, the one with more fixed bits wins. */
export const A64: readonly Row[] = [
  ...dpImmediate,
  ...branches,
  ...system,
  ...loadsStores,
  ...exclusives,
  ...atomics,
  ...dpRegister,
  ...shortSequence,
  ...flagManipulation,
  ...pointerAuthentication,
  ...memoryCopy,
  ...fpSimd,
];
