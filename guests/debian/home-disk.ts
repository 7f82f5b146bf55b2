/** The disk that the Debian guest's machines begin with: a partition to sleep on, and one for what a person writes. */
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isZero } from '../../src/storage/disk-contents';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { packTemplate } from '../../src/vm/disk-template';
import { PARTITION_TYPE, writePartitionTable, writeSwapArea } from '../disk-layout';
import { RecipeError, runTool } from '../run-tool';
import { HOME_DISK } from './recipe';

const MIB = 2 ** 20;
/** What is looked at, and what is read, at once. */
const BLOCK = 65536;
const PIECE = 4 * MIB;

/** Where partitions lie: the first one begins behind a MiB that belongs to the table, as everybody has it. */
const SWAP = { start: MIB, length: HOME_DISK.swapMiB * MIB };
const HOME = { start: SWAP.start + SWAP.length, length: HOME_DISK.homeMiB * MIB };

/** In MiB. */
export const HOME_DISK_MIB = (HOME.start + HOME.length) / MIB;

/** Everything that mke2fs would choose by its configuration, its clock or chance, so that each version makes the same. */
const MKE2FS_OPTIONS = [
  ...['-q', '-F', '-b', '4096', '-I', '256', '-i', '16384', '-m', '0', '-J', 'size=16'],
  '-O',
  'none,has_journal,ext_attr,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum',
  // Tables of inodes are zero already: the guest need not go over them.
  ...['-E', `root_owner=0:0,lazy_itable_init=0,nodiscard,hash_seed=${HOME_DISK.hashSeed}`],
  ...['-e', 'remount-ro', '-L', HOME_DISK.label, '-U', HOME_DISK.uuid],
];
const MKE2FS_ENVIRONMENT = { MKE2FS_CONFIG: '/dev/null', E2FSPROGS_FAKE_TIME: '1700000000' };

/** The program that makes ext4 file systems, if this machine has it; only root has its folder on the PATH everywhere. */
export function findMke2fs(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, 'mke2fs')).find((path) => existsSync(path));
}

/** The disk as a template. The same on every machine. Throws a RecipeError. */
export async function makeHomeDisk(mke2fs: string): Promise<Uint8Array> {
  const disk = new MemoryDisk(HOME_DISK_MIB * MIB, { name: 'home' });
  writePartitionTable(disk, HOME_DISK.signature, [
    { type: PARTITION_TYPE.SWAP, ...SWAP },
    { type: PARTITION_TYPE.LINUX, ...HOME },
  ]);
  writeSwapArea(disk, { ...SWAP, label: HOME_DISK.swapLabel, uuid: HOME_DISK.swapUuid });
  const folder = await mkdtemp(join(tmpdir(), 'dormouse-disk-'));
  try {
    const image = join(folder, 'home.ext4');
    await runTool(mke2fs, [...MKE2FS_OPTIONS, image, `${HOME_DISK.homeMiB}M`], { environment: MKE2FS_ENVIRONMENT });
    await copyInto(disk, HOME.start, image, HOME.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return packTemplate(disk);
}

/** Copies what of an image is not zero. */
async function copyInto(disk: MemoryDisk, start: number, path: string, length: number): Promise<void> {
  const image = await open(path);
  try {
    const { size } = await image.stat();
    if (size > length) throw new RecipeError(`mke2fs made ${size} bytes of a file system for ${length}.`);
    const piece = new Uint8Array(PIECE);
    for (let at = 0; at < size; at += PIECE) {
      const { bytesRead } = await image.read(piece, 0, PIECE, at);
      for (let block = 0; block < bytesRead; block += BLOCK) {
        const bytes = piece.subarray(block, Math.min(block + BLOCK, bytesRead));
        if (!isZero(bytes)) disk.write(start + at + block, bytes);
      }
    }
  } finally {
    await image.close();
  }
}
