/** How guests lie in public/guests/: one folder each with a guest.json, and an index.json that lists them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { GuestInfo } from '../src/vm/api';

/** One file of a guest as it is served, and what it is once unpacked. Sizes in bytes, digests in hexadecimal. */
export interface GuestFile {
  /** Relative to the guest's folder. */
  path: string;
  bytes: number;
  sha256: string;
  compression: 'gzip' | 'none';
  unpackedBytes: number;
  unpackedSha256: string;
}

/** guest.json. */
export interface GuestManifest extends GuestInfo {
  /** Kernel command line unless the person gives another. */
  append: string;
  kernel: { release: string; packages: { name: string; version: string }[] };
  /** `disk`: what new disks begin with (src/vm/disk-template.ts). */
  files: { kernel: GuestFile; initrd: GuestFile; regions?: GuestFile; disk?: GuestFile };
  /** Digest of everything the guest was made from except the packages: another recipe, another guest. */
  recipe: string;
}

/** An entry of index.json. `manifest` (relative to the index) is left out for guests that need no download. */
export type GuestIndexEntry = GuestInfo & { manifest?: string };

export interface GuestIndex {
  guests: GuestIndexEntry[];
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Compresses `content` for the download and describes both forms. */
export function gzipGuestFile(path: string, content: Uint8Array): { description: GuestFile; packed: Uint8Array } {
  const packed = gzipSync(content, { level: 9 });
  const description: GuestFile = {
    path,
    bytes: packed.length,
    sha256: sha256(packed),
    compression: 'gzip',
    unpackedBytes: content.length,
    unpackedSha256: sha256(content),
  };
  return { description, packed };
}

/** The index with `entry` put in or replaced; entries keep their places, so the order is that of first appearance. */
export function withGuest(index: GuestIndex, entry: GuestIndexEntry): GuestIndex {
  const known = index.guests.some(({ name }) => name === entry.name);
  return { guests: known ? index.guests.map((old) => (old.name === entry.name ? entry : old)) : [...index.guests, entry] };
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function readIndex(path: string): Promise<GuestIndex> {
  if (!existsSync(path)) return { guests: [] };
  const index = JSON.parse(await readFile(path, 'utf8')) as Partial<GuestIndex>;
  if (!Array.isArray(index.guests)) throw new Error(`${path} is no guest index: it has no list "guests".`);
  return { guests: index.guests };
}

/** Puts one guest into `<guestsDirectory>/index.json`, leaving the others' entries alone. */
export async function updateIndex(guestsDirectory: string, entry: GuestIndexEntry): Promise<void> {
  await mkdir(guestsDirectory, { recursive: true });
  const path = join(guestsDirectory, 'index.json');
  const text = json(withGuest(await readIndex(path), entry));
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return;
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Puts one more file, or another one of that name, into a guest's folder, and the manifest that tells of it. */
export async function addGuestFile(
  folder: string,
  { path }: GuestFile,
  packed: Uint8Array,
  manifest: GuestManifest,
): Promise<void> {
  for (const [name, content] of [
    [path, packed],
    ['guest.json', json(manifest)],
  ] as const) {
    await writeFile(join(folder, `${name}.new`), content);
    await rename(join(folder, `${name}.new`), join(folder, name));
  }
}

/** Writes a guest's folder: all of it or, if anything fails, nothing. */
export async function replaceGuestFolder(guestsDirectory: string, name: string, files: Record<string, Uint8Array | string>) {
  const finished = join(guestsDirectory, name);
  const fresh = join(guestsDirectory, `.${name}.new`);
  await rm(fresh, { recursive: true, force: true });
  try {
    await mkdir(fresh, { recursive: true });
    for (const [path, content] of Object.entries(files)) await writeFile(join(fresh, path), content);
    await rm(finished, { recursive: true, force: true });
    await rename(fresh, finished);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
