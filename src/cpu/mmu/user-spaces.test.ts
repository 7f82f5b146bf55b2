import { beforeEach, describe, expect, it } from 'vitest';
import { RAM_BASE } from '../bare-cpu.testkit';
import { SPSR, setPstate } from '../exceptions';
import { CODE_TLB, CPU, MEMORY, TLB, USER_SPACES } from '../layout';
import { msr } from '../sysregs/access';
import { SystemContext } from '../sysregs/context';
import { SYS } from '../sysregs/storage';
import { executeSys, SYS_INSTRUCTIONS } from '../sysregs/sys-instructions';
import { sysregNamed } from '../sysregs/table';
import type { Vcpu } from '../vcpu';
import { resetVcpu } from '../vcpu-state';
import { ACCESS, type AccessKind, Mmu } from './mmu';
import { PTE, TestMachine, words } from './mmu.testkit';
import { SoftTlb } from './tlb';

const PAGE = PTE.PAGE | PTE.AF | PTE.USER;
const PA = RAM_BASE + 0x80000;
const VA = 0x40_3000n;
const GLOBAL_VA = VA + 0x1000n;
const BLOCK_VA = 0x80_0000n;
const HIGH_VA = 0xffff_8000_0040_7000n;
const KERNEL_VA = 0xffff_8000_0040_5000n;
const ALL = [VA, GLOBAL_VA, BLOCK_VA];

interface Process {
  ttbr0: bigint;
  asid: bigint;
  /** What VA is mapped to. */
  pa: number;
}

let m: TestMachine;
let mmu: Mmu;
let tlb: SoftTlb;
let high: bigint;
let reserved: bigint;
let first: Process;
let second: Process;

const NO_PMU = { catchUp: () => {}, countSoftware: () => {}, changed: () => {} };
const contextOf = (vcpu: Vcpu): SystemContext =>
  new SystemContext(vcpu, undefined, { high: 0, read: () => 0, write: () => {} }, tlb, mmu, NO_PMU);

function write(vcpu: Vcpu, name: string, value: bigint): void {
  vcpu.setX(4, value);
  msr(contextOf(vcpu), sysregNamed(name)!.key, 4);
}

function tlbi(name: string, value: bigint, vcpu = m.vcpu): void {
  vcpu.setX(5, value);
  executeSys(contextOf(vcpu), SYS_INSTRUCTIONS.find((row) => row.name === `TLBI ${name}`)!.key, 5);
}

/** As Linux does: the ASID is in TTBR1_EL1, and on the way a reserved table is in TTBR0_EL1. */
function switchTo({ ttbr0, asid }: Pick<Process, 'ttbr0' | 'asid'>, vcpu = m.vcpu): void {
  write(vcpu, 'TTBR0_EL1', reserved);
  write(vcpu, 'TTBR1_EL1', high | (asid << 48n));
  write(vcpu, 'TTBR0_EL1', ttbr0);
}

/** The host address that an access as if from EL0 finds. */
function found(va: bigint, { write = false, vcpu = m.vcpu } = {}): number | undefined {
  const { data } = vcpu.views;
  const start = vcpu.get32(CPU.DTLB_UNPRIV) + (write ? TLB.WRITE : 0);
  const entry = start + Number((va >> 12n) & BigInt(TLB.ENTRIES - 1)) * TLB.ENTRY_SIZE;
  if (data.getBigUint64(entry, true) !== (va & ~0xfffn)) return undefined;
  return (Number(va & 0xffffffffn) + data.getInt32(entry + TLB.ADDEND, true)) >>> 0;
}
const isFound = (va: bigint): boolean => found(va) !== undefined;

function foundCode(va: bigint, pointer: number = CPU.CTLB_EL0): number | undefined {
  const { data } = m.vcpu.views;
  const entry = m.vcpu.get32(pointer) + Number((va >> 12n) & BigInt(CODE_TLB.ENTRIES - 1)) * CODE_TLB.ENTRY_SIZE;
  return data.getBigUint64(entry, true) === va ? data.getInt32(entry + CODE_TLB.FIRST, true) : undefined;
}

function fill(va: bigint, access: AccessKind = ACCESS.READ, vcpu = m.vcpu): void {
  expect(mmu.translate(vcpu, ...words(va), access, true)).toBe(0);
  tlb.fillData(vcpu, ...words(va), true, mmu.result);
}

const atEl0 = (work: () => void): void => {
  setPstate(m.vcpu, 0);
  work();
  setPstate(m.vcpu, 5);
};

