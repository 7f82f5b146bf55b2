/** The library in a browser: each machine in a worker of its own. */

import { connectWorker } from './browser-backend';
import { checkOptions } from './check-options';
import { type Host, LibraryMachine } from './library-machine';
import type { Machine, Source, VmOptions } from './public-types';

export type * from './public-types';

const base = (): string => (typeof document === 'undefined' ? self.location.href : document.baseURI);

function addressOf(given: URL | string, what: string): string {
  if (given instanceof URL) return given.href;
  try {
    return new URL(given, base()).href;
  } catch {
    throw new Error(`“${given}” cannot be the address of the ${what}.`);
  }
}

async function fetched(source: URL | string, what: string, signal?: AbortSignal): Promise<Blob> {
  const address = addressOf(source, what);
  try {
    const response = await fetch(address, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response.blob();
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`The ${what} “${address}” could not be downloaded: ${(error as Error).message}.`);
  }
}

async function load(source: Source, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const blob = source instanceof Blob ? source : await fetched(source, what, signal);
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * Without a worker of the caller's, the file of the library itself. Bundlers find it by this very expression (Vite, webpack), or leave it as it is
 * (esbuild), and then the file has to lie beside the bundle.
 */
function workerFor(given: VmOptions['worker']): Worker {
  if (given === undefined) return new Worker(new URL(/* @vite-ignore */ './vm.worker.js', import.meta.url), { type: 'module' });
  return given instanceof Worker ? given : new Worker(addressOf(given, 'worker'), { type: 'module' });
}

function hostFor(guestsUrl: string, given: VmOptions['worker']): Host {
  return {
    load,
    loadSnapshot: async (source, signal) =>
      source instanceof Uint8Array || source instanceof ArrayBuffer
        ? new Blob([source as Uint8Array<ArrayBuffer> | ArrayBuffer])
        : source instanceof Blob
          ? source
          : fetched(source, 'snapshot', signal),
    async connect(worker) {
      if (worker === undefined && given instanceof Worker)
        throw new Error('This machine was made with a Worker of yours: give its fork another by the option worker.');
      return connectWorker(workerFor(worker ?? given), guestsUrl);
    },
  };
}

/**
 * Makes a machine: not started ({@link Machine.start}), or, from a snapshot, paused. Rejects with one sentence for what is wrong with the options, or
 * cannot be loaded, or this browser lacks.
 */
export async function createVm(options: VmOptions): Promise<Machine> {
  const checked = await checkOptions(options);
  options.signal?.throwIfAborted();
  const assets = addressOf(options.assets ?? 'guests/', 'guests');
  const guestsUrl = assets.endsWith('/') ? assets : `${assets}/`;
  const host = hostFor(guestsUrl, options.worker);
  return LibraryMachine.make(checked, await connectWorker(workerFor(options.worker), guestsUrl), host, options.signal);
}
