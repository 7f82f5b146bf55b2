import type { Session } from './session.svelte';

/** Milliseconds: how long a machine may take to be gone, and how often that is looked at. */
const [PATIENCE, LOOK] = [10_000, 20];

/** Switches off whatever machine is here, so that another can come; false if it cannot be. */
export async function makeRoom(session: Session): Promise<boolean> {
  if (!session.fixed) return true;
  let answered = false;
  void session.powerOff(false).then(() => {
    answered = true;
  });
  // What a command caused may be heard of after it; a worker that broke answers none.
  for (let waited = 0; waited < PATIENCE && session.known && !(answered && !session.fixed); ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    if (answered) waited += LOOK;
  }
  return !session.fixed && session.known;
}
