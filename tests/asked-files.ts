/** What a browser asked of a site, by when it did, and how much that is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '../dist');

/** What is of a guest, below the list of all of them. */
export const ofGuest = (path: string): boolean => /^\/guests\/[^/]+\//.test(path);

/** What was asked for before the first file of a guest, of paths in their order. */
export function beforeGuest(asked: readonly string[]): string[] {
  const first = asked.findIndex(ofGuest);
  return asked.slice(0, first < 0 ? asked.length : first);
}

/** What the site has of its own: no guest's files, nor the list of guests. */
export const isCode = (path: string): boolean => !path.startsWith('/guests/');

/** Bytes of files of the built site, each as a host sends it that packs as well as gzip can; a file that is asked for twice counts twice. */
export const packedBytes = (paths: readonly string[]): number =>
  paths.reduce(
    (sum, path) => sum + gzipSync(readFileSync(join(DIST, path === '/' ? 'index.html' : path)), { level: 9 }).length,
    0,
  );
