/** Starts the worker that holds the machine. The page may do so again, after a worker that broke. */
import { connectVm, type VmConnection } from '../../workers/client';

export type Connect = (onFailure: (sentence: string) => void) => VmConnection;

export const connectWorker: Connect = (onFailure) => connectVm({ onFailure });
