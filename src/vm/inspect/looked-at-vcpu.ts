import type { Vcpu } from '../../cpu/vcpu';
import type { Machine } from '../../machine/machine';

/** The vCPU that somebody asks about. Throws one sentence if the machine has none of that number. */
export function lookedAtVcpu(machine: Machine, index: number): Vcpu {
  const vcpu = machine.engine.vcpus[index];
  if (!vcpu) throw new Error(`There is no vCPU ${index}: the machine has ${machine.options.vcpus}, counted from 0.`);
  return vcpu;
}

/** Throws one sentence if `address` is none. */
export function checkAddress(address: bigint): void {
  if (typeof address !== 'bigint' || address < 0n || address >> 64n !== 0n)
    throw new Error(`${address} is not in the address space: choose an address from 0 to 2^64 - 1, as a BigInt.`);
}
