/** Addresses of the site as paths from its root. */

/** `…/docs/?q#x` → `docs/index.html`. */
export function pathOf(url: URL, scope: URL): string {
  const path = decodeURIComponent(url.pathname.slice(scope.pathname.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

/** The bundler's names, such as `assets/index-CgHBcE6e.js`: eight letters that stand for the contents. */
export const isHashed = (path: string): boolean => /(^|\/)assets\/[^/]+-[\w-]{8}\.\w+$/.test(path);
