import type { Helper } from './helper';
import { estimateHelpers } from './helpers-estimate';
import { integerHelpers } from './helpers-integer';
import { nanHelpers } from './helpers-nan';

export type { Helper } from './helper';

/** All helpers by name: an engine builds them into its modules and calls them for {@link Emitter.helper}. */
export const HELPERS: Readonly<Record<string, Helper>> = { ...integerHelpers, ...nanHelpers, ...estimateHelpers };
