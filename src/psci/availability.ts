/**
 * Whether a function is there, and the sentence that says why not. The firmware's dispatch, PSCI_FEATURES, the docs' tables
 * and the page's matrix ask the same question here.
 */
import {
  PSCI_0_1_FN_BASE,
  PSCI_0_1_FN_LAST,
  type PsciFunction,
  psci01FunctionById,
  psciFunction,
  psciFunctionById,
  SMCCC_64BIT,
} from './functions';
import type { FirmwareState } from './state';
import { type PsciVersion, versionAtLeast } from './versions';
import { hex } from './words';

/** The part of the state that decides. */
export type VersionState = Pick<FirmwareState, 'version' | 'versionSetBy' | 'systemSuspend' | 'policy'>;

export type Availability = { readonly fn: PsciFunction } | { readonly fn?: PsciFunction; readonly missing: string };

const NOT_SUPPORTED = 'so the answer is NOT_SUPPORTED.';

/** `this VM is pinned to 1.1`: the version in force and where it comes from. */
export function versionPhrase(state: Pick<FirmwareState, 'version' | 'versionSetBy'>): string {
  if (state.versionSetBy === 'default') return `this VM has ${state.version} by default`;
  if (state.versionSetBy === 'restore') return `this VM was restored with ${state.version}`;
  return `this VM is pinned to ${state.version}`;
}

/** Looks `id` up as a VM at `state.version` would. `missing` is the reason for NOT_SUPPORTED, a whole sentence. */
export function availability(id: number, state: VersionState, aarch32 = false): Availability {
  if (aarch32 && (id & SMCCC_64BIT) !== 0) {
    return withFunction(psciFunctionById(id), `${hex(id)} is an SMC64 id and the caller runs AArch32, ${NOT_SUPPORTED}`);
  }
  const is01 = id >= PSCI_0_1_FN_BASE && id <= PSCI_0_1_FN_LAST;
  if (is01) return availability01(id, state);
  const fn = psciFunctionById(id);
  if (state.version === '0.1') {
    const what = fn ? `${fn.name} (${hex(id)})` : hex(id);
    return withFunction(fn, `Standard ids such as ${what} exist from PSCI 0.2; ${versionPhrase(state)}, ${NOT_SUPPORTED}`);
  }
  if (!fn) return { missing: unknownSentence(id) };
  if (fn.draft) return { fn, missing: `${fn.name} was only in a draft of PSCI 1.3, ${NOT_SUPPORTED}` };
  if (fn.kvmSince === undefined) {
    return { fn, missing: `${fn.name} is optional in PSCI and KVM offers it in no version, ${NOT_SUPPORTED}` };
  }
  if (!versionAtLeast(state.version, fn.kvmSince)) {
    return { fn, missing: `${fn.name} exists from PSCI ${fn.kvmSince}; ${versionPhrase(state)}, ${NOT_SUPPORTED}` };
  }
  if (fn.needs === 'system-suspend' && !state.systemSuspend) {
    return { fn, missing: `${fn.name} needs the VM's system-suspend capability, which is off, ${NOT_SUPPORTED}` };
  }
  return { fn };
}

function availability01(id: number, state: VersionState): Availability {
  const fn = psci01FunctionById(id)!;
  if (state.version !== '0.1') {
    return { fn, missing: `${hex(id)} is ${fn.name} of PSCI 0.1 only; ${versionPhrase(state)}, ${NOT_SUPPORTED}` };
  }
  const here = fn.kvm01 || (state.policy.rules === 'spec' && fn.mandatory);
  return here ? { fn } : { fn, missing: `KVM's PSCI 0.1 has only CPU_OFF and CPU_ON, not ${fn.name}, ${NOT_SUPPORTED}` };
}

function unknownSentence(id: number): string {
  const alias = psciFunctionById((id ^ SMCCC_64BIT) >>> 0);
  if (alias) {
    const [has, hasNot] = alias.smc64 === undefined ? ['SMC32', 'SMC64'] : ['SMC64', 'SMC32'];
    return `${alias.name} has only an ${has} id, and ${hex(id)} would be its ${hasNot} form, ${NOT_SUPPORTED}`;
  }
  return `${hex(id)} is no function of any PSCI version, ${NOT_SUPPORTED}`;
}

const withFunction = (fn: PsciFunction | undefined, missing: string): Availability => (fn ? { fn, missing } : { missing });

/** The reason a function is missing in a VM, or undefined if it is there: by name, for tables. */
export function missingReason(fn: PsciFunction, state: VersionState): string | undefined {
  const id = state.version === '0.1' && fn.id01 !== undefined ? fn.id01 : (fn.smc64 ?? fn.smc32)!;
  const found = availability(id, state);
  return 'missing' in found ? found.missing : undefined;
}

/** True if a VM at `version` answers function `name` (for tables and the page's matrix). */
export function isAvailable(
  name: PsciFunction['name'],
  version: PsciVersion,
  options: { systemSuspend: boolean; policy: FirmwareState['policy'] },
): boolean {
  return missingReason(psciFunction(name), { version, ...options }) === undefined;
}
