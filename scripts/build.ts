/**
 * `npm run build`: the page into dist/, the command line into dist/cli/, the library into dist/lib/, the docs into dist/docs/. Nothing is done when
 * nothing has changed since; `--force` builds all the same.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { buildEmbed } from './build-embed';
import { buildLibrary } from './build-library';
import { buildSite, SITE_INPUTS } from './build-site';
import { bundle, QUIET, ROOT } from './bundle';

// What is built here is for use, also where a test asks for it.
process.env.NODE_ENV = 'production';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built');
/** Everything a build reads. */
const INPUTS = [
  'index.html',
  'embed.html',
  'vite.config.ts',
  'package-lock.json',
  'scripts/build.ts',
  'scripts/bundle.ts',
  'scripts/compiler-digest.ts',
  'scripts/build-embed.ts',
  'tsconfig.json',
  'scripts/build-library.ts',
  'src',
  'workers',
  'public',
  ...SITE_INPUTS,
];
const CLI_ENTRY = join(ROOT, 'src/cli/main.ts');

function* filesBelow(path: string): Generator<string> {
  const absolute = join(ROOT, path);
  if (!existsSync(absolute)) return;
  if (!statSync(absolute).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(absolute).sort()) yield* filesBelow(`${path}/${name}`);
}

/** Above this many bytes a file's time of change stands for its contents: guests are large. */
const LARGE = 1 << 20;

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  for (const input of INPUTS) {
    for (const file of filesBelow(input)) {
      const { size, mtimeMs } = statSync(join(ROOT, file));
      hash.update(`${file}\0${size}\0`).update(size > LARGE ? `${mtimeMs}\n` : readFileSync(join(ROOT, file)));
    }
  }
  return hash.digest('hex');
}

const isCurrent = (print: string): boolean => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === print;

async function buildPage(): Promise<void> {
  await build({ root: ROOT, logLevel: 'error', build: { rolldownOptions: { checks: QUIET } } });
}

/** One file for Node; only what npm installs beside it stays outside. */
async function buildCommandLine(): Promise<void> {
  await bundle({
    ssr: CLI_ENTRY,
    outDir: join(DIST, 'cli'),
    emptyOutDir: true,
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'dormouse.js', codeSplitting: false } },
  });
}

async function step(what: string, work: () => Promise<void>): Promise<void> {
  process.stdout.write(`Building ${what} … `);
  const start = performance.now();
  await work();
  process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

const { values } = parseArgs({ options: { force: { type: 'boolean', default: false } } });
const print = fingerprint();
if (!values.force && isCurrent(print)) {
  console.log('The page is built already and nothing has changed.');
} else {
  try {
    await step('the page', buildPage);
    await step('what other pages embed', () => buildEmbed(ROOT, DIST));
    if (existsSync(CLI_ENTRY)) await step('the command line', buildCommandLine);
    await step('the library', buildLibrary);
    // For pages that take the tag from the site, and no package.
    copyFileSync(join(DIST, 'lib/embed.d.ts'), join(DIST, 'dormouse-embed.d.ts'));
    // After all else: its service worker has a list of what the others have made.
    await step('the site', buildSite);
    // Written last: a build that failed half-way is not taken for a finished one.
    writeFileSync(STAMP, print);
  } catch (error) {
    // The builder's message names file and line; its stack is of no use to anybody.
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
