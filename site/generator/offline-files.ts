/** What the service worker keeps: which files of the built site, and the hash of each. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the output that belong to the pages. The command line and the npm packages do not, and guests are kept as they are used. */
const FOLDERS = ['assets', 'docs'];
/** Files at the top that are no part of a page. */
const NOT_KEPT = /^(\.|sw\.js$)|\.map$/;
/** A file of more bytes is fetched when somebody needs it. */
const LARGEST = 4 << 20;

export interface OfflineFiles {
  readonly version: string;
  /** SHA-256 (base64) by path from the site's root. */
  readonly hashes: Readonly<Record<string, string>>;
}

function* below(folder: string, path: string): Generator<string> {
  if (!existsSync(join(folder, path))) return;
  for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      if (path !== '' || FOLDERS.includes(entry.name)) yield* below(folder, name);
    } else if (!NOT_KEPT.test(name)) yield name;
  }
}

export function offlineFiles(dist: string): OfflineFiles {
  const paths = [...below(dist, '')].filter((path) => statSync(join(dist, path)).size <= LARGEST).sort();
  const hashes = Object.fromEntries(
    paths.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(dist, path)))
        .digest('base64'),
    ]),
  );
  const version = createHash('sha256').update(JSON.stringify(hashes)).digest('base64url').slice(0, 16);
  return { version, hashes };
}
