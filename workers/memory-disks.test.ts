import { expect, it } from 'vitest';
import { MemoryDisks } from './memory-disks';

const machine = {};

it('keeps a disk for the next machine, and gives all memory back in the end', () => {
  const disks = new MemoryDisks();
  const disk = disks.open('work', 1024);
  disk.write(0, Uint8Array.of(7));
  expect(() => disks.open('work', 1024)).toThrow('The disk “work” is in use.');
  disks.leave(disk, machine);
  const read = new Uint8Array(1);
  disks.open('work', 512).read(0, read);
  expect([...read]).toEqual([7]);
  const other = disks.open('other', 512);
  disks.leave(other, machine);
  disks.close();
  expect([disks.list(), disk.used, disks.has(disk)]).toEqual([[], 0, false]);
  for (const each of [disk, other]) expect(() => each.read(0, read)).toThrow('closed');
});

it('gives a disk back to the machine that left it, unless another has had it since', () => {
  const disks = new MemoryDisks();
  const disk = disks.open('den', 512);
  disks.leave(disk, machine);
  disks.takeBack(disk, machine);
  expect(disks.list()).toMatchObject([{ name: 'den', inUse: true }]);
  const refusal = 'its disk “den” has been used, changed or deleted since';
  disks.leave(disk, machine);
  disks.open('den', 512);
  expect(() => disks.takeBack(disk, machine)).toThrow(refusal);
  disks.leave(disk, {});
  expect(() => disks.takeBack(disk, machine)).toThrow(refusal);
  disks.leave(disk, machine);
  disks.remove('den');
  expect(disks.knows(disk)).toBe(true);
  expect(() => disks.takeBack(disk, machine)).toThrow(refusal);
});
