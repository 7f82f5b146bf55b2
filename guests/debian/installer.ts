/** Debian's installer as its packages hold it: a kernel, and an initramfs that asks its questions on the serial console. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeb } from '../deb';
import { json } from '../guest-files';
import { RecipeError } from '../run-tool';
import { KERNELS, type KernelFetcher } from './more-kernels';

/** By release of Debian. */
export const INSTALLERS = [
  { release: 12, suite: 'bookworm' },
  { release: 13, suite: 'trixie' },
] as const;

const folderOf = (release: number): string => join(KERNELS, `installer-${release}`);

/** Kernel and initramfs of an installer. */
export const installerFiles = (release: number): { kernel: string; initrd: string } => ({
  kernel: join(folderOf(release), 'linux'),
  initrd: join(folderOf(release), 'initrd.gz'),
});

/** Of the installer with a text screen. */
const FILE = /^usr\/lib\/debian-installer\/images\/\d+\/arm64\/text\/debian-installer\/arm64\/(linux|initrd\.gz)$/;

/** Puts the two files there unless they are. Throws a RecipeError if the package is not to be had or has other contents. */
export async function fetchInstaller(
  fetcher: KernelFetcher,
  { release, suite }: (typeof INSTALLERS)[number],
  update = false,
): Promise<void> {
  const folder = folderOf(release);
  if (!update && existsSync(folder)) return;
  const name = `debian-installer-${release}-netboot-arm64`;
  const [fetched] = await fetcher.packages([suite], async (lists) => {
    const [newest] = await lists.versions(name);
    if (newest === undefined) throw new RecipeError(`${suite} (arm64) of this mirror has no package ${name}.`);
    return [newest];
  });
  const files = await readDeb(fetched!.file, (path) => FILE.test(path));
  if (files.length !== 2)
    throw new RecipeError(`the package ${name} ${fetched!.version} has no kernel and initrd where they are looked for.`);
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const { path, content } of files) await writeFile(join(fresh, FILE.exec(path)![1]!), content);
  await writeFile(join(fresh, 'installer.json'), json({ name, version: fetched!.version }));
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
