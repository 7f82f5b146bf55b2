import { describe, expect, it } from 'vitest';
import { collected } from '../storage/byte-reader';
import { fingerprintOf } from '../storage/disk-contents';
import { MemoryDisk } from '../storage/memory-disk';
import { writeSnapshot } from '../storage/snapshot-writer';
import { applyTemplate, beginDisk, packTemplate } from './disk-template';
import { diskSections } from './saved-disks';

const MIB = 2 ** 20;

async function template(): Promise<{ disk: MemoryDisk; bytes: Uint8Array }> {
  const disk = new MemoryDisk(32 * MIB, { name: 'model' });
  disk.write(510, Uint8Array.of(0x55, 0xaa));
  disk.write(20 * MIB, new Uint8Array(100_000).fill(7));
  return { disk, bytes: await packTemplate(disk) };
}

describe('a template', () => {
  it('makes a new disk what its model was, and takes up what is not zero', async () => {
    const { disk, bytes } = await template();
    expect(bytes.length).toBeLessThan(300_000);
    const fresh = new MemoryDisk(disk.size, { name: 'new' });
    await applyTemplate(fresh, bytes);
    expect(await fingerprintOf(fresh)).toBe(await fingerprintOf(disk));
    expect(fresh.used).toBe(disk.used);
  });

  it('may come in a Buffer', async () => {
    const { disk, bytes } = await template();
    const fresh = new MemoryDisk(disk.size, { name: 'new' });
    await applyTemplate(fresh, Buffer.concat([Buffer.alloc(1), bytes]).subarray(1));
    expect(await fingerprintOf(fresh)).toBe(await fingerprintOf(disk));
  });

  it('leaves the rest of a larger disk empty', async () => {
    const { disk, bytes } = await template();
    const fresh = new MemoryDisk(2 * disk.size, { name: 'large' });
    await applyTemplate(fresh, bytes);
    expect(await fingerprintOf(fresh)).toBe(await fingerprintOf(disk));
  });

  it('that is damaged, cut off or too large for the disk is refused in a sentence', async () => {
    const { bytes } = await template();
    const other = (size: number): MemoryDisk => new MemoryDisk(size, { name: 'new' });
    const damaged = bytes.slice();
    damaged[damaged.length - 200]! ^= 1;
    await expect(applyTemplate(other(32 * MIB), damaged)).rejects.toThrow('damaged');
    await expect(applyTemplate(other(32 * MIB), bytes.subarray(0, 70_000))).rejects.toThrow('truncated');
    await expect(applyTemplate(other(8 * MIB), bytes)).rejects.toThrow('The saved disk “new” has');
  });

  it('whose blocks are not those that it tells of is refused', async () => {
    const { disk } = await template();
    const other = new MemoryDisk(disk.size);
    other.write(0, Uint8Array.of(1));
    const [, told] = [...diskSections([other])];
    // What a disk's fingerprint is made of is known when its blocks were read.
    await collected(writeSnapshot(diskSections([other])));
    const [blocks] = [...diskSections([disk])];
    const mixed = await collected(writeSnapshot([blocks!, told!]));
    await expect(applyTemplate(new MemoryDisk(disk.size, { name: 'new' }), mixed)).rejects.toThrow(
      'What the disk “new” is to begin with is damaged: fetch the guest anew.',
    );
  });
});

describe('a new disk', () => {
  it('stays empty if it is smaller than the guest’s own, or the guest has none, and then nothing is loaded', async () => {
    const { disk, bytes } = await template();
    let loaded = 0;
    const guest = {
      size: disk.size,
      load: async () => {
        loaded++;
        return bytes;
      },
    };
    const small = new MemoryDisk(16 * MIB);
    expect([await beginDisk(small, guest), await beginDisk(small, undefined), loaded, small.used]).toEqual([false, false, 0, 0]);
    const fresh = new MemoryDisk(disk.size);
    expect([await beginDisk(fresh, guest), loaded]).toEqual([true, 1]);
    expect(await fingerprintOf(fresh)).toBe(await fingerprintOf(disk));
  });
});
