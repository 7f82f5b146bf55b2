import { describe, expect, it } from 'vitest';
import { RAM_BASE } from '../bare-cpu.testkit';
import { SYS } from '../sysregs/storage';
import { addressMap } from './address-map';
import { findTableEntry } from './find-table';
import { GRANULE_16K } from './granule';
import { PTE, TestMachine } from './mmu.testkit';

const PAGE = PTE.PAGE | PTE.AF;
const PA = BigInt(RAM_BASE + 0x80000);
const ALL = { walks: 100_000, ranges: 100 };
const HIGH = 0xffff_8000_0000_0000n;

function machine(options: Parameters<TestMachine['enable']>[2] = {}) {
  const m = new TestMachine();
  const [low, high] = [m.table(), m.table()];
  m.enable(low, high, options);
  return { m, low, high, map: (half: boolean, from?: bigint, bounds = ALL) => addressMap(m.vcpu, m.ram, half, from, bounds) };
}

describe('the map of an address space', () => {
  it('has neighbours with the same attributes as one range', () => {
    const { m, low, high, map } = machine();
    for (let page = 0n; page < 4n; page++)
      m.map(low, 0x40_0000n + page * 0x1000n, (PA + page * 0x1000n) | PAGE | PTE.NG | PTE.PXN);
    // Not in one piece with those before.
    m.map(low, 0x40_4000n, PA | PAGE | PTE.NG | PTE.PXN);
    m.map(low, 0x40_5000n, PA | PAGE | PTE.NG | PTE.READ_ONLY | PTE.USER | PTE.PXN);
    m.map(high, HIGH, 0x4000_0000n | PTE.BLOCK | PTE.AF | PTE.UXN, { leafLevel: 2 });
    m.map(high, HIGH + 0x20_0000n, 0x4020_0000n | PTE.BLOCK | PTE.AF | PTE.UXN, { leafLevel: 2 });
    m.map(high, 0xffff_ffff_ffff_f000n, 0x900_0000n | PAGE | PTE.ATTR(1) | PTE.UXN | PTE.PXN);
    const normal = 'Normal, Write-Back, Read-Allocate, Write-Allocate';
    expect(map(false)).toEqual({
      ranges: [
        {
          from: 0x40_0000n,
          last: 0x40_4fffn,
          physical: undefined,
          el1: 'rw-',
          el0: '--x',
          memory: normal,
          global: false,
          leaves: 5,
          smallest: 12,
          largest: 12,
        },
        {
          from: 0x40_5000n,
          last: 0x40_5fffn,
          physical: PA,
          el1: 'r--',
          el0: 'r-x',
          memory: normal,
          global: false,
          leaves: 1,
          smallest: 12,
          largest: 12,
        },
      ],
      next: undefined,
    });
    expect(
      map(true).ranges.map(({ from, last, physical, el1, el0, memory }) => [from, last, physical, el1, el0, memory]),
    ).toEqual([
      [HIGH, HIGH + 0x3f_ffffn, 0x4000_0000n, 'rwx', '---', normal],
      [0xffff_ffff_ffff_f000n, 0xffff_ffff_ffff_ffffn, 0x900_0000n, 'rw-', '---', 'Device-nGnRE'],
    ]);
  });

  it('is told piece by piece, and the pieces are all of it', () => {
    const { m, low, map } = machine();
    for (let page = 0n; page < 40n; page++)
      m.map(low, page * 0x3000n, (PA + page * 0x1000n) | PAGE | (page % 3n === 0n ? PTE.READ_ONLY : 0n));
    const whole = map(false).ranges;
    expect(whole).toHaveLength(40);
    for (const bounds of [
      { walks: 7, ranges: 100 },
      { walks: 100_000, ranges: 3 },
    ]) {
      const pieces = [];
      let from: bigint | undefined;
      do {
        const { ranges, next } = map(false, from, bounds);
        expect(ranges.length).toBeLessThanOrEqual(bounds.ranges);
        pieces.push(...ranges);
        from = next;
      } while (from !== undefined);
      expect(pieces).toEqual(whole);
    }
  });

  it('is empty where nothing is translated', () => {
    const { m, map } = machine();
    expect(map(true)).toEqual({ ranges: [], next: undefined });
    m.vcpu.setLoHi(SYS.TCR_EL1, 63 | (63 << 16), 0);
    expect([map(false), map(true)]).toEqual([map(true), { ranges: [], next: undefined }]);
    m.vcpu.setLoHi(SYS.SCTLR_EL1, 0, 0);
    expect(map(false)).toEqual({ ranges: [], next: undefined });
  });
});

describe('a table entry met in memory', () => {
  it('is told with its level and the addresses that it is for', () => {
    const { m, low, high } = machine();
    const va = 0x12_3456_7000n;
    m.map(low, va, PA | PAGE);
    m.map(high, HIGH + va, PA | PAGE);
    expect(findTableEntry(m.vcpu, m.ram, low)).toEqual({ ttbr: 'TTBR0_EL1', level: 0, table: low, index: 0, virtual: 0n });
    const root = findTableEntry(m.vcpu, m.ram, high + 256 * 8 + 3);
    expect(root).toEqual({ ttbr: 'TTBR1_EL1', level: 0, table: high, index: 256, virtual: HIGH });
    const level1 = Number(m.peek(high + 256 * 8) & 0xffff_ffff_f000n);
    const index = Number(va >> 30n) & 511;
    expect(findTableEntry(m.vcpu, m.ram, level1 + index * 8)).toEqual({
      ttbr: 'TTBR1_EL1',
      level: 1,
      table: level1,
      index,
      virtual: HIGH + (va & ~((1n << 30n) - 1n)),
    });
    expect(findTableEntry(m.vcpu, m.ram, Number(PA))).toBeUndefined();
  });

  it('is found with large pages, and with tables that lead in a circle there is an end', () => {
    const m = new TestMachine();
    const root = m.table(GRANULE_16K);
    m.enable(root, root, { txsz: 28, tcr: (2n << 14n) | (1n << 30n) });
    m.map(root, 0x2_0000_4000n, PA | PAGE, { granule: GRANULE_16K, rootLevel: 2 });
    const leaves = Number(m.peek(root + 256 * 8) & 0xffff_ffff_c000n);
    expect(findTableEntry(m.vcpu, m.ram, leaves + 8)).toMatchObject({ level: 3, index: 1, virtual: 0x2_0000_4000n });

    const { m: other, low } = machine();
    for (let index = 0; index < 512; index++) other.poke(low + index * 8, BigInt(low) | PTE.TABLE);
    expect(findTableEntry(other.vcpu, other.ram, RAM_BASE + 0xf0000)).toBeUndefined();
  });
});
