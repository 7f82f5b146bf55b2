import { describe, expect, it } from 'vitest';
import { readElf } from './elf';
import { elf, MIB, RAM_BASE } from './files.testkit';

describe('readElf', () => {
  it('loads the segments of an arm64 ELF file', () => {
    const kernel = readElf(elf([{ address: RAM_BASE + 0x80000, file: 16, memory: 64 }]));
    expect(kernel).toMatchObject({ entry: RAM_BASE + 0x80000, end: RAM_BASE + 0x80000 + 64, bareMetal: true });
  });

  it('leaves out what it has for the page before RAM', () => {
    const file = elf([{ address: RAM_BASE - 16, file: 48, memory: 64 }], { entry: BigInt(RAM_BASE) });
    const { segments, end } = readElf(file);
    expect(segments).toEqual([{ address: RAM_BASE, bytes: file.subarray(file.length - 32) }]);
    expect(end).toBe(RAM_BASE + 48);
  });

  const here = { address: RAM_BASE, file: 4, memory: 4 };
  it.each<[string, Uint8Array, string]>([
    [
      'another machine',
      elf([here], { machine: 62 }),
      'The kernel is an ELF file for machine 62 (x86-64), not for arm64 (183): give one that was built for arm64.',
    ],
    ['an unheard-of machine', elf([here], { machine: 999 }), 'for machine 999, not for arm64'],
    ['an object file', elf([], { type: 1 }), 'The kernel is an object file that is not linked yet (a kernel module?)'],
    ['a core dump', elf([here], { type: 4 }), 'The kernel is a core dump'],
    ['a library with nothing to load', elf([], { type: 3 }), 'an ELF file with nothing to load'],
    ['a program of Linux', elf([{ ...here, type: 3 }, here]), 'The kernel is a program or library for Linux'],
    ['a cut header', elf([here]).subarray(0, 40), 'cut off: it has 40 bytes, and its header alone has 64'],
    [
      'cut program headers',
      elf([here]).subarray(0, 100),
      'cut off in its program headers, which end at byte 120: the file has 100',
    ],
    [
      'a segment larger than any memory',
      elf([{ address: RAM_BASE, file: 4, memory: 2 ** 60 }], { entry: 2n ** 59n }),
      'with a segment of 1152921504606847000 bytes at 0x40000000, but RAM ends at',
    ],
    ['thousands of segments', elf(Array.from({ length: 5000 }, () => here)), 'with 5000 segments to load, more than the 256'],
    ['a cut segment', elf([here]).subarray(0, 122), 'cut off: a segment ends at byte 124, the file at 122'],
    [
      'addresses before RAM',
      elf([{ address: 0x40_0000, file: 4, memory: 4 }]),
      'The kernel is an ELF file for address 0x400000, but RAM begins at 0x40000000: link it for addresses there',
    ],
    [
      'an address behind all RAM',
      elf([here, { address: 0x100_0000_0000n, file: 4, memory: 4 }]),
      'The kernel is an ELF file for address 0x10000000000, but RAM is from 0x40000000 to 0x100000000 at most: link it for addresses there',
    ],
    [
      'the first address behind all RAM',
      elf([{ address: 0x1_0000_0000n, file: 4, memory: 4 }]),
      'The kernel is an ELF file for address 0x100000000, but RAM is from',
    ],
    [
      'a vmlinux',
      elf([{ address: 0xffff_8000_8000_0000n, file: 4, memory: 4 }]),
      'for address 0xffff800080000000, but RAM begins at 0x40000000: if this is the vmlinux of a Linux build, give arch/arm64/boot/Image',
    ],
    ['an entry where nothing is', elf([here], { entry: 0n }), 'that is entered at 0x0, where it loads nothing'],
    [
      'an entry before RAM',
      elf([{ ...here, address: RAM_BASE - 1 }]),
      'that is entered at 0x3fffffff, but RAM begins at 0x40000000',
    ],
    ['more in the file than in memory', elf([{ ...here, file: 8 }]), 'with 8 bytes for 4 bytes of memory: it is damaged'],
  ])('says in one sentence what is wrong with %s', (_, file, sentence) => {
    expect(() => readElf(file)).toThrow(sentence);
  });

  it('takes a segment that is memory only', () => {
    expect(readElf(elf([here, { address: RAM_BASE + MIB, file: 0, memory: MIB }])).end).toBe(RAM_BASE + 2 * MIB);
  });
});
