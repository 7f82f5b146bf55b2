/** Guests as `npm run guests` leaves them: a folder each with a guest.json. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BootImages, GuestInfo } from '../vm/api';
import type { GuestTemplate } from '../vm/disk-template';
import { type ListedSymbols, symbolsListed } from '../vm/symbols/listed-symbols';
import { packageRoot } from './package-root';
import { fileReason, UserError } from './user-error';

/** One file of a guest. Sizes in bytes; `path` relative to the guest's folder. */
interface GuestFile {
  path: string;
  bytes: number;
  compression: 'gzip' | 'none';
}

/** What the command line reads of guest.json (guests/guest-files.ts writes it). */
interface GuestManifest extends GuestInfo {
  append?: string;
  symbols?: ListedSymbols;
  files: { kernel: GuestFile; initrd?: GuestFile; regions?: GuestFile; disk?: GuestFile };
}

export interface LoadedGuest {
  info: GuestInfo;
  images: BootImages;
  /** What its new disks begin with. */
  template?: GuestTemplate;
}

const MIB = 2 ** 20;

/** Guests this version knows, so that one that is missing can be told from one that never was. */
const KNOWN = ['lab', 'debian'] as const;

/** In a checkout, and in the published package, where they would be beside the built page. */
const PLACES = ['public/guests', 'dist/guests'];

function guestsFolder(): string {
  const places = PLACES.map((place) => join(packageRoot(), place));
  return places.find((place) => existsSync(place)) ?? places[0]!;
}

const isName = (name: string): boolean => /^[a-z0-9][a-z0-9._-]*$/i.test(name);
const isFetched = (name: string): boolean => isName(name) && existsSync(join(guestsFolder(), name, 'guest.json'));

function readManifest(name: string): GuestManifest {
  const path = join(guestsFolder(), name, 'guest.json');
  let manifest: Partial<GuestManifest> | null;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<GuestManifest> | null;
  } catch {
    manifest = null;
  }
  if (!manifest?.files?.kernel || !manifest.defaults) {
    throw new UserError(`The guest ${name} is damaged: its guest.json cannot be read; \`npm run guests\` makes it anew.`);
  }
  return { ...(manifest as GuestManifest), name };
}

function namesThere(): string[] {
  const folder = guestsFolder();
  const found = existsSync(folder) ? readdirSync(folder) : [];
  return [...new Set([...KNOWN, ...found.sort()])].filter((name) => KNOWN.some((known) => known === name) || isFetched(name));
}

/** The guest's defaults, without its files. Throws a UserError if there is no such guest, or it is not fetched. */
export function findGuest(name: string): GuestInfo {
  return requireManifest(name);
}

function requireManifest(name: string): GuestManifest {
  if (isFetched(name)) return readManifest(name);
  if (KNOWN.some((known) => known === name)) {
    throw new UserError(`The guest ${name} is not here yet: \`npm run guests\` fetches it.`);
  }
  throw new UserError(`There is no guest “${name}”: there are ${namesThere().join(', ')}.`);
}

/** Loads a guest's files, unpacked: the host is faster at that than the machine. Throws a UserError. */
export function loadGuest(name: string): LoadedGuest {
  const manifest = requireManifest(name);
  const load = (file: GuestFile): Uint8Array => {
    const path = join(guestsFolder(), name, file.path);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      throw new UserError(`The guest ${name} is incomplete: ${file.path} cannot be read because ${fileReason(error)}.`);
    }
    if (bytes.length !== file.bytes) {
      throw new UserError(
        `The guest ${name} is damaged: ${file.path} has ${bytes.length} bytes instead of ${file.bytes}; \`npm run guests\` makes it anew.`,
      );
    }
    if (file.compression !== 'gzip') return bytes;
    try {
      return gunzipSync(bytes);
    } catch {
      throw new UserError(`The guest ${name} is damaged: ${file.path} cannot be unpacked; \`npm run guests\` makes it anew.`);
    }
  };
  const { kernel, initrd, regions, disk } = manifest.files;
  const attempt = (file: GuestFile): Uint8Array | undefined => {
    try {
      return load(file);
    } catch {
      return undefined;
    }
  };
  // The guest runs without it, only not as fast from the start.
  const hot = regions && attempt(regions);
  return {
    info: manifest,
    images: {
      kernel: load(kernel),
      ...(initrd ? { initrd: load(initrd) } : {}),
      ...(hot ? { regions: hot } : {}),
      ...(manifest.append === undefined ? {} : { append: manifest.append }),
      ...(manifest.symbols ? { symbols: symbolsListed(manifest.symbols) } : {}),
    },
    ...(disk ? { template: { size: manifest.defaults.diskMiB * MIB, load: async () => load(disk) } } : {}),
  };
}

/** The lines of `dormouse guests`. */
export function guestList(): string[] {
  return namesThere().map((name) => {
    if (!isFetched(name)) return `${name.padEnd(10)} not here yet: \`npm run guests\` fetches it`;
    try {
      const { title, bytes, defaults } = readManifest(name);
      const size = bytes === 0 ? 'built in' : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
      return `${name.padEnd(10)} ${title} (${size}; ${defaults.memoryMiB} MiB of memory)`;
    } catch (error) {
      return `${name.padEnd(10)} ${(error as Error).message}`;
    }
  });
}
