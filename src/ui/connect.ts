/** Starts the worker that holds the machine. The page may do so again, after a cancelled download or a broken worker. */
import { connectVm, type VmConnection } from '../../workers/client';

export type Connect = (onFailure: (sentence: string) => void) => VmConnection;

export const connectWorker: Connect = (onFailure) =>
  connectVm(new Worker(new URL('../../workers/vm.worker.ts', import.meta.url), { type: 'module' }), onFailure);
