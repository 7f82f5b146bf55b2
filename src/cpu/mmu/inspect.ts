/**
 * Guest memory for an onlooker (a debugger, a person): addresses are translated as a vCPU's page tables say now, and nothing of the machine
 * changes by it: no flag is set, no TLB filled, no exception taken. Permissions are not looked at: who looks from outside may see all.
 */
import { type GuestRam, PAGE_BYTES } from '../ram';
import type { Vcpu } from '../vcpu';
import { Translation } from './translation';
import { walk } from './walk';

const TOP = 1n << 64n;

/** Where an onlooker's read stopped: `virtual` has no translation, or it has one and there is no RAM at `physical`. */
export interface Unreadable {
  readonly virtual: bigint;
  readonly physical?: number;
}

/**
 * Copies `into.length` bytes from a virtual address on (0 to 2^64 − 1; it must not run over the end). Returns undefined, or the first place that
 * cannot be read; `into` then holds what came before.
 */
export function readVirtual(vcpu: Vcpu, ram: GuestRam, address: bigint, into: Uint8Array): Unreadable | undefined {
  const translation = new Translation();
  for (let at = 0; at < into.length; ) {
    const virtual = (address + BigInt(at)) % TOP;
    const length = Math.min(into.length - at, PAGE_BYTES - Number(virtual % BigInt(PAGE_BYTES)));
    const fault = walk(vcpu, ram, Number(virtual & 0xffff_ffffn), Number(virtual >> 32n), translation);
    if (fault) return { virtual };
    const { pa } = translation;
    if (!ram.contains(pa, length)) return { virtual, physical: pa };
    into.set(ram.view(pa, length), at);
    at += length;
  }
  return undefined;
}
