import { describe, expect, it } from 'vitest';
import { RAM_BASE } from '../bare-cpu.testkit';
import { CPU } from '../layout';
import { CPU_MODELS } from '../models';
import { FSC, faultOf } from '../syndrome';
import { SYS } from '../sysregs/storage';
import { GRANULE_4K, GRANULE_16K, GRANULE_64K } from './granule';
import { ACCESS, Mmu } from './mmu';
import { PTE, TestMachine, words } from './mmu.testkit';

const PAGE = PTE.PAGE | PTE.AF;
const PA = BigInt(RAM_BASE + 0x80000);
const LOW_VA = 0x0000_1234_5678_9000n;
const HIGH_VA = 0xffff_8000_1234_5000n;

const GRANULES = { '4K': GRANULE_4K, '16K': GRANULE_16K, '64K': GRANULE_64K } as const;

function machine(options: Parameters<TestMachine['enable']>[2] = {}) {
  const m = new TestMachine();
  const low = m.table();
  const high = m.table();
  m.enable(low, high, options);
  const mmu = new Mmu(m.ram);
  const translate = (va: bigint, access: 0 | 1 | 2 = ACCESS.READ, unprivileged = false) =>
    mmu.translate(m.vcpu, ...words(va), access, unprivileged);
  return { m, low, high, mmu, translate, vcpu: m.vcpu };
}

