/**
 * The plain data a firmware call is a function of, and the plain data it answers with.
 */
import type { Affinity } from './affinity';
import type { FilterRange } from './filter';
import type { PsciVersion } from './versions';

export type Conduit = 'hvc' | 'smc';

/** Power states as KVM's `mp_state` has them: RUNNABLE, STOPPED (off), SUSPENDED (waits for a wake-up event). */
export type PowerState = 'runnable' | 'stopped' | 'suspended';

export interface VcpuPowerState {
  readonly affinity: Affinity;
  readonly power: PowerState;
  /** CPU_ON was accepted but the vCPU has not run yet. Only the `spec` rules look at it (ON_PENDING). */
  readonly pending?: boolean;
  /** Guest-physical address of the stolen-time record, if the VMM configured one. */
  readonly stolenTime?: bigint;
}

/** How the firmware behaves where there is a choice. */
export interface Policy {
  /** `kvm`: bit for bit what KVM/arm64 does. `spec`: what DEN0022 asks for where KVM differs. */
  readonly rules: 'kvm' | 'spec';
  /**
   * Which SYSTEM_OFF2 types count as HIBERNATE_OFF. `both` is final PSCI 1.3 (issue F.b); `only-0` is firmware built to
   * the alpha of 1.3, `only-1` to the first published text: two ways of being wrong that guests must survive.
   */
  readonly systemOff2Types: 'both' | 'only-0' | 'only-1';
  /** vCPUs the VMM refuses to power on: CPU_ON answers DENIED from 1.2 on, where that became a permitted answer. */
  readonly denyCpuOn: readonly number[];
}

export const KVM_POLICY: Policy = { rules: 'kvm', systemOff2Types: 'both', denyCpuOn: [] };
export const SPEC_POLICY: Policy = { rules: 'spec', systemOff2Types: 'both', denyCpuOn: [] };

/** Values of the four bitmap pseudo-registers; see `pseudo-registers.ts` for the bits. */
export interface ServiceBitmaps {
  readonly std: number;
  readonly stdHyp: number;
  readonly vendorHyp: number;
  readonly vendorHyp2: number;
}

/** How well the host protects against speculation attacks, in the levels of the workaround pseudo-registers. */
export interface WorkaroundLevels {
  /** CVE-2017-5715: 0 not available, 1 available, 2 not required. */
  readonly workaround1: number;
  /** CVE-2018-3639: 0 not available, 1 unknown, 2 available, 3 not required. */
  readonly workaround2: number;
  /** Spectre-BHB: levels as workaround 1. */
  readonly workaround3: number;
}

/** Who gave a value: the host's default, the VMM's user, or a restored snapshot. */
export type SetBy = 'default' | 'vmm' | 'restore';

export interface FirmwareState {
  readonly policy: Policy;
  /** The version in force: '0.1' if the VM lacks the PSCI_0_2 feature, else the pseudo-register's. */
  readonly version: PsciVersion;
  /** Only for the wording of explanations. */
  readonly versionSetBy?: SetBy;
  /** The VM-wide SYSTEM_SUSPEND capability (off by default, one-way). */
  readonly systemSuspend: boolean;
  readonly bitmaps: ServiceBitmaps;
  readonly workarounds: WorkaroundLevels;
  /** Indexed by vCPU number. */
  readonly vcpus: readonly VcpuPowerState[];
  /** The VMM's SMCCC filter, if any. */
  readonly filter?: readonly FilterRange[];
  /** Guest RAM in bytes; the `spec` rules check entry addresses against it. */
  readonly ram?: { readonly base: bigint; readonly size: bigint };
}

/** x0..x3: the only registers a call reads or writes. Unsigned 64-bit values. */
export type CallRegisters = readonly [bigint, bigint, bigint, bigint];

