/** The worker of a machine in a frame, also where the frame has no origin of its own. */
import { connectVm, newWorker } from '../../../workers/client';
import { WORKER_URL } from '../../../workers/worker-url';
import type { Connect } from '../../ui/connect';
import type { VmEvent } from '../../vm/api';

/**
 * A frame of an opaque origin may not start a worker from an address, but may start a script of its own that imports from there, if the site lets it.
 * Resolves when it has been tried that it does.
 */
async function importingWorker(): Promise<Worker> {
  const address = new URL(WORKER_URL, import.meta.url).href;
  const response = await fetch(address, { method: 'HEAD' });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // An address of data has no origin either; one of a blob does not do for a module there (Chromium 156).
  return new Worker(`data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(address)};`)}`, { type: 'module' });
}

/**
 * Finds the worker beforehand, so that connecting is not asynchronous. Rejects with a sentence.
 * @param hear is told all events before the panels are
 */
export async function frameConnection(options: { site: URL; namespace: string; hear(event: VmEvent): void }): Promise<Connect> {
  const isOpaque = self.origin === 'null';
  let spare: Worker | undefined;
  if (isOpaque)
    spare = await importingWorker().catch((error: Error) => {
      throw new Error(
        `The machine’s worker cannot be had by a frame without an origin of its own (${error.message}): add allow-same-origin to the frame’s sandbox.`,
      );
    });
  return (onFailure) => {
    // Fetched once; a worker that broke is not replaced in such a frame.
    const worker = spare ?? newWorker();
    spare = undefined;
    const connection = connectVm({
      worker,
      onFailure,
      guestsUrl: new URL('guests/', options.site).href,
      namespace: options.namespace,
    });
    const { vm } = connection;
    return {
      close: connection.close,
      vm: {
        ...vm,
        subscribe: (listener) =>
          vm.subscribe((events) => {
            for (const event of events) options.hear(event);
            return listener(events);
          }),
      },
    };
  };
}
