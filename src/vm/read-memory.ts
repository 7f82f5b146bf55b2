import { readVirtual } from '../cpu/mmu/inspect';
import type { Machine } from '../machine/machine';
import { MEMORY_READ_LIMIT, type ReadMemoryOptions } from './api';

const TOP = 1n << 64n;
const hex = (address: bigint | number): string => `0x${address.toString(16)}`;

/**
 * A copy of guest memory, of a machine in any state; nothing of it changes by being looked at. Throws one sentence for what is not mapped, not
 * RAM, or too much.
 */
export function readMemory(machine: Machine, address: bigint, length: number, options: ReadMemoryOptions = {}): Uint8Array {
  const { physical = false, vcpu = 0 } = options;
  if (!Number.isInteger(length) || length < 0 || length > MEMORY_READ_LIMIT)
    throw new Error(`${length} bytes of memory cannot be read at once: choose 0 to ${MEMORY_READ_LIMIT}.`);
  if (typeof address !== 'bigint' || address < 0n || address + BigInt(length) > TOP)
    throw new Error(
      `${length} bytes from ${address} on are not in the address space: choose an address from 0 to 2^64 - 1, as a BigInt.`,
    );
  const looking = machine.engine.vcpus[vcpu];
  if (!looking) throw new Error(`There is no vCPU ${vcpu}: the machine has ${machine.options.vcpus}, counted from 0.`);
  const bytes = new Uint8Array(length);
  if (physical) {
    const { memory } = machine;
    if (address < BigInt(memory.base) || address + BigInt(length) > BigInt(memory.end))
      throw new Error(
        `There is no RAM for ${length} bytes at the physical address ${hex(address)}: it is from ${hex(memory.base)} to ${hex(memory.end - 1)}.`,
      );
    bytes.set(memory.view(Number(address), length));
    return bytes;
  }
  const stopped = readVirtual(looking, machine.memory, address, bytes);
  if (!stopped) return bytes;
  const { virtual, physical: pa } = stopped;
  throw new Error(
    pa === undefined
      ? `The address ${hex(virtual)} is not mapped for vCPU ${vcpu} now.`
      : `The address ${hex(virtual)} is mapped to ${hex(pa)} for vCPU ${vcpu} now, which is not RAM.`,
  );
}
