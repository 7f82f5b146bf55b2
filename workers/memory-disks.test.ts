import { expect, it } from 'vitest';
import { MemoryDisks } from './memory-disks';

it('keeps a disk for the next machine, and gives all memory back in the end', () => {
  const disks = new MemoryDisks();
  const disk = disks.open('work', 1024);
  disk.write(0, Uint8Array.of(7));
  expect(() => disks.open('work', 1024)).toThrow('The disk “work” is in use.');
  disks.leave(disk);
  const read = new Uint8Array(1);
  disks.open('work', 512).read(0, read);
  expect([...read]).toEqual([7]);
  const other = disks.open('other', 512);
  disks.leave(other);
  disks.close();
  expect([disks.list(), disk.used, disks.has(disk)]).toEqual([[], 0, false]);
  for (const each of [disk, other]) expect(() => each.read(0, read)).toThrow('closed');
});