describe('walk', () => {
  it('finds pages of both halves and keeps the page offset', () => {
    const { m, low, high, mmu, translate } = machine();
    m.map(low, LOW_VA, PA | PAGE | PTE.NG);
    m.map(high, HIGH_VA, (PA + 0x1000n) | PAGE);
    expect(translate(LOW_VA + 0xabcn)).toBe(0);
    expect(mmu.result).toMatchObject({ pa: Number(PA) + 0xabc, level: 3, nonGlobal: true, device: false, attribute: 0xff });
    expect(translate(HIGH_VA + 0x123n)).toBe(0);
    expect(mmu.result).toMatchObject({ pa: Number(PA) + 0x1123, level: 3, nonGlobal: false });
  });

  it.each([
    [1, 0x40000000n, 0x3456_7abcn],
    [2, 0x40200000n, 0x0016_7abcn],
  ])('adds the block offset at level %i', (leafLevel, base, offset) => {
    const { m, low, mmu, translate } = machine();
    const va = 0x0000_0080_0000_0000n;
    m.map(low, va, base | PTE.BLOCK | PTE.AF, { leafLevel });
    expect(translate(va + offset)).toBe(0);
    expect(mmu.result).toMatchObject({ pa: Number(base + offset), level: leafLevel });
  });

  it('yields physical addresses above 4 GiB', () => {
    const { m, low, mmu, translate } = machine();
    m.map(low, LOW_VA, 0xff_1234_5000n | PAGE | PTE.ATTR(1));
    expect(translate(LOW_VA + 8n)).toBe(0);
    expect(mmu.result).toMatchObject({ pa: 0xff_1234_5008, device: true, attribute: 0x04 });
  });

  it.each([
    [16, 0, 0x0000_ffff_ffff_f000n],
    [24, 0, 0x0000_00ff_ffff_f000n],
    [25, 1, 0x0000_007f_ffff_f000n],
    [28, 1, 0x0000_000f_ffff_f000n],
    [33, 1, 0x0000_0000_7fff_f000n],
    [34, 2, 0x0000_0000_3fff_f000n],
    [39, 2, 0x0000_0000_01ff_f000n],
  ])('starts at the right level for TxSZ %i', (txsz, rootLevel, top) => {
    const { m, low, high, mmu, translate } = machine({ txsz });
    m.map(low, top, PA | PAGE, { rootLevel });
    expect(translate(top)).toBe(0);
    expect(mmu.result.pa).toBe(Number(PA));
    expect(translate(top + 0x1000n)).toBe(faultOf(FSC.TRANSLATION, 0));

    // The same size in the high half: the index of the first level leaves out the sign bits.
    const bottom = BigInt.asUintN(64, -(top + 0x1000n));
    m.map(high, bottom & top, (PA + 0x2000n) | PAGE, { rootLevel });
    expect(translate(bottom)).toBe(0);
    expect(mmu.result.pa).toBe(Number(PA) + 0x2000);
    expect(translate(bottom - 0x1000n)).toBe(faultOf(FSC.TRANSLATION, 0));
  });

  it.each([0, 15, 49, 63])('TxSZ %i is out of range: a translation fault at level 0', (txsz) => {
    const { m, low, translate } = machine({ txsz });
    m.map(low, 0n, PA | PAGE, { rootLevel: txsz < 16 ? 0 : 3 });
    expect(translate(0n)).toBe(faultOf(FSC.TRANSLATION, 0));
  });

  it.each([
    // Granule, TCR_EL1.TG0 and TG1 for it, TxSZ, start level, where its blocks are.
    ['4K', 0n, 2n, 40, 2, [1, 2]],
    ['4K', 0n, 2n, 48, 3, [1, 2]],
    ['16K', 2n, 1n, 16, 0, [2]],
    ['16K', 2n, 1n, 17, 1, [2]],
    ['16K', 2n, 1n, 28, 2, [2]],
    ['16K', 2n, 1n, 39, 3, [2]],
    ['16K', 2n, 1n, 48, 3, [2]],
    ['64K', 1n, 3n, 16, 1, [2]],
    ['64K', 1n, 3n, 22, 2, [2]],
    ['64K', 1n, 3n, 36, 3, [2]],
    ['64K', 1n, 3n, 47, 3, [2]],
  ] as const)(
    'with a granule of %s (TG0 %i, TG1 %i) and TxSZ %i starts at level %i',
    (name, tg0, tg1, txsz, rootLevel, blocks) => {
      const granule = GRANULES[name];
      const m = new TestMachine();
      const low = m.table(granule);
      const high = m.table(granule);
      m.enable(low, high, { txsz, tcr: (tg0 << 14n) | (tg1 << 30n) });
      const mmu = new Mmu(m.ram);
      const translate = (va: bigint): number => mmu.translate(m.vcpu, ...words(va), ACCESS.READ);
      const offset = 1n << BigInt(granule.pageShift - 1);
      const size = 1n << BigInt(64 - txsz);
      const last = size - 2n * offset;
      for (const [root, base] of [
        [low, 0n],
        [high, (1n << 64n) - size],
      ] as const) {
        m.map(root, last, PA | PAGE, { rootLevel, granule });
        expect(translate(base + last + offset + 8n)).toBe(0);
        expect(mmu.result).toMatchObject({ pa: Number(PA + offset) + 8, level: 3, leafShift: granule.pageShift });
        for (let level = rootLevel; level < 3; level++) {
          const isBlock = (blocks as readonly number[]).includes(level);
          m.map(root, 0n, PA | PTE.BLOCK | PTE.AF, { rootLevel, granule, leafLevel: level });
          expect([level, translate(base + offset)]).toEqual([level, isBlock ? 0 : faultOf(FSC.TRANSLATION, level)]);
          // Bits of the descriptor below the block's size are no address.
          if (isBlock) expect(mmu.result).toMatchObject({ pa: 0x4000_0000 + Number(offset), level });
          m.map(root, 0n, 0n, { rootLevel, granule, leafLevel: level });
        }
      }
      expect(translate(size)).toBe(faultOf(FSC.TRANSLATION, 0));
    },
  );

  it('each half has a granule of its own, and a reserved one is 4 KiB', () => {
    const m = new TestMachine();
    const { vcpu } = m;
    const low = m.table(GRANULE_64K);
    const high = m.table(GRANULE_16K);
    m.enable(low, high, { tcr: (1n << 14n) | (1n << 30n) });
    const mmu = new Mmu(m.ram);
    const translate = (va: bigint): number => mmu.translate(vcpu, ...words(va), ACCESS.READ);
    m.map(low, LOW_VA, PA | PAGE, { granule: GRANULE_64K, rootLevel: 1 });
    m.map(high, HIGH_VA & 0xffff_ffff_ffffn, PA | PAGE, { granule: GRANULE_16K });
    expect(translate(LOW_VA)).toBe(0);
    expect(mmu.result.pa).toBe(Number(PA + (LOW_VA & 0xffffn)));
    expect(translate(HIGH_VA)).toBe(0);
    expect(mmu.result.pa).toBe(Number(PA + (HIGH_VA & 0x3fffn)));
    const reserved = m.table();
    m.map(reserved, LOW_VA, PA | PAGE);
    vcpu.set64(SYS.TTBR0_EL1, BigInt(reserved));
    vcpu.set64(SYS.TCR_EL1, vcpu.get64(SYS.TCR_EL1) | (3n << 14n));
    expect(translate(LOW_VA)).toBe(0);
    expect(mmu.result.pa).toBe(Number(PA));
  });

  it('a processor without a granule takes it as 4 KiB', () => {
    const m = new TestMachine(1, CPU_MODELS['cortex-a53']);
    const low = m.table();
    m.enable(low, low, { tcr: 2n << 14n });
    m.map(low, LOW_VA, PA | PAGE);
    expect(new Mmu(m.ram).translate(m.vcpu, ...words(LOW_VA), ACCESS.READ)).toBe(0);
  });

  it('ignores the top byte only where TBI says so', () => {
    const tagged = LOW_VA | (0x5an << 56n);
    const taggedHigh = HIGH_VA & ~(0xa5n << 56n);
    const off = machine();
    off.m.map(off.low, LOW_VA, PA | PAGE);
    off.m.map(off.high, HIGH_VA, PA | PAGE);
    expect(off.translate(tagged)).toBe(faultOf(FSC.TRANSLATION, 0));
    expect(off.translate(taggedHigh)).toBe(faultOf(FSC.TRANSLATION, 0));
    const on = machine({ tcr: 1n << 37n });
    on.m.map(on.low, LOW_VA, PA | PAGE);
    on.m.map(on.high, HIGH_VA, PA | PAGE);
    expect(on.translate(tagged)).toBe(0);
    expect(on.translate(taggedHigh)).toBe(faultOf(FSC.TRANSLATION, 0));
  });

  it('reports each level of translation fault', () => {
    const { m, low, translate } = machine();
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 0));
    m.map(low, LOW_VA, 0n, { leafLevel: 1 });
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 1));
    m.map(low, LOW_VA, 0n, { leafLevel: 2 });
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 2));
    m.map(low, LOW_VA, 0n);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 3));
  });

  it('rejects reserved encodings: blocks at levels 0 and 3', () => {
    const { m, low, translate } = machine();
    m.map(low, LOW_VA, PA | PTE.BLOCK | PTE.AF);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 3));
    m.map(low, 0n, 1n | PTE.AF, { leafLevel: 0 });
    expect(translate(0n)).toBe(faultOf(FSC.TRANSLATION, 0));
  });

  it('reports access flag, address size and walk faults with their level', () => {
    const { m, low, translate, vcpu } = machine();
    m.map(low, LOW_VA, PA | PTE.PAGE);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.ACCESS_FLAG, 3));
    m.map(low, LOW_VA, (1n << 40n) | PTE.PAGE);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.ADDRESS_SIZE, 3));
    m.map(low, 0x1000n, 0x3000_0000n | PTE.TABLE, { leafLevel: 2 });
    expect(translate(0x1000n)).toBe(faultOf(FSC.SYNC_EXTERNAL_ON_WALK, 3));
    vcpu.set64(SYS.TTBR0_EL1, 1n << 40n);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.ADDRESS_SIZE, 0));
    vcpu.set64(SYS.TTBR0_EL1, 0x1000n);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.SYNC_EXTERNAL_ON_WALK, 0));
  });

  it('honours TCR_EL1.IPS, and ASID bits are no address', () => {
    const { m, low, translate, vcpu } = machine();
    m.map(low, LOW_VA, 0x1_0000_0000n | PAGE);
    expect(translate(LOW_VA)).toBe(0);
    vcpu.set64(SYS.TTBR0_EL1, BigInt(low) | (0xffffn << 48n));
    expect(translate(LOW_VA)).toBe(0);
    vcpu.set64(SYS.TCR_EL1, vcpu.get64(SYS.TCR_EL1) & ~(7n << 32n));
    expect(translate(LOW_VA)).toBe(faultOf(FSC.ADDRESS_SIZE, 3));
  });

  it('does not walk where EPD forbids it', () => {
    const { m, low, high, translate } = machine({ tcr: 1n << 7n });
    m.map(low, LOW_VA, PA | PAGE);
    m.map(high, HIGH_VA, PA | PAGE);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 0));
    expect(translate(HIGH_VA)).toBe(0);
  });

  it('is flat with the MMU off, up to 40 bits', () => {
    const m = new TestMachine();
    const mmu = new Mmu(m.ram);
    expect(mmu.translate(m.vcpu, 0x40001234, 0, ACCESS.EXEC)).toBe(0);
    expect(mmu.result).toMatchObject({ pa: 0x40001234, flat: true, device: false, executable: true });
    expect(mmu.translate(m.vcpu, 0, 0xff, ACCESS.WRITE)).toBe(0);
    expect(mmu.result.pa).toBe(0xff_0000_0000);
    expect(mmu.translate(m.vcpu, 0, 0x100, ACCESS.READ)).toBe(faultOf(FSC.ADDRESS_SIZE, 0));
    m.vcpu.set64(SYS.TCR_EL1, 1n << 37n);
    expect(mmu.translate(m.vcpu, 0x1000, 0x12000000, ACCESS.READ)).toBe(0);
    expect(mmu.result.pa).toBe(0x1000);
  });
});

