/** Chooses and fetches the packages of the Debian guest, and remembers them so that the guest can be rebuilt offline. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../guest-files';
import { RecipeError } from '../run-tool';
import { findMirror, type PackageVersion, PrivateApt, withoutCredentials } from './apt';
import { BUSYBOX_PACKAGE, KERNEL_METAPACKAGE, KERNEL_PACKAGE, OLDEST_KERNEL, SUITES } from './recipe';

export interface FetchedPackage {
  name: string;
  version: string;
  file: string;
}

/** [major, minor] of a kernel package version such as `7.3.4-1~bpo13+1`; undefined if it starts otherwise. */
export function kernelNumber(version: string): [number, number] | undefined {
  const match = /^(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** The newest version that is at least OLDEST_KERNEL. Patch levels count only through the order of `versions`. */
export function chooseKernel(versions: readonly PackageVersion[]): PackageVersion | undefined {
  const rank = ({ version }: PackageVersion) => {
    const [major, minor] = kernelNumber(version) ?? [0, 0];
    return major * 1000 + minor;
  };
  const oldest = OLDEST_KERNEL[0] * 1000 + OLDEST_KERNEL[1];
  return versions
    .filter((version) => rank(version) >= oldest)
    .reduce<PackageVersion | undefined>(
      (best, version) => (best === undefined || rank(version) > rank(best) ? version : best),
      undefined,
    );
}

/** What is asked of apt's lists. */
export interface PackageLists {
  /** Newest first; empty if there is none. */
  versions(name: string): Promise<PackageVersion[]>;
}

/** The packages behind the metapackage that hold the Image and the modules: its dependencies' dependencies, by name. */
export async function kernelPackages(apt: PackageLists, metapackage: PackageVersion): Promise<PackageVersion[]> {
  const found = new Map<string, PackageVersion>();
  const pending = metapackage.depends.filter((name) => KERNEL_PACKAGE.test(name));
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    const [newest] = await apt.versions(name);
    if (newest === undefined)
      throw new RecipeError(`${metapackage.name} ${metapackage.version} depends on ${name}, which the mirror does not have.`);
    found.set(name, newest);
    pending.push(...newest.depends.filter((other) => KERNEL_PACKAGE.test(other)));
  }
  return [...found.values()];
}

/** Whether apt could not read its lists because the mirror has no such suite. */
export const isMissingSuite = (error: unknown): error is RecipeError =>
  error instanceof RecipeError && /\b404\b|Release file/.test(error.message);

async function choosePackages(apt: PrivateApt, mirror: string, say: (line: string) => void): Promise<PackageVersion[]> {
  let complaint: RecipeError | undefined;
  for (const suites of SUITES) {
    say(`reading the package lists of ${suites.join(' and ')} (arm64) from ${withoutCredentials(mirror)}`);
    try {
      await apt.update(mirror, suites);
    } catch (error) {
      // Only a mirror that answers but does not have these suites may have others.
      if (!isMissingSuite(error)) throw error;
      complaint ??= error;
      continue;
    }
    const kernel = chooseKernel(await apt.versions(KERNEL_METAPACKAGE));
    const [busybox] = await apt.versions(BUSYBOX_PACKAGE);
    if (kernel !== undefined && busybox !== undefined) return [...(await kernelPackages(apt, kernel)), busybox];
    complaint ??= new RecipeError(
      `${suites.join(' and ')} has no ${KERNEL_METAPACKAGE} of ${OLDEST_KERNEL.join('.')} or newer with ${BUSYBOX_PACKAGE}.`,
    );
  }
  throw complaint ?? new RecipeError('no suites are configured in the recipe.');
}

interface Lock {
  packages: (FetchedPackage & { sha256: string })[];
}

/** The packages of the last run, if all their files are still what they were. */
async function lockedPackages(lockFile: string): Promise<FetchedPackage[] | undefined> {
  if (!existsSync(lockFile)) return undefined;
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
  for (const { file, sha256: expected } of lock.packages) {
    if (!existsSync(file) || sha256(await readFile(file)) !== expected) return undefined;
  }
  return lock.packages;
}

/**
 * The packages of the guest as files. Those of the last run are used again unless `update` asks for the newest.
 * `say` is given one line for everything that takes time. Throws a RecipeError if they cannot be had.
 */
export async function fetchPackages(cache: string, update: boolean, say: (line: string) => void): Promise<FetchedPackage[]> {
  const lockFile = join(cache, 'packages.json');
  const locked = update ? undefined : await lockedPackages(lockFile);
  if (locked !== undefined) return locked;
  const apt = await PrivateApt.open(join(cache, 'apt'));
  const packages = await choosePackages(apt, await findMirror(), say);
  say(`downloading ${packages.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
  const files = await apt.download(packages);
  const fetched: FetchedPackage[] = packages.map(({ name, version }, index) => ({ name, version, file: files[index]! }));
  const lock: Lock = { packages: [] };
  for (const item of fetched) lock.packages.push({ ...item, sha256: sha256(await readFile(item.file)) });
  await writeFile(`${lockFile}.new`, `${JSON.stringify(lock, null, 2)}\n`);
  await rename(`${lockFile}.new`, lockFile);
  return fetched;
}
