import { beforeEach, describe, expect, it } from 'vitest';
import { RAM_BASE } from '../bare-cpu.testkit';
import { CPU } from '../layout';
import { FSC, faultOf } from '../syndrome';
import { SYS } from '../sysregs/storage';
import { readVirtual } from './inspect';
import { ACCESS, type AccessKind, Mmu } from './mmu';
import { PTE, TestMachine, words } from './mmu.testkit';
import { SoftTlb } from './tlb';

const HA = 1n << 39n;
const HD = 1n << 40n;
const DBM = 1n << 51n;
const PAGE = PTE.PAGE | PTE.AF;
const PA = RAM_BASE + 0x80000;
const VA = 0x1234_5678_9000n;

let m: TestMachine;
let mmu: Mmu;
let tlb: SoftTlb;
let low: number;

function start(tcr: bigint, leaf: bigint, options: Parameters<TestMachine['map']>[3] = {}): void {
  m = new TestMachine();
  mmu = new Mmu(m.ram);
  tlb = new SoftTlb(m.vcpus, m.ram);
  low = m.table();
  m.enable(low, low, { tcr });
  m.map(low, VA, BigInt(PA) | leaf, options);
}

const access = (kind: AccessKind, unprivileged = false): number => mmu.translate(m.vcpu, ...words(VA), kind, unprivileged);
/** The leaf, less its address. */
const leaf = (): bigint => {
  const virtual = readVirtual(m.vcpu, m.ram, VA, new Uint8Array(1));
  expect(virtual).toBeUndefined();
  mmu.translate(m.vcpu, ...words(VA), ACCESS.READ);
  return m.peek(mmu.result.descriptor) ^ BigInt(PA);
};

describe('the access flag (FEAT_HAFDBS)', () => {
  it.each([ACCESS.READ, ACCESS.WRITE, ACCESS.EXEC])('is set by access %i that is allowed', (kind) => {
    start(HA, PTE.PAGE);
    expect(access(kind)).toBe(0);
    expect(m.peek(mmu.result.descriptor)).toBe(BigInt(PA) | PAGE);
  });

  it('is not set without TCR_EL1.HA, by an access that faults, or by an onlooker', () => {
    start(HD, PTE.PAGE | DBM);
    expect(access(ACCESS.READ)).toBe(faultOf(FSC.ACCESS_FLAG, 3));
    start(HA, PTE.PAGE | PTE.READ_ONLY);
    expect(access(ACCESS.WRITE)).toBe(faultOf(FSC.PERMISSION, 3));
    expect(readVirtual(m.vcpu, m.ram, VA, new Uint8Array(8))).toBeUndefined();
    expect(m.peek(mmu.result.descriptor)).toBe(BigInt(PA) | PTE.PAGE | PTE.READ_ONLY);
  });

  it('is a change of RAM: the page of the table becomes dirty', () => {
    start(HA, PTE.PAGE);
    const mark = m.ram.mark();
    access(ACCESS.READ);
    expect([...m.ram.dirtyPages(mark)]).toEqual([m.ram.pageOf(mmu.result.descriptor)]);
    const again = m.ram.mark();
    access(ACCESS.READ);
    expect([...m.ram.dirtyPages(again)]).toEqual([]);
  });
});

describe('dirty state (FEAT_HAFDBS)', () => {
  const CLEAN = PAGE | PTE.READ_ONLY | DBM;

  it('a write makes a clean page writable, and a read leaves it clean', () => {
    start(HA | HD, CLEAN);
    expect(access(ACCESS.READ)).toBe(0);
    expect(leaf()).toBe(CLEAN);
    expect(access(ACCESS.WRITE)).toBe(0);
    expect(leaf()).toBe(PAGE | DBM);
  });

  it.each([
    ['without DBM', HA | HD, PAGE | PTE.READ_ONLY],
    ['without TCR_EL1.HD', HA, CLEAN],
    ['without TCR_EL1.HA', HD, CLEAN],
  ])('%s read-only is read-only', (_why, tcr, bits) => {
    start(tcr, bits);
    expect(access(ACCESS.WRITE)).toBe(faultOf(FSC.PERMISSION, 3));
    expect(leaf()).toBe(bits);
  });

  it('a table above that is read-only stays so', () => {
    start(HA | HD, CLEAN, { tableBits: PTE.APTABLE_READ_ONLY });
    expect(access(ACCESS.WRITE)).toBe(faultOf(FSC.PERMISSION, 3));
    expect(leaf()).toBe(CLEAN);
  });

  it('a write by EL0 needs EL0’s permission', () => {
    start(HA | HD, CLEAN);
    expect(access(ACCESS.WRITE, true)).toBe(faultOf(FSC.PERMISSION, 3));
    expect(leaf()).toBe(CLEAN);
  });

  it('AT and DC ask whether a write is allowed, and make nothing dirty', () => {
    start(HA | HD, CLEAN);
    mmu.addressTranslation(m.vcpu, ...words(VA), true, false, false);
    expect(m.vcpu.get64(SYS.PAR_EL1) & 1n).toBe(0n);
    expect(mmu.cacheMaintenance(m.vcpu, ...words(VA), true)).toBe(0);
    expect(leaf()).toBe(CLEAN);
  });

  it('no store of a clean page passes by the TLB, and one of a dirty page does', () => {
    start(HA | HD, CLEAN);
    access(ACCESS.READ);
    tlb.fillData(m.vcpu, ...words(VA), false, mmu.result);
    expect(mmu.result).toMatchObject({ readable: true, writable: false });
    access(ACCESS.WRITE);
    expect(mmu.result).toMatchObject({ readable: true, writable: true });
    access(ACCESS.READ);
    expect(mmu.result).toMatchObject({ readable: true, writable: true });
  });

  it('a clean page counts as writable for WXN, and one that EL0 may write is none that EL1 executes', () => {
    start(HA | HD, CLEAN);
    expect(access(ACCESS.EXEC)).toBe(0);
    m.vcpu.setLoHi(SYS.SCTLR_EL1, m.vcpu.lo(SYS.SCTLR_EL1) | (1 << 19), 0);
    expect(access(ACCESS.EXEC)).toBe(faultOf(FSC.PERMISSION, 3));
    start(HA | HD, CLEAN | PTE.USER);
    expect(access(ACCESS.EXEC)).toBe(faultOf(FSC.PERMISSION, 3));
  });
});

