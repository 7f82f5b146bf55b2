/** Makes public/guests/debian from Debian's packages and the scripts beside this file. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compilerDigest } from '../../scripts/compiler-digest';
import { decodeRegions } from '../../src/cpu/jit/pack-format';
import { addGuestFile, type GuestManifest, gzipGuestFile, json, replaceGuestFolder, sha256, updateIndex } from '../guest-files';
import { findMke2fs, HOME_DISK_MIB, makeHomeDisk } from './home-disk';
import { buildInitramfs } from './initramfs';
import { busyboxOf, selectModules, unpackKernel } from './kernel-files';
import { fetchPackages } from './packages';
import { APPEND, DEFAULTS, GUEST_NAME, HOME_DISK, MODULES, RECIPE_VERSION, SWAP_ONLY_MIB } from './recipe';
import { recordRegions } from './record-regions';
import { readScripts } from './scripts';

/** The guest's folder, if it was made by this very recipe and its files are whole by their sizes. */
async function existing(folder: string, recipe: string): Promise<GuestManifest | undefined> {
  const manifestFile = join(folder, 'guest.json');
  if (!existsSync(manifestFile)) return undefined;
  try {
    const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as GuestManifest;
    if (manifest.recipe !== recipe) return undefined;
    const { kernel, initrd, disk } = manifest.files;
    for (const { path, bytes } of [kernel, initrd, ...(disk ? [disk] : [])])
      if ((await stat(join(folder, path))).size !== bytes) return undefined;
    return manifest;
  } catch {
    return undefined;
  }
}

/** Of a kernel's release, such as `7.3.4+deb13-cloud-arm64`. */
function titleOf(release: string): string {
  const debian = /\+deb(\d+)/.exec(release)?.[1];
  return `Debian${debian === undefined ? '' : ` ${debian}`}, Linux ${release.split('.').slice(0, 2).join('.')}`;
}

function indexEntry({ name, title, description, bytes, defaults, agent, keepsFilesIn }: GuestManifest) {
  return {
    name,
    title,
    description,
    bytes,
    defaults,
    agent,
    ...(keepsFilesIn ? { keepsFilesIn } : {}),
    manifest: `${GUEST_NAME}/guest.json`,
  };
}

/** The guest with what of its code is hot: recorded, unless that was done with the compiler as it is now. */
async function withRegions(
  guestsDirectory: string,
  manifest: GuestManifest,
  say: (line: string) => void,
): Promise<GuestManifest> {
  const folder = join(guestsDirectory, GUEST_NAME);
  const { kernel, initrd, regions } = manifest.files;
  if (regions && (await areCurrent(join(folder, regions.path)))) return manifest;
  say('running it once, to compile ahead what is hot (half a minute; several on a slow machine)');
  let bytes: Uint8Array;
  try {
    const files = [kernel, initrd].map(async ({ path }) => gunzipSync(await readFile(join(folder, path))));
    const [image, initramfs] = await Promise.all(files);
    bytes = await recordRegions(image!, initramfs!);
  } catch (error) {
    say(`what is hot could not be recorded, so it starts more slowly: ${(error as Error).message}`);
    return manifest;
  }
  const recorded = gzipGuestFile('regions.bin.gzip', bytes);
  return withFile(folder, manifest, { regions: recorded });
}

/** The guest with what its new disks begin with, unless it has that, or it cannot be made here. */
async function withHomeDisk(
  guestsDirectory: string,
  manifest: GuestManifest,
  say: (line: string) => void,
): Promise<GuestManifest> {
  if (manifest.files.disk) return manifest;
  const mke2fs = findMke2fs();
  if (mke2fs === undefined) {
    say('its disk will keep no files, only its sleep: to make a file system takes mke2fs, of the package e2fsprogs');
    return manifest;
  }
  let disk: ReturnType<typeof gzipGuestFile>;
  try {
    disk = gzipGuestFile('disk.bin.gzip', await makeHomeDisk(mke2fs));
  } catch (error) {
    say(`its disk will keep no files, only its sleep: ${(error as Error).message}`);
    return manifest;
  }
  const defaults = { ...manifest.defaults, diskMiB: HOME_DISK_MIB };
  return withFile(join(guestsDirectory, GUEST_NAME), { ...manifest, defaults, keepsFilesIn: HOME_DISK.path }, { disk });
}

