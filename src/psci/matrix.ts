/**
 * Version × function tables for the docs and the page, computed by asking the firmware itself.
 */
import { missingReason } from './availability';
import { handleCall } from './firmware';
import { PSCI_FUNCTIONS, type PsciFunction, psciFunction } from './functions';
import { SUPPORTED_BITS, UNAFFECTED } from './pseudo-registers';
import { type FirmwareState, KVM_POLICY, type Policy } from './state';
import { PSCI_VERSIONS, type PsciVersion } from './versions';

export interface MatrixCell {
  readonly version: PsciVersion;
  /** `capability`: only if the VM has the system-suspend capability. `draft`: in no published version. */
  readonly answer: 'yes' | 'no' | 'capability' | 'draft';
  /** Why not, one sentence; empty for `yes`. */
  readonly why: string;
}

export interface MatrixRow {
  readonly fn: PsciFunction;
  readonly cells: readonly MatrixCell[];
}

function cell(fn: PsciFunction, version: PsciVersion, policy: Policy): MatrixCell {
  const without = missingReason(fn, { version, versionSetBy: 'vmm', systemSuspend: false, policy });
  if (without === undefined) return { version, answer: 'yes', why: '' };
  if (fn.draft) return { version, answer: 'draft', why: without };
  const withCapability = missingReason(fn, { version, versionSetBy: 'vmm', systemSuspend: true, policy });
  return { version, answer: withCapability === undefined ? 'capability' : 'no', why: without };
}

/** Which functions a VM answers in each version, every function a row. */
export function versionMatrix(policy: Policy = KVM_POLICY): readonly MatrixRow[] {
  return PSCI_FUNCTIONS.map((fn) => ({ fn, cells: PSCI_VERSIONS.map((version) => cell(fn, version, policy)) }));
}

/** A state with one running vCPU, for asking questions that do not depend on the machine. */
export function probeState(version: PsciVersion, options: { systemSuspend?: boolean; policy?: Policy } = {}): FirmwareState {
  return {
    policy: options.policy ?? KVM_POLICY,
    version,
    versionSetBy: 'vmm',
    systemSuspend: options.systemSuspend ?? false,
    bitmaps: { ...SUPPORTED_BITS, vendorHyp2: 0 },
    workarounds: UNAFFECTED,
    vcpus: [{ affinity: 0n, power: 'runnable' }],
  };
}

/** What PSCI_FEATURES answers for `id`, signed. */
export function featuresAnswer(id: number, version: PsciVersion, systemSuspend: boolean): number {
  const reply = handleCall(probeState(version, { systemSuspend }), {
    vcpu: 0,
    conduit: 'hvc',
    immediate: 0,
    regs: [BigInt(psciFunction('PSCI_FEATURES').smc32!), BigInt(id), 0n, 0n],
    bigEndian: false,
  });
  return Number(BigInt.asIntN(64, reply.regs[0]));
}
