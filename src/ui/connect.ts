/** Starts the worker that holds the machine. The page may do so again, after a worker that broke. */
import { connectVm, type VmConnection } from '../../workers/client';

export type Connect = (onFailure: (sentence: string) => void) => VmConnection;

/** Disks that were given a name are in a folder of their own; so an embed's and the playground's of that name are the same. */
export const namespaceOf = (disk: string | undefined): string | undefined =>
  disk === undefined || disk === 'memory' || disk === 'none' ? undefined : `embed.${disk}`.slice(0, 64);

/** @param disk what the address asked for, if it did */
export function connectWorker(disk?: string): Connect {
  const namespace = namespaceOf(disk);
  return (onFailure) => connectVm({ onFailure, ...(namespace === undefined ? {} : { namespace }) });
}