function fillCode(va: bigint, record: number): void {
  expect(mmu.translate(m.vcpu, ...words(va), ACCESS.EXEC)).toBe(0);
  tlb.fillCode(m.vcpu, ...words(va), mmu.result, record);
}

/** What is found of ALL in each of the two address spaces. */
const kept = (): boolean[][] =>
  [first, second].map((process) => {
    switchTo(process);
    return ALL.map(isFound);
  });

beforeEach(() => {
  m = new TestMachine(2);
  mmu = new Mmu(m.ram);
  tlb = new SoftTlb(m.vcpus, m.ram);
  const kernelTable = m.table();
  high = BigInt(kernelTable);
  reserved = BigInt(m.table());
  // TCR_EL1.A1.
  m.enable(reserved, high, { tcr: 1n << 22n });
  m.map(kernelTable, KERNEL_VA, BigInt(PA) | PTE.PAGE | PTE.AF);
  m.map(kernelTable, HIGH_VA, BigInt(PA) | PAGE);
  [first, second] = [1n, 2n].map((asid) => {
    const root = m.table();
    const pa = PA + Number(asid) * 0x10000;
    m.map(root, VA, BigInt(pa) | PAGE | PTE.NG);
    m.map(root, GLOBAL_VA, BigInt(PA) | PAGE);
    m.map(root, BLOCK_VA, BigInt(RAM_BASE) | PTE.BLOCK | PTE.AF | PTE.USER | PTE.NG, { leafLevel: 2 });
    return { ttbr0: BigInt(root), asid, pa };
  }) as [Process, Process];
  for (const process of [first, second]) {
    switchTo(process);
    for (const va of ALL) fill(va);
  }
});

describe('address spaces', () => {
  it('find their own entries again when they are switched to', () => {
    for (const process of [first, second, first]) {
      switchTo(process);
      expect(found(VA)).toBe(m.ram.host(process.pa));
      expect(ALL.every(isFound)).toBe(true);
    }
  });

  it('are not there under the reserved table, nor before both table and ASID are those of one', () => {
    switchTo(first);
    write(m.vcpu, 'TTBR0_EL1', reserved);
    expect(ALL.some(isFound)).toBe(false);
    expect(m.vcpu.get32(CPU.DTLB_UNPRIV)).toBe(MEMORY.EMPTY_TLB);
    write(m.vcpu, 'TTBR1_EL1', high | (second.asid << 48n));
    expect(ALL.some(isFound)).toBe(false);
    write(m.vcpu, 'TTBR0_EL1', second.ttbr0);
    expect(found(VA)).toBe(m.ram.host(second.pa));
  });

  it('are what EL0 runs in, with code of their own', () => {
    [first, second].forEach((process, number) => {
      switchTo(process);
      atEl0(() => fillCode(VA, 0x200000 + number * 0x100));
    });
    switchTo(first);
    expect(foundCode(VA)).toBe(0x200000);
    atEl0(() => {
      expect(foundCode(VA, CPU.CTLB)).toBe(0x200000);
      expect(m.vcpu.get32(CPU.DTLB)).toBe(m.vcpu.get32(CPU.DTLB_UNPRIV));
    });
    expect(foundCode(VA, CPU.CTLB)).toBeUndefined();
    tlbi('VAE1', (first.asid << 48n) | (VA >> 12n));
    expect(foundCode(VA)).toBeUndefined();
    switchTo(second);
    expect(foundCode(VA)).toBe(0x200100);
  });

  it('leave accesses of EL1 that are not as if from EL0 to its own TLBs', () => {
    m.vcpu.set32(CPU.PAN, 0);
    setPstate(m.vcpu, 5);
    mmu.translate(m.vcpu, ...words(KERNEL_VA), ACCESS.READ);
    tlb.fillData(m.vcpu, ...words(KERNEL_VA), false, mmu.result);
    const own = m.vcpu.get32(CPU.DTLB);
    for (const process of [first, second]) {
      switchTo(process);
      expect(m.vcpu.get32(CPU.DTLB)).toBe(own);
      expect(isFound(KERNEL_VA)).toBe(false);
      setPstate(m.vcpu, SPSR.PAN | 5);
      expect(m.vcpu.get32(CPU.DTLB)).not.toBe(own);
      expect(isFound(VA)).toBe(true);
      setPstate(m.vcpu, 5);
    }
  });

  it('are others with the same table under another ASID, and with another table under the same ASID', () => {
    switchTo({ ttbr0: first.ttbr0, asid: 9n });
    expect(ALL.some(isFound)).toBe(false);
    switchTo({ ttbr0: first.ttbr0, asid: second.asid });
    expect(ALL.some(isFound)).toBe(false);
  });

  it('are the same whatever the ASID field is that does not count', () => {
    switchTo({ ...first, ttbr0: first.ttbr0 | (77n << 48n) });
    expect(found(VA)).toBe(m.ram.host(first.pa));
  });

  it('may have the ASID in TTBR0_EL1', () => {
    for (const vcpu of m.vcpus) write(vcpu, 'TCR_EL1', vcpu.get64(SYS.TCR_EL1) & ~(1n << 22n));
    for (const { ttbr0, asid } of [first, second]) {
      write(m.vcpu, 'TTBR0_EL1', ttbr0 | (asid << 48n));
      expect(isFound(VA)).toBe(false);
      fill(VA);
    }
    write(m.vcpu, 'TTBR0_EL1', first.ttbr0 | (first.asid << 48n));
    expect(found(VA)).toBe(m.ram.host(first.pa));
    write(m.vcpu, 'TTBR0_EL1', first.ttbr0 | (7n << 48n));
    expect(isFound(VA)).toBe(false);
  });

  it('lose their TLBs to a new one, that first which was away for longest', () => {
    switchTo(first);
    for (let asid = 10n; asid < 10n + BigInt(USER_SPACES) - 1n; asid++) {
      switchTo({ ttbr0: first.ttbr0, asid });
      expect(isFound(VA)).toBe(false);
      fill(VA);
    }
    const [ofFirst, ofSecond] = kept();
    expect(ofFirst).toEqual([true, true, true]);
    expect(ofSecond).toEqual([false, false, false]);
  });

  it('lose nothing to one in which nothing is entered', () => {
    for (let asid = 10n; asid < 30n; asid++) switchTo({ ttbr0: first.ttbr0, asid });
    expect(kept().flat().every(Boolean)).toBe(true);
  });

  it('belong to one vCPU', () => {
    switchTo(first, m.vcpus[1]);
    expect(found(VA, { vcpu: m.vcpus[1]! })).toBeUndefined();
    fill(VA, ACCESS.READ, m.vcpus[1]);
    tlbi('VMALLE1', 0n, m.vcpus[1]);
    expect(kept().flat().every(Boolean)).toBe(true);
  });

  it('go on with what was entered before the descriptor changed, until a TLBI', () => {
    switchTo(second);
    m.map(Number(first.ttbr0), VA, BigInt(PA + 0x5000) | (PAGE & ~PTE.AF) | PTE.NG);
    switchTo(first);
    expect(found(VA)).toBe(m.ram.host(first.pa));
    tlbi('VAE1', (first.asid << 48n) | (VA >> 12n));
    expect(isFound(VA)).toBe(false);
  });
});

