/** What new disks of the library's machines in Node begin with. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { PROGRAMS, programImage } from '../vm/bare-vm.testkit';
import { packTemplate } from '../vm/disk-template';
import { createVm } from './node-entry';
import type { DiskOptions } from './public-types';

const MIB = 1 << 20;
let folder: string;

/** A folder of guests with one, whose disks of 2 MiB begin with a 7 somewhere. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-new-disks-'));
  mkdirSync(join(folder, 'nest'));
  const model = new MemoryDisk(2 * MIB, { name: 'model' });
  model.write(MIB, Uint8Array.of(7));
  writeFileSync(join(folder, 'nest/kernel'), programImage(PROGRAMS.off));
  writeFileSync(join(folder, 'nest/disk.gz'), gzipSync(await packTemplate(model)));
  const manifest = {
    defaults: { vcpus: 1, memoryMiB: 16, diskMiB: 2 },
    files: { kernel: { path: 'kernel' }, disk: { path: 'disk.gz' } },
  };
  writeFileSync(join(folder, 'nest/guest.json'), JSON.stringify(manifest));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lets a machine with the disk come and go. */
async function run(disk: DiskOptions): Promise<void> {
  const vm = await createVm({ guest: 'nest', assets: folder, engine: 'interpreter', disk });
  await vm.start();
  await vm.waitForEnd();
  await vm.close();
}

it('a file that is made for a guest begins as its disks do, and one that is there stays as it is', async () => {
  const path = join(folder, 'den.img');
  await run({ name: path, sizeMiB: 2, kind: 'kept' });
  expect(readFileSync(path)[MIB]).toBe(7);
  writeFileSync(path, new Uint8Array(2 * MIB));
  await run({ name: path, sizeMiB: 2, kind: 'kept' });
  expect(readFileSync(path)[MIB]).toBe(0);
});

it('one that is too small for that begins empty, and where what is needed is gone none is made', async () => {
  const small = join(folder, 'small.img');
  await run({ name: small, sizeMiB: 1, kind: 'kept' });
  expect(readFileSync(small).some((byte) => byte !== 0)).toBe(false);
  rmSync(join(folder, 'nest/disk.gz'));
  const path = join(folder, 'new.img');
  await expect(run({ name: path, sizeMiB: 2, kind: 'kept' })).rejects.toThrow('cannot be read');
  expect(() => readFileSync(path)).toThrow('ENOENT');
});
