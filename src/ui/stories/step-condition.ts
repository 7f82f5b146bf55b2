/** What a step of a story waits for: data, judged by what was seen of the machine. No condition knows a clock. */
import type { EndReason, FirmwareCall, PsciVersion, VcpuPower, VmConfig, VmState } from '../../vm/api';

/** What of a machine's configuration matters to a story; what is left out may be anything. */
export interface MachineWish {
  readonly guest: string;
  /** `default`: nobody chose one, so it is the host's. */
  readonly psci?: PsciVersion | 'default';
  /** The name of a host generation; `newest`: the one that is used where none is chosen. */
  readonly host?: string;
  readonly suspend?: boolean;
  readonly vcpus?: number;
}

/** What there is to see: what happened since the step began, and how things stand. */
export interface Seen {
  readonly state: VmState;
  /** Configuration of the machine at hand, while it lives. */
  readonly config: VmConfig | undefined;
  /** What its firmware speaks. */
  readonly version: PsciVersion;
  readonly agentReady: boolean;
  readonly powers: readonly VcpuPower[];
  /** How the machine at hand ended. */
  readonly end: EndReason | undefined;
  /** It ended, and sleeps on its disk. */
  readonly asleep: boolean;
  /** Why the last start, wake or restore came to nothing. */
  readonly failure: string | undefined;
  /** Since the step began: the firmware's calls, the console's text without its control sequences, and whether the machine was saved. */
  readonly calls: readonly FirmwareCall[];
  readonly printed: string;
  readonly saved: boolean;
}

export interface CalledWish {
  readonly called: string;
  readonly args?: RegExp;
  readonly result?: RegExp;
}

export type Condition =
  | { readonly runs: MachineWish }
  | { readonly printed: RegExp }
  /** A firmware call was made; `args` and `result` are compared with its words. */
  | CalledWish
  /** The version that the firmware of a living machine speaks. */
  | { readonly version: PsciVersion }
  | { readonly power: VcpuPower; readonly vcpu: number }
  /** The guest's agent answers. */
  | { readonly agent: true }
  | { readonly asleep: true }
  | { readonly ended: true }
  | { readonly failed: RegExp }
  | { readonly saved: true }
  | { readonly all: readonly Condition[] };

export function isAsWished(config: VmConfig | undefined, wish: MachineWish): boolean {
  if (config?.guest !== wish.guest) return false;
  const psci = wish.psci === undefined || (config.psci ?? 'default') === wish.psci;
  const host = wish.host === undefined || (config.host ?? 'newest') === wish.host;
  const suspend = wish.suspend === undefined || (config.systemSuspend ?? false) === wish.suspend;
  return psci && host && suspend && (wish.vcpus === undefined || config.vcpus === wish.vcpus);
}

/** The last of the calls that is as wished. */
export const callOf = ({ called, args, result }: CalledWish, calls: readonly FirmwareCall[]): FirmwareCall | undefined =>
  calls
    .filter((call) => call.name === called && (args?.test(call.argsText) ?? true) && (result?.test(call.resultText) ?? true))
    .at(-1);

/** What a condition waits for of the firmware, if it does. */
export function calledIn(condition: Condition): CalledWish | undefined {
  if ('called' in condition) return condition;
  return 'all' in condition ? condition.all.map(calledIn).find((wish) => wish !== undefined) : undefined;
}

export function holds(condition: Condition, seen: Seen): boolean {
  if ('all' in condition) return condition.all.every((each) => holds(each, seen));
  if ('runs' in condition) return seen.state === 'running' && isAsWished(seen.config, condition.runs);
  if ('printed' in condition) return condition.printed.test(seen.printed);
  if ('called' in condition) return callOf(condition, seen.calls) !== undefined;
  if ('version' in condition) return seen.config !== undefined && seen.version === condition.version;
  if ('power' in condition) return seen.powers[condition.vcpu] === condition.power;
  if ('agent' in condition) return seen.agentReady;
  if ('asleep' in condition) return seen.asleep;
  if ('ended' in condition) return seen.end !== undefined && seen.config === undefined;
  if ('failed' in condition) return seen.failure !== undefined && condition.failed.test(seen.failure);
  return seen.saved;
}