/** The table of one that is gone is another's, with the same ASID: the guest invalidates in between. */
describe('a table that is used again', () => {
  it.each<[string, bigint]>([
    ['ASIDE1', 1n << 48n],
    ['ASIDE1IS', 1n << 48n],
    ['VMALLE1', 0n],
    ['VMALLE1IS', 0n],
  ])('has only its new entries after TLBI %s', (name, argument) => {
    switchTo(second);
    m.map(Number(first.ttbr0), VA, BigInt(PA + 0x5000) | PAGE | PTE.NG);
    tlbi(name, argument);
    switchTo(first);
    expect(isFound(VA)).toBe(false);
    fill(VA);
    expect(found(VA)).toBe(m.ram.host(PA + 0x5000));
  });
});

describe('invalidation reaches address spaces that are not attached', () => {
  const page = VA >> 12n;
  const of = (asid: bigint, number: bigint): bigint => (asid << 48n) | number;
  const cases: [string, bigint, boolean[], boolean[]][] = [
    ['VAE1', of(1n, page), [false, true, true], [true, true, true]],
    ['VALE1', of(2n, page), [true, true, true], [false, true, true]],
    ['VAE1', of(7n, page), [true, true, true], [true, true, true]],
    // Global entries match every ASID.
    ['VALE1', of(7n, GLOBAL_VA >> 12n), [true, false, true], [true, false, true]],
    ['VAAE1', page, [false, true, true], [false, true, true]],
    ['VAALE1', GLOBAL_VA >> 12n, [true, false, true], [true, false, true]],
    // Any address of the block.
    ['VAE1', of(2n, (BLOCK_VA >> 12n) + 0x1ffn), [true, true, true], [true, true, false]],
    ['VAAE1', (BLOCK_VA >> 12n) + 0x100n, [true, true, false], [true, true, false]],
    ['ASIDE1', of(1n, 0n), [false, true, false], [true, true, true]],
    ['ASIDE1', of(7n, 0n), [true, true, true], [true, true, true]],
    ['VMALLE1', 0n, [false, false, false], [false, false, false]],
  ];

  describe.each(['first', 'second', 'reserved'] as const)('while the %s is current', (current) => {
    const settle = (): void => {
      if (current === 'reserved') write(m.vcpu, 'TTBR0_EL1', reserved);
      else switchTo(current === 'first' ? first : second);
    };
    it.each(cases)('TLBI %s %#x', (name, argument, ofFirst, ofSecond) => {
      settle();
      tlbi(name, argument);
      expect(kept()).toEqual([ofFirst, ofSecond]);
    });
    it.each(cases)('TLBI %sIS %#x of another vCPU, and not without IS', (name, argument, ofFirst, ofSecond) => {
      settle();
      tlbi(name, argument, m.vcpus[1]);
      expect(kept().flat().every(Boolean)).toBe(true);
      settle();
      tlbi(`${name}IS`, argument, m.vcpus[1]);
      expect(kept()).toEqual([ofFirst, ofSecond]);
    });
  });

  it.each<[string, () => void]>([
    ['SCTLR_EL1', () => write(m.vcpu, 'SCTLR_EL1', m.vcpu.get64(SYS.SCTLR_EL1) ^ 2n)],
    ['TCR_EL1', () => write(m.vcpu, 'TCR_EL1', m.vcpu.get64(SYS.TCR_EL1) | (1n << 37n))],
    ['MAIR_EL1', () => write(m.vcpu, 'MAIR_EL1', 0xffn)],
    ['a reset of the TLBs', () => tlb.reset()],
  ])('%s changes what everything means', (_what, change) => {
    change();
    expect(kept().flat().some(Boolean)).toBe(false);
  });

  it('entries of the high half go when its table changes', () => {
    for (const process of [first, second]) {
      switchTo(process);
      fill(HIGH_VA);
    }
    write(m.vcpu, 'TTBR1_EL1', BigInt(m.table()) | (second.asid << 48n));
    write(m.vcpu, 'TTBR1_EL1', high | (second.asid << 48n));
    for (const process of [first, second]) {
      switchTo(process);
      expect([isFound(HIGH_VA), isFound(VA)]).toEqual([false, true]);
    }
  });

  it('a vCPU that is reset has none', () => {
    switchTo(first);
    const { vcpu } = m;
    const state = [SYS.TCR_EL1, SYS.MAIR_EL1, SYS.SCTLR_EL1].map((offset) => [offset, vcpu.get64(offset)] as const);
    resetVcpu(vcpu, { pc: 0n });
    expect(isFound(VA)).toBe(false);
    for (const [offset, value] of state) vcpu.set64(offset, value);
    expect(kept().flat().some(Boolean)).toBe(false);
    fill(VA);
    expect(found(VA)).toBe(m.ram.host(second.pa));
  });
});

