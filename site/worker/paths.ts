/** Addresses of the site as paths from its root, and what answers say of them. */

/** `…/docs/?q#x` → `docs/index.html`. */
export function pathOf(url: URL, scope: URL): string {
  const path = decodeURIComponent(url.pathname.slice(scope.pathname.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

/** The bundler's names, such as `assets/index-CgHBcE6e.js`: eight letters that stand for the contents. */
export const isHashed = (path: string): boolean => /(^|\/)assets\/[^/]+-[\w-]{8}\.\w+$/.test(path);

/** Whether two answers have the same file, by what a static host says of it. Unknown counts as no. */
export function isSameFile(one: Headers, other: Headers): boolean {
  const equal = (name: string): boolean => one.get(name) !== null && one.get(name) === other.get(name);
  return equal('etag') || (equal('last-modified') && equal('content-length'));
}
