import { describe, expect, it } from 'vitest';
import { PAGE_BYTES } from '../cpu/ram';
import { CODE, machineOf } from '../machine/machine.testkit';
import { stateHash } from '../machine/state-hash';
import { readMemory } from './read-memory';

/** Switches the MMU on: the GiB of RAM is at 0x80000000, too, the last page that is mapped there has no RAM behind it, and nothing else is there. */
const MAPPED = `
    .equ TABLE, 0x40200000
    ldr x0, =TABLE
    ldr x1, =0x40000701
    str x1, [x0, #8]
    str x1, [x0, #16]
    msr ttbr0_el1, x0
    ldr x1, =0xff
    msr mair_el1, x1
    ldr x1, =0x803519
    msr tcr_el1, x1
    isb
    mrs x1, sctlr_el1
    orr x1, x1, #1
    msr sctlr_el1, x1
    isb
  done: wfi
    b done`;

describe('guest memory for an onlooker', () => {
  it('is read where the page tables say, and nothing changes by it', async () => {
    const machine = await machineOf(MAPPED, { vcpus: 1 });
    machine.run({ cost: 100_000 });
    const before = stateHash(machine);
    const physical = readMemory(machine, BigInt(CODE), 64, { physical: true });
    expect(physical.some((byte) => byte !== 0)).toBe(true);
    expect(readMemory(machine, BigInt(CODE) + 0x4000_0000n, 64)).toEqual(physical);
    expect(readMemory(machine, BigInt(CODE) - 100n, 2 * PAGE_BYTES)).toEqual(
      readMemory(machine, BigInt(CODE) - 100n, 2 * PAGE_BYTES, { physical: true }),
    );
    expect(readMemory(machine, 0n, 0)).toEqual(new Uint8Array());
    expect(stateHash(machine)).toBe(before);
  });

  it('is refused with the address', async () => {
    const machine = await machineOf(MAPPED, { vcpus: 1 });
    machine.run({ cost: 100_000 });
    const read =
      (...given: [bigint, number, { physical?: boolean; vcpu?: number }?]) =>
      () =>
        readMemory(machine, ...given);
    expect(read(0x1000n, 8)).toThrow('The address 0x1000 is not mapped for vCPU 0 now.');
    expect(read(0xffff_8000_0000_0000n, 8)).toThrow('The address 0xffff800000000000 is not mapped for vCPU 0 now.');
    expect(read(0x8100_0000n - 4n, 8)).toThrow(
      'The address 0x81000000 is mapped to 0x41000000 for vCPU 0 now, which is not RAM.',
    );
    expect(read(0x900_0000n, 4, { physical: true })).toThrow(
      'There is no RAM for 4 bytes at the physical address 0x9000000: it is from 0x40000000 to 0x40ffffff.',
    );
    expect(read(0n, 2 ** 25)).toThrow('33554432 bytes of memory cannot be read at once: choose 0 to 16777216.');
    expect(read(-1n, 4)).toThrow('4 bytes from -1 on are not in the address space');
    expect(read(0n, 4, { vcpu: 3 })).toThrow('There is no vCPU 3: the machine has 1, counted from 0.');
  });
});
