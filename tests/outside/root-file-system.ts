/**
 * Programs that nobody here wrote: a root file system of Debian's packages for arm64, as an ext4 image in guests/.cache. The packages are fetched by
 * apt into a root of its own, verified, and unpacked; none of their scripts runs, so the few links and files that these would make are made here.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findMirror, PrivateApt, withoutCredentials } from '../../guests/debian/apt';
import { findMke2fs } from '../../guests/debian/home-disk';
import { sha256 } from '../../guests/guest-files';
import { RecipeError, runTool } from '../../guests/run-tool';

const CACHE = join(import.meta.dirname, '../../guests/.cache/outside');
const SUITE = 'trixie';

const PACKAGES: readonly string[] = [
  ...['base-files', 'base-passwd', 'libc-bin', 'bash', 'dash', 'coreutils', 'util-linux', 'procps', 'findutils', 'diffutils'],
  ...['grep', 'sed', 'tar', 'gzip', 'bzip2', 'xz-utils', 'zstd', 'bc', 'gawk', 'file'],
  ...['python3', 'libpython3.13-testsuite', 'python3-numpy', 'perl', 'openssl', 'sqlite3', 'nodejs', 'lua5.4', 'ruby'],
  ...['gcc', 'g++', 'libc6-dev', 'libc6-dbg', 'gdb', 'stress-ng'],
];

/** What the packages' scripts would have linked: where, and to what. */
const LINKS: readonly (readonly [path: string, target: string])[] = [
  ['usr/bin/awk', 'gawk'],
  ['usr/bin/lua', 'lua5.4'],
  ['usr/lib/aarch64-linux-gnu/libblas.so.3', 'blas/libblas.so.3'],
  ['usr/lib/aarch64-linux-gnu/liblapack.so.3', 'lapack/liblapack.so.3'],
  ['etc/mtab', '../proc/self/mounts'],
];

const FILES: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

/** Where the machine mounts what it needs to write. */
const FOLDERS: readonly string[] = ['proc', 'sys', 'dev', 'tmp', 'run', 'root', 'work'];

/** Room left beside the files, in MiB: nothing is written to it, but its tables grow with the number of files. */
const SPARE_MIB = 300;
const MKE2FS_OPTIONS = [
  '-q',
  '-F',
  '-t',
  'ext4',
  '-b',
  '4096',
  '-m',
  '0',
  '-O',
  '^has_journal',
  '-E',
  'root_owner=0:0,nodiscard',
];

/** Changes with everything that the image is made of but the packages' versions. */
const RECIPE = sha256(JSON.stringify([SUITE, PACKAGES, LINKS, FILES, FOLDERS, SPARE_MIB, MKE2FS_OPTIONS]));

export interface RootFileSystem {
  /** A raw disk image that holds an ext4 file system and nothing else. */
  image: string;
  /** Names of the packages' files: which versions these programs are. */
  packages: readonly string[];
  recipe: string;
}

const NOTE = join(CACHE, 'root.json');

/** The image of an earlier call, if it was made by this recipe. */
async function present(): Promise<RootFileSystem | undefined> {
  if (!existsSync(NOTE)) return undefined;
  const note = JSON.parse(await readFile(NOTE, 'utf8')) as RootFileSystem;
  return note.recipe === RECIPE && existsSync(note.image) ? note : undefined;
}

async function unpack(files: readonly string[], root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  // It has the links from /bin and /lib to /usr, through which the others' files go.
  const first = files.findIndex((file) => /\/base-files_/.test(file));
  const ordered = [files[first]!, ...files.filter((_, index) => index !== first)];
  for (const file of ordered) await runTool('dpkg-deb', ['--extract', file, root]);
  for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
  for (const [path, target] of LINKS) {
    await rm(join(root, path), { force: true });
    await symlink(target, join(root, path));
  }
  for (const [path, content] of Object.entries(FILES)) await writeFile(join(root, path), content);
  // Documentation and translations are read by nobody.
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale']) await rm(join(root, folder), { recursive: true });
}

/** Makes the image unless it is there. `say` is given a line for everything that takes time. Throws a RecipeError. */
export async function rootFileSystem(say: (line: string) => void): Promise<RootFileSystem> {
  const made = await present();
  if (made !== undefined) return made;
  const mke2fs = findMke2fs();
  if (mke2fs === undefined) throw new RecipeError('mke2fs is not on this machine; it is in the package e2fsprogs.');
  await mkdir(CACHE, { recursive: true });
  const apt = await PrivateApt.open(join(CACHE, 'apt'));
  const mirror = await findMirror();
  say(`reading the package lists of ${SUITE} (arm64) from ${withoutCredentials(mirror)}`);
  await apt.update(mirror, [SUITE]);
  say(`downloading ${PACKAGES.length} packages and what they need`);
  const files = await apt.downloadAll(PACKAGES);
  say(`unpacking ${files.length} packages`);
  const root = join(CACHE, 'root');
  await unpack(files, root);
  const [kib = '0'] = (await runTool('du', ['-sk', '--apparent-size', root])).toString().split('\t');
  const image = join(CACHE, 'root.ext4');
  say('making the file system');
  const mib = Math.ceil((Number(kib) / 1024) * 1.05) + SPARE_MIB;
  await runTool(mke2fs, [...MKE2FS_OPTIONS, '-d', root, `${image}.new`, `${mib}M`]);
  await rename(`${image}.new`, image);
  await rm(root, { recursive: true });
  const packages = files.map((file) => file.slice(file.lastIndexOf('/') + 1)).sort();
  const note: RootFileSystem = { image, packages, recipe: RECIPE };
  await writeFile(NOTE, `${JSON.stringify(note, null, 2)}\n`);
  return note;
}
