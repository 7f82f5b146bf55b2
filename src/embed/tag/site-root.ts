/** Where this very script is from: the root of the site whose frames the tags of this page open. */

function scriptAddress(): string {
  const { currentScript } = document;
  if (currentScript instanceof HTMLScriptElement && currentScript.src) return currentScript.src;
  // As a module, or run by a loader: the tag that names it says where it is.
  const named = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].find(({ src }) =>
    /\/dormouse-embed\.js([?#]|$)/.test(src),
  );
  // Nothing says: the page's own folder, or for a page that has none an address that no frame can be had from, and says so.
  return named?.src ?? (URL.canParse('.', document.baseURI) ? document.baseURI : 'https://dormouse.invalid/');
}

export const SITE_ROOT = new URL('.', scriptAddress());
