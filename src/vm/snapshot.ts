import type { DeviceState } from '../machine/device';
import type { Machine } from '../machine/machine';
import { restoreMachine, saveMachine } from '../machine/saved-machine';
import type { FirmwareRegisters, SavedRegister } from '../psci';
import { decodeSnapshot, encodeSnapshot, type SnapshotSection } from '../storage/snapshot';
import type { BootImages, VmConfig } from './api';

/** A whole VM as one file: its configuration, the firmware's registers, the machine. Disks are not in it. */
export interface SavedVm {
  config: VmConfig;
  sections: SnapshotSection[];
}

interface VmSection {
  config: VmConfig;
  append?: string;
  psci02: boolean;
  registers: SavedRegister[];
}

export function saveVm(machine: Machine, registers: FirmwareRegisters, config: VmConfig, images: BootImages): Uint8Array[] {
  const vm: VmSection = {
    config: { ...config, psci: registers.effectiveVersion },
    ...(images.append === undefined ? {} : { append: images.append }),
    psci02: registers.vcpuFeatures?.psci02 ?? true,
    registers: registers.save(),
  };
  return encodeSnapshot([
    { name: 'vm', state: vm as unknown as DeviceState },
    { name: 'kernel', bytes: images.kernel },
    ...(images.initrd ? [{ name: 'initrd', bytes: images.initrd }] : []),
    ...saveMachine(machine),
  ]);
}

/** Reads a snapshot's file. Throws one sentence if it is none. */
export function readSnapshot(bytes: Uint8Array): SavedVm {
  const { sections } = decodeSnapshot(bytes);
  const vm = sections.find((section) => section.name === 'vm');
  if (!vm || !('state' in vm)) throw new Error('The snapshot does not say what machine it is of.');
  return { config: (vm.state as unknown as VmSection).config, sections };
}

const vmSection = (saved: SavedVm): VmSection =>
  (saved.sections.find((section) => section.name === 'vm') as { state: unknown }).state as VmSection;

/** What the saved machine booted from: needed again when the guest resets. */
export function imagesOf(saved: SavedVm): BootImages {
  const bytes = (name: string): Uint8Array | undefined => {
    const section = saved.sections.find((candidate) => candidate.name === name);
    return section && 'bytes' in section ? section.bytes : undefined;
  };
  const kernel = bytes('kernel');
  if (!kernel) throw new Error('The snapshot lacks its section “kernel”.');
  const initrd = bytes('initrd');
  const { append } = vmSection(saved);
  return { kernel, ...(initrd ? { initrd } : {}), ...(append === undefined ? {} : { append }) };
}

/** The registers, if given, are restored blindly, as a VMM does: a host that does not know a value refuses it. */
export function restoreVm(saved: SavedVm, machine: Machine, registers: FirmwareRegisters | undefined): void {
  const restored = registers?.restore(vmSection(saved).registers);
  if (restored && !restored.ok) throw new Error(`${restored.errno}: ${restored.sentence}`);
  restoreMachine(machine, saved.sections);
}
