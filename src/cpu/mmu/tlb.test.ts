import { beforeEach, describe, expect, it } from 'vitest';
import { RAM_BASE } from '../bare-cpu.testkit';
import { setMmuIndex } from '../exceptions';
import { CODE_TLB, CPU, MMU_INDEX, TLB } from '../layout';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { GRANULE_16K, GRANULE_64K } from './granule';
import { ACCESS, type AccessKind, Mmu } from './mmu';
import { PTE, TestMachine, words } from './mmu.testkit';
import { SoftTlb } from './tlb';

const PAGE = PTE.PAGE | PTE.AF;
const PA = RAM_BASE + 0x80000;
const USER_VA = 0x0000_0000_0040_3000n;
const KERNEL_VA = 0xffff_8000_0040_5000n;
const BLOCK_VA = 0xffff_0000_0020_0000n;

let m: TestMachine;
let mmu: Mmu;
let tlb: SoftTlb;

/** Probes as handlers do: the distance from the tag must be inside the page. Returns the host address. */
function probe(vcpu: Vcpu, va: bigint, { write = false, unprivileged = false } = {}): number | undefined {
  const { data } = vcpu.views;
  const start = vcpu.get32(unprivileged ? CPU.DTLB_UNPRIV : CPU.DTLB) + (write ? TLB.WRITE : 0);
  const entry = start + (Number((va >> 8n) & 0xffffffffn) & ((TLB.ENTRIES - 1) * TLB.ENTRY_SIZE));
  if (BigInt.asUintN(64, va - data.getBigUint64(entry, true)) >= 4096n) return undefined;
  return (Number(va & 0xffffffffn) + data.getInt32(entry + TLB.ADDEND, true)) >>> 0;
}

function probeCode(vcpu: Vcpu, va: bigint): number | undefined {
  const { data } = vcpu.views;
  const entry = vcpu.get32(CPU.CTLB) + (Number((va >> 8n) & 0xffffffffn) & ((CODE_TLB.ENTRIES - 1) * CODE_TLB.ENTRY_SIZE));
  return data.getBigUint64(entry, true) === (va & ~0xffcn) ? data.getInt32(entry + 8, true) : undefined;
}

function fill(va: bigint, access: AccessKind = ACCESS.READ, { vcpu = m.vcpu, unprivileged = false } = {}): boolean {
  expect(mmu.translate(vcpu, ...words(va), access, unprivileged)).toBe(0);
  return tlb.fillData(vcpu, ...words(va), unprivileged, mmu.result);
}

function fillCode(va: bigint, record: number, vcpu = m.vcpu): void {
  expect(mmu.translate(vcpu, ...words(va), ACCESS.EXEC)).toBe(0);
  tlb.fillCode(vcpu, ...words(va), mmu.result, record);
}

/** A table that maps nothing. */
const OTHER = 0x4300_0000n;

/** Writes a TTBR as a guest does: tells what of it has changed. */
function changeTable(ttbr: 'TTBR0_EL1' | 'TTBR1_EL1', value: bigint, vcpu = m.vcpu): void {
  const before = vcpu.get64(SYS[ttbr]);
  vcpu.set64(SYS[ttbr], value);
  if (before << 16n !== value << 16n) tlb.tableChanged(vcpu, ttbr === 'TTBR1_EL1');
  if (before >> 48n !== value >> 48n) tlb.asidChanged(vcpu);
}

const host = (pa: number): number => m.ram.host(pa);