/**
 * The manual's tables "Data access permissions for stage 1" and "Instruction fetch permissions", written out by hand:
 * AP[2:1], UXN, PXN → what EL1, EL1 with PAN, and EL0 may do.
 */
const MATRIX: [ap: number, uxn: number, pxn: number, el1: string, el1Pan: string, el0: string][] = [
  [0b00, 0, 0, 'rwx', 'rwx', '--x'],
  [0b00, 0, 1, 'rw-', 'rw-', '--x'],
  [0b00, 1, 0, 'rwx', 'rwx', '---'],
  [0b00, 1, 1, 'rw-', 'rw-', '---'],
  [0b01, 0, 0, 'rw-', '---', 'rwx'],
  [0b01, 0, 1, 'rw-', '---', 'rwx'],
  [0b01, 1, 0, 'rw-', '---', 'rw-'],
  [0b01, 1, 1, 'rw-', '---', 'rw-'],
  [0b10, 0, 0, 'r-x', 'r-x', '--x'],
  [0b10, 0, 1, 'r--', 'r--', '--x'],
  [0b10, 1, 0, 'r-x', 'r-x', '---'],
  [0b10, 1, 1, 'r--', 'r--', '---'],
  [0b11, 0, 0, 'r-x', '--x', 'r-x'],
  [0b11, 0, 1, 'r--', '---', 'r-x'],
  [0b11, 1, 0, 'r-x', '--x', 'r--'],
  [0b11, 1, 1, 'r--', '---', 'r--'],
];

