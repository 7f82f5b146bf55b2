import type { BlockDevice } from '../src/storage/block-device';
import { MemoryDisk } from '../src/storage/memory-disk';
import type { DiskInfo } from '../src/vm/api';
import { partsOf } from '../src/vm/disk-survey';
import { leftAlone } from './left-alone';
import type { Sleep } from './sleep-note';

interface Shelved {
  readonly disk: MemoryDisk;
  inUse: boolean;
  sleep?: Sleep;
  isNew?: boolean;
  /** The machine that let go of it last. */
  leftBy?: WeakRef<object>;
}

/**
 * Disks in the memory of whoever runs machines, a worker or Node: gone with it, and not before, so that a machine that hibernates onto one can be
 * woken, as from a kept disk. One of each name.
 */
export class MemoryDisks {
  private readonly shelf = new Map<string, Shelved>();
  /** All that were ever here. */
  private readonly known = new WeakSet<BlockDevice>();

  /**
   * The disk of that name, or a new one.
   * @param bytes size of a new one
   * @param empty a new one in any case: what was there is given up
   */
  open(name: string, bytes: number, { empty = false } = {}): MemoryDisk {
    const there = this.shelf.get(name);
    if (there?.inUse) throw new Error(`The disk “${name}” is in use.`);
    const disk = there && !empty ? there.disk : new MemoryDisk(bytes, { name });
    const isNew = disk !== there?.disk;
    if (isNew) there?.disk.close();
    this.known.add(disk);
    this.shelf.set(name, { disk, inUse: true, isNew, ...(there?.sleep && !empty ? { sleep: there.sleep } : {}) });
    return disk;
  }

  /** Whether a disk is one of these. */
  has(disk: unknown): disk is MemoryDisk {
    return [...this.shelf.values()].some((each) => each.disk === disk);
  }

  /** Whether a disk is one of these that has not got what it is to begin with. */
  isNew(disk: BlockDevice): boolean {
    return [...this.shelf.values()].some((each) => each.disk === disk && each.isNew === true);
  }

  /** A new disk has what it begins with: from now on it is somebody's. */
  settle(disk: BlockDevice): void {
    const there = this.shelf.get(disk.name);
    if (there?.disk === disk) there.isNew = false;
  }

  /** How a machine went to sleep on a disk, if one did. */
  sleepOn(name: string): Sleep | undefined {
    return this.shelf.get(name)?.sleep;
  }

  /** A machine starts on the disk: nobody sleeps there any more. */
  wake(name: string): void {
    delete this.shelf.get(name)?.sleep;
  }

  /** A machine lets go of the disk. @param sleep how it went to sleep there, if it did */
  leave(disk: MemoryDisk, machine: object, sleep?: Sleep): void {
    this.shelf.set(disk.name, { disk, inUse: false, leftBy: new WeakRef(machine), ...(sleep ? { sleep } : {}) });
  }

  /** Whether a disk is, or was, one of these. */
  knows(disk: BlockDevice): disk is MemoryDisk {
    return this.known.has(disk);
  }

  /** The machine that left the disk is brought back to it; it sleeps there until it is awake ({@link wake}). Throws a sentence if another has had it since. */
  takeBack(disk: MemoryDisk, machine: object): void {
    const shelved = this.shelf.get(disk.name);
    if (shelved?.disk !== disk || shelved.inUse || shelved.leftBy?.deref() !== machine) throw new Error(leftAlone(disk.name));
    this.shelf.set(disk.name, { ...shelved, inUse: true });
  }

  /** The machine that was brought back to the disk leaves it as it was. */
  leaveAgain(disk: MemoryDisk): void {
    const shelved = this.shelf.get(disk.name);
    if (shelved?.disk === disk) shelved.inUse = false;
  }

  /** One more, on which a machine sleeps that was not woken from here. False: there is another of its name. */
  take(disk: MemoryDisk, machine: object, sleep: Sleep): boolean {
    if (this.shelf.has(disk.name)) return false;
    this.known.add(disk);
    this.leave(disk, machine, sleep);
    return true;
  }

  /** A machine that was never there lets go of the disk; who slept there sleeps on, and a new one is given up. */
  abandon(disk: MemoryDisk): void {
    const there = this.shelf.get(disk.name);
    if (!there) return;
    there.inUse = false;
    if (there.isNew) this.remove(disk.name);
  }

  list(): DiskInfo[] {
    return [...this.shelf.values()].map(({ disk, inUse, sleep }) => ({
      name: disk.name,
      size: disk.size,
      used: disk.used,
      inUse,
      inMemory: true,
      ...partsOf(disk),
      ...(sleep && !inUse ? { hibernated: sleep } : {}),
    }));
  }

  /** Returns whether there was one. Throws a sentence if it is in use. */
  remove(name: string): boolean {
    const there = this.shelf.get(name);
    if (there?.inUse) throw new Error(`The disk “${name}” cannot be deleted: it is in use.`);
    there?.disk.close();
    return this.shelf.delete(name);
  }

  /** Nobody comes any more: gives all memory back, also of disks that somebody had not let go of. */
  close(): void {
    for (const { disk } of this.shelf.values()) disk.close();
    this.shelf.clear();
  }
}
