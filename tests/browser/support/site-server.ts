/** Plain static hosts, as sites are served by: no headers that nobody asked for, no rewriting, no ranges. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const DIST = join(import.meta.dirname, '../../../dist');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

export interface SiteOptions {
  /** Folder of the site below its origin, such as `/a/b`. */
  below?: string;
  headers?: Readonly<Record<string, string>>;
  /** Everything but scripts, styles and pages comes as this. */
  oddType?: string;
  /** Paths that lead on to addresses elsewhere. */
  redirects?: Readonly<Record<string, string>>;
  /** Host name in its address; a browser must be told that it is this machine. */
  name?: string;
}

export interface Host {
  /** Without a slash at its end. */
  readonly origin: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

async function listen(answer: (path: string, response: ServerResponse) => void, name = '127.0.0.1'): Promise<Host> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    // Browsers ask for it unasked.
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    asked.push(pathname);
    answer(decodeURIComponent(pathname), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${name}:${port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The built site. */
export function serveSite({ below = '', headers = {}, oddType, redirects = {}, name }: SiteOptions = {}): Promise<Host> {
  return listen((path, response) => {
    const elsewhere = redirects[path];
    if (elsewhere !== undefined) {
      response.writeHead(302, { location: elsewhere }).end();
      return;
    }
    const file = join(DIST, normalize(path.startsWith(below) ? path.slice(below.length) : '/nowhere'));
    if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not here');
      return;
    }
    const extension = extname(file);
    const isCode = ['.js', '.html', '.css'].includes(extension);
    const type = oddType !== undefined && !isCode ? oddType : (TYPES[extension] ?? 'application/octet-stream');
    response.writeHead(200, { 'content-type': type, ...headers });
    createReadStream(file).pipe(response);
  }, name);
}

/** Somebody's own pages, by path. */
export function servePages(
  pages: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Host> {
  return listen((path, response) => {
    const page = pages[path];
    const type = path.endsWith('.s') ? 'text/plain' : 'text/html; charset=utf-8';
    if (page === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type, ...headers }).end(page);
  });
}
