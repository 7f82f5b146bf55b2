import { bfloatHelpers } from './bfloat-arithmetic';
import { carryLessHelpers } from './carry-less';
import { convertHelpers } from './convert';
import { estimateHelpers } from './estimate';
import { arithmeticHelpers } from './exact-arithmetic';
import { flushHelpers } from './flush';
import { halfHelpers } from './half';
import { hashHelpers } from './hash';
import type { Helper } from './helper';
import { integerHelpers } from './integer';
import { javascriptHelpers } from './javascript';
import { nanHelpers } from './nan';
import { pointerAuthenticationHelpers } from './pointer-codes';
import { shangMiHelpers } from './shang-mi';

export type { Helper } from './helper';

/** All helpers by name: an engine builds them into its modules and calls them for {@link Emitter.helper}. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  ...integerHelpers,
  ...nanHelpers,
  ...arithmeticHelpers,
  ...estimateHelpers,
  ...convertHelpers,
  ...flushHelpers,
  ...halfHelpers,
  ...bfloatHelpers,
  ...javascriptHelpers,
  ...carryLessHelpers,
  ...hashHelpers,
  ...shangMiHelpers,
  ...pointerAuthenticationHelpers,
};
