/**
 * One at a time, in all tabs and workers of this site: for what is short, such as looking at all disks or opening one. Whoever asks first
 * gets it first.
 */

/** Where there are no Web Locks, those of one worker wait for each other at least. Every browser whose workers can open disks has them. */
const queues = new Map<string, Promise<unknown>>();

/** Carries out `action` when nobody else is in one of the same name. Settles as it does. */
export function exclusively<T>(name: string, action: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = navigator.locks;
  if (locks) return locks.request(name, action) as Promise<T>;
  const before = queues.get(name) ?? Promise.resolve();
  const done = before.then(action);
  queues.set(
    name,
    done.catch(() => {}),
  );
  return done;
}

/** Does all of `steps`, in order, whatever comes of each. Rejects with what went wrong in words, if something did. */
export async function eachOf(...steps: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new Error(failures.map((error) => (error as Error).message).join(' '));
}
