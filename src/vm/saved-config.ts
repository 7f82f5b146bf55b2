import { SavedState } from '../machine/saved-state';
import { PSCI_VERSIONS } from '../psci';
import { printable } from '../storage/printable';
import type { DeviceState, StateValue } from '../storage/state-value';
import { CPU_MODEL_NAMES, type GicVersion, VIRTIO_TRANSPORTS, type VmConfig } from './api';
import { checkConfig } from './vm-config';

/** How each field of a configuration is read from a file; a field that may be left out is not asked for then. */
const FIELDS: { readonly [Key in keyof Required<VmConfig>]: (saved: SavedState) => Required<VmConfig>[Key] } = {
  guest: (saved) => saved.text('guest', 1000),
  vcpus: (saved) => saved.number('vcpus'),
  memoryMiB: (saved) => saved.number('memoryMiB'),
  psci: (saved) => saved.word('psci', PSCI_VERSIONS),
  registers: (saved) => saved.texts('registers', 1000, 1000),
  conduit: (saved) => saved.word('conduit', ['hvc', 'smc']),
  cpu: (saved) => saved.word('cpu', CPU_MODEL_NAMES),
  gic: (saved) => saved.number('gic') as GicVersion,
  virtio: (saved) => saved.word('virtio', VIRTIO_TRANSPORTS),
  engine: (saved) => saved.word('engine', ['interpreter', 'jit', 'auto']),
  clock: (saved) => saved.word('clock', ['realtime', 'virtual']),
  host: (saved) => saved.text('host', 100),
  systemSuspend: (saved) => saved.boolean('systemSuspend'),
  rules: (saved) => saved.word('rules', ['kvm', 'spec']),
  kernelFormat: (saved) => saved.word('kernelFormat', ['auto', 'flat', 'firmware']),
};

const OPTIONAL: readonly string[] = [
  'cpu',
  'virtio',
  'registers',
  'host',
  'systemSuspend',
  'rules',
  'kernelFormat',
] satisfies (keyof VmConfig)[];

/** The configuration in a snapshot, every field checked. Throws one sentence. */
export function checkSavedConfig(state: DeviceState): VmConfig {
  for (const name of Object.keys(state)) {
    if (!Object.hasOwn(FIELDS, name))
      throw new Error(`The saved configuration has “${printable(name, 40)}”, which this Dormouse does not know.`);
  }
  const saved = new SavedState('the configuration', state);
  const config: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(FIELDS)) {
    if (!OPTIONAL.includes(name) || Object.hasOwn(state, name)) config[name] = read(saved);
  }
  const checked = config as unknown as VmConfig;
  checkConfig(checked);
  return checked;
}

/** A configuration as a state: what is undefined is left out. */
export function configState(config: VmConfig): DeviceState {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as Record<string, StateValue>;
}
