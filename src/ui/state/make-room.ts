import type { Session } from './session.svelte';

/** Milliseconds: how long what a command causes may take to be heard of, and how often that is looked at. */
const [PATIENCE, LOOK] = [10_000, 20];

/** Whether what is `wanted` was heard of: that may be after the command was answered. A worker that broke answers none. */
async function isHeard(session: Session, command: Promise<unknown>, wanted: () => boolean): Promise<boolean> {
  let answered = false;
  void command.then(() => {
    answered = true;
  });
  for (let waited = 0; waited < PATIENCE && session.known && !(answered && wanted()); ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    if (answered) waited += LOOK;
  }
  return wanted() && session.known;
}

/**
 * Switches off whatever machine is here, so that another can come; false if it cannot be. One that had ended, and was brought to its past since, is first
 * as it was at its end: what slept on its disk sleeps there again.
 */
export async function makeRoom(session: Session): Promise<boolean> {
  const { view } = session;
  if (view.past && view.endAhead) return isHeard(session, session.time.toPresent(), () => !view.past && !session.fixed);
  return !session.fixed || isHeard(session, session.cutPower(), () => !session.fixed);
}
