/** The built site as some static host would serve it: from a folder, without any help, and it can go away. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const DIST = join(import.meta.dirname, '../../../dist');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
/** As strict as the docs promise to bear. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";

export interface FolderServer {
  /** With the folder and a slash at the end. */
  readonly address: string;
  /** Files that are others from now on, by path from the site's root: undefined is gone. As if another build had been put there. */
  readonly changed: Map<string, string | undefined>;
  stop(): Promise<void>;
}

export async function serveFolder(folder: string): Promise<FolderServer> {
  const changed = new Map<string, string | undefined>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.startsWith(folder) ? normalize(decodeURIComponent(pathname.slice(folder.length))) : '..';
    const file = join(DIST, path.endsWith('/') || path === '.' ? `${path}/index.html` : path);
    const other = changed.get(path);
    if (other !== undefined) {
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(other);
      return;
    }
    if (changed.has(path) || path.startsWith('..') || !existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end('Not here.');
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
      ...(path.startsWith('docs/') ? { 'content-security-policy': POLICY } : {}),
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let stopped = false;
  return {
    address: `http://127.0.0.1:${port}${folder}`,
    changed,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
