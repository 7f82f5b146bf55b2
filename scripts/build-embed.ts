/**
 * What other pages load of this site: `dormouse-embed.js` (the tag) and `embed.html` with its light script. Both are classic scripts in one file, so that
 * they run in any page and in frames of an opaque origin; the heavy part comes from the page's own build. To be called after that.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { SiteFacts } from '../src/embed/site';
import type { GuestInfo } from '../src/vm/api';

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}
type Manifest = Record<string, Chunk>;

const STAGE = 'src/embed/stage/main.ts';
const EDITOR = 'src/ui/editor/code-editor.ts';
const PANELS = 'src/embed/stage/MorePanels.svelte';
const PLACE = '<script type="module" src="./src/embed/frame/main.ts"></script>';

const packed = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length;

/** All that the stage's entry imports, and then itself: styles are to come in this order. */
function chunksOf(manifest: Manifest, name: string, seen = new Set<string>()): Chunk[] {
  const chunk = manifest[name];
  if (!chunk || seen.has(name)) return [];
  seen.add(name);
  return [...(chunk.imports ?? []).flatMap((each) => chunksOf(manifest, each, seen)), chunk];
}

/** Chunks that a worker loads for its first machine: see workers/fetch-machine-code.ts. */
const PARTS = ['machine-code', 'engine', 'isa'];
/** What a worker's script loads when it starts, and then for its first machine. */
const LOADED = new RegExp(
  `\\bfrom\\s*["'\`]\\./([\\w.-]+\\.js)["'\`]|\\bimport\\(\\s*["'\`]\\./((?:${PARTS.join('|')})-[\\w.-]+\\.js)["'\`]`,
  'g',
);

/** A worker's script, of which the manifest knows nothing, and the chunks that a machine in it needs. */
function withImports(dist: string, file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  for (const [, early, late] of readFileSync(join(dist, file), 'utf8').matchAll(LOADED))
    withImports(dist, `assets/${early ?? late}`, seen);
  return [...seen];
}

function guestsOf(dist: string): SiteFacts['guests'] {
  const index = join(dist, 'guests/index.json');
  if (!existsSync(index)) return {};
  const { guests } = JSON.parse(readFileSync(index, 'utf8')) as { guests: GuestInfo[] };
  return Object.fromEntries(guests.map(({ name, title, bytes }) => [name, { title, bytes }]));
}

/** Reads what the page's build left: where the stage is, and how much there is to load. */
function factsOf(dist: string): SiteFacts {
  const manifestFile = join(dist, '.vite/manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  // It has done its work, and is no file of the site.
  rmSync(join(dist, '.vite'), { recursive: true });
  const chunks = chunksOf(manifest, STAGE);
  const entry = chunks.at(-1);
  if (!entry) throw new Error(`The page's build has no ${STAGE}: see build.rolldownOptions.input in vite.config.ts.`);
  const styles = [...new Set(chunks.flatMap(({ css = [] }) => css))];
  const workers = readdirSync(join(dist, 'assets'))
    .filter((name) => name.startsWith('vm.worker'))
    .flatMap((name) => withImports(dist, `assets/${name}`));
  const sizeOf = (names: Iterable<string>): number => [...names].reduce((sum, file) => sum + packed(join(dist, file)), 0);
  const missing = PARTS.filter((part) => !workers.some((file) => file.includes(`/${part}-`)));
  if (missing.length > 0) throw new Error(`The worker has no chunk ${missing.join(', ')}: see workers/fetch-machine-code.ts.`);
  const files = new Set([...chunks.map(({ file }) => file), ...styles, ...workers]);
  /** What is loaded only where it is shown, styles included. */
  const lateBytes = (name: string): number => {
    const late = chunksOf(manifest, name).flatMap(({ file, css = [] }) => [file, ...css]);
    const own = [...new Set(late)].filter((file) => !files.has(file));
    if (own.length === 0)
      throw new Error(`The page's build has no chunk of its own for ${name}: import it only when it is shown.`);
    return sizeOf(own);
  };
  return {
    stageBytes: sizeOf(files),
    editorBytes: lateBytes(EDITOR),
    panelBytes: lateBytes(PANELS),
    guests: guestsOf(dist),
    stage: { script: entry.file, styles },
  };
}

/** The same script, for strings and regular expressions are all in which other characters occur. */
const inAscii = (script: string): string =>
  script.replaceAll(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

async function buildScript(root: string, dist: string, entry: string, name: string, facts: SiteFacts): Promise<string> {
  const outDir = join(dist, '.embed');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { __DORMOUSE_SITE__: JSON.stringify(facts) },
    build: {
      target: ['chrome112', 'firefox121', 'safari18.2'],
      outDir,
      emptyOutDir: true,
      lib: { entry: join(root, entry), formats: ['iife'], name: 'dormouse', fileName: () => `${name}.js` },
      rolldownOptions: { output: { entryFileNames: `${name}.js` } },
    },
  });
  const file = join(outDir, `${name}.js`);
  // A script is read in the encoding of the page that has it, unless its host says otherwise.
  writeFileSync(file, inAscii(readFileSync(file, 'utf8')));
  return file;
}

/** @param dist where the page was built, an absolute path */
export async function buildEmbed(root: string, dist: string): Promise<void> {
  const facts = factsOf(dist);
  const frame = await buildScript(root, dist, 'src/embed/frame/main.ts', 'frame', facts);
  // Named after what is in it, so that it can be kept for ever; embed.html and the tag's script have names of their own.
  const name = `frame-${createHash('sha256').update(readFileSync(frame)).digest('base64url').slice(0, 8)}.js`;
  renameSync(frame, join(dist, 'assets', name));
  const html = readFileSync(join(root, 'embed.html'), 'utf8');
  if (!html.includes(PLACE)) throw new Error(`${basename(root)}/embed.html has no ${PLACE} for the frame's script to be put in.`);
  writeFileSync(
    join(dist, 'embed.html'),
    html.replace(/ *<!--.*?-->\n/s, '').replace(PLACE, `<script defer src="./assets/${name}"></script>`),
  );
  // Before a click a page has the tag alone: the light part of its frame is among what a click fetches.
  const light = ['embed.html', 'before.css', `assets/${name}`].reduce((sum, file) => sum + packed(join(dist, file)), 0);
  const tag = await buildScript(root, dist, 'src/embed/tag/main.ts', 'dormouse-embed', {
    ...facts,
    stageBytes: facts.stageBytes + light,
  });
  renameSync(tag, join(dist, 'dormouse-embed.js'));
  rmSync(join(dist, '.embed'), { recursive: true });
}
