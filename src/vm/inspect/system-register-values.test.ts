import { describe, expect, it } from 'vitest';
import type { Machine } from '../../machine/machine';
import { machineOf } from '../../machine/machine.testkit';
import { stateHash } from '../../machine/state-hash';
import { systemRegisters } from './system-register-values';

/** Makes an SGI of its own pending and starts the virtual timer, with interrupts masked, and waits. */
const PENDING = `
    adr x0, vectors
    msr vbar_el1, x0
    mov x0, #0xf0
    msr icc_pmr_el1, x0
    mov x0, #1
    msr icc_igrpen1_el1, x0
    ldr x1, =0x08000000
    mov w0, #0x12
    str w0, [x1]
    ldr x1, =0x080a0014
    str wzr, [x1]
    ldr x1, =0x080b0080
    mov w0, #-1
    str w0, [x1]
    ldr x1, =0x080b0100
    str w0, [x1]
    mov x0, #1
    movk x0, #0x0500, lsl #16
    msr icc_sgi1r_el1, x0
    mov x0, #100
    msr cntv_tval_el0, x0
    mov x0, #1
    msr cntv_ctl_el0, x0
    msr pmcr_el0, x0
    svc #7
    .balign 2048
  vectors: b .
    .balign 512
    b .`;

const values = (machine: Machine, vcpu = 0): Map<string, bigint> =>
  new Map(
    systemRegisters(machine, { vcpu, open: [] }).groups.flatMap(({ registers }) =>
      registers.map(({ name, value }) => [name, value]),
    ),
  );

describe('the system registers for an onlooker', () => {
  it('are told without anything being acknowledged, counted or stepped', async () => {
    const machine = await machineOf(PENDING, { vcpus: 2 });
    machine.run({ cost: 20_000 });
    const before = stateHash(machine);
    const seen = values(machine);
    expect(seen.get('ICC_IAR1_EL1')).toBe(5n);
    expect(seen.get('ICC_HPPIR1_EL1')).toBe(5n);
    expect(seen.get('ICC_RPR_EL1')).toBe(0xffn);
    expect(seen.get('CNTV_CTL_EL0')! & 1n).toBe(1n);
    expect(seen.get('CNTVCT_EL0')).toBe(BigInt(machine.clock.ticks));
    expect(values(machine)).toEqual(seen);
    expect(stateHash(machine)).toBe(before);
    expect(seen.get('SP_EL1')).toBe(machine.engine.vcpus[0]!.sp);
    expect(seen.get('MPIDR_EL1')).toBe(0x8000_0000n);
    expect(values(machine, 1).get('MPIDR_EL1')).toBe(0x8000_0001n);
  });

  it('have their fields in words where somebody wants them', async () => {
    const machine = await machineOf(PENDING, { vcpus: 1 });
    machine.run({ cost: 20_000 });
    const { fields, groups } = systemRegisters(machine, { vcpu: 0, open: ['CurrentEL', 'ESR_EL1', 'NOTHING'] });
    expect(Object.keys(fields)).toEqual(['CurrentEL', 'ESR_EL1']);
    expect(fields.CurrentEL).toEqual([{ name: 'EL', high: 3, low: 2, value: 1n, meaning: 'EL1' }]);
    expect(fields.ESR_EL1!.map(({ meaning }) => meaning)).toContain('SVC (system call)');
    expect(groups.map(({ name }) => name)).toContain('Interrupt controller');
  });

  it('are those that this CPU and this board have', async () => {
    const old = await machineOf('b .', { vcpus: 1, cpu: 'cortex-a53', gic: 2 });
    const { groups } = systemRegisters(old, { vcpu: 0, open: [] });
    expect(groups.map(({ name }) => name)).not.toContain('Interrupt controller');
    const seen = values(old);
    expect(['PAN', 'DIT', 'LORC_EL1', 'RNDR'].filter((name) => seen.has(name))).toEqual([]);
    expect(seen.has('SCTLR_EL1')).toBe(true);
    expect(() => systemRegisters(old, { vcpu: 1, open: [] })).toThrow('There is no vCPU 1');
  });
});