beforeEach(() => {
  m = new TestMachine(2);
  mmu = new Mmu(m.ram);
  tlb = new SoftTlb(m.vcpus, m.ram);
  const low = m.table();
  const high = m.table();
  m.enable(low, high);
  m.map(low, USER_VA, BigInt(PA) | PAGE | PTE.USER | PTE.NG);
  m.map(high, KERNEL_VA, BigInt(PA + 0x1000) | PAGE);
  m.map(high, KERNEL_VA + 0x1000n, BigInt(PA + 0x2000) | PAGE | PTE.NG | PTE.READ_ONLY);
  m.map(high, KERNEL_VA + 0x2000n, BigInt(PA + 0x3000) | PAGE | PTE.ATTR(1));
  m.map(high, KERNEL_VA + 0x3000n, 0x0900_0000n | PAGE | PTE.ATTR(1));
  m.map(high, BLOCK_VA, BigInt(RAM_BASE) | PTE.BLOCK | PTE.AF, { leafLevel: 2 });
  m.map(high, BLOCK_VA + 0x4000_0000n, BigInt(RAM_BASE) | PTE.BLOCK | PTE.AF, { leafLevel: 1 });
});

describe('SoftTlb filling', () => {
  it('is empty at first, and never matches an address near the empty tag', () => {
    for (const va of [0n, USER_VA, KERNEL_VA, 0x8080808080808000n, 0x8080808080808080n, 0x8080808080809000n, 0x9090909090909000n])
      for (const write of [false, true]) expect(probe(m.vcpu, va, { write })).toBeUndefined();
    for (const va of [0n, 0x8080808080808080n, 0x8080808080808000n, 0x9090909090909000n])
      expect(probeCode(m.vcpu, va)).toBeUndefined();
    // Nor one that a store could take for a watched page's: its tag, moved back, is less than a page below.
    for (const va of [0x8080808080808080n, 0x8080808080809080n, 0x808080808080a000n, 0x808080808080a070n]) {
      const entry = m.vcpu.get32(CPU.DTLB) + TLB.WRITE + Number((va >> 12n) & BigInt(TLB.ENTRIES - 1)) * TLB.ENTRY_SIZE;
      const page = m.vcpu.views.data.getBigUint64(entry, true) ^ BigInt(TLB.WATCHED_TAG);
      expect(BigInt.asUintN(64, va - page)).toBeGreaterThan(4095n);
    }
  });

  it('maps addresses to host memory, for writing only where allowed', () => {
    expect(fill(KERNEL_VA + 4n)).toBe(true);
    expect(probe(m.vcpu, KERNEL_VA + 0xffcn)).toBe(host(PA + 0x1ffc));
    expect(probe(m.vcpu, KERNEL_VA + 8n, { write: true })).toBe(host(PA + 0x1008));
    fill(KERNEL_VA + 0x1000n);
    expect(probe(m.vcpu, KERNEL_VA + 0x1008n)).toBe(host(PA + 0x2008));
    expect(probe(m.vcpu, KERNEL_VA + 0x1008n, { write: true })).toBeUndefined();
  });

  it('keeps Device memory and what is not RAM out', () => {
    expect(fill(KERNEL_VA + 0x2000n)).toBe(false);
    expect(fill(KERNEL_VA + 0x3000n)).toBe(false);
    expect(probe(m.vcpu, KERNEL_VA + 0x2000n)).toBeUndefined();
    expect(probe(m.vcpu, KERNEL_VA + 0x3000n)).toBeUndefined();
  });

  it('keeps EL0, EL1 and EL1 with PAN apart', () => {
    const { vcpu } = m;
    fill(USER_VA);
    expect(probe(vcpu, USER_VA)).toBe(host(PA));
    expect(probe(vcpu, USER_VA, { unprivileged: true })).toBeUndefined();
    vcpu.set32(CPU.PAN, 1);
    setMmuIndex(vcpu);
    expect(vcpu.get32(CPU.DTLB)).toBe(vcpu.base + CPU.DTLBS + MMU_INDEX.EL1_PAN * TLB.SIZE);
    expect(probe(vcpu, USER_VA)).toBeUndefined();
    fill(USER_VA, ACCESS.READ, { unprivileged: true });
    expect(probe(vcpu, USER_VA, { unprivileged: true })).toBe(host(PA));
    vcpu.set32(CPU.EL, 0);
    setMmuIndex(vcpu);
    expect(probe(vcpu, USER_VA)).toBe(host(PA));
  });

  it('drops no more by a range than the half of the address space that it begins in', () => {
    for (const [firstPage, dropped] of [
      [-(2 ** 36), KERNEL_VA],
      [0, USER_VA],
    ] as const) {
      for (const va of [KERNEL_VA, USER_VA]) {
        fill(va);
        expect(probe(m.vcpu, va)).toBeDefined();
      }
      tlb.dropRange(m.vcpu, firstPage, 2 ** 37, -1);
      expect([KERNEL_VA, USER_VA].filter((va) => probe(m.vcpu, va) === undefined)).toEqual([dropped]);
    }
  });

  it('maps a page with decoded instructions for writing, but watched: no probe hits it', () => {
    m.ram.addCode(PA + 0x1000, 4);
    fill(KERNEL_VA, ACCESS.WRITE);
    expect(probe(m.vcpu, KERNEL_VA)).toBe(host(PA + 0x1000));
    expect(probe(m.vcpu, KERNEL_VA, { write: true })).toBeUndefined();
  });

  it('watches the write entries of a physical page of every vCPU and leaves the rest', () => {
    for (const vcpu of m.vcpus) {
      fill(KERNEL_VA, ACCESS.WRITE, { vcpu });
      fill(BLOCK_VA + BigInt(PA + 0x1000 - RAM_BASE), ACCESS.WRITE, { vcpu });
      fill(BLOCK_VA, ACCESS.WRITE, { vcpu });
    }
    tlb.watch(PA + 0x1000);
    for (const vcpu of m.vcpus) {
      expect(probe(vcpu, KERNEL_VA, { write: true })).toBeUndefined();
      expect(probe(vcpu, BLOCK_VA + BigInt(PA + 0x1000 - RAM_BASE), { write: true })).toBeUndefined();
      expect(probe(vcpu, BLOCK_VA, { write: true })).toBe(host(RAM_BASE));
      expect(probe(vcpu, KERNEL_VA)).toBe(host(PA + 0x1000));
    }
  });

  it('enters code by EL', () => {
    fillCode(KERNEL_VA, 0x200100);
    fillCode(KERNEL_VA + 0x1000n, 0x200200);
    expect(probeCode(m.vcpu, KERNEL_VA + 0x10n)).toBe(0x200100);
    expect(probeCode(m.vcpu, KERNEL_VA + 1n)).toBeUndefined();
    expect(probeCode(m.vcpu, KERNEL_VA + 0x1000n)).toBe(0x200200);
    m.vcpu.set32(CPU.EL, 0);
    setMmuIndex(m.vcpu);
    expect(probeCode(m.vcpu, KERNEL_VA + 0x1000n)).toBeUndefined();
  });
});

