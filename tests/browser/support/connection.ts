/** Pages of nothing but connections to machines, as somebody else's page would have them: the client is built for it, the worker is the built one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { build } from 'vite';
import type { connectVm } from '../../../workers/client';

const ROOT = join(import.meta.dirname, '../../..');

declare global {
  interface Window {
    Dormouse: { connectVm: typeof connectVm };
  }
}

let client: Promise<string> | undefined;

/** `workers/client.ts` as a script that leaves `Dormouse.connectVm`. */
async function buildClient(): Promise<string> {
  const outputs = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      write: false,
      minify: false,
      lib: { entry: join(ROOT, 'workers/client.ts'), formats: ['iife'], name: 'Dormouse', fileName: 'client' },
    },
  });
  const [first] = Array.isArray(outputs) ? outputs : [outputs];
  if (!first || !('output' in first)) throw new Error('The client could not be built.');
  return first.output[0].code;
}

/** Address of the built worker, relative to the site. */
export function workerPath(): string {
  const file = readdirSync(join(ROOT, 'dist/assets')).find((name) => /^vm\.worker-.*\.js$/.test(name));
  if (!file) throw new Error('dist/ has no worker: run `npm run build` first.');
  return `/assets/${file}`;
}

/** Opens an empty page of the site with the client in it. */
export async function openClientPage(page: Page): Promise<void> {
  client ??= buildClient();
  await page.route('**/client.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Client</title><body></body>' }),
  );
  await page.goto('/client.html');
  await page.addScriptTag({ content: await client });
}
