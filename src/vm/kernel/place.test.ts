import { describe, expect, it } from 'vitest';
import { LIMITS } from '../api';
import { readElf } from './elf';
import { elf, MIB, RAM_BASE } from './files.testkit';
import type { Kernel } from './kernel';
import { place } from './place';

const kernel = (megabytes: number): Kernel => ({ entry: RAM_BASE, segments: [], end: RAM_BASE + megabytes * MIB });

/** A fixed sequence of numbers from 0 to 1 (Park and Miller's generator). */
function* numbers(): Generator<number, never> {
  for (let state = 20261127; ; ) {
    state = (state * 48271) % 0x7fffffff;
    yield state / 0x7fffffff;
  }
}

describe('place', () => {
  it('puts the initrd half-way up RAM or at 128 MiB, and the device tree behind it', () => {
    expect(place(kernel(40), 1000, 512)).toEqual({
      initrd: { start: RAM_BASE + 128 * MIB, end: RAM_BASE + 128 * MIB + 1000 },
      deviceTree: RAM_BASE + 130 * MIB,
    });
    expect(place(kernel(10), 1000, 64).initrd!.start).toBe(RAM_BASE + 32 * MIB);
  });

  it('moves an initrd that is larger than half of RAM close behind the kernel', () => {
    const where = place(kernel(10), 50 * MIB, 64);
    expect(where.initrd).toEqual({ start: RAM_BASE + 10 * MIB, end: RAM_BASE + 60 * MIB });
    expect(where.deviceTree).toBe(RAM_BASE + 60 * MIB);
  });

  it('puts the device tree at the start of RAM for an ELF file that leaves 1 MiB there', () => {
    const at = (address: number) => place(readElf(elf([{ address, file: 4, memory: 4 }])), undefined, 512);
    expect(at(RAM_BASE + MIB).deviceTree).toBe(RAM_BASE);
    expect(at(RAM_BASE + MIB - 4).deviceTree).toBe(RAM_BASE + 128 * MIB);
  });

  it('lets an ELF file have all of RAM but the device tree', () => {
    const whole = readElf(elf([{ address: RAM_BASE + MIB, file: 4, memory: 15 * MIB }]));
    expect(place(whole, undefined, 16).deviceTree).toBe(RAM_BASE);
  });

  it('says how much memory is needed when there is too little', () => {
    expect(() => place(kernel(60), 5 * MIB, 64)).toThrow('64 MiB of memory are too small: kernel and initrd alone need 66 MiB.');
    expect(() => place(kernel(70), undefined, 64)).toThrow('64 MiB of memory are too small: the kernel alone needs 71 MiB.');
    expect(() => place(kernel(4000), undefined, 64)).toThrow('4001 MiB, more than the 3072 MiB a machine can have.');
  });

  it('names a size that is enough, and the least one; nothing overlaps', () => {
    const random = numbers();
    const upTo = (most: number): number => Math.floor(random.next().value * most);
    for (let round = 0; round < 3000; round++) {
      const low = upTo(3) * MIB + upTo(4096);
      const end = low + 1 + upTo(2 ** upTo(30));
      const initrd = upTo(3) ? upTo(2 ** upTo(30)) : undefined;
      const append = 'x'.repeat(upTo(2) * upTo(100_000));
      const bare = upTo(2) === 1;
      const made: Kernel = {
        entry: RAM_BASE + low,
        segments: [{ address: RAM_BASE + low, bytes: new Uint8Array() }],
        end: RAM_BASE + end,
        ...(bare ? { bareMetal: true as const } : {}),
      };
      const needed = neededBy(made, initrd, append);
      if (needed > LIMITS.maxMemoryMiB) continue;
      expect(() => place(made, initrd, needed - 1, append)).toThrow(`need${initrd === undefined ? 's' : ''} ${needed} MiB.`);
      for (const memory of [needed, needed + 1 + upTo(500)]) {
        const where = place(made, initrd, memory, append);
        const tree = { start: where.deviceTree, end: where.deviceTree + 65536 + append.length };
        const areas = [{ start: RAM_BASE + low, end: RAM_BASE + end }, tree, ...(where.initrd ? [where.initrd] : [])];
        areas.sort((a, b) => a.start - b.start || a.end - b.end);
        for (const [index, area] of areas.entries()) {
          const next = areas[index + 1]?.start ?? RAM_BASE + memory * MIB;
          expect(area.end, `${JSON.stringify({ low, end, initrd, bare, memory })}`).toBeLessThanOrEqual(next);
        }
      }
    }
  });
});

/** The size that place() names when there is next to no memory. */
function neededBy(made: Kernel, initrd: number | undefined, append: string): number {
  try {
    place(made, initrd, 0, append);
  } catch (error) {
    return Number(/needs? (\d+) MiB/.exec((error as Error).message)![1]);
  }
  throw new Error('no memory is enough');
}
