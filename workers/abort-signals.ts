/** Abort signals over a comlink line: at the other end there is a signal that is aborted when this one is. */
import * as Comlink from 'comlink';

const handler: Comlink.TransferHandler<AbortSignal, MessagePort> = {
  canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
  serialize(signal) {
    const { port1, port2 } = new MessageChannel();
    const abort = (): void => {
      port1.postMessage(undefined);
      port1.close();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return [port2, [port2]];
  },
  deserialize(port) {
    const controller = new AbortController();
    port.onmessage = () => {
      port.close();
      controller.abort();
    };
    return controller.signal;
  },
};

/** To be called at both ends of a line before a signal goes over it; once or more often. */
export const transferAbortSignals = (): void => void Comlink.transferHandlers.set('abort signal', handler);

/** Gives a call a signal of its own, which is aborted with `signal` and, so that nothing is left of it on the line, when the call has ended. */
export async function withSignal<T>(
  signal: AbortSignal | undefined,
  call: (line: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (!signal) return call(undefined);
  const line = new AbortController();
  const abort = (): void => line.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await call(line.signal);
  } finally {
    signal.removeEventListener('abort', abort);
    line.abort();
  }
}
