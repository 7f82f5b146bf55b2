/** kexec of Debian's kexec-tools with the libraries it needs, as an archive to be put behind an initramfs. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CpioEntry, writeCpio } from '../cpio';
import { json } from '../guest-files';
import { RecipeError, runTool } from '../run-tool';
import type { PackageVersion } from './apt';
import { KERNELS, type KernelFetcher } from './more-kernels';
import type { PackageLists } from './packages';

const SUITE = 'trixie';
const PACKAGE = 'kexec-tools';
/** Of what it depends on, and what that depends on: shared libraries. Not what asks questions when it is installed. */
const LIBRARY = /^(lib(?!gcc|c-)|zlib)/;
/** Where packages have their libraries and the program. */
const LIBRARY_FOLDER = 'lib/aarch64-linux-gnu';
const PROGRAM = 'usr/sbin/kexec';
const INTERPRETER = 'ld-linux-aarch64.so.1';

const FOLDER = join(KERNELS, 'kexec-tools');
/** Has /kexec/kexec, and libraries where its interpreter looks for them. */
export const KEXEC_TOOLS = join(FOLDER, 'kexec-tools.cpio.gz');

/** kexec-tools and all libraries behind it. Throws a RecipeError that names what the lists lack. */
export async function chooseKexec(lists: PackageLists): Promise<PackageVersion[]> {
  const found = new Map<string, PackageVersion>();
  const pending = [PACKAGE];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    const [newest] = await lists.versions(name);
    if (newest === undefined) throw new RecipeError(`${SUITE} (arm64) of this mirror has no package ${name}.`);
    found.set(name, newest);
    pending.push(...newest.depends.filter((other) => LIBRARY.test(other)));
  }
  return [...found.values()];
}

/** Shared libraries of an unpacked package under every name they have. */
async function librariesIn(root: string): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [];
  for (const folder of [join(root, 'usr', LIBRARY_FOLDER), join(root, LIBRARY_FOLDER)]) {
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder)).sort()) {
      const file = join(folder, name);
      if (!name.includes('.so') || !(await stat(file)).isFile()) continue;
      const path = name === INTERPRETER ? `lib/${name}` : `${LIBRARY_FOLDER}/${name}`;
      entries.push({ kind: 'file', path, content: await readFile(file), mode: 0o755 });
    }
  }
  return entries;
}

/** Makes the archive unless it is there. Throws a RecipeError if packages or tools are missing. */
export async function buildKexecTools(fetcher: KernelFetcher, update = false): Promise<void> {
  if (!update && existsSync(KEXEC_TOOLS)) return;
  const packages = await fetcher.packages([SUITE], chooseKexec);
  const root = await mkdtemp(join(tmpdir(), 'dormouse-kexec-'));
  try {
    for (const { file } of packages) await runTool('dpkg-deb', ['-x', file, root]);
    const program = await readFile(join(root, PROGRAM));
    const archive = writeCpio([
      { kind: 'file', path: 'kexec/kexec', content: program, mode: 0o755 },
      ...(await librariesIn(root)),
    ]);
    await mkdir(FOLDER, { recursive: true });
    await writeFile(join(FOLDER, 'kexec-tools.json'), json(packages.map(({ name, version }) => ({ name, version }))));
    await writeFile(`${KEXEC_TOOLS}.new`, gzipSync(archive));
    await rename(`${KEXEC_TOOLS}.new`, KEXEC_TOOLS);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
