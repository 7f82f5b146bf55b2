/**
 * `npm start`: guests, page, server. Plain JavaScript, so that even a Node that is too old can be told so in one sentence.
 *
 *     npm start -- [--port N] [--no-fetch] [--check] [--serve-only]
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const DEFAULT_PORT = 5173;
const OLDEST_NODE = [20, 19];
/** What `npm run guests` answers when a guest could not be fetched. */
const EXIT_NOT_FETCHED = 3;
const EXIT_USAGE = 2;
const LAB_BUILD = 'guests/lab/build.ts';

const USAGE = `npm start -- [options]
  --port N      serve on port N (default: ${DEFAULT_PORT}, or the next free one)
  --no-fetch    do not fetch the Debian guest
  --check       do everything, fetch the page once from the server, and end
  --serve-only  serve what was built before
  --help        this text`;

/** @returns {never} */
function giveUp(sentence, status = 1) {
  console.error(sentence);
  process.exit(status);
}

function readOptions(args) {
  const options = { port: undefined, fetch: true, check: false, serveOnly: false };
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = args[i].split(/=(.*)/s);
    if (name === '--port') {
      const value = inline ?? args[++i];
      const port = /^\d+$/.test(value ?? '') ? Number(value) : 0;
      if (port < 1 || port > 65535)
        giveUp(`--port ${value ?? ''} is not a port: it must be a number from 1 to 65535.`, EXIT_USAGE);
      options.port = port;
    } else if (name === '--no-fetch') options.fetch = false;
    else if (name === '--check') options.check = true;
    else if (name === '--serve-only') options.serveOnly = true;
    else if (name === '--help') {
      console.log(USAGE);
      process.exit(0);
    } else giveUp(`"${args[i]}" is not an option of this command; npm start -- --help lists them.`, EXIT_USAGE);
  }
  return options;
}

/** Runs one of our TypeScript programs with its output on this terminal; resolves with its exit status. */
function runScript(file) {
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsx, file], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}

async function prepareGuests(fetchDebian) {
  if (!fetchDebian) console.log('Debian guest: not asked for (--no-fetch).');
  else {
    const status = await runScript('guests/fetch.ts');
    // The recipe has already said why.
    if (status === EXIT_NOT_FETCHED) console.log('Going on without it. `npm run guests` tries again.');
    else if (status !== 0) giveUp(`Making the Debian guest failed with status ${status}.`);
  }
  if (!existsSync(join(ROOT, LAB_BUILD))) return;
  if ((await runScript(LAB_BUILD)) !== 0) giveUp('Assembling the lab guest failed.');
}

async function serve(port) {
  const { preview } = await import('vite');
  try {
    return await preview({
      root: ROOT,
      logLevel: 'warn',
      // A missing file is a 404 and not the page again: the machine asks for guests that may not be there.
      appType: 'mpa',
      preview: { host: '127.0.0.1', port: port ?? DEFAULT_PORT, strictPort: port !== undefined },
    });
  } catch (error) {
    return giveUp(`The page could not be served: ${error instanceof Error ? error.message : error}.`);
  }
}

/** Fetches the page and a script of it as a browser would. Returns a complaint, or undefined. */
async function tryOut(url) {
  const page = await fetch(url);
  const html = await page.text();
  if (!page.ok || !html.includes('<title>')) return `${url} answered with status ${page.status} and no page`;
  const script = /<script[^>]+src="([^"]+)"/.exec(html)?.[1];
  if (script === undefined) return `${url} has no script`;
  const answer = await fetch(new URL(script, url), { headers: { range: 'bytes=0-9' } });
  if (answer.status !== 206 || (await answer.arrayBuffer()).byteLength !== 10) return `${script} was not served by ranges`;
  return undefined;
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  giveUp(`Dormouse needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}.`);
}
const options = readOptions(process.argv.slice(2));
if (!existsSync(join(ROOT, 'node_modules/vite'))) giveUp('The packages are not installed yet: run `npm ci` first.');

if (!options.serveOnly) {
  await prepareGuests(options.fetch);
  if ((await runScript('scripts/build.ts')) !== 0) giveUp('Building the page failed.');
} else if (!existsSync(join(ROOT, 'dist/index.html'))) {
  giveUp('There is nothing to serve yet: `npm run build` makes it.');
}

const server = await serve(options.port);
const url = server.resolvedUrls.local[0];
if (options.check) {
  const complaint = await tryOut(url);
  await server.close();
  if (complaint) giveUp(`The check failed: ${complaint}.`);
  console.log(`Checked: the page was served at ${url}`);
} else {
  console.log(`\nDormouse is at ${url}, its docs at ${url}docs/index.html\nCtrl+C ends it.`);
}
