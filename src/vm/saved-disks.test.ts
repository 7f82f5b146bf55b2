import { describe, expect, it } from 'vitest';
import { MAX_DISK_BYTES } from '../storage/block-device';
import { BLOCK_BYTES, diskParts, Fingerprint, fillDisk, fingerprintOf } from '../storage/disk-contents';
import { MemoryDisk } from '../storage/memory-disk';
import { FIRST_VERSION, type NewSection, type Section } from '../storage/snapshot-format';
import { DiskRestorer, diskSections, emptyDisksFor, type RestoredDisk } from './saved-disks';

const MIB = 1 << 20;

/** A disk of 40 MiB less one sector, with something at its start, in a long run in its middle, and in its last sector. */
function usedDisk(name = 'kept'): MemoryDisk {
  const disk = new MemoryDisk(40 * MIB - 512, { name });
  disk.write(3, Uint8Array.of(1, 2, 3));
  disk.write(10 * MIB - 5, new Uint8Array(3 * MIB).fill(7));
  disk.write(disk.size - 1, Uint8Array.of(9));
  return disk;
}

/** Counts how often it is read. */
class CountingDisk extends MemoryDisk {
  reads = 0;
  override read(offset: number, into: Uint8Array): void {
    this.reads++;
    super.read(offset, into);
  }
}

async function* asRead(parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) if (part.length > 0) yield part.slice();
}

function sectionsOf(disks: readonly MemoryDisk[]): Section[] {
  return [...diskSections(disks)].map((section: NewSection): Section => {
    const head = { name: section.name, version: FIRST_VERSION, optional: false };
    // A writer takes the parts of one section before it asks for the next.
    return 'state' in section
      ? { ...head, state: section.state }
      : { ...head, parts: asRead([...(section.parts as Iterable<Uint8Array>)]) };
  });
}

/** The sections as a writer and a reader pass them on: one after the other. */
async function restore(saved: readonly MemoryDisk[], disks: readonly RestoredDisk[]): Promise<void> {
  const restorer = new DiskRestorer(disks);
  for (const section of diskSections(saved)) {
    const head = { name: section.name, version: FIRST_VERSION, optional: false };
    const read: Section = 'state' in section ? { ...head, state: section.state } : { ...head, parts: asRead(section.parts) };
    expect(await restorer.take(read)).toBe(true);
  }
  restorer.finish();
}

describe('the contents of a disk', () => {
  it('are its used blocks, in parts of less than 1 MiB', () => {
    const parts = [...diskParts(usedDisk(), new Fingerprint())];
    expect(parts.every(({ length }) => length < MIB)).toBe(true);
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThan(3 * MIB + 5 * BLOCK_BYTES);
  });

  it('fill an empty disk, which has the same fingerprint then', async () => {
    const [source, target] = [usedDisk(), new MemoryDisk(40 * MIB - 512)];
    const [print, filled] = [new Fingerprint(), new Fingerprint()];
    await fillDisk(target, asRead(diskParts(source, print)), filled);
    const expected = await fingerprintOf(source);
    expect([await fingerprintOf(target), print.value, filled.value]).toEqual([expected, expected, expected]);
  });

  it('are told apart by one bit, by one place, and from nothing', async () => {
    const prints = [usedDisk(), usedDisk(), usedDisk(), new MemoryDisk(40 * MIB - 512)];
    prints[1]!.write(20 * MIB, Uint8Array.of(1));
    prints[2]!.write(20 * MIB + 1, Uint8Array.of(1));
    expect(new Set(await Promise.all(prints.map((disk) => fingerprintOf(disk)))).size).toBe(4);
  });

  it('cost nothing where nothing is, however large the disk', async () => {
    const [huge, target] = [new CountingDisk(MAX_DISK_BYTES), new CountingDisk(MAX_DISK_BYTES)];
    huge.write(MAX_DISK_BYTES - 512, Uint8Array.of(1));
    await restore([huge], [{ disk: target, was: 'empty' }]);
    expect(await fingerprintOf(target)).toBe(await fingerprintOf(huge));
    // Once to save it, and once for each fingerprint.
    expect([huge.reads, target.reads]).toEqual([2, 1]);
  });

  it('give those who take them a breath where nothing is', () => {
    /** A disk that cannot tell where nothing is. */
    const blind = Object.assign(new MemoryDisk(40 * MIB), { usedRanges: () => [{ start: 0, length: 40 * MIB }] });
    const parts = [...diskParts(blind, new Fingerprint())];
    expect(parts.map(({ length }) => length)).toEqual(Array(20).fill(0));
  });

  it.each([
    ['beyond the end', (part: Uint8Array) => new DataView(part.buffer).setUint32(0, 5000, true)],
    ['at an absurd place', (part: Uint8Array) => new DataView(part.buffer).setUint32(0, 0xffff_ffff, true)],
  ])('that lie %s are refused in one sentence', async (_, harm) => {
    const [part] = [...diskParts(usedDisk(), new Fingerprint())];
    harm(part!);
    await expect(fillDisk(new MemoryDisk(40 * MIB - 512, { name: 'x' }), asRead([part!]), new Fingerprint())).rejects.toThrow(
      /^The saved disk “x” has 65536 bytes for block \d+ after block -1, where they cannot be\.$/,
    );
  });

  it('are refused out of order, cut off, or empty', async () => {
    const parts = [...diskParts(usedDisk(), new Fingerprint())];
    const target = (): MemoryDisk => new MemoryDisk(40 * MIB - 512, { name: 'x' });
    await expect(fillDisk(target(), asRead([parts[1]!, parts[0]!]), new Fingerprint())).rejects.toThrow('where they cannot be');
    await expect(fillDisk(target(), asRead([parts[0]!.subarray(0, 900)]), new Fingerprint())).rejects.toThrow(
      'where they cannot be',
    );
    await expect(fillDisk(target(), asRead([new Uint8Array(4)]), new Fingerprint())).rejects.toThrow('has 0 bytes for block -1');
  });
});

