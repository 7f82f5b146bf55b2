import { describe, expect, it } from 'vitest';
import type { Machine } from '../../machine/machine';
import { CODE, machineOf } from '../../machine/machine.testkit';
import { stateHash } from '../../machine/state-hash';
import { SEARCH_STEP } from '../api/memory-view';
import { addressWords } from './address-words';
import { lookAtMemory, searchMemory } from './guest-memory';

const TABLE = 0x4020_0000;
const TOP = 1n << 64n;

/** Switches the MMU on: RAM is at 0x80000000 for both ELs, and at 0x40000000 and in the devices' GiB for EL1 only; nothing else is mapped. */
const MAPPED = `
    ldr x0, =${TABLE}
    ldr x1, =0x40000701
    str x1, [x0, #8]
    ldr x1, =0x60000000000705
    str x1, [x0]
    ldr x1, =0x40000741
    str x1, [x0, #16]
    msr ttbr0_el1, x0
    ldr x1, =0x00ff
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

async function mapped(): Promise<Machine> {
  const machine = await machineOf(MAPPED, { vcpus: 1 });
  machine.run({ cost: 100_000 });
  return machine;
}
const states = (machine: Machine, kind: 'el1' | 'el0' | 'physical', address: bigint, length: number) =>
  lookAtMemory(machine, { vcpu: 0, kind, address, length }).pieces.map(({ state, length: bytes }) => [state, bytes]);

describe('guest memory', () => {
  it('has bytes where RAM is, and says what is there elsewhere', async () => {
    const machine = await mapped();
    const before = stateHash(machine);
    const code = machine.memory.view(CODE, 64);
    for (const [kind, address] of [
      ['physical', BigInt(CODE)],
      ['el1', BigInt(CODE)],
      ['el1', BigInt(CODE) + 0x4000_0000n],
      ['el0', BigInt(CODE) + 0x4000_0000n],
    ] as const)
      expect(lookAtMemory(machine, { vcpu: 0, kind, address, length: 64 })).toEqual({
        address,
        bytes: code,
        pieces: [{ offset: 0, length: 64, state: 'memory' }],
      });
    expect(states(machine, 'physical', 0x8ff_ff00n, 0x200)).toEqual([
      ['nothing', 0x100],
      ['device', 0x100],
    ]);
    expect(states(machine, 'physical', BigInt(machine.memory.end) - 16n, 32)).toEqual([
      ['memory', 16],
      ['nothing', 16],
    ]);
    expect(states(machine, 'el0', BigInt(CODE), 16)).toEqual([['forbidden', 16]]);
    expect(states(machine, 'el1', 0xc000_0000n - 16n, 32)).toEqual([
      ['nothing', 16],
      ['unmapped', 16],
    ]);
    expect(states(machine, 'el1', 0x900_0000n, 16)).toEqual([['device', 16]]);
    expect(lookAtMemory(machine, { vcpu: 0, kind: 'el1', address: TOP - 8n, length: 100 }).bytes).toHaveLength(8);
    expect(stateHash(machine)).toBe(before);
  });

  it('is refused in one sentence where the question makes no sense', async () => {
    const machine = await mapped();
    const look = (ask: object) => () => lookAtMemory(machine, { vcpu: 0, kind: 'el1', address: 0n, length: 16, ...ask });
    expect(look({ length: 1 << 21 })).toThrow('2097152 bytes of memory cannot be looked at in one go: choose 0 to 1048576.');
    expect(look({ address: TOP })).toThrow('18446744073709551616 is not in the address space');
    expect(look({ vcpu: 2 })).toThrow('There is no vCPU 2: the machine has 1, counted from 0.');
  });
});

describe('an address in words', () => {
  it('has what maps it and what is behind it', async () => {
    const machine = await mapped();
    expect(addressWords(machine, { vcpu: 0, kind: 'el1', address: BigInt(CODE) + 0x4000_0010n })).toMatchObject({
      physical: BigInt(CODE) + 0x10n,
      region: { kind: 'ram', name: 'RAM', from: 0x4000_0000n, end: 0x4100_0000n },
      mapped: { size: '1 GiB', memory: 'Normal, Write-Back, Read-Allocate, Write-Allocate', shareability: 'Inner Shareable' },
      may: { el1: 'rw-', el0: 'rwx' },
      entry: undefined,
    });
    expect(addressWords(machine, { vcpu: 0, kind: 'el1', address: 0x900_0018n })).toMatchObject({
      region: { kind: 'device', name: 'UART (PL011)', from: 0x900_0000n, end: 0x900_1000n },
      mapped: { memory: 'Device-nGnRnE' },
      may: { el1: 'rw-', el0: '---' },
    });
    expect(addressWords(machine, { vcpu: 0, kind: 'el1', address: 0xc000_0000n })).toMatchObject({
      physical: undefined,
      region: undefined,
      fault: 'translation fault at level 1',
      may: { el1: '---', el0: '---' },
    });
  });

  it('tells a translation table when it meets one', async () => {
    const machine = await mapped();
    expect(addressWords(machine, { vcpu: 0, kind: 'physical', address: BigInt(TABLE) + 16n }).entry).toEqual({
      ttbr: 'TTBR0_EL1',
      level: 1,
      table: TABLE,
      index: 2,
      virtual: 0x8000_0000n,
    });
  });

  it('tells where nothing answers, from the last thing that does to the next', async () => {
    const machine = await mapped();
    const at = (address: bigint) => addressWords(machine, { vcpu: 0, kind: 'physical', address }).region;
    expect(at(0x4100_0000n)).toEqual({ kind: 'nothing', name: 'nothing answers', from: 0x4100_0000n, end: 0x40_1000_0000n });
    expect(at(0x0n)).toMatchObject({ kind: 'nothing', from: 0n, end: 0x800_0000n });
    expect(at((1n << 64n) - 1n)).toMatchObject({ kind: 'nothing' });
  });
});

describe('a search', () => {
  it('finds bytes wherever they are, across the edges of its steps', async () => {
    const machine = await machineOf('b .', { vcpus: 1 });
    const wanted = new Uint8Array([0, 0xde, 0xad, 0xbe]);
    const base = machine.memory.base;
    const places = [base, base + 0x12345, base + SEARCH_STEP - 2, machine.memory.end - wanted.length].map(BigInt);
    for (const place of places) machine.memory.write(Number(place), wanted);
    const found: bigint[] = [];
    let from: bigint | undefined = 0n;
    let steps = 0;
    while (from !== undefined) {
      const answer = searchMemory(machine, { from, wanted, most: 100 });
      found.push(...answer.found);
      from = answer.next;
      steps++;
    }
    expect(found).toEqual(places);
    expect(steps).toBe(machine.memory.size / SEARCH_STEP);
  });

  it('stops after as many finds as are wanted, and goes on behind the last', async () => {
    const machine = await machineOf('b .', { vcpus: 1 });
    machine.memory.write(machine.memory.base, new Uint8Array(8).fill(7));
    const wanted = new Uint8Array([7, 7]);
    const first = searchMemory(machine, { from: 0n, wanted, most: 3 });
    expect(first.found.map((at) => Number(at) - machine.memory.base)).toEqual([0, 1, 2]);
    const rest = searchMemory(machine, { from: first.next!, wanted, most: 100 });
    expect(rest.found.map((at) => Number(at) - machine.memory.base)).toEqual([3, 4, 5, 6]);
    expect(searchMemory(machine, { from: BigInt(machine.memory.end), wanted, most: 1 })).toMatchObject({
      found: [],
      next: undefined,
    });
    expect(() => searchMemory(machine, { from: 0n, wanted: new Uint8Array(), most: 1 })).toThrow(
      '0 bytes cannot be searched for',
    );
  });
});