describe('permissions', () => {
  const FORBIDDEN = faultOf(FSC.PERMISSION, 3);
  const rights = (t: (access: 0 | 1 | 2) => number): string =>
    [ACCESS.READ, ACCESS.WRITE, ACCESS.EXEC]
      .map((access, i) => {
        const fault = t(access);
        expect([0, FORBIDDEN]).toContain(fault);
        return fault === 0 ? 'rwx'[i] : '-';
      })
      .join('');

  it.each(MATRIX)('AP %i UXN %i PXN %i: EL1 %s, with PAN %s, EL0 %s', (ap, uxn, pxn, el1, el1Pan, el0) => {
    const { m, low, translate, vcpu } = machine();
    const xn = (uxn ? PTE.UXN : 0n) | (pxn ? PTE.PXN : 0n);
    m.map(low, LOW_VA, PA | PAGE | (BigInt(ap) << 6n) | xn);
    expect(rights((access) => translate(LOW_VA, access))).toBe(el1);
    // Unprivileged loads and stores at EL1 have EL0's rights, PAN or not.
    const unprivileged = (): string => rights((access) => translate(LOW_VA, access, true));
    expect(unprivileged()).toBe(el0);
    vcpu.set32(CPU.PAN, 1);
    expect(rights((access) => translate(LOW_VA, access))).toBe(el1Pan);
    expect(unprivileged()).toBe(el0);
    vcpu.set32(CPU.EL, 0);
    expect(rights((access) => translate(LOW_VA, access))).toBe(el0);
  });

  it.each(MATRIX)('hierarchical controls on AP %i UXN %i PXN %i', (ap, uxn, pxn) => {
    const combined = (tableBits: bigint): [string, string] => {
      const { m, low, translate } = machine();
      const xn = (uxn ? PTE.UXN : 0n) | (pxn ? PTE.PXN : 0n);
      m.map(low, LOW_VA, PA | PAGE | (BigInt(ap) << 6n) | xn, { tableBits });
      return [rights((access) => translate(LOW_VA, access)), rights((access) => translate(LOW_VA, access, true))];
    };
    const expected = (ap2: number, ap1: number, u: number, p: number): [string, string] => {
      const found = MATRIX.find((r) => r[0] === ((ap2 << 1) | ap1) && r[1] === u && r[2] === p)!;
      return [found[3], found[5]];
    };
    expect(combined(PTE.APTABLE_READ_ONLY)).toEqual(expected(1, ap & 1, uxn, pxn));
    expect(combined(PTE.APTABLE_NO_USER)).toEqual(expected(ap >> 1, 0, uxn, pxn));
    expect(combined(PTE.UXNTABLE)).toEqual(expected(ap >> 1, ap & 1, 1, pxn));
    expect(combined(PTE.PXNTABLE)).toEqual(expected(ap >> 1, ap & 1, uxn, 1));
  });

  it('E0PD keeps EL0 out of one half of the address space, and nobody else', () => {
    const E0PD1 = 1n << 56n;
    const { m, low, high, translate, vcpu, mmu } = machine({ tcr: E0PD1 });
    m.map(low, LOW_VA, PA | PAGE | PTE.USER);
    m.map(high, HIGH_VA, PA | PAGE | PTE.USER);
    for (const access of [ACCESS.READ, ACCESS.WRITE, ACCESS.EXEC]) {
      expect(translate(HIGH_VA, access, true)).toBe(faultOf(FSC.TRANSLATION, 0));
      expect(mmu.result.level).toBe(0);
    }
    expect(translate(HIGH_VA)).toBe(0);
    expect(translate(LOW_VA, ACCESS.READ, true)).toBe(0);
    vcpu.set32(CPU.EL, 0);
    expect(translate(HIGH_VA)).toBe(faultOf(FSC.TRANSLATION, 0));
    vcpu.setLoHi(SYS.TCR_EL1, vcpu.lo(SYS.TCR_EL1), vcpu.hi(SYS.TCR_EL1) ^ (3 << 23));
    expect(translate(HIGH_VA)).toBe(0);
    expect(translate(LOW_VA)).toBe(faultOf(FSC.TRANSLATION, 0));
  });

  it('WXN makes writable memory non-executable at its own EL', () => {
    const { m, low, translate } = machine({ sctlr: 1 << 19 });
    m.map(low, 0x1000n, PA | PAGE);
    m.map(low, 0x2000n, PA | PAGE | PTE.READ_ONLY);
    m.map(low, 0x3000n, PA | PAGE | PTE.USER);
    expect(rights((access) => translate(0x1000n, access))).toBe('rw-');
    expect(rights((access) => translate(0x1000n, access, true))).toBe('--x');
    expect(rights((access) => translate(0x2000n, access))).toBe('r-x');
    expect(rights((access) => translate(0x3000n, access, true))).toBe('rw-');
  });
});
