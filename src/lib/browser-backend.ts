import { connect } from '../../workers/connection';
import type { Backend, Connection } from './backend';

/** A machine in a worker. Rejects with a sentence if the worker cannot be had, or the browser lacks something. */
export async function connectWorker(worker: Worker, guestsUrl: string): Promise<Connection> {
  let fail!: (error: Error) => void;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {});
  const { vm, close } = connect(worker, { guestsUrl, onFailure: (sentence) => fail(new Error(sentence)) });
  const backend: Backend = {
    ...vm,
    async defaults(guest) {
      const guests = await vm.guests();
      const found = guests.find(({ name }) => name === guest);
      if (found) return found.defaults;
      const there = guests.length === 0 ? 'it has no guests' : `there are ${guests.map(({ name }) => name).join(', ')}`;
      throw new Error(`There is no guest “${guest}” in ${guestsUrl}: ${there}.`);
    },
    async close() {
      // A worker that is ended lets go of its disk, but the power is cut in good order first, if the worker still listens.
      await Promise.race([vm.powerOff(false).catch(() => {}), broken.catch(() => {}), moment()]);
      close();
    },
  };
  try {
    const unsupported = await Promise.race([vm.unsupported(), broken]);
    if (unsupported) throw new Error(unsupported);
  } catch (error) {
    close();
    throw error;
  }
  return { backend, broken };
}

/** What a worker gets to cut the power of its machine. */
const FAREWELL_MS = 2000;
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