describe('the disks of a saved machine', () => {
  it('are restored into empty ones', async () => {
    const [source, target] = [usedDisk(), new MemoryDisk(40 * MIB - 512)];
    await restore([source], [{ disk: target, was: 'empty' }]);
    expect(await fingerprintOf(target)).toBe(await fingerprintOf(source));
  });

  it('go on as they are if they are unchanged, whatever they are called', async () => {
    const same = usedDisk('renamed');
    const before = await fingerprintOf(same);
    await restore([usedDisk()], [{ disk: same, was: 'present' }]);
    expect(await fingerprintOf(same)).toBe(before);
  });

  it.each([
    [
      'written since',
      () => {
        const disk = usedDisk();
        disk.write(20 * MIB, Uint8Array.of(1));
        return disk;
      },
    ],
    ['another of the same size', () => new MemoryDisk(40 * MIB - 512, { name: 'kept' })],
    ['of another size', () => new MemoryDisk(41 * MIB, { name: 'kept' })],
  ])('refuse one that is %s, and leave it alone', async (_, other) => {
    const disk = other();
    const before = await fingerprintOf(disk);
    await expect(restore([usedDisk()], [{ disk, was: 'present' }])).rejects.toThrow(
      /^The disk “kept” is not what it was when the machine was saved/,
    );
    expect(await fingerprintOf(disk)).toBe(before);
  });

  describe('that changed places', () => {
    const made = (name: string, first: number, size = MIB): MemoryDisk => {
      const disk = new MemoryDisk(size, { name });
      disk.write(0, Uint8Array.of(first));
      return disk;
    };
    const saved = [made('a', 1), made('b', 2), made('c', 3)];
    const present = (...disks: MemoryDisk[]): RestoredDisk[] => disks.map((disk) => ({ disk, was: 'present' }));

    it('are known by what is on them, and told in the order that fits', async () => {
      const given = [made('a', 3), made('b', 2), made('c', 1)];
      await expect(restore(saved, present(...given))).rejects.toMatchObject({
        names: ['a', 'c'],
        order: [2, 1, 0],
        message: "The disks “a”, “c” are in each other's place: give each the name that it had when the machine was saved.",
      });
      await restore(saved, present(given[2]!, given[1]!, given[0]!));
      await expect(restore(saved, present(made('a', 2), made('b', 3), made('c', 1)))).rejects.toMatchObject({ order: [2, 0, 1] });
    });

    it('are none that any other was written over, whose place a new one has, or that is twice there', async () => {
      const refusal = /^The disk “a” is not what it was when the machine was saved/;
      await expect(restore(saved, present(made('a', 2), made('b', 9), made('c', 3)))).rejects.toThrow(refusal);
      await expect(restore(saved, present(made('a', 2), made('b', 2), made('c', 3)))).rejects.toThrow(refusal);
      const [, b, c] = present(made('a', 0), made('b', 2), made('c', 1));
      await expect(restore(saved, [{ disk: new MemoryDisk(MIB, { name: 'a' }), was: 'empty' }, b!, c!])).rejects.toThrow(
        'The disk “c” is not what it was',
      );
    });
  });

  it('are each compared: a list of fewer is refused, whatever it says of the others', async () => {
    const sections = sectionsOf([usedDisk()]);
    const disks: RestoredDisk[] = [usedDisk(), new MemoryDisk(512)].map((disk) => ({ disk, was: 'present' }));
    await expect(new DiskRestorer(disks).take(sections.at(-1)!)).rejects.toThrow(
      'The saved state of the disks has a list of 1 as "disks" where 2 objects should be.',
    );
  });

  it('are called as they were where new ones are made for them in memory', () => {
    const names = emptyDisksFor([{ size: 512, name: 'nap.img' }, { size: 512 }, { size: 512, name: 'a\nb' }]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['nap.img', 'disk 1', 'a\ufffdb']);
  });

  it('must all be there', () => {
    const restorer = new DiskRestorer([{ disk: usedDisk(), was: 'present' }]);
    expect(() => restorer.finish()).toThrow('The snapshot lacks its section “disks”.');
  });

  it('are refused in one sentence if the sections are of the wrong kind', async () => {
    const [bytes, state] = sectionsOf([usedDisk()]);
    const restorer = (): DiskRestorer => new DiskRestorer([{ disk: new MemoryDisk(40 * MIB - 512), was: 'empty' }]);
    await expect(restorer().take({ ...state!, name: 'disk 0' })).rejects.toThrow('holds a state, not bytes');
    await expect(restorer().take({ ...bytes!, name: 'disks' })).rejects.toThrow('holds bytes, not a state');
    await expect(restorer().take(state!)).rejects.toThrow('does not carry what was on the disk');
    expect(await restorer().take({ ...state!, name: 'disk x' })).toBe(false);
  });
});
