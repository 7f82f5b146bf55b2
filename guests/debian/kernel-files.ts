/** What lies in the packages of a kernel and of BusyBox. */
import { readDeb } from '../deb';
import { RecipeError, runTool } from '../run-tool';
import { type KernelModule, moduleDependencies, moduleName } from './kernel-module';
import type { FetchedPackage } from './packages';
import { BUSYBOX_PACKAGE } from './recipe';

/** Offset and value of the magic number in an arm64 Image (Linux, Documentation/arch/arm64/booting.rst). */
const IMAGE_MAGIC_OFFSET = 56;
const IMAGE_MAGIC = 'ARM\x64';

/** Where packages keep the kernel: new and old layout. */
const VMLINUZ = /^(?:usr\/)?lib\/modules\/([^/]+)\/vmlinuz$|^boot\/vmlinuz-([^/]+)$/;
const MODULE_FILE = /^(?:usr\/)?lib\/modules\/[^/]+\/(kernel\/.+\.ko)(\.\w+)?$/;
const BUSYBOX_FILE = /^(?:usr\/)?bin\/busybox$/;

const MODULE_DECOMPRESSORS: Record<string, [string, ...string[]]> = {
  '.xz': ['xz', '-dc'],
  '.zst': ['zstd', '-dcq'],
  '.gz': ['gzip', '-dc'],
};

export interface PackedModule {
  path: string;
  suffix: string;
  content: Uint8Array;
}

/** A kernel as its packages hold it. */
export interface KernelFiles {
  /** As `uname -r` tells it. */
  release: string;
  /** A raw arm64 Image. */
  image: Uint8Array;
  /** By name. */
  modules: ReadonlyMap<string, PackedModule>;
}

/** The kernel and all its modules. Throws a RecipeError if the packages hold none, or one that is no raw Image. */
export async function unpackKernel(packages: readonly FetchedPackage[]): Promise<KernelFiles> {
  const modules = new Map<string, PackedModule>();
  let kernel: { release: string; image: Uint8Array } | undefined;
  for (const { file } of packages) {
    for (const { path, content } of await readDeb(file, (path) => VMLINUZ.test(path) || MODULE_FILE.test(path))) {
      const vmlinuz = VMLINUZ.exec(path);
      const module = MODULE_FILE.exec(path);
      if (vmlinuz) kernel = { release: (vmlinuz[1] ?? vmlinuz[2])!, image: content };
      else if (module) modules.set(moduleName(path), { path: module[1]!, suffix: module[2] ?? '', content });
    }
  }
  if (kernel === undefined) throw new RecipeError('none of the kernel packages holds a kernel.');
  const magic = Buffer.from(kernel.image.subarray(IMAGE_MAGIC_OFFSET, IMAGE_MAGIC_OFFSET + 4)).toString('latin1');
  if (magic !== IMAGE_MAGIC) throw new RecipeError(`the kernel ${kernel.release} is not a raw arm64 Image.`);
  return { ...kernel, modules };
}

/** BusyBox of whichever of the packages holds it. Throws a RecipeError if none does. */
export async function busyboxOf(packages: readonly FetchedPackage[]): Promise<Uint8Array> {
  for (const { name, file } of packages) {
    if (name !== BUSYBOX_PACKAGE) continue;
    const [busybox] = await readDeb(file, (path) => BUSYBOX_FILE.test(path));
    if (busybox !== undefined) return busybox.content;
  }
  throw new RecipeError('the BusyBox package holds no busybox.');
}

/** The wanted modules and everything they depend on, decompressed, dependencies first. Modules that are built in are left out. */
export async function selectModules(all: ReadonlyMap<string, PackedModule>, wanted: readonly string[]): Promise<KernelModule[]> {
  const selected = new Map<string, KernelModule>();
  const select = async (name: string): Promise<void> => {
    const packed = all.get(name);
    if (packed === undefined || selected.has(name)) return;
    const decompressor = MODULE_DECOMPRESSORS[packed.suffix];
    if (packed.suffix !== '' && decompressor === undefined) {
      throw new RecipeError(`the module ${packed.path}${packed.suffix} is compressed in a way nobody here knows.`);
    }
    const [tool, ...args] = decompressor ?? [''];
    const content = tool === '' ? packed.content : await runTool(tool, args, { input: packed.content });
    for (const dependency of moduleDependencies(content)) await select(dependency);
    selected.set(name, { name, path: packed.path, content });
  };
  for (const name of wanted) await select(name);
  return [...selected.values()];
}