describe('hierarchical permissions', () => {
  it.each([
    ['HPD0', 1n << 41n, VA],
    ['HPD1', 1n << 42n, VA | (0xffffn << 48n)],
  ])('TCR_EL1.%s switches them off in its half (FEAT_HPDS)', (_name, tcr, va) => {
    const all = PTE.APTABLE_READ_ONLY | PTE.APTABLE_NO_USER | PTE.UXNTABLE | PTE.PXNTABLE;
    for (const [bits, fault] of [
      [0n, faultOf(FSC.PERMISSION, 3)],
      [tcr, 0],
    ] as const) {
      start(bits, PAGE | PTE.USER, { tableBits: all });
      expect(mmu.translate(m.vcpu, ...words(va), ACCESS.WRITE, true)).toBe(fault);
      expect(mmu.translate(m.vcpu, ...words(va), ACCESS.EXEC, true)).toBe(fault);
    }
    start(tcr, PAGE | PTE.USER, { tableBits: all });
    expect(mmu.translate(m.vcpu, ...words(va ^ (0xffffn << 48n)), ACCESS.WRITE, true)).toBe(faultOf(FSC.PERMISSION, 3));
  });
});

describe('SCTLR_EL1.EPAN (FEAT_PAN3)', () => {
  const EPAN_HI = 1 << 25;
  it.each([
    // What EL0 may do; whether PAN keeps EL1 out without EPAN, and with it.
    ['execute', 0n, false, true],
    ['nothing', PTE.UXN, false, false],
    ['read and write', PTE.USER | PTE.UXN, true, true],
  ])('a page of which EL0 may %s', (_what, bits, without, withEpan) => {
    start(0n, PAGE | bits);
    m.vcpu.set32(CPU.PAN, 1);
    const denied = (): boolean[] => [ACCESS.READ, ACCESS.WRITE].map((kind) => access(kind) === faultOf(FSC.PERMISSION, 3));
    expect(denied()).toEqual([without, without]);
    m.vcpu.setLoHi(SYS.SCTLR_EL1, m.vcpu.lo(SYS.SCTLR_EL1), EPAN_HI);
    expect(denied()).toEqual([withEpan, withEpan]);
    m.vcpu.set32(CPU.PAN, 0);
    expect(denied()).toEqual([false, false]);
  });
});

describe('TLBI by range', () => {
  const HIGH = 0xffff_ffff_ffe0_0000n;
  let high: number;
  beforeEach(() => {
    start(0n, PAGE);
    high = m.table();
    m.vcpu.set64(SYS.TTBR1_EL1, BigInt(high));
    for (let page = 0n; page < 4n; page++) m.map(high, (HIGH & 0xffff_ffff_ffffn) + page * 0x1000n, BigInt(PA) | PAGE);
    m.map(high, 0xffff_c000_0000n, BigInt(RAM_BASE) | PTE.BLOCK | PTE.AF | PTE.NG, { leafLevel: 2 });
  });
  const fill = (va: bigint): void => {
    expect(mmu.translate(m.vcpu, ...words(va), ACCESS.READ)).toBe(0);
    tlb.fillData(m.vcpu, ...words(va), false, mmu.result);
  };
  const isThere = (va: bigint): boolean => {
    const entry = m.vcpu.get32(CPU.DTLB) + Number((va >> 12n) & 0xfffn) * 16;
    return m.vcpu.views.data.getBigUint64(entry, true) === (va & ~0xfffn);
  };
  const BLOCK = 0xffff_ffff_c000_0000n;

  it('drops the pages of the range, in its half', () => {
    const pages = [0n, 1n, 2n, 3n].map((page) => HIGH + page * 0x1000n);
    for (const va of [...pages, VA]) fill(va);
    tlb.dropRange(m.vcpu, -0x200 + 1, 2, -1);
    expect(pages.map(isThere)).toEqual([true, false, false, true]);
    tlb.dropRange(m.vcpu, 0, 2 ** 30, -1);
    expect(pages.map(isThere)).toEqual([true, false, false, true]);
    expect(isThere(VA)).toBe(true);
    tlb.dropRange(m.vcpu, Number(VA >> 12n) - 5, 6, 99);
    expect(isThere(VA)).toBe(false);
  });

  it('drops all of a block that the range touches, if the ASID is the block’s', () => {
    fill(BLOCK + 0x5000n);
    const firstPage = -0x4_0000 + 0x1ff;
    tlb.dropRange(m.vcpu, firstPage + 1, 2, -1);
    tlb.dropRange(m.vcpu, firstPage, 1, 7);
    expect(isThere(BLOCK + 0x5000n)).toBe(true);
    tlb.dropRange(m.vcpu, firstPage, 1, 0);
    expect(isThere(BLOCK + 0x5000n)).toBe(false);
  });
});
