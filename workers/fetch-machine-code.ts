import { DownloadError } from './download-error';

export type MachineCode = typeof import('./machine-code');

/** Lets the worker answer whoever asked meanwhile. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Fetches the code that makes machines; what was fetched once is at hand. Rejects with one sentence. */
export async function machineCode(): Promise<MachineCode> {
  try {
    // In parts, the table of instructions first: in one they would keep the worker silent for as long as somebody notices.
    await import('../src/isa');
    await breath();
    await import('../src/cpu/engine');
    await breath();
    const code = await import('./machine-code');
    await breath();
    return code;
  } catch (error) {
    // What is at fault in the code itself is told as it is.
    if (!(error instanceof TypeError)) throw error;
    throw new DownloadError('The code of the machine could not be downloaded: is this computer online?');
  }
}
