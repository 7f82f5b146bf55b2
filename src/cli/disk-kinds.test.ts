/** A guest cannot tell one kind of disk from another, so that a run under the virtual clock is the same on the page and on the command line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BlockDevice } from '../storage/block-device';
import { MemoryDisk } from '../storage/memory-disk';
import { OpfsDisk, type SyncFileHandle } from '../storage/opfs-disk';
import { openFileDisk } from './file-disk';

const SIZE = 1 << 20;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-kinds-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A browser's file, in memory. */
function handle(): SyncFileHandle {
  const bytes = new Uint8Array(SIZE);
  return {
    read(into, { at }) {
      into.set(bytes.subarray(at, at + into.length));
      return into.length;
    },
    write(from, { at }) {
      bytes.set(from, at);
      return from.length;
    },
    truncate: () => {},
    getSize: () => SIZE,
    flush: () => {},
    close: () => {},
  };
}

it('every kind of disk has the same bytes after the same requests, discards among them', () => {
  const disks: BlockDevice[] = [
    new MemoryDisk(SIZE),
    new OpfsDisk(handle(), { name: 'opfs', size: SIZE, readOnly: false }),
    openFileDisk(`${join(folder, 'd.img')}:size=1M`),
  ];
  const contents = disks.map((disk) => {
    disk.write(1000, new Uint8Array(300_000).fill(5));
    disk.discard(0, 131_072);
    disk.writeZeroes(200_000, 65_536);
    disk.discard(270_000, 100);
    disk.write(2000, Uint8Array.of(1, 2, 3));
    const all = new Uint8Array(SIZE);
    disk.read(0, all);
    disk.close();
    return Buffer.from(all);
  });
  for (const each of contents) expect(each.equals(contents[0]!)).toBe(true);
  expect(contents[0]![1000]).toBe(5);
});
