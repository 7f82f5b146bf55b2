/** Where this very script is from: the root of the site whose frames the tags of this page open. */

const NAME = /\/dormouse-embed\.js([?#]|$)/;

function scriptAddress(): string {
  const { currentScript } = document;
  if (currentScript instanceof HTMLScriptElement && NAME.test(currentScript.src)) return currentScript.src;
  // Put into a page's own bundle, only the page can say where the site is.
  const said = document.querySelector<HTMLMetaElement>('meta[name="dormouse-site"]')?.content;
  if (said && URL.canParse(said, document.baseURI)) return new URL(said.endsWith('/') ? said : `${said}/`, document.baseURI).href;
  // As a module, or run by a loader: the tag that names it says where it is, or what the page has loaded.
  const named = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].map(({ src }) => src);
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
  const found = [...named, ...loaded].find((address) => NAME.test(address));
  // Nothing says: the page's own folder, or for a page that has none an address that no frame can be had from, and says so.
  return found ?? (URL.canParse('.', document.baseURI) ? document.baseURI : 'https://dormouse.invalid/');
}

export const SITE_ROOT = new URL('.', scriptAddress());
