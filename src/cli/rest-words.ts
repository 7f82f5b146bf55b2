import type { Rest } from '../vm/api';

/** How a machine rests, and what its person can do about it at a terminal. */
export const restWords = ({ how, listens }: Rest): string =>
  how === 'ram'
    ? 'The machine is suspended to RAM: Ctrl-A w wakes it.'
    : `The machine is suspended to idle${listens ? ': Ctrl-A w wakes it, or a key' : ', with its console switched off: only an alarm that it set wakes it'}.`;