describe('a watched entry', () => {
  /** Whether the write entry of a kernel page is watched. */
  const watched = (va: bigint): boolean => {
    const entry = m.vcpu.get32(CPU.DTLB) + TLB.WRITE + Number((va >> 12n) & BigInt(TLB.ENTRIES - 1)) * TLB.ENTRY_SIZE;
    const isSo = (m.vcpu.views.data.getUint32(entry + TLB.FLAGS, true) & TLB.WATCHED) !== 0;
    const tag = m.vcpu.views.data.getBigUint64(entry, true);
    expect(tag === (va ^ BigInt(TLB.WATCHED_TAG))).toBe(isSo);
    return isSo;
  };

  beforeEach(() => {
    m.ram.addCode(PA + 0x1000, 4);
    fill(KERNEL_VA, ACCESS.WRITE);
    expect(watched(KERNEL_VA)).toBe(true);
    expect(probe(m.vcpu, KERNEL_VA, { write: true })).toBeUndefined();
    expect(probe(m.vcpu, KERNEL_VA ^ BigInt(TLB.WATCHED_TAG), { write: true })).toBeUndefined();
  });

  it('stays watched when its page, or the page its tag shows, is watched again', () => {
    tlb.watch(PA + 0x1000);
    tlb.watch(PA);
    tlb.watch(PA + 0x2000);
    expect(watched(KERNEL_VA)).toBe(true);
  });

  it.each<[string, () => void]>([
    ['by address', () => tlb.dropPage(m.vcpu, ...words(KERNEL_VA), -1)],
    ['with its table', () => changeTable('TTBR1_EL1', OTHER)],
    ['with all of its vCPU', () => tlb.flushVcpu(m.vcpu)],
    ['with all write entries', () => tlb.dropAllWritable()],
  ])('is dropped %s', (_how, drop) => {
    drop();
    expect(watched(KERNEL_VA)).toBe(false);
    expect(probe(m.vcpu, KERNEL_VA, { write: true })).toBeUndefined();
  });

  it('is left alone when the page its tag shows is invalidated', () => {
    tlb.dropPage(m.vcpu, ...words(KERNEL_VA ^ BigInt(TLB.WATCHED_TAG)), -1);
    expect(watched(KERNEL_VA)).toBe(true);
  });
});

