/** Guests for machines in Node: a folder as `npm run guests` leaves it, on this host or on a web server. */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { fileReason } from '../cli/user-error';
import { type BootImages, DOWNLOAD_FAILED, type GuestInfo } from '../vm/api';
import type { GuestTemplate } from '../vm/disk-template';
import { type ListedSymbols, symbolsListed } from '../vm/symbols/listed-symbols';

const MIB = 2 ** 20;

interface GuestFile {
  path: string;
}
interface Manifest {
  append?: string;
  symbols?: ListedSymbols;
  defaults: GuestInfo['defaults'];
  files: { kernel: GuestFile; initrd?: GuestFile; regions?: GuestFile; disk?: GuestFile };
}

const isAddress = (text: string): boolean => /^(https?|file|data|blob):/i.test(text);

/** What a person gave for the place of something: an address, or a path of this host. Throws a sentence for an address that is none. */
export function placeOf(given: URL | string, what: string): URL {
  if (given instanceof URL) return given;
  if (!isAddress(given)) return pathToFileURL(given);
  if (!URL.canParse(given)) throw new Error(`“${given}” cannot be the address of the ${what}.`);
  return new URL(given);
}

class DownloadError extends Error {
  override readonly name = DOWNLOAD_FAILED;
}

/** All bytes of a file of this host or of a server. Rejects with a sentence. */
export async function bytesAt(place: URL, what: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const words =
    place.protocol === 'data:' ? 'data:…' : place.protocol === 'file:' ? decodeURIComponent(place.pathname) : place.href;
  if (place.protocol === 'file:') {
    try {
      return new Uint8Array(await readFile(place, signal ? { signal } : {}));
    } catch (error) {
      signal?.throwIfAborted();
      throw new Error(`The ${what} “${words}” cannot be read: ${fileReason(error)}.`);
    }
  }
  try {
    const response = await fetch(place, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    signal?.throwIfAborted();
    throw new DownloadError(`The ${what} “${words}” could not be downloaded: ${(error as Error).message}.`);
  }
}

/** The guests of one folder. */
export class NodeGuests {
  private readonly folder: URL | undefined;

  /** @param assets the folder, if somebody gave one */
  constructor(assets: URL | string | undefined) {
    const place = assets === undefined ? undefined : placeOf(assets, 'guests');
    // An address counts as a folder's only with a slash behind it.
    if (place && !place.pathname.endsWith('/')) place.pathname += '/';
    this.folder = place;
  }

  private async manifest(name: string): Promise<{ manifest: Manifest; folder: URL }> {
    const { folder } = this;
    if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name)) throw new Error(`“${name}” cannot be the name of a guest.`);
    if (!folder)
      throw new Error(`The guest “${name}” is not part of this package: the option assets says in which folder guests are.`);
    const own = new URL(`${name}/`, folder);
    const bytes = await bytesAt(new URL('guest.json', own), `description of the guest “${name}”`);
    let manifest: Partial<Manifest> | null;
    try {
      manifest = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Manifest> | null;
    } catch {
      manifest = null;
    }
    if (!manifest?.files?.kernel || !manifest.defaults) throw new Error(`The description of the guest “${name}” is damaged.`);
    return { manifest: manifest as Manifest, folder: own };
  }

  /** Rejects with a sentence if there is no such guest. */
  async defaults(name: string): Promise<GuestInfo['defaults']> {
    return (await this.manifest(name)).manifest.defaults;
  }

  /**
   * What a guest boots, unpacked: the host is faster at that than the machine; and what its new disks begin with, to be loaded when it is needed. Rejects
   * with a sentence.
   */
  async files(name: string, signal: AbortSignal): Promise<{ images: BootImages; template?: GuestTemplate }> {
    const { manifest, folder } = await this.manifest(name);
    const load = async ({ path }: GuestFile, what: string): Promise<Uint8Array> =>
      unpacked(await bytesAt(new URL(path, folder), `${what} of the guest “${name}”`, signal), name);
    const { kernel, initrd, regions, disk } = manifest.files;
    // The guest runs without it, only not as fast from the start.
    const hot = regions && (await load(regions, 'compiled regions').catch(() => signal.throwIfAborted()));
    const images: BootImages = {
      kernel: await load(kernel, 'kernel'),
      ...(initrd ? { initrd: await load(initrd, 'initramfs') } : {}),
      ...(hot ? { regions: hot } : {}),
      ...(manifest.append === undefined ? {} : { append: manifest.append }),
      ...(manifest.symbols ? { symbols: symbolsListed(manifest.symbols) } : {}),
    };
    if (!disk) return { images };
    return { images, template: { size: manifest.defaults.diskMiB * MIB, load: () => load(disk, 'disk’s beginning') } };
  }
}

/** A server may have unpacked it on the way already. */
function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new Error(`The guest “${name}” is damaged: ${(error as Error).message}.`);
  }
}
