/** For tests: a vCPU with a little RAM, and page tables built by hand. */

import { RAM_BASE } from '../bare-cpu.testkit';
import { MEMORY } from '../layout';
import { type CpuModel, MAX } from '../models';
import { GuestRam } from '../ram';
import { SYS } from '../sysregs/storage';
import { Vcpu, viewsOf } from '../vcpu';
import { resetVcpu } from '../vcpu-state';
import { GRANULE_4K, type Granule, levelShift } from './granule';

/** Descriptor bits as the manual numbers them. */
export const PTE = {
  TABLE: 3n,
  PAGE: 3n,
  BLOCK: 1n,
  ATTR: (index: number): bigint => BigInt(index) << 2n,
  USER: 1n << 6n,
  READ_ONLY: 1n << 7n,
  AF: 1n << 10n,
  NG: 1n << 11n,
  PXN: 1n << 53n,
  UXN: 1n << 54n,
  PXNTABLE: 1n << 59n,
  UXNTABLE: 1n << 60n,
  APTABLE_NO_USER: 1n << 61n,
  APTABLE_READ_ONLY: 1n << 62n,
} as const;

/** MAIR_EL1 of the tests: 0 Normal write-back, 1 Device-nGnRE, 4 Normal Non-cacheable. */
export const TEST_MAIR = 0x44_00_00_04_ffn;

const RAM_BYTES = 1 << 20;
const CODE_LINES = MEMORY.RECORDS;
const RAM_HOST = CODE_LINES + MEMORY.PAGE;

export class TestMachine {
  readonly views = viewsOf(new WebAssembly.Memory({ initial: (RAM_HOST + RAM_BYTES) / MEMORY.PAGE }));
  readonly ram = new GuestRam(this.views, { base: RAM_BASE, size: RAM_BYTES, hostBase: RAM_HOST, codeLines: CODE_LINES });
  readonly vcpus: readonly Vcpu[];
  readonly vcpu: Vcpu;
  private nextTable = RAM_BASE + 0x10000;

  constructor(count = 1, model: CpuModel = MAX) {
    this.vcpus = Array.from({ length: count }, (_, index) => new Vcpu(this.views, index, model));
    for (const vcpu of this.vcpus) resetVcpu(vcpu, { pc: 0n });
    this.vcpu = this.vcpus[0]!;
  }

  /** A zeroed table, as large as a page; returns its physical address. */
  table({ pageShift }: Granule = GRANULE_4K): number {
    const bytes = 1 << pageShift;
    const address = Math.ceil(this.nextTable / bytes) * bytes;
    this.nextTable = address + bytes;
    return address;
  }

  poke(pa: number, value: bigint): void {
    this.ram.write64(pa, value);
  }
  peek(pa: number): bigint {
    return this.ram.read64(pa);
  }

  /** Turns the MMU on: T0SZ and T1SZ, 40-bit IPS, 16-bit ASIDs; further TCR bits as given. */
  enable(ttbr0: number | bigint, ttbr1: number | bigint, { txsz = 16, tcr = 0n, sctlr = 0 } = {}): void {
    for (const vcpu of this.vcpus) {
      vcpu.set64(SYS.TTBR0_EL1, BigInt(ttbr0));
      vcpu.set64(SYS.TTBR1_EL1, BigInt(ttbr1));
      vcpu.set64(SYS.MAIR_EL1, TEST_MAIR);
      vcpu.set64(SYS.TCR_EL1, BigInt(txsz) | (BigInt(txsz) << 16n) | (2n << 32n) | (1n << 36n) | tcr);
      vcpu.setLoHi(SYS.SCTLR_EL1, vcpu.lo(SYS.SCTLR_EL1) | 1 | sctlr, 0);
    }
  }

  /**
   * Maps `va` with a leaf descriptor at `leafLevel` in the tables under `root`, whose level is `rootLevel`.
   * `tableBits` go into every table descriptor made on the way.
   */
  map(root: number, va: bigint, leaf: bigint, { leafLevel = 3, rootLevel = 0, tableBits = 0n, granule = GRANULE_4K } = {}): void {
    let table = root;
    for (let level = rootLevel; ; level++) {
      const at = table + Number((va >> BigInt(levelShift(granule, level))) & ((1n << BigInt(granule.stride)) - 1n)) * 8;
      if (level === leafLevel) {
        this.poke(at, leaf);
        return;
      }
      if (this.peek(at) === 0n) this.poke(at, BigInt(this.table(granule)) | PTE.TABLE | tableBits);
      table = Number(this.peek(at) & 0xfffffffff000n);
    }
  }
}

export const words = (va: bigint): [lo: number, hi: number] => [Number(va & 0xffffffffn), Number((va >> 32n) & 0xffffffffn)];
