/**
 * Copies of guests' files that the site's service worker has put into the browser's cache storage. Nothing is fetched here, and no copy counts that is not
 * the file which the site's manifest has by its digest: a site may have put another guest in its place.
 */

/** A file as a guest's manifest has it. */
export interface ListedFile {
  bytes: number;
  /** Hexadecimal. */
  sha256?: string;
}

async function copyOf(url: URL): Promise<Response | undefined> {
  try {
    return await caches.match(url.href);
  } catch {
    // No such storage: an insecure address, a sandboxed frame, or not a browser.
    return undefined;
  }
}

/** The copy of a file, if there is one. */
export async function keptFile(url: URL, { bytes: size, sha256 }: ListedFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (sha256 === undefined) return undefined;
  const bytes = await (await copyOf(url))?.arrayBuffer().catch(() => undefined);
  return bytes?.byteLength === size && (await digestOf(bytes)) === sha256 ? new Uint8Array(bytes) : undefined;
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Whether there is a copy of all that each start of a guest needs, as far as that can be told without reading it.
 * @param bytes of the guest now: the copy of its manifest may be of an earlier one
 */
export async function isKept(manifest: URL, bytes: number): Promise<boolean> {
  const copy = await copyOf(manifest);
  const known = (await copy?.json().catch(() => undefined)) as
    | { bytes?: number; files?: Record<string, { path: string; sha256?: string }> }
    | undefined;
  if (!known?.files || known.bytes !== bytes) return false;
  // What a new disk begins with is needed once.
  const { disk: _, ...needed } = known.files;
  const files = Object.values(needed);
  if (files.some(({ sha256 }) => sha256 === undefined)) return false;
  const copies = await Promise.all(files.map(({ path }) => copyOf(new URL(path, manifest))));
  return copies.every((each) => each !== undefined);
}
