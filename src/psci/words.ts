/**
 * Numbers and CPUs in words for the firmware log.
 */
import { isValidAffinity } from './affinity';
import type { VcpuPowerState } from './state';

/** `0x41a20000`: no leading zeros, unsigned 64-bit. */
export function hex(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

/** Small numbers as people write them (`0`..`9`), others in hexadecimal. */
export function number(value: number | bigint): string {
  return BigInt(value) >= 0n && BigInt(value) < 10n ? String(value) : hex(value);
}

/** The vCPU with this affinity, or -1. */
export function vcpuByAffinity(vcpus: readonly VcpuPowerState[], affinity: bigint): number {
  return isValidAffinity(affinity) ? vcpus.findIndex((vcpu) => vcpu.affinity === affinity) : -1;
}

/** `cpu1`, or `affinity 0x80000001` if there is no such CPU. */
export function cpuName(vcpus: readonly VcpuPowerState[], affinity: bigint): string {
  const index = vcpuByAffinity(vcpus, affinity);
  return index < 0 ? `affinity ${hex(affinity)}` : `cpu${index}`;
}