export interface Caller {
  readonly vcpu: number;
  readonly conduit: Conduit;
  /** The instruction's immediate. SMC must have 0; HVC's is not looked at. */
  readonly immediate: number;
  /** x0..x3 at the call. */
  readonly regs: readonly bigint[];
  /** The caller runs big-endian (SCTLR_EL1.EE at EL1, .E0E below): CPU_ON passes it on. */
  readonly bigEndian: boolean;
  /** The caller runs in AArch32, which may not use SMC64 ids. */
  readonly aarch32?: boolean;
}

/** What a call may need from the outside; both are injected because the firmware is a function. */
export interface FirmwareServices {
  /** Fills `bytes` with entropy. Left out: the TRNG calls answer NO_ENTROPY. */
  entropy?(bytes: Uint8Array): void;
  /** Wall time (ns since 1970) and the counter at the same moment. Left out, or undefined: PTP answers NOT_SUPPORTED. */
  ptp?(counter: 'virtual' | 'physical'): { wall: bigint; counter: bigint } | undefined;
}

/** KVM_SYSTEM_EVENT_* numbers of the events PSCI can cause (Linux `include/uapi/linux/kvm.h`). */
export const KVM_SYSTEM_EVENT = { shutdown: 1, reset: 2, suspend: 5 } as const;
/** data[0] bits; they overlap, the type says which is meant. */
export const SHUTDOWN_FLAG_PSCI_OFF2 = 1n << 0n;
export const RESET_FLAG_PSCI_RESET2 = 1n << 0n;

/** Shaped like KVM_EXIT_SYSTEM_EVENT. */
export interface SystemEvent {
  readonly type: keyof typeof KVM_SYSTEM_EVENT;
  readonly ndata: number;
  readonly data: bigint[];
  /** The old name of data[0]; 0 if there is none. */
  readonly flags: bigint;
}

export type Effect =
  /** Power `vcpu` on in the state of `cpuOnReset` (reset.ts). */
  | {
      readonly type: 'start-cpu';
      readonly vcpu: number;
      readonly entry: bigint;
      readonly contextId: bigint;
      readonly bigEndian: boolean;
    }
  | { readonly type: 'stop-cpu'; readonly vcpu: number }
  /** Block as WFI does, then go on after the call. */
  | { readonly type: 'wait'; readonly vcpu: number }
  /** Exit to the VMM. Comes after the stop-cpu effects of the same call. `vcpu` is the caller. */
  | { readonly type: 'system-event'; readonly vcpu: number; readonly event: SystemEvent }
  /** Write a zeroed 64-byte stolen-time record (revision 0, attributes 0, 0 ns) at `address`. */
  | { readonly type: 'init-stolen-time'; readonly vcpu: number; readonly address: bigint }
  /** Exit to the VMM as KVM_EXIT_HYPERCALL: it answers the call itself. */
  | { readonly type: 'forward'; readonly vcpu: number; readonly id: number; readonly smc: boolean };

export type Outcome = 'ok' | 'error' | 'event';

/** Words for people, or how to make them: most calls of a busy guest are never shown. */
export type Lazy = string | (() => string);

/** The answer of one service, before names and arguments are put into words. */
export interface Answer {
  /** x0..x3 to write back (also when the guest will not see them: the VMM may re-run the vCPU). */
  readonly regs: CallRegisters;
  readonly effects: readonly Effect[];
  /** x0 as the guest sees it; left out if the call does not return to it. */
  readonly result?: bigint;
  readonly resultText: Lazy;
  /** The rule, and version, that decided it: one sentence. */
  readonly why: Lazy;
  readonly outcome: Outcome;
}

/** The whole answer to one call. */
export interface CallReply extends Answer {
  readonly resultText: string;
  readonly why: string;
  readonly vcpu: number;
  readonly conduit: Conduit;
  /** SMCCC function id: the low 32 bits of x0. */
  readonly id: number;
  /** Function name, or `unknown`. */
  readonly name: string;
  /** x1..x3 as the guest passed them. */
  readonly args: [bigint, bigint, bigint];
  readonly argsText: string;
}
