import { EXAMPLES } from '../examples/examples';
import type { Session } from '../state/session.svelte';
import { Workshop } from '../state/workshop.svelte';

const workshops = new WeakMap<Session, Workshop>();

/** The workshop of a session, made when its panel is first shown: it is there as it was left when the panel comes back. */
export function workshopOf(session: Session): Workshop {
  const known = workshops.get(session);
  if (known) return known;
  const made = new Workshop(session, EXAMPLES);
  workshops.set(session, made);
  return made;
}
