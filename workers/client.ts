/** The page's end of the worker's line: {@link connect} to the worker that is built with this module. */
import { type ConnectionSettings, connect, type VmConnection } from './connection';

export type { VmConnection };

export interface ConnectOptions extends ConnectionSettings {
  /** Left out: the one that was built with this module. A page may have several: each is a machine of its own. */
  worker?: Worker;
}

export function connectVm({ worker = newWorker(), ...settings }: ConnectOptions): VmConnection {
  return connect(worker, settings);
}

/** A worker of this build. Throws one sentence where the browser lets this page start none. */
export function newWorker(): Worker {
  try {
    return new Worker(new URL('./vm.worker.ts', import.meta.url), { type: 'module' });
  } catch {
    throw new Error(
      "This browser does not let the page start the machine's worker: open the page by the address of its own site, neither from a file nor in a frame without an origin.",
    );
  }
}
