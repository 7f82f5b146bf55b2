/** A machine that a page of this site hands to the playground it opened: the other end is `hand-over.ts`. */

/** What the playground says to the window that opened it, when it can take a machine. */
export const READY_FOR_MACHINE = 'dormouse-ready-for-machine';

export interface MachineHandedOver {
  dormouse: 'machine';
  snapshot: Blob;
  /** What it is of, for people. */
  name: string;
  /** It stands still, and is to. */
  paused: boolean;
}

/** Whoever opened this window and does not answer for so long (ms) will not. */
const PATIENCE = 60_000;

const isMachine = (data: unknown): data is MachineHandedOver =>
  typeof data === 'object' &&
  data !== null &&
  (data as Partial<MachineHandedOver>).dormouse === 'machine' &&
  (data as Partial<MachineHandedOver>).snapshot instanceof Blob;

export interface HandedOver {
  file: File;
  paused: boolean;
}

/** The machine, if this window was opened to take one (`#from=opener`) by a page of this very site; nobody else's is taken. */
export async function handedOver(): Promise<HandedOver | undefined> {
  const opener = window.opener as Window | null;
  if (!opener || new URLSearchParams(location.hash.slice(1)).get('from') !== 'opener') return undefined;
  // Not once more after a reload.
  history.replaceState(null, '', location.pathname + location.search);
  return new Promise((resolve) => {
    const done = (machine: HandedOver | undefined): void => {
      removeEventListener('message', onmessage);
      clearTimeout(timer);
      resolve(machine);
    };
    const onmessage = (event: MessageEvent<unknown>): void => {
      if (event.source !== opener || event.origin !== location.origin || !isMachine(event.data)) return;
      const { snapshot, name, paused } = event.data;
      done({ file: new File([snapshot], name), paused });
    };
    const timer = setTimeout(() => done(undefined), PATIENCE);
    addEventListener('message', onmessage);
    opener.postMessage(READY_FOR_MACHINE, location.origin);
  });
}
