import { vi } from 'vitest';
import type { VmWorker } from '../src/vm/api';
import { type ConnectOptions, connectVm } from './client';
import { FakeFolder, FakeLocks } from './fake-storage.testkit';

/** A page and its worker in this process, over a real message channel, and with a private file system in memory. */
export interface PageAndWorker {
  vm: VmWorker;
  /** Folders of disks by name, as they are asked for. */
  folders: Map<string, FakeFolder>;
  failures: string[];
  close(): void;
}

export async function pageAndWorker(options: Omit<ConnectOptions, 'worker' | 'onFailure'> = {}): Promise<PageAndWorker> {
  const folders = new Map<string, FakeFolder>();
  const getDirectoryHandle = async (name: string): Promise<FakeFolder> => {
    if (!folders.has(name)) folders.set(name, new FakeFolder());
    return folders.get(name)!;
  };
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => ({ getDirectoryHandle }) }, locks: new FakeLocks() });
  vi.stubGlobal('document', { baseURI: 'https://example.org/' });
  const { port1: page, port2: worker } = new MessageChannel();
  // Not taken back: a worker may answer after its test is over.
  for (const name of ['addEventListener', 'removeEventListener', 'postMessage'] as const)
    Object.assign(globalThis, { [name]: worker[name].bind(worker) });
  vi.resetModules();
  await import('./vm.worker');
  worker.start();
  page.start();
  const failures: string[] = [];
  const end = Object.assign(page, { terminate: () => page.close() });
  const { vm, close } = connectVm({
    ...options,
    worker: end as unknown as Worker,
    onFailure: (sentence) => failures.push(sentence),
  });
  return { vm, folders, failures, close };
}