describe('stores', () => {
  beforeEach(() => {
    for (const process of [first, second]) {
      switchTo(process);
      fill(VA, ACCESS.WRITE);
    }
    expect(found(VA, { write: true })).toBe(m.ram.host(second.pa));
  });

  it('to a page that gets code are watched in address spaces that are not attached', () => {
    tlb.watch(first.pa);
    expect(found(VA, { write: true })).toBeDefined();
    switchTo(first);
    expect(found(VA, { write: true })).toBeUndefined();
    expect(isFound(VA)).toBe(true);
    // Watched or not, it is dropped by its address.
    const entry = m.vcpu.get32(CPU.DTLB_UNPRIV) + TLB.WRITE + Number((VA >> 12n) & BigInt(TLB.ENTRIES - 1)) * TLB.ENTRY_SIZE;
    const flags = (): number => m.vcpu.get32(entry + TLB.FLAGS - m.vcpu.base);
    expect(flags() & TLB.WATCHED).toBe(TLB.WATCHED);
    switchTo(second);
    tlbi('VAE1', (first.asid << 48n) | (VA >> 12n));
    expect(flags()).toBe(0);
  });

  it('must all be seen again after dropAllWritable, in every address space', () => {
    tlb.dropAllWritable();
    for (const process of [first, second]) {
      switchTo(process);
      expect(found(VA, { write: true })).toBeUndefined();
      expect(isFound(VA)).toBe(true);
    }
  });
});
