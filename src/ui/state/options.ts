/** The choices the page offers, each with the words it is offered in. */
import {
  type ClockChoice,
  type Conduit,
  type EngineChoice,
  type FirmwareName,
  type KernelFormat,
  LIMITS,
  PSCI_VERSIONS,
  type PsciVersion,
  type VmConfig,
} from '../../vm/api';
import { hostByName, versionAtLeast } from './psci-facts';

/** Newest first, as a person looks for it. */
export const PSCI_NEWEST_FIRST: readonly PsciVersion[] = [...PSCI_VERSIONS].reverse();

/** What a VM on this host gets when nobody chooses. */
export function defaultPsci(host: string | undefined): PsciVersion {
  return hostByName(host).newest;
}

/** The version a machine of this configuration starts with. */
export function psciOf(config: Pick<VmConfig, 'psci' | 'host'>): PsciVersion {
  return config.psci ?? defaultPsci(config.host);
}

/** Whether a host knows `version`; 0.1 needs no register and works on all. */
export function hostKnows(host: string | undefined, version: PsciVersion): boolean {
  return versionAtLeast(defaultPsci(host), version);
}

export const CONDUITS: readonly Conduit[] = ['hvc', 'smc'];
export const ENGINES: readonly EngineChoice[] = ['auto', 'interpreter', 'jit'];
export const CLOCKS: readonly ClockChoice[] = ['realtime', 'virtual'];

export const ENGINE_WORDS: Record<EngineChoice, string> = {
  auto: 'Auto: compile what is hot',
  interpreter: 'Interpreter only',
  jit: 'Compiler as early as possible',
};
export const CLOCK_WORDS: Record<ClockChoice, string> = {
  realtime: 'Real time: follows this computer',
  virtual: 'Virtual: follows the instructions, repeats exactly',
};
export const CONDUIT_WORDS: Record<Conduit, string> = {
  hvc: 'HVC (as under a hypervisor)',
  smc: 'SMC (as under secure firmware)',
};

export const FORMATS: readonly KernelFormat[] = ['auto', 'flat', 'firmware'];
export const FORMAT_WORDS: Record<KernelFormat, string> = {
  auto: 'For what it is found to be',
  flat: 'As flat code, whatever it looks like',
  firmware: 'As firmware, which runs from flash at address 0',
};

export const RULES = ['kvm', 'spec'] as const;
export const RULES_WORDS = {
  kvm: 'As KVM does, bit for bit',
  spec: 'As the specification says, where KVM differs',
} as const;

/** Name under which the person's own kernel runs and keeps its disk. */
export const OWN_KERNEL = 'own';
/** Under which what firmware stores is kept, among the disks: one kind overwrites what another has stored. EDK2's is the oldest. */
const VARIABLES: Readonly<Record<FirmwareName | 'other', string>> = {
  EDK2: 'firmware-variables',
  'U-Boot': 'firmware-variables-u-boot',
  other: 'firmware-variables-other',
};
export const variablesOf = (firmware: FirmwareName | undefined): string => VARIABLES[firmware ?? 'other'];
export const keepsVariables = (disk: string): boolean => Object.values(VARIABLES).includes(disk);

const MEMORY_STEPS = [32, 64, 128, 256, 512, 768, 1024, 2048, 3072];

/** Sizes to offer, with `current` among them even when it is none of ours. */
export function memoryChoices(current: number): number[] {
  const sizes = new Set([...MEMORY_STEPS, current].filter((size) => size >= LIMITS.minMemoryMiB && size <= LIMITS.maxMemoryMiB));
  return [...sizes].sort((a, b) => a - b);
}

export const VCPU_CHOICES: readonly number[] = Array.from({ length: LIMITS.maxVcpus }, (_, index) => index + 1);
