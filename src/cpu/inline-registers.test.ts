import { describe, expect, it } from 'vitest';
import { bareCpu } from './bare-cpu.testkit';
import { DCZID_DZP } from './impdef';
import { EC, ESR_EC_SHIFT } from './syndrome';
import { SCTLR } from './sysregs/fields';
import { SYS } from './sysregs/storage';

/** Registers that handlers read and write by themselves: the values, and the traps, are those of the slow path. */
describe.each(['interpreter', 'jit'] as const)('registers kept where the %s reads them', (engine) => {
  const atEl0 = (code: string): string => `
        adr   x0, vectors
        msr   vbar_el1, x0
        adr   x0, user
        msr   elr_el1, x0
        msr   spsr_el1, xzr
        eret
user:   ${code}
stop:   b     stop
        .org  0x800
vectors:
        .org  0xc00
        mrs   x9, esr_el1
end:    b     end
  `;

  it('gives constants and stored registers at EL1, and counts nothing for it', async () => {
    const bare = await bareCpu(
      `
        movz  x1, #0x10, lsl #16
        msr   tcr_el1, x1
        mrs   x2, tcr_el1
        mrs   x3, dczid_el0
        mrs   x4, ctr_el0
        mrs   x5, sctlr_el1
stop:   b     stop
      `,
      { engine },
    );
    bare.run(2);
    bare.run(5);
    const { cpu } = bare;
    expect(bare.engine.slice.charged).toBe(0);
    expect(cpu.x(2)).toBe(0x100000n);
    expect(cpu.x(3)).toBe(BigInt(cpu.model.dczid));
    expect(cpu.x(4)).toBe(BigInt(cpu.model.ctr));
    expect(cpu.x(5)).toBe(cpu.get64(SYS.SCTLR_EL1));
  });

  it('says at EL0 whether DC ZVA is prohibited there', async () => {
    for (const sctlr of [0, SCTLR.DZE]) {
      const bare = await bareCpu(atEl0('mrs x1, dczid_el0'), { engine });
      bare.cpu.setLoHi(SYS.SCTLR_EL1, bare.cpu.lo(SYS.SCTLR_EL1) | sctlr, 0);
      bare.run(20);
      expect(bare.cpu.x(1)).toBe(BigInt(bare.cpu.model.dczid | (sctlr ? 0 : DCZID_DZP)));
    }
  });

  it('traps CTR_EL0 at EL0 as SCTLR_EL1.UCT says, and keeps TCR_EL1 from EL0', async () => {
    const trapped = await bareCpu(atEl0('mrs x1, ctr_el0'), { engine });
    trapped.run(20);
    expect(Number(trapped.cpu.x(9)) >>> ESR_EC_SHIFT).toBe(EC.SYSTEM);
    const open = await bareCpu(atEl0('mrs x1, ctr_el0'), { engine });
    open.cpu.setLoHi(SYS.SCTLR_EL1, open.cpu.lo(SYS.SCTLR_EL1) | SCTLR.UCT, 0);
    open.run(20);
    expect(open.cpu.x(1)).toBe(BigInt(open.cpu.model.ctr));
    const undefinedThere = await bareCpu(atEl0('mrs x1, tcr_el1'), { engine });
    undefinedThere.run(20);
    expect(Number(undefinedThere.cpu.x(9)) >>> ESR_EC_SHIFT).toBe(EC.UNKNOWN);
  });

  it('writes only the low half of 32-bit registers', async () => {
    const bare = await bareCpu(
      `
        mov   x1, #-1
        msr   spsr_el1, x1
        msr   contextidr_el1, x1
        mrs   x2, spsr_el1
        mrs   x3, contextidr_el1
stop:   b     stop
      `,
      { engine },
    );
    bare.run(6);
    expect(bare.cpu.x(2)).toBe(0xffff_ffffn);
    expect(bare.cpu.x(3)).toBe(0xffff_ffffn);
  });

  it('reads FPCR and FPSR, 32 bits each, and traps them as floating point is', async () => {
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        mov   x0, #(3 << 20)
        msr   cpacr_el1, x0
        movz  x1, #0x0300, lsl #16
        msr   fpcr, x1
        movz  x2, #0x9f
        msr   fpsr, x2
        mrs   x3, fpcr
        mrs   x4, fpsr
        msr   cpacr_el1, xzr
        mrs   x5, fpcr
        .org  0x800
vectors:
        .org  0xa00
        mrs   x9, esr_el1
end:    b     end
      `,
      { engine },
    );
    bare.run(15);
    expect(bare.cpu.x(3)).toBe(0x0300_0000n);
    expect(bare.cpu.x(4)).toBe(0x9fn);
    expect(bare.cpu.x(5)).toBe(0n);
    expect(Number(bare.cpu.x(9)) >>> ESR_EC_SHIFT).toBe(EC.SVE_SIMD_FP);
  });
});
