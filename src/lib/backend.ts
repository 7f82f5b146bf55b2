import type { GuestInfo, ProgramWorker } from '../vm/api';

/** What runs a machine, wherever: the part of the worker's contract that the library needs. */
export interface Backend
  extends Pick<
    ProgramWorker,
    | 'subscribe'
    | 'start'
    | 'pause'
    | 'resume'
    | 'reset'
    | 'powerOff'
    | 'hibernate'
    | 'input'
    | 'exec'
    | 'putFile'
    | 'getFile'
    | 'vcpus'
    | 'readMemory'
    | 'firmware'
    | 'writeRegister'
    | 'travel'
    | 'inspect'
    | 'booted'
    | 'save'
    | 'restore'
  > {
  /** What suits a guest. Rejects with a sentence if there is no such guest. */
  defaults(guest: string): Promise<GuestInfo['defaults']>;
  /** Frees everything; no event follows. Never rejects. */
  close(): Promise<void>;
}

/** A backend that is there, and how to hear that it broke. */
export interface Connection {
  backend: Backend;
  /** Rejects with a sentence if the backend itself broke. Never resolves. */
  broken: Promise<never>;
}
