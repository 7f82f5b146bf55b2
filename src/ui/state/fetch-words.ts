/** What a start of a guest has to fetch, as it is said where it is offered. */
import type { GuestInfo } from '../../vm/api';
import { formatBytes } from './format';

type Fetched = Pick<GuestInfo, 'bytes' | 'kept'>;

/** Bytes that are not in this browser yet. */
export const bytesToFetch = ({ bytes, kept }: Fetched): number => (kept ? 0 : bytes);

export function fetchWords({ bytes, kept }: Fetched): string {
  if (bytes === 0) return 'Nothing to download: it is part of this page.';
  const size = formatBytes(bytes);
  return kept ? `${size}, already here: boots in this tab, without a download.` : `Downloads ${size}, then boots in this tab.`;
}
