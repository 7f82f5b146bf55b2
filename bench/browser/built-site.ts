import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuestManifest } from '../../guests/guest-files';
import { runTool } from '../../guests/run-tool';
import { type Host, serveSite } from '../../tests/browser/support/site-server';

const ROOT = join(import.meta.dirname, '../..');
export const DIST = join(ROOT, 'dist');
const BUILD = join(ROOT, 'scripts/build.ts');

/** As long as many static hosts let a browser keep what it has fetched. */
const KEPT = { 'cache-control': 'max-age=600' };

/** Builds the page for use, as `npm run build` does; where nothing has changed since the last time that takes a moment. */
export async function buildSite(): Promise<void> {
  const said = await runTool(process.execPath, ['--import', 'tsx', BUILD], { cwd: ROOT });
  console.log(said.toString().trim());
}

/** The built page on a plain static host of this machine. */
export const serveBuiltSite = (): Promise<Host> => serveSite({ headers: KEPT });

const DEBIAN = join(ROOT, 'public/guests/debian/guest.json');

export const hasDebian = (): boolean => existsSync(DEBIAN);

/** Of the machine that Debian gets on the page when nobody chooses. */
export const debianRamBytes = (): number =>
  (JSON.parse(readFileSync(DEBIAN, 'utf8')) as GuestManifest).defaults.memoryMiB * 1024 * 1024;
