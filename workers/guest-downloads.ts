import type { Breathe } from '../src/storage/disk-contents';
import type { BootImages, GuestInfo } from '../src/vm/api';
import type { GuestTemplate } from '../src/vm/disk-template';
import { Gathered } from '../src/vm/gathered';
import { type ListedSymbols, symbolsListed } from '../src/vm/symbols/listed-symbols';
import { unpacked } from './browser-unpack';
import { DownloadError } from './download-error';
import { isKept, keptFile, type ListedFile } from './kept-guests';

/** Guests as the site offers them: `guests/index.json` and one manifest each, written at set-up. */

interface IndexEntry extends GuestInfo {
  /** Path of the guest's own manifest below `guests/`. */
  manifest?: string;
}
interface GuestFile extends ListedFile {
  path: string;
}
interface Manifest {
  append?: string;
  defaults?: GuestInfo['defaults'];
  symbols?: ListedSymbols;
  files: { kernel: GuestFile; initrd?: GuestFile; regions?: GuestFile; disk?: GuestFile };
}

/** Where guests are; until told otherwise beside the folder of the worker's own script, built or not. */
let base: string | undefined;

/**
 * Throws a sentence for what is no address.
 * @param url absolute, of the folder that holds `index.json`
 */
export function useGuestsUrl(url: string): void {
  if (!URL.canParse(url)) throw new Error(`“${url}” cannot be the address of guests: give that of a folder.`);
  base = url.endsWith('/') ? url : `${url}/`;
}

function addressOf(path: string): URL {
  return new URL(path, base ?? new URL('../guests/', self.location.href));
}

/** Fetches, with a sentence for a network that is not there: what browsers say of it (“Failed to fetch”) helps nobody. */
async function request(path: string, what: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(addressOf(path), signal ? { signal } : {});
  } catch {
    signal?.throwIfAborted();
    throw new DownloadError(`The ${what} could not be downloaded: no answer came for ${path}. Is this computer online?`);
  }
}

interface Watch {
  progress: Progress;
  signal: AbortSignal;
  breathe: Breathe;
}

const MIB = 1 << 20;
export type Progress = (what: string, loaded: number, total?: number) => void;

async function getJson<T>(path: string, what: string, signal?: AbortSignal): Promise<T | undefined> {
  const response = await request(path, what, signal);
  if (!response.ok) return undefined;
  try {
    // Whatever type a host gives it: some know none for JSON, and some answer any path with their page.
    return (await response.json()) as T;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

async function index(): Promise<IndexEntry[]> {
  const found = await getJson<{ guests: IndexEntry[] } | IndexEntry[]>('index.json', 'list of guests');
  if (!found) return [];
  return Array.isArray(found) ? found : found.guests;
}

export async function listGuests(): Promise<GuestInfo[]> {
  return Promise.all(
    (await index()).map(async ({ manifest, ...info }) => {
      // Only a hint: whatever is wrong with a copy, the guest can be fetched.
      const kept = await isKept(addressOf(manifest ?? manifestOf(info.name)), info.bytes).catch(() => false);
      return { ...info, ...(kept ? { kept } : {}) };
    }),
  );
}

const manifestOf = (name: string): string => `${name}/guest.json`;

/** Downloads a file that is not here already, telling how far it is. Throws one sentence. */
async function download(file: GuestFile, what: string, watch: Watch): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await keptFile(addressOf(file.path), file);
  watch.signal.throwIfAborted();
  if (!kept) return downloadAnew(file, what, watch);
  watch.progress(what, kept.length, kept.length);
  return kept;
}

/** A download that came in part only. */
class BrokenOff extends DownloadError {}

/** How often one that broke off is begun anew by itself, and after how long a pause (ms): most networks are back then. */
const [MORE_TRIES, PAUSE] = [2, 500];

/** Rejects as soon as the person gives up. */
async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PAUSE);
    const giveUp = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });
  signal.throwIfAborted();
}

async function downloadAnew(file: GuestFile, what: string, watch: Watch): Promise<Uint8Array<ArrayBuffer>> {
  for (let left = MORE_TRIES; ; left--) {
    try {
      return await downloadOnce(file, what, watch);
    } catch (error) {
      if (!(error instanceof BrokenOff) || left === 0) throw error;
      await pause(watch.signal);
    }
  }
}

async function downloadOnce(
  { path, bytes: size }: GuestFile,
  what: string,
  { progress, signal, breathe }: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(path, what, signal);
  if (!response.ok || !response.body)
    throw new DownloadError(`The ${what} could not be downloaded: the server answered ${response.status} for ${path}.`);
  // Servers may serve .gz files as encoded content, which arrives unpacked: then the size differs and that is right.
  const file = new Gathered(size);
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      signal?.throwIfAborted();
      throw new BrokenOff(`The download of the ${what} broke off at ${file.length} bytes of ${size}. Is this computer online?`);
    });
    if (done) break;
    file.add(value);
    progress(what, file.length, size);
    await breathe();
  }
  return file.wholeBreathing(breathe);
}

/**
 * Fetches what a guest boots, and tells what its new disks begin with, which is fetched when it is asked for. Rejects with a sentence, or when `signal` is aborted.
 * @param onAsked called when the first of its files was asked for: what else is to come may come beside it from then on
 */
export async function loadGuest(
  name: string,
  progress: Progress,
  onAsked: () => void,
  signal: AbortSignal,
  breathe: Breathe,
): Promise<{ images: BootImages; template?: GuestTemplate }> {
  const watch: Watch = { progress, signal, breathe };
  const entry = (await index()).find((guest) => guest.name === name);
  if (!entry) throw new Error(`This site has no guest called “${name}”.`);
  const path = entry.manifest ?? manifestOf(name);
  const manifest = await getJson<Manifest>(path, `description of the guest “${name}”`, signal);
  if (!manifest?.files?.kernel)
    throw new DownloadError(`The description of the guest “${name}” (${path}) is missing or damaged.`);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const { kernel, initrd, regions, disk } = manifest.files;
  const fetched = (file: GuestFile, what: string) => download({ ...file, path: folder + file.path }, what, watch);
  const load = async (file: GuestFile, what: string): Promise<Uint8Array> =>
    unpacked(await fetched(file, what), what, breathe, { signal });
  // As it comes, and the compiled code, too: what they unpack to is not kept.
  const first = fetched(kernel, 'kernel');
  onAsked();
  const images: BootImages = { kernel: await first };
  if (initrd) images.initrd = await load(initrd, 'initramfs');
  // The guest runs without it, only not as fast from the start.
  const code = regions && (await fetched(regions, 'compiled code').catch(() => signal.throwIfAborted()));
  if (code) images.regions = code;
  if (manifest.append !== undefined) images.append = manifest.append;
  if (manifest.symbols) images.symbols = symbolsListed(manifest.symbols);
  if (!disk) return { images };
  const size = (manifest.defaults?.diskMiB ?? 0) * MIB;
  return { images, template: { size, load: () => load(disk, 'disk’s beginning') } };
}
