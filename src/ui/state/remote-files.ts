/**
 * Files that an address names: a kernel, its initramfs, a program, a saved machine. Nothing is fetched before a person starts the machine, and
 * nothing of another origin unless that was named to them.
 */

export const FILE_ROLES = ['kernel', 'initrd', 'src', 'snapshot'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

export const ROLE_WORDS: Readonly<Record<FileRole, string>> = {
  kernel: 'kernel',
  initrd: 'initramfs',
  src: 'program',
  snapshot: 'saved machine',
};

export type RemoteFiles = Partial<Record<FileRole, URL>>;

/** Reads the addresses of `given`, relative to `base`. What is no address, or not of the web, is a complaint. */
export function remoteFiles(
  given: Partial<Record<FileRole, string>>,
  base: string,
  asker = 'The address',
): { files: RemoteFiles; complaints: string[] } {
  const files: RemoteFiles = {};
  const complaints: string[] = [];
  for (const role of FILE_ROLES) {
    const text = given[role];
    if (text === undefined) continue;
    const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
    if (url && /^https?:$/.test(url.protocol)) files[role] = url;
    else complaints.push(`${asker} asks for ${role}=${text}, which is not the address of a file on the web; it is left out.`);
  }
  return { files, complaints };
}

/** Those that would be fetched from an origin other than `origin`. */
export function foreignFiles(files: RemoteFiles, origin: string): [FileRole, URL][] {
  return FILE_ROLES.flatMap((role): [FileRole, URL][] => {
    const url = files[role];
    return url && url.origin !== origin ? [[role, url]] : [];
  });
}

/** Fetches one of them, telling how far it is. Rejects with a sentence, or when `signal` is aborted. */
export async function fetchRemote(
  role: FileRole,
  url: URL,
  { progress, signal }: { progress: (loaded: number, total?: number) => void; signal: AbortSignal },
): Promise<File> {
  const what = ROLE_WORDS[role];
  let response: Response;
  try {
    // Nothing of this person goes with it: whoever wrote the address is not who reads it. Nor is it followed to a site that was not named.
    response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error' });
  } catch {
    signal.throwIfAborted();
    throw new Error(
      `The ${what} could not be fetched: no answer that this page may read came from ${url.href}. Another site must allow it (Access-Control-Allow-Origin), and an address that leads on to another is not followed.`,
    );
  }
  if (!response.ok || !response.body)
    throw new Error(`The ${what} could not be fetched: ${url.host} answered ${response.status} for ${url.pathname}.`);
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 && !response.headers.get('content-encoding') ? length : undefined;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      signal.throwIfAborted();
      throw new Error(`The download of the ${what} broke off at ${loaded} bytes. Is this computer online?`);
    });
    if (done) break;
    parts.push(value);
    loaded += value.length;
    progress(loaded, total);
  }
  progress(loaded, loaded);
  return new File(parts, url.pathname.slice(url.pathname.lastIndexOf('/') + 1) || what);
}
