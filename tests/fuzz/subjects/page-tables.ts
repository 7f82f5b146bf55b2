import { bareCpu, RAM_BASE } from '../../../src/cpu/bare-cpu.testkit';
import { explainWalk } from '../../../src/cpu/mmu/explain-walk';
import { ACCESS, Mmu } from '../../../src/cpu/mmu/mmu';
import { applyVcpu, saveVcpu } from '../../../src/cpu/vcpu-state';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const TRANSLATIONS = 500;
const RAM_BYTES = 0x10_0000;
const TABLE_BYTES = 0x1_0000;
/** Of so many one is explained in words, too. */
const EXPLAINED = 50;

/** What translates with tables of 4 KiB and addresses of 39 or 48 bits, mostly. */
const controls = (random: Random): bigint =>
  random.chance(3)
    ? wide(random) & 0x7f_ffff_ffffn
    : (random.chance(2) ? 25n | (25n << 16n) : 16n | (16n << 16n)) | (2n << 30n) | (2n << 32n) | (wide(random) & 0x7f_0000_3f00n);

const wide = (random: Random): bigint => (BigInt(random.next()) << 32n) | BigInt(random.next());

/** Mostly another table or a leaf in RAM, which has been accessed: else nothing would get past the first level. */
function descriptor(random: Random): bigint {
  if (random.chance(8)) return wide(random);
  const attributes = random.chance(3) ? wide(random) & 0xff7f_0000_0000_0ffcn : BigInt(random.below(4)) << 6n;
  const to = random.chance(4) ? random.below(RAM_BYTES) : random.below(TABLE_BYTES);
  return BigInt(RAM_BASE + (to & ~0xfff)) | attributes | 0x400n | BigInt(random.chance(8) ? 1 : 3);
}

/** Any tables under any controls: a translation ends, with a fault or somewhere that the access is made, and its explanation says the same. */
export const pageTables: Subject = {
  name: 'page tables',
  cases: 'translations',
  batch: TRANSLATIONS,
  async start() {
    const { engine, cpu } = await bareCpu('b .', { ramBytes: RAM_BYTES });
    const mmu = new Mmu(engine.ram);
    return (seed) => {
      const random = new Random(seed);
      const counts: Counts = { mapped: 0, faults: 0 };
      const bytes = new BigUint64Array(TABLE_BYTES / 8).map(() => descriptor(random));
      engine.ram.write(RAM_BASE, new Uint8Array(bytes.buffer));
      applyVcpu(cpu, {
        ...saveVcpu(cpu),
        'PSTATE.EL': random.chance(2) ? 0n : 1n,
        'PSTATE.SP': 0n,
        'PSTATE.PAN': BigInt(random.below(2)),
        TTBR0_EL1:
          BigInt(RAM_BASE + (random.below(TABLE_BYTES) & ~0xfff)) |
          (random.chance(10) ? wide(random) & 0xffff_0000_0000_ffffn : 0n),
        TTBR1_EL1: BigInt(RAM_BASE + (random.below(TABLE_BYTES) & ~0xfff)),
        MAIR_EL1: wide(random),
        TCR_EL1: controls(random),
        SCTLR_EL1: 0x30d0_1805n | (BigInt(random.next()) & 0x0088_0000n),
      });
      for (let n = 0; n < TRANSLATIONS; n++) {
        const near = random.chance(6) ? wide(random) : wide(random) & 0x3f_ffff_ffffn;
        const va = BigInt.asUintN(64, random.chance(2) ? near : ~near);
        const access = random.pick([ACCESS.READ, ACCESS.WRITE, ACCESS.EXEC]);
        const unprivileged = random.chance(4);
        const explained = random.chance(EXPLAINED) ? explainWalk(cpu, engine.ram, va) : undefined;
        const fault = mmu.translate(cpu, Number(va & 0xffff_ffffn), Number(va >> 32n), access, unprivileged);
        const { pa } = mmu.result;
        if (!fault && (pa < 0 || !Number.isSafeInteger(pa))) throw new Error(`0x${va.toString(16)} became ${pa}.`);
        if (explained) {
          const kind = access === ACCESS.READ ? 'read' : access === ACCESS.WRITE ? 'write' : 'execute';
          const { allowed } = explained[unprivileged || cpu.el === 0 ? 'el0' : 'el1'][kind];
          if (allowed !== (fault === 0))
            throw new Error(`0x${va.toString(16)}, ${kind}: the explanation says ${allowed}, the MMU ${fault}.`);
        }
        counts[fault ? 'faults' : 'mapped']!++;
      }
      return counts;
    };
  },
};
