/** Scripts and styles of the site, made by Vite: small ES modules, one style sheet, and a worker in one classic script. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';

/** What a browser needs that runs the machines; the text of a page needs none of it. */
const TARGET = ['chrome112', 'firefox121', 'safari18.2'];
const QUIET = { pluginTimings: false } as const;

/** Entries by name; those after `site` belong to the page of their name. */
const ENTRIES = { theme: 'theme.ts', site: 'main.ts', snippet: 'snippet.ts', 'test-bed': 'test-bed.ts' } as const;

/**
 * The playground writes its theme on the root element before it shows anything. These pages are to have the right colours without a script,
 * too: the light theme of `tokens.css` is also that of a system that is light.
 */
export function lightBySystem(css: string): string {
  const [, light] = /^\[data-theme="light"\][^{]*(\{[\s\S]*?\n\})/m.exec(css) ?? [];
  if (light === undefined) throw new Error('tokens.css has no light theme under [data-theme="light"].');
  return `${css}\n@media (prefers-color-scheme: light) {\n:root:not([data-theme]) ${light}\n}\n`;
}

const systemTheme: Plugin = {
  name: 'dormouse-light-by-system',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('/tokens.css') ? lightBySystem(code) : undefined),
};

export interface Bundle {
  /** File names in the assets folder. */
  readonly style: string;
  readonly theme: string;
  readonly script: string;
  readonly pageScripts: Readonly<Record<string, string>>;
}

const outputsOf = (result: Awaited<ReturnType<typeof build>>): Rolldown.RolldownOutput['output'][number][] => {
  const all = Array.isArray(result) ? result : [result];
  return all.flatMap((one) => ('output' in one ? [...one.output] : []));
};

/** Writes the scripts and the style sheet into `folder`, which is emptied first. Addresses are relative to `folder`. */
export async function bundleClient(root: string, folder: string): Promise<Bundle> {
  const result = await build({
    root,
    configFile: false,
    base: './',
    publicDir: false,
    logLevel: 'error',
    plugins: [systemTheme],
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsDir: 'assets',
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      target: TARGET,
      rolldownOptions: {
        checks: QUIET,
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(root, 'site/client', file)])),
      },
    },
  });
  const outputs = outputsOf(result);
  const entry = (name: string): string => {
    const found = outputs.find((one) => one.type === 'chunk' && one.isEntry && one.name === name);
    if (found === undefined) throw new Error(`The site's script "${name}" was not made.`);
    return found.fileName;
  };
  const style = outputs.find((one) => one.fileName.endsWith('.css'));
  if (style === undefined) throw new Error('The site has no style sheet.');
  return {
    style: style.fileName,
    theme: entry('theme'),
    script: entry('site'),
    pageScripts: { snippet: entry('snippet'), 'test-bed': entry('test-bed') },
  };
}

/** The service worker as one classic script; `values` stand for names in its source. */
export async function bundleWorker(root: string, values: Readonly<Record<string, string>>): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: Object.fromEntries(Object.entries(values).map(([name, json]) => [name, json])),
    build: {
      write: false,
      target: TARGET,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        checks: QUIET,
        input: join(root, 'site/worker/sw.ts'),
        output: { format: 'iife', codeSplitting: false },
      },
    },
  });
  const chunk = outputsOf(result).find((one) => one.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error('The service worker was not made.');
  return chunk.code;
}

/** `name` with some letters of the contents' hash in it, as the bundler names its own. */
export function hashedName(name: string, contents: string): string {
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}-${createHash('sha256').update(contents).digest('base64url').slice(0, 8)}${name.slice(dot)}`;
}

export const packageVersion = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