describe('SoftTlb invalidation', () => {
  const seen = (vcpu = m.vcpu): boolean[] =>
    [USER_VA, KERNEL_VA, KERNEL_VA + 0x1000n, BLOCK_VA].map((va) => probe(vcpu, va) !== undefined);

  beforeEach(() => {
    for (const vcpu of m.vcpus) {
      for (const va of [USER_VA, KERNEL_VA, KERNEL_VA + 0x1000n, BLOCK_VA]) fill(va, ACCESS.READ, { vcpu });
      fillCode(KERNEL_VA, 0x200100, vcpu);
    }
    expect(seen()).toEqual([true, true, true, true]);
  });

  it('flushes one vCPU', () => {
    tlb.flushVcpu(m.vcpu);
    expect(seen()).toEqual([false, false, false, false]);
    expect(probeCode(m.vcpu, KERNEL_VA)).toBeUndefined();
    expect(seen(m.vcpus[1])).toEqual([true, true, true, true]);
    fill(KERNEL_VA);
    tlb.flushVcpu(m.vcpu);
    expect(seen()).toEqual([false, false, false, false]);
  });

  it('drops one half of the address space when its table changes', () => {
    const low = m.vcpu.get64(SYS.TTBR0_EL1);
    changeTable('TTBR0_EL1', OTHER);
    expect(seen()).toEqual([false, true, true, true]);
    expect(probeCode(m.vcpu, KERNEL_VA)).toBe(0x200100);
    changeTable('TTBR0_EL1', low);
    expect(seen()).toEqual([false, true, true, true]);
    fill(USER_VA);
    changeTable('TTBR1_EL1', OTHER);
    expect(seen()).toEqual([false, false, false, false]);
    expect(probeCode(m.vcpu, KERNEL_VA)).toBeUndefined();
  });

  it('keeps EL1’s half of two tables, as far as the lower table and the ASID are the same again', () => {
    const [low, high] = [m.vcpu.get64(SYS.TTBR0_EL1), m.vcpu.get64(SYS.TTBR1_EL1)];
    changeTable('TTBR1_EL1', OTHER);
    changeTable('TTBR1_EL1', high);
    expect(seen()).toEqual([true, true, true, true]);
    expect(probeCode(m.vcpu, KERNEL_VA)).toBe(0x200100);
    // Another table was there meanwhile.
    changeTable('TTBR1_EL1', OTHER);
    changeTable('TTBR0_EL1', OTHER);
    changeTable('TTBR1_EL1', high);
    expect(seen()).toEqual([false, true, true, true]);
    changeTable('TTBR0_EL1', low);
    fill(USER_VA);
    // Another ASID.
    changeTable('TTBR1_EL1', OTHER);
    changeTable('TTBR0_EL1', low | (1n << 48n));
    changeTable('TTBR1_EL1', high);
    expect(seen()).toEqual([false, true, false, true]);
    // A third table takes the place of one of the two.
    changeTable('TTBR1_EL1', OTHER);
    changeTable('TTBR1_EL1', OTHER + 0x1000n);
    changeTable('TTBR1_EL1', high);
    expect(seen()).toEqual([false, false, false, false]);
  });

  it('reaches what is kept of a table that is not in use', () => {
    const high = m.vcpu.get64(SYS.TTBR1_EL1);
    const meanwhile = (invalidate: () => void): boolean[] => {
      changeTable('TTBR1_EL1', OTHER);
      invalidate();
      changeTable('TTBR1_EL1', high);
      return seen();
    };
    expect(meanwhile(() => tlb.dropPage(m.vcpu, ...words(KERNEL_VA), -1))).toEqual([true, false, true, true]);
    expect(meanwhile(() => tlb.dropAsid(m.vcpu, 0))).toEqual([false, false, false, true]);
    expect(meanwhile(() => tlb.dropAllCode())).toEqual([false, false, false, true]);
    expect(probeCode(m.vcpu, KERNEL_VA)).toBeUndefined();
    expect(meanwhile(() => tlb.flushVcpu(m.vcpu))).toEqual([false, false, false, false]);
  });

  it('drops what is not global, by ASID', () => {
    changeTable('TTBR0_EL1', m.vcpu.get64(SYS.TTBR0_EL1) | (0x1234n << 48n));
    expect(seen()).toEqual([false, true, false, true]);
    for (const va of [USER_VA, KERNEL_VA + 0x1000n]) fill(va);
    tlb.dropAsid(m.vcpu, 0x1233);
    expect(seen()).toEqual([true, true, true, true]);
    tlb.dropAsid(m.vcpu, 0x1234);
    expect(seen()).toEqual([false, true, false, true]);
  });

  it('takes the ASID from TTBR1 if TCR_EL1.A1 says so, and 8 bits of it without AS', () => {
    m.vcpu.set64(SYS.TCR_EL1, (m.vcpu.get64(SYS.TCR_EL1) | (1n << 22n)) & ~(1n << 36n));
    changeTable('TTBR1_EL1', m.vcpu.get64(SYS.TTBR1_EL1) | (0x5678n << 48n));
    for (const va of [USER_VA, KERNEL_VA + 0x1000n]) fill(va);
    tlb.dropAsid(m.vcpu, 0x56);
    expect(seen()).toEqual([true, true, true, true]);
    tlb.dropAsid(m.vcpu, 0x78);
    expect(seen()).toEqual([false, true, false, true]);
  });

  it('drops one page by address: both halves, every MMU index, and the code TLB', () => {
    fill(USER_VA, ACCESS.READ, { unprivileged: true });
    tlb.dropPage(m.vcpu, ...words(USER_VA), -1);
    expect(seen()).toEqual([false, true, true, true]);
    expect(probe(m.vcpu, USER_VA, { unprivileged: true })).toBeUndefined();
    expect(probe(m.vcpu, USER_VA, { write: true })).toBeUndefined();
    tlb.dropPage(m.vcpu, ...words(KERNEL_VA), 7);
    expect(seen()).toEqual([false, false, true, true]);
    expect(probeCode(m.vcpu, KERNEL_VA)).toBeUndefined();
  });

  it('leaves a non-global page alone under another ASID', () => {
    tlb.dropPage(m.vcpu, ...words(USER_VA), 1);
    expect(seen()).toEqual([true, true, true, true]);
    tlb.dropPage(m.vcpu, ...words(USER_VA), 0);
    expect(seen()).toEqual([false, true, true, true]);
  });

  it('drops a page that was entered with an ignored top byte', () => {
    m.vcpu.set64(SYS.TCR_EL1, m.vcpu.get64(SYS.TCR_EL1) | (1n << 37n));
    const tagged = USER_VA | (0x12n << 56n);
    fill(tagged);
    expect(probe(m.vcpu, tagged)).toBe(host(PA));
    tlb.dropPage(m.vcpu, ...words(USER_VA), -1);
    expect(probe(m.vcpu, tagged)).toBeUndefined();
  });

  it.each([
    ['2 MiB', BLOCK_VA, [0n, 0x1000n, 0x7f000n, 0xff000n], 0x1ff000n, 0x200000n],
    ['1 GiB', BLOCK_VA + 0x4000_0000n - 0x20_0000n, [0n, 0x3000n, 0xff000n], 0x3fff_f000n, 0x4000_0000n],
  ])('any address of a %s block drops all its pieces', (_size, base, offsets, inside, outside) => {
    const blockBase = base & ~((outside as bigint) - 1n);
    for (const offset of offsets) fill(blockBase + offset, ACCESS.WRITE);
    fillCode(blockBase + 0x1000n, 0x200300);
    tlb.dropPage(m.vcpu, ...words(blockBase + outside), -1);
    for (const offset of offsets) expect(probe(m.vcpu, blockBase + offset, { write: true })).toBeDefined();
    tlb.dropPage(m.vcpu, ...words(blockBase + inside), -1);
    for (const offset of offsets) {
      expect(probe(m.vcpu, blockBase + offset)).toBeUndefined();
      expect(probe(m.vcpu, blockBase + offset, { write: true })).toBeUndefined();
    }
    expect(probeCode(m.vcpu, blockBase + 0x1000n)).toBeUndefined();
    expect(probe(m.vcpu, KERNEL_VA)).toBeDefined();
  });

  it.each([
    ['page of 16 KiB', GRANULE_16K, 2n, 3, 14, 0x4000n],
    ['page of 64 KiB', GRANULE_64K, 1n, 3, 16, 0x1_0000n],
    ['block of 32 MiB', GRANULE_16K, 2n, 2, 25, 0x200_0000n],
    ['block of 512 MiB', GRANULE_64K, 1n, 2, 29, 0x2000_0000n],
  ])('any address of a %s drops all its pieces, in either TLB', (_what, granule, tg0, leafLevel, leafShift, size) => {
    const low = m.table(granule);
    m.vcpu.set64(SYS.TTBR0_EL1, BigInt(low));
    m.vcpu.set64(SYS.TCR_EL1, m.vcpu.get64(SYS.TCR_EL1) | (tg0 << 14n));
    tlb.flushAll();
    const va = 0x60_0000_0000n;
    const leaf = BigInt(RAM_BASE) | PTE.AF | (leafLevel === 3 ? PTE.PAGE : PTE.BLOCK);
    const tree = { granule, leafLevel, rootLevel: granule === GRANULE_64K ? 1 : 0 };
    m.map(low, va, leaf, tree);
    m.map(low, va + size, leaf, tree);
    const pieces = [0n, 0x1000n, 0x3000n];
    for (const offset of [...pieces, size]) fill(va + offset, ACCESS.WRITE);
    expect(mmu.result).toMatchObject({ leafShift, level: leafLevel });
    fillCode(va + 0x2000n, 0x200300);
    tlb.dropPage(m.vcpu, ...words(va + size - 0x1000n), -1);
    for (const offset of pieces) for (const write of [false, true]) expect(probe(m.vcpu, va + offset, { write })).toBeUndefined();
    expect(probeCode(m.vcpu, va + 0x2000n)).toBeUndefined();
    expect(probe(m.vcpu, va + size)).toBe(host(RAM_BASE));
  });

  it('reset empties entries it knows nothing of, as after a restored snapshot', () => {
    const { views, base } = m.vcpu;
    const copy = views.u8.slice(base + CPU.DTLBS, base + CPU.SIZE);
    tlb.flushAll();
    views.u8.set(copy, base + CPU.DTLBS);
    expect(seen()).toEqual([true, true, true, true]);
    tlb.reset();
    expect(seen()).toEqual([false, false, false, false]);
  });
});
