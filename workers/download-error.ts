import { DOWNLOAD_FAILED } from '../src/vm/api';

/** Nothing is wrong with what was asked for: the network or the server may be back a moment later. */
export class DownloadError extends Error {
  override readonly name = DOWNLOAD_FAILED;
}
