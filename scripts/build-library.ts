/**
 * Builds the library into dist/lib: ES modules for browsers and Node, the browser's worker, and one file of declarations for each entry.
 *
 *     npx tsx scripts/build-library.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateDtsBundle } from 'dts-bundle-generator';
import { bundle, ROOT } from './bundle';

const OUT = join(ROOT, 'dist/lib');
const TARGETS = ['chrome112', 'firefox121', 'safari18.2'];

/** npm installs these beside the package, and Node has the others. */
const EXTERNAL = [/^node:/, 'comlink', 'pako', 'fzstd', /^@noble\/ciphers/];

const ENTRIES = ['browser', 'node', 'assembler', 'firmware'] as const;
const entry = (name: string): string => join(ROOT, `src/lib/${name}-entry.ts`);
/** What has declarations, and the sources they are taken from: the same for browsers and Node. `embed` has nothing else: the tag is the site's script. */
const DECLARATIONS = {
  dormouse: entry('browser'),
  assembler: entry('assembler'),
  firmware: entry('firmware'),
  embed: join(ROOT, 'src/embed/tag/tag-types.ts'),
} as const;

async function buildModules(): Promise<void> {
  await bundle({
    outDir: OUT,
    emptyOutDir: true,
    target: TARGETS,
    minify: false,
    lib: { entry: Object.fromEntries(ENTRIES.map((name) => [name, entry(name)])), formats: ['es'] },
    rolldownOptions: {
      external: EXTERNAL,
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js' },
      // The comment keeps this build from taking the worker for its own; the builds of our users must see what stands behind it.
      plugins: [{ name: 'worker-address', renderChunk: (code) => code.replaceAll(/\/\* @vite-ignore \*\/\s*/g, '') }],
    },
  });
}

/** One file with all it needs, so that it can be copied anywhere and given to a browser as it is. */
async function buildWorker(): Promise<void> {
  await bundle({
    outDir: OUT,
    emptyOutDir: false,
    target: TARGETS,
    rolldownOptions: {
      input: join(ROOT, 'workers/vm.worker.ts'),
      output: { entryFileNames: 'vm.worker.js', codeSplitting: false },
    },
  });
}

function writeDeclarations(): void {
  const names = Object.keys(DECLARATIONS) as (keyof typeof DECLARATIONS)[];
  const files = generateDtsBundle(
    names.map((name) => ({
      filePath: DECLARATIONS[name],
      // Only the tag is something to everybody's documents.
      output: { noBanner: true, exportReferencedTypes: true, inlineDeclareGlobals: name === 'embed' },
    })),
    { preferredConfigPath: join(ROOT, 'tsconfig.json') },
  );
  mkdirSync(OUT, { recursive: true });
  for (const [index, name] of names.entries()) {
    // Of TypeScript's own library; without it AsyncDisposable is known only to those who ask for it.
    const head = name === 'dormouse' ? '/// <reference lib="esnext.disposable" />\n' : '';
    writeFileSync(join(OUT, `${name}.d.ts`), head + files[index]);
  }
  // A script that is loaded by its address, and gives its importer nothing.
  writeFileSync(join(OUT, 'vm.worker.d.ts'), 'export {};\n');
}

export async function buildLibrary(): Promise<void> {
  await buildModules();
  await buildWorker();
  writeDeclarations();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildLibrary();