/** Puts a file beside the others; `bytes` is what all of them are to download. */
async function withFile(
  folder: string,
  manifest: GuestManifest,
  added: Partial<Record<'regions' | 'disk', ReturnType<typeof gzipGuestFile>>>,
): Promise<GuestManifest> {
  let complete = manifest;
  for (const [name, { description, packed }] of Object.entries(added)) {
    const files = { ...complete.files, [name]: description };
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
    complete = { ...complete, bytes, files };
    await addGuestFile(folder, description, packed, complete);
  }
  return complete;
}

async function areCurrent(path: string): Promise<boolean> {
  try {
    return decodeRegions(gunzipSync(await readFile(path))).digest === compilerDigest();
  } catch {
    return false;
  }
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/**
 * Makes the guest unless it is there already. `update` asks the mirror for newer packages even then.
 * Throws a RecipeError if it cannot be made; what was there before then stays as it was.
 */
export async function buildDebianGuest(
  guestsDirectory: string,
  cache: string,
  options: { update: boolean; say: (line: string) => void },
): Promise<void> {
  const { update, say } = options;
  const scripts = await readScripts();
  const recipe = sha256(JSON.stringify([RECIPE_VERSION, MODULES, APPEND, DEFAULTS, HOME_DISK, scripts]));
  const folder = join(guestsDirectory, GUEST_NAME);
  const present = update ? undefined : await existing(folder, recipe);
  if (present !== undefined) {
    await updateIndex(guestsDirectory, indexEntry(present));
    const whole = await withHomeDisk(guestsDirectory, present, say);
    await updateIndex(guestsDirectory, indexEntry(await withRegions(guestsDirectory, whole, say)));
    say(`is there already (Linux ${present.kernel.release})`);
    return;
  }

  const packages = await fetchPackages(cache, update, say);
  say('unpacking the packages');
  const { release, image, modules: all } = await unpackKernel(packages);
  const modules = await selectModules(all, MODULES);
  const initramfs = buildInitramfs({ kernelRelease: release, busybox: await busyboxOf(packages), modules, scripts });
  say(`compressing Linux ${release} (${mebibytes(image.length)}) for the download`);
  const kernel = gzipGuestFile('Image.gzip', image);
  const initrd = gzipGuestFile('initramfs.cpio.gzip', initramfs);
  const manifest: GuestManifest = {
    name: GUEST_NAME,
    title: titleOf(release),
    description: `Debian's own kernel (Linux ${release}) and BusyBox, unmodified, with an agent that lets the host put it to sleep.`,
    bytes: kernel.description.bytes + initrd.description.bytes,
    defaults: { ...DEFAULTS, diskMiB: SWAP_ONLY_MIB },
    agent: true,
    append: APPEND,
    kernel: { release, packages: packages.map(({ name, version }) => ({ name, version })) },
    files: { kernel: kernel.description, initrd: initrd.description },
    recipe,
  };
  await replaceGuestFolder(guestsDirectory, GUEST_NAME, {
    'Image.gzip': kernel.packed,
    'initramfs.cpio.gzip': initrd.packed,
    'guest.json': json(manifest),
  });
  await updateIndex(guestsDirectory, indexEntry(manifest));
  const whole = await withHomeDisk(guestsDirectory, manifest, say);
  const complete = await withRegions(guestsDirectory, whole, say);
  await updateIndex(guestsDirectory, indexEntry(complete));
  say(
    `is ready: Linux ${release}, ${mebibytes(complete.bytes)} to download (kernel ${mebibytes(kernel.packed.length)}, ` +
      `initramfs ${mebibytes(initrd.packed.length)})`,
  );
}
