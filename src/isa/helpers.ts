import type { Helper } from './helper';
import { convertHelpers } from './helpers-convert';
import { estimateHelpers } from './helpers-estimate';
import { fmaHelpers } from './helpers-fma';
import { integerHelpers } from './helpers-integer';
import { nanHelpers } from './helpers-nan';

export type { Helper } from './helper';

/** All helpers by name: an engine builds them into its modules and calls them for {@link Emitter.helper}. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  ...integerHelpers,
  ...nanHelpers,
  ...estimateHelpers,
  ...convertHelpers,
  ...fmaHelpers,
};
