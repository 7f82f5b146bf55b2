/**
 * The service worker: the site without a network, for those who were there before. Optional, and never in the way:
 *
 * - Online every answer comes from the network, except files that have their contents' hash in their names: those cannot be out of date.
 * - Each build has a cache of its own, filled when its worker is installed, and each file is compared with the hash that the build noted: what is
 *   kept is one build and never two halves. A worker takes over when the pages of the one before are closed.
 * - Guests are kept as they are used, the small one at once.
 * - Other origins, other methods than GET, and everything outside of the site are none of its business.
 */
import { answerByRange } from './byte-range';
import { isHashed, isSameFile, pathOf } from './paths';

declare const BUILD_VERSION: string;
declare const BUILD_FILES: Readonly<Record<string, string>>;

const worker = self as unknown as ServiceWorkerGlobalScope;
const SCOPE = new URL(worker.registration.scope);
const PREFIX = `dormouse:${SCOPE.pathname}:`;
const SITE = `${PREFIX}site:${BUILD_VERSION}`;
const GUESTS = `${PREFIX}guests`;
/** The guest of a few kilobytes that embeds start with. */
const SMALL_GUEST = ['guests/index.json', 'guests/lab/guest.json', 'guests/lab/lab.bin'];
/** Files that are fetched at a time while a page is at work beside it. */
const AT_ONCE = 4;

const key = (path: string): string => new URL(path, SCOPE).href;

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...digest));
}

/** The file as this build has it. Throws if it is another's: then the worker is not installed, and a later visit tries again. */
async function fetchChecked(path: string): Promise<Response> {
  const response = await fetch(key(path), { cache: 'no-cache' });
  const bytes = await response.arrayBuffer();
  if (!response.ok || (await sha256(bytes)) !== BUILD_FILES[path]) throw new Error(`${path} is not of this build.`);
  // Made anew: an answer that came by way of a redirect may not be given to a navigation.
  const headers = new Headers({ 'content-type': response.headers.get('content-type') ?? 'application/octet-stream' });
  headers.set('content-length', String(bytes.byteLength));
  return new Response(bytes, { headers });
}

async function fill(): Promise<void> {
  const cache = await caches.open(SITE);
  const left = Object.keys(BUILD_FILES);
  const work = async (): Promise<void> => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) await cache.put(key(path), await fetchChecked(path));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const guests = await caches.open(GUESTS);
  // A site may have other guests.
  await Promise.all(SMALL_GUEST.map((path) => guests.add(new Request(key(path), { cache: 'no-cache' })).catch(() => {})));
}

worker.addEventListener('install', (event) => {
  event.waitUntil(
    fill().catch(async (error: unknown) => {
      await caches.delete(SITE);
      throw error;
    }),
  );
});

worker.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    const old = (await caches.keys()).filter((name) => name.startsWith(`${PREFIX}site:`) && name !== SITE);
    await Promise.all(old.map((name) => caches.delete(name)));
    // So that guests of the first visit are kept, too. Hashed names make it harmless for a page of another build.
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

/** What is kept for a path: of this build, of any for a name with a hash, or a guest's. */
async function kept(path: string): Promise<Response | undefined> {
  const site = await caches.open(SITE);
  // Some hosts serve `docs/psci` for `docs/psci.html`.
  for (const name of [path, `${path}.html`]) {
    const found = await site.match(key(name));
    if (found) return found;
  }
  if (isHashed(path)) {
    const older = await caches.match(key(path));
    if (older) return older;
  }
  return (await caches.open(GUESTS)).match(key(path));
}

/**
 * Keeps a guest's file that the page is fetching. The page has the network's answer itself: if it went through here, a download that takes long would end when
 * the browser ends this worker. The copy comes from the browser's own cache as a rule.
 */
async function keepGuest(path: string, answered: Response, signal: AbortSignal): Promise<void> {
  try {
    const guests = await caches.open(GUESTS);
    const before = await guests.match(key(path));
    if (before && isSameFile(before.headers, answered.headers)) return;
    const copy = await fetch(key(path), { cache: 'force-cache', signal });
    if (copy.status === 200) await guests.put(key(path), copy);
  } catch {
    // No room, or the download was broken off: it is not there without a network, and that is all.
  }
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const { request } = event;
  const range = request.headers.get('range');
  if (isHashed(path) && range === null) {
    const found = await kept(path);
    if (found) return found;
  }
  try {
    const response = await fetch(request);
    if (path.startsWith('guests/') && range === null && response.status === 200)
      event.waitUntil(keepGuest(path, response, request.signal));
    return response;
  } catch (error) {
    const found = await kept(path);
    if (found === undefined) throw error;
    return range === null ? found : answerByRange(found, range);
  }
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return;
  // The way out: such an address is always the server's.
  if (url.searchParams.has('no-sw')) return;
  event.respondWith(answer(event, pathOf(url, SCOPE)));
});
