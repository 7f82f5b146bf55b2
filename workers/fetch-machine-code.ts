import { MACHINE_PARTS } from '../src/vm/machine-parts';
import { DownloadError } from './download-error';

export type MachineCode = typeof import('./machine-code');

/** What browsers say of a module that did not come. */
const NOT_FETCHED = /module/i;

/** Lets the worker answer whoever asked meanwhile. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

let fetched: Promise<MachineCode> | undefined;

/** Fetches the code that makes machines; what was fetched once is at hand. Rejects with one sentence, or when `signal` is aborted. */
export async function machineCode(signal?: AbortSignal): Promise<MachineCode> {
  signal?.throwIfAborted();
  fetched ??= fetchCode().catch((error: unknown) => {
    fetched = undefined;
    throw error;
  });
  return signal ? Promise.race([fetched, whenAborted(signal)]) : fetched;
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

async function fetchCode(): Promise<MachineCode> {
  try {
    // In parts: in one they would keep the worker silent for as long as somebody notices.
    for (const part of MACHINE_PARTS) {
      await part();
      await breath();
    }
    const code = await import('./machine-code');
    await breath();
    return code;
  } catch (error) {
    // What is at fault in the code itself is told as it is.
    if (!(error instanceof TypeError && NOT_FETCHED.test(error.message))) throw error;
    throw new DownloadError('The code of the machine could not be downloaded: is this computer online?');
  }
}
