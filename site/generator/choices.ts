/** The values of the parameters that are choices, from where the code has them. */

import { HOST_GENERATIONS } from '../../src/psci/versions';
import { FONT_SIZES, PANELS, PARAMETERS, type Parameter, type ParameterName, THEMES } from '../../src/ui/state/parameters';
import { CPU_MODEL_NAMES, GIC_VERSIONS, LIMITS, PSCI_VERSIONS, VIRTIO_TRANSPORTS } from '../../src/vm/api';

export const CHOICES: Partial<Record<ParameterName, readonly string[]>> = {
  psci: [...PSCI_VERSIONS].reverse(),
  policy: ['kvm', 'spec'],
  host: [...HOST_GENERATIONS].reverse().map(({ name }) => name),
  conduit: ['hvc', 'smc'],
  cpu: CPU_MODEL_NAMES,
  gic: GIC_VERSIONS.map(String),
  virtio: VIRTIO_TRANSPORTS,
  clock: ['realtime', 'virtual'],
  engine: ['auto', 'interpreter', 'jit'],
  panels: PANELS,
  theme: THEMES,
};

/** Bounds of the parameters that are numbers. */
export const BOUNDS: Partial<Record<ParameterName, { readonly min: number; readonly max: number }>> = {
  cpus: { min: LIMITS.minVcpus, max: LIMITS.maxVcpus },
  memory: { min: LIMITS.minMemoryMiB, max: LIMITS.maxMemoryMiB },
  'font-size': FONT_SIZES,
};

/** As docs/embedding.md has them above its tables. */
export const GROUP_TITLES: Readonly<Record<Parameter['group'], string>> = {
  guest: 'What boots',
  firmware: 'Firmware',
  board: 'Board',
  view: 'Looks',
  run: 'How it starts',
};

/** Groups in the order in which they first appear in the table. */
export function parameterGroups(): { title: string; group: Parameter['group']; parameters: readonly Parameter[] }[] {
  const all: readonly Parameter[] = PARAMETERS;
  return [...new Set(all.map(({ group }) => group))].map((group) => ({
    group,
    title: GROUP_TITLES[group],
    parameters: all.filter((parameter) => parameter.group === group),
  }));
}
