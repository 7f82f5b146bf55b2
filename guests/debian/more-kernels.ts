/** Fetches Debian's other kernels for tests, each with the initramfs of the Debian guest, into a cache that is no part of the repository. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CpioEntry } from '../cpio';
import { json, sha256 } from '../guest-files';
import { RecipeError } from '../run-tool';
import { findMirror, type PackageVersion, PrivateApt, withoutCredentials } from './apt';
import { buildInitramfs } from './initramfs';
import { busyboxOf, selectModules, unpackKernel } from './kernel-files';
import type { MoreKernel } from './kernel-list';
import type { KernelModule } from './kernel-module';
import { type FetchedPackage, isMissingSuite, kernelPackages, type PackageLists } from './packages';
import { APPEND, BUSYBOX_PACKAGE, MODULES } from './recipe';
import { readScripts } from './scripts';

/** Where all of them lie, one folder each. */
export const KERNELS = join(import.meta.dirname, '../.cache/kernels');

/** What some kernels have as modules and the Debian guest's own has built in: the agent's port, the power key, the file system of disks that keep files. */
const FIRST_MODULES = ['virtio_console', 'gpio_keys', 'ext4'] as const;

/** The first program of these machines, which loads them before it becomes /init. */
const FIRST = 'lib/dormouse/first';

/** Kernel command line. */
export const MORE_KERNELS_APPEND = `${APPEND} rdinit=/${FIRST}`;

/** kernel.json, beside Image and initramfs.cpio.gz. */
export interface FetchedKernel {
  name: string;
  release: string;
  packages: { name: string; version: string }[];
  /** Digest of all it was made from except the packages. */
  recipe: string;
}

const kernelFolder = (name: string): string => join(KERNELS, name);
export const imageOf = (name: string): string => join(kernelFolder(name), 'Image');
export const initramfsOf = (name: string): string => join(kernelFolder(name), 'initramfs.cpio.gz');

/** Undefined if it is not there. */
export async function fetchedKernel(name: string): Promise<FetchedKernel | undefined> {
  const file = join(kernelFolder(name), 'kernel.json');
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as FetchedKernel;
}

/** Kernel, modules and BusyBox of the lists at hand. Throws a RecipeError that names what they lack. */
export async function choose(lists: PackageLists, { metapackage, suites }: MoreKernel): Promise<PackageVersion[]> {
  const [kernel] = await lists.versions(metapackage);
  if (kernel === undefined)
    throw new RecipeError(`${suites.join(' and ')} (arm64) of this mirror has no package ${metapackage}.`);
  const [busybox] = await lists.versions(BUSYBOX_PACKAGE);
  if (busybox === undefined)
    throw new RecipeError(`${suites.join(' and ')} (arm64) of this mirror has no package ${BUSYBOX_PACKAGE}.`);
  return [...(await kernelPackages(lists, kernel)), busybox];
}

function firstProgram(modules: readonly KernelModule[]): CpioEntry {
  const loaded = FIRST_MODULES.filter((name) => modules.some((module) => module.name === name));
  const load = loaded.length > 0 ? `/bin/modprobe -a ${loaded.join(' ')}\n` : '';
  const script = `#!/bin/sh\n${load}exec /init\n`;
  return { kind: 'file', path: FIRST, content: new TextEncoder().encode(script), mode: 0o755 };
}

/** The same lists serve all kernels of the same suites. */
export class KernelFetcher {
  private listed = '';

  private constructor(
    private readonly apt: PrivateApt,
    private readonly mirror: string,
    private readonly say: (line: string) => void,
  ) {}

  /** Throws a RecipeError if there is no apt or no mirror. */
  static async open(say: (line: string) => void): Promise<KernelFetcher> {
    return new KernelFetcher(await PrivateApt.open(join(KERNELS, 'apt')), await findMirror(), say);
  }

  /**
   * The packages that `choose` takes from the lists of these suites, as files that the next call removes. Throws a RecipeError if the mirror has not
   * these suites or packages.
   */
  async packages(
    suites: readonly string[],
    choose: (lists: PackageLists) => Promise<readonly PackageVersion[]>,
  ): Promise<FetchedPackage[]> {
    const wanted = suites.join(' and ');
    if (this.listed !== wanted) {
      this.say(`reading the package lists of ${wanted} (arm64) from ${withoutCredentials(this.mirror)}`);
      this.listed = '';
      try {
        await this.apt.update(this.mirror, suites);
      } catch (error) {
        if (!isMissingSuite(error)) throw error;
        throw new RecipeError(
          `the mirror ${withoutCredentials(this.mirror)} has not all of the suites ${wanted} (${error.message})`,
        );
      }
      this.listed = wanted;
    }
    const packages = await choose(this.apt);
    this.say(`downloading ${packages.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
    const files = await this.apt.download(packages);
    return packages.map(({ name, version }, index) => ({ name, version, file: files[index]! }));
  }

  /**
   * The kernel's folder: the one that is there, or a new one if there is none, another recipe made it, or `update`. Throws a RecipeError; what was there
   * before then stays.
   */
  async kernel(wanted: MoreKernel, update = false): Promise<FetchedKernel> {
    const scripts = await readScripts();
    const recipe = sha256(JSON.stringify([wanted, MODULES, FIRST_MODULES, scripts]));
    const present = update ? undefined : await fetchedKernel(wanted.name);
    if (present?.recipe === recipe) return present;
    const packages = await this.packages(wanted.suites, (lists) => choose(lists, wanted));
    const { release, image, modules: all } = await unpackKernel(packages);
    const modules = await selectModules(all, [...MODULES, ...FIRST_MODULES]);
    const busybox = await busyboxOf(packages);
    const initramfs = buildInitramfs({ kernelRelease: release, busybox, modules, scripts }, [firstProgram(modules)]);
    const fetched: FetchedKernel = {
      name: wanted.name,
      release,
      packages: packages.map(({ name, version }) => ({ name, version })),
      recipe,
    };
    const folder = kernelFolder(wanted.name);
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    await writeFile(join(fresh, 'Image'), image);
    await writeFile(join(fresh, 'initramfs.cpio.gz'), gzipSync(initramfs));
    await writeFile(join(fresh, 'kernel.json'), json(fetched));
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
    return fetched;
  }
}
