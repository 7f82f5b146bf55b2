/**
 * What a guest's kernel believes of its firmware. Linux asks PSCI_VERSION and PSCI_FEATURES when it boots and keeps the answers:
 * a kernel woken from hibernation goes on believing what it was told before it slept, whatever the kernel that booted to wake it heard.
 * Who looks later (`cat /sys/kernel/debug/psci`) asks anew and changes nothing, so of each question the first answer since the boot counts.
 */
import {
  isAvailable,
  KVM_POLICY,
  type PsciFunctionName,
  type PsciVersion,
  psci01FunctionById,
  psciFunction,
  psciFunctionById,
  SMCCC_VERSION_ID,
  versionAtLeast,
  versionOf,
} from './psci-facts';

export interface Belief {
  version: PsciVersion;
  /** What PSCI_FEATURES answered when the guest first asked, by function name: -1 is NOT_SUPPORTED. Not asked: left out. */
  features: Readonly<Record<string, number>>;
  /** `asked`: from the firmware log. `device-tree`: a guest of 0.1, which cannot ask. `assumed`: from the version it slept or was saved under. */
  source: 'asked' | 'device-tree' | 'assumed';
}

/** The part of a logged call that matters here. */
export interface LoggedCall {
  id: number;
  name: string;
  args: readonly bigint[];
  result?: bigint;
  outcome: 'ok' | 'error' | 'event';
}

/** Functions Linux asks PSCI_FEATURES for at boot, with a kernel from 6.13 on. */
export const LINUX_ASKS_FOR: readonly PsciFunctionName[] = ['CPU_SUSPEND', 'SYSTEM_SUSPEND', 'SYSTEM_RESET2', 'SYSTEM_OFF2'];

/**
 * What the firmware offers of `name` at `version`, in the terms of PSCI_FEATURES: -1 is NOT_SUPPORTED. Below 1.0, where nothing can be
 * asked, it is what the call itself would find.
 */
export function answerNow(name: string, version: PsciVersion, systemSuspend: boolean): number {
  // The calling convention answers at every version.
  if (name === 'SMCCC_VERSION') return 0;
  const fn = psciFunction(name as PsciFunctionName);
  // A guest that believes something calls the standard ids, and 0.1 has none of them.
  const there = version !== '0.1' && isAvailable(fn.name, version, { systemSuspend, policy: KVM_POLICY });
  return there ? fn.featureFlags : NOT_SUPPORTED;
}

const NOT_SUPPORTED = -1;

function askedName(id: number): string | undefined {
  return id === SMCCC_VERSION_ID ? 'SMCCC_VERSION' : psciFunctionById(id)?.name;
}

/** What a kernel that booted under `version` must believe, if nobody watched it ask. */
export function assumedBelief(version: PsciVersion, lastCall?: 'SYSTEM_OFF' | 'SYSTEM_OFF2', systemSuspend = false): Belief {
  const features: Record<string, number> = {};
  if (versionAtLeast(version, '1.0')) {
    for (const name of LINUX_ASKS_FOR) features[name] = answerNow(name, version, systemSuspend);
    // It had SYSTEM_OFF2 before it and did not use it: a kernel that does not know the function never asked for it.
    if (lastCall === 'SYSTEM_OFF' && features.SYSTEM_OFF2 !== -1) delete features.SYSTEM_OFF2;
  }
  return { version, features, source: 'assumed' };
}

/** Follows the firmware log and keeps what the running kernel believes. */
export class BeliefTracker {
  private boots = true;
  private inherited: Belief | undefined;
  private probed: Belief | undefined;
  /** The version in the newest answer of PSCI_VERSION. */
  private heard: PsciVersion | undefined;

  /** A machine begins; `inherited` is what the kernel on its disk believes already. */
  begin(inherited?: Belief): void {
    this.boots = true;
    this.inherited = inherited;
    this.probed = undefined;
    this.heard = undefined;
  }

  /** The kernel that was to be woken was not: the one that booted for it runs. */
  disinherit(): void {
    this.inherited = undefined;
  }

  /** A saved machine goes on, with what its kernel believes; none boots for it. */
  goOn(believed: Belief): void {
    this.begin(believed);
    this.boots = false;
  }

  /** The kernel that runs, or undefined as long as none has asked. */
  get believed(): Belief | undefined {
    return this.inherited ?? this.probed;
  }

  /** What the kernel that booted only to wake the other was told. */
  get bootKernel(): Belief | undefined {
    return this.boots && this.inherited ? this.probed : undefined;
  }

  add(call: LoggedCall): void {
    if (call.outcome === 'event' && (call.name === 'SYSTEM_RESET' || call.name === 'SYSTEM_RESET2')) this.begin();
    else if (call.name === 'PSCI_VERSION') this.told(call.result);
    else if (call.name === 'PSCI_FEATURES') this.asked(call);
    else if (psci01FunctionById(call.id)) this.probed ??= { version: '0.1', features: {}, source: 'device-tree' };
  }

  private told(result: bigint | undefined): void {
    const version = result === undefined ? undefined : versionOf(result);
    if (version === undefined) return;
    this.heard = version;
    this.probed ??= { version, features: {}, source: 'asked' };
  }

  private asked({ args, result }: LoggedCall): void {
    const name = askedName(Number(BigInt.asUintN(32, args[0] ?? 0n)));
    if (!this.probed || name === undefined || result === undefined || name in this.probed.features) return;
    // An answer of firmware that became another one under the guest: what the kernel did not ask at its boot it does not know.
    if (this.heard !== this.probed.version) return;
    this.probed = { ...this.probed, features: { ...this.probed.features, [name]: Number(BigInt.asIntN(64, result)) } };
  }
}
