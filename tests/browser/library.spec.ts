/** The packed library in a consumer's pages, one built by Vite and one by esbuild, served by a static server without special headers. */
import { createReadStream, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { expect, test } from '@playwright/test';
import { Consumer } from '../library/consumer';
import { PATIENCE } from '../patience';
import { hasGuest, titleFor } from './support/guests';

const PAGE = '<!doctype html><title>Consumer</title><script type="module" src="SCRIPT"></script>';
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' };

let consumer: Consumer;
let server: Server;

function serve(folder: string): Promise<Server> {
  const made = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = join(folder, normalize(pathname), pathname.endsWith('/') ? 'index.html' : '');
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(made)));
}

test.beforeAll(async () => {
  consumer = await Consumer.create();
  consumer.copy(join(import.meta.dirname, '../library/programs/page.ts'), 'page.ts');
  consumer.write('index.html', PAGE.replace('SCRIPT', './page.ts'));
  await consumer.tool('vite', 'build', '--outDir', 'out/vite', '--base', './', '--logLevel', 'error');
  await consumer.tool('esbuild', 'page.ts', 'vm.worker=dormouse/worker', '--bundle', '--format=esm', '--outdir=out/esbuild');
  consumer.write('out/esbuild/index.html', PAGE.replace('SCRIPT', './page.js'));
  for (const builder of ['vite', 'esbuild']) {
    mkdirSync(consumer.path(`out/${builder}`), { recursive: true });
    symlinkSync(consumer.path('guests'), consumer.path(`out/${builder}/guests`));
  }
  server = await serve(consumer.path('out'));
});
test.afterAll(() => {
  server?.close();
  consumer?.remove();
});

test.skip(!hasGuest('lab'), 'the lab guest was not built');

for (const builder of ['vite', 'esbuild']) {
  test(titleFor('lab', `a page built with ${builder} boots the lab, forks it, and its twins say the same`), async ({ page }) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${builder}/`);
    await page.waitForFunction(() => document.title !== 'Consumer', undefined, { timeout: PATIENCE.BOOT });
    const title = await page.title();
    expect(title).toMatch(/^\{/);
    expect(JSON.parse(title)).toEqual({
      same: true,
      bytes: 4,
      unmapped: expect.stringMatching(/^There is no RAM for 4 bytes at the physical address 0x0: /),
      aborted: 'enough',
      early: true,
      states: ['off', 'off', 'running'],
      refused: 'The machine was closed.',
    });
    expect(complaints).toEqual([]);
  });
}
