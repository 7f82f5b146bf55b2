import { MemoryDisk } from '../../src/storage/memory-disk';

/** A disk with a FAT16 file system over all of it (Microsoft, "FAT: General Overview of On-Disk Format", 1.03), for firmware to load from. */

const SECTOR = 512;
const CLUSTER = 8 * SECTOR;
const ROOT_ENTRIES = 512;
const END_OF_CHAIN = 0xffff;

/** Names as they stand in a directory: eight letters and three, in capitals. */
export function fatDisk(files: Readonly<Record<string, Uint8Array>>): MemoryDisk {
  const clustersOf = (bytes: Uint8Array): number => Math.ceil(bytes.length / CLUSTER);
  // FAT16 begins at 4,085 clusters.
  const clusters = Math.max(
    8192,
    Object.values(files).reduce((sum, bytes) => sum + clustersOf(bytes), 64),
  );
  const tableSectors = Math.ceil(((clusters + 2) * 2) / SECTOR);
  const rootStart = 1 + tableSectors;
  const dataStart = rootStart + (ROOT_ENTRIES * 32) / SECTOR;
  const sectors = dataStart + (clusters * CLUSTER) / SECTOR;

  const boot = Buffer.alloc(SECTOR);
  boot.write('\xeb\x3c\x90DORMOUSE', 0, 'latin1');
  boot.writeUInt16LE(SECTOR, 11);
  boot[13] = CLUSTER / SECTOR;
  boot.writeUInt16LE(1, 14);
  boot[16] = 1;
  boot.writeUInt16LE(ROOT_ENTRIES, 17);
  boot[21] = 0xf8;
  boot.writeUInt16LE(tableSectors, 22);
  boot.writeUInt32LE(sectors, 32);
  boot[36] = 0x80;
  boot[38] = 0x29;
  boot.write('DORMOUSE   FAT16   ', 43, 'latin1');
  boot.writeUInt16LE(0xaa55, 510);

  const table = Buffer.alloc(tableSectors * SECTOR);
  table.writeUInt16LE(0xfff8, 0);
  table.writeUInt16LE(END_OF_CHAIN, 2);
  const root = Buffer.alloc(ROOT_ENTRIES * 32);
  const disk = new MemoryDisk(sectors * SECTOR, { name: 'fat' });
  let next = 2;
  for (const [index, [name, bytes]] of Object.entries(files).entries()) {
    const [stem, extension = ''] = name.split('.');
    const entry = root.subarray(index * 32, index * 32 + 32);
    entry.write(stem!.padEnd(8) + extension.padEnd(3), 0, 'latin1');
    entry[11] = 0x20;
    entry.writeUInt16LE(next, 26);
    entry.writeUInt32LE(bytes.length, 28);
    const padded = new Uint8Array(clustersOf(bytes) * CLUSTER);
    padded.set(bytes);
    disk.write(dataStart * SECTOR + (next - 2) * CLUSTER, padded);
    const last = next + clustersOf(bytes) - 1;
    for (; next <= last; next++) table.writeUInt16LE(next === last ? END_OF_CHAIN : next + 1, next * 2);
  }
  disk.write(0, boot);
  disk.write(SECTOR, table);
  disk.write(rootStart * SECTOR, root);
  return disk;
}
