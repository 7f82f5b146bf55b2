import type { Session } from '../../state/session.svelte';
import { Comparison } from './comparison.svelte';

const comparisons = new WeakMap<Session, Comparison>();

/** The comparison of a session, made when its panel is first shown: what was chosen, written and found is there when the panel comes back. */
export function comparisonOf(session: Session): Comparison {
  const known = comparisons.get(session);
  if (known) return known;
  const made = new Comparison(session);
  comparisons.set(session, made);
  return made;
}
