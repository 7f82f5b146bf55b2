import { DownloadError } from './download-error';

export type MachineCode = typeof import('./machine-code');

/** Fetches the code that makes machines; what was fetched once is at hand. Rejects with one sentence. */
export async function machineCode(): Promise<MachineCode> {
  try {
    return await import('./machine-code');
  } catch (error) {
    // What is at fault in the code itself is told as it is.
    if (!(error instanceof TypeError)) throw error;
    throw new DownloadError('The code of the machine could not be downloaded: is this computer online?');
  }
}
