/**
 * Lets the site work without a network once it was visited: registers its service worker (`site/worker/sw.ts`). Nothing needs it, so whatever
 * goes wrong is nobody's business. `?no-sw` in an address takes the worker and all it keeps away again.
 */

/** Names of the worker's caches begin with this (and its scope follows). */
export const CACHE_PREFIX = 'dormouse:';

async function remove(script: URL): Promise<void> {
  const scope = new URL('./', script);
  const registration = await navigator.serviceWorker.getRegistration(scope);
  if (registration?.scope === scope.href) await registration.unregister();
  const ours = (await caches.keys()).filter((name) => name.startsWith(`${CACHE_PREFIX}${scope.pathname}:`));
  await Promise.all(ours.map((name) => caches.delete(name)));
}

/** `address`: of `sw.js`, relative to the page. */
export function registerOffline(address: string): void {
  // The development server has no worker, and a frame in a foreign page is a guest there.
  if (import.meta.env.DEV || !('serviceWorker' in navigator) || location.protocol === 'file:' || window.parent !== window) return;
  const script = new URL(address, location.href);
  if (new URLSearchParams(location.search).has('no-sw')) {
    remove(script).catch(() => {});
    return;
  }
  const register = (): void => {
    navigator.serviceWorker.register(script, { updateViaCache: 'none' }).catch(() => {});
  };
  // The page comes first.
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
