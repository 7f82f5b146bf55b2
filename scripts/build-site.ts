/**
 * The site: docs with live machines into dist/docs/, and the service worker dist/sw.js. Runs after everything else that a build puts into dist/,
 * for the worker keeps a list of it.
 *
 *     npx tsx scripts/build-site.ts
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleClient, bundleWorker, hashedName, packageVersion } from '../site/generator/bundle';
import { offlineFiles } from '../site/generator/offline-files';
import { heightRules, renderSite, searchEntries, siteFiles } from '../site/generator/site';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Everything the site is made from, beside what the page is made from. */
export const SITE_INPUTS = [
  'site',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'LICENSE',
  'package.json',
  'scripts/build-site.ts',
];

export async function buildSite(): Promise<void> {
  const dist = join(ROOT, 'dist');
  const docs = join(dist, 'docs');
  // Rendered before anything is written: a broken link leaves the last site as it was.
  const pages = renderSite(ROOT);
  const bundle = await bundleClient(ROOT, docs);

  const entries = JSON.stringify(searchEntries(pages));
  const searchIndex = `assets/${hashedName('search.json', entries)}`;
  writeFileSync(join(docs, searchIndex), entries);

  const tag = existsSync(join(dist, 'dormouse-embed.js')) ? { tag: '../dormouse-embed.js' } : {};
  // One style sheet: a page has to wait for each before it is painted.
  const css = readFileSync(join(docs, bundle.style), 'utf8') + heightRules(pages.map(({ rendered }) => rendered.html));
  rmSync(join(docs, bundle.style));
  const style = `assets/${hashedName('style.css', css)}`;
  writeFileSync(join(docs, style), css);

  for (const [name, html] of siteFiles(pages, { ...bundle, style, searchIndex, ...tag }, packageVersion(ROOT))) {
    writeFileSync(join(docs, name), html);
  }

  const { version, hashes } = offlineFiles(dist);
  writeFileSync(
    join(dist, 'sw.js'),
    await bundleWorker(ROOT, { BUILD_VERSION: JSON.stringify(version), BUILD_FILES: JSON.stringify(hashes) }),
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await buildSite();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
