/** The library in Node: machines in the thread that makes them. */
import { inSentences } from '../../workers/sentences';
import type { Connection } from './backend';
import { checkOptions } from './check-options';
import { type Host, LibraryMachine } from './library-machine';
import { NodeBackend } from './node-backend';
import { bytesAt, NodeGuests, placeOf } from './node-guests';
import type { Machine, Source, VmOptions } from './public-types';

export type * from './public-types';

async function load(source: Source, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  return bytesAt(placeOf(source, what), what, signal);
}

function hostFor(guests: NodeGuests): Host {
  return {
    load,
    async loadSnapshot(source, signal) {
      return source instanceof Blob ? source : new Blob([(await load(source, 'snapshot', signal)) as Uint8Array<ArrayBuffer>]);
    },
    async connect(worker): Promise<Connection> {
      if (worker !== undefined)
        throw new Error('The option worker is for browsers: in Node a machine runs in the thread that made it.');
      return { backend: inSentences(new NodeBackend(guests)), broken: new Promise<never>(() => {}) };
    },
  };
}

/**
 * Makes a machine: not started ({@link Machine.start}), or, from a snapshot, paused. Rejects with one sentence for what is wrong with the options, or
 * cannot be loaded.
 */
export async function createVm(options: VmOptions): Promise<Machine> {
  const checked = await checkOptions(options);
  options.signal?.throwIfAborted();
  const host = hostFor(new NodeGuests(options.assets));
  return LibraryMachine.make(checked, await host.connect(options.worker), host, options.signal);
}
