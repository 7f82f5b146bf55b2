/** Long work that somebody else divides: a step, and perhaps a breath of the host, and the next step. */

/** Each `yield` ends a step, which is short. */
export type Steps<T> = Generator<void, T>;

/** Lets the host's own events happen, if it is time; throws when nobody wants the work any more. */
export type Breathe = () => Promise<void> | undefined;

/** Does the work in one go. */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work with breaths between its steps. Rejects with what the work or a breath throws. */
export async function withBreaths<T>(work: Steps<T>, breathe: Breathe): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const breath = breathe();
    if (breath) await breath;
  }
}
