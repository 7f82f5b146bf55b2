/** Where this very script is from: the root of the site whose frames the tags of this page open. */

function scriptAddress(): string {
  const { currentScript } = document;
  if (currentScript instanceof HTMLScriptElement && currentScript.src) return currentScript.src;
  // As a module, or run by a loader: the tag that names it says where it is.
  const named = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].find(({ src }) =>
    /\/dormouse-embed\.js([?#]|$)/.test(src),
  );
  return named?.src ?? document.baseURI;
}

export const SITE_ROOT = new URL('.', scriptAddress());
