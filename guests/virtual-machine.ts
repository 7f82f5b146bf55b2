import { Machine, type MachineOptions } from '../src/machine/machine';
import { FirmwareRegisters, KVM_POLICY } from '../src/psci';

/** What may differ between two machines of {@link virtualMachine}. */
export type VirtualMachineOptions = Pick<MachineOptions, 'vcpus' | 'memoryMiB' | 'engine' | 'jit' | 'regions' | 'onConsole'> &
  Partial<Pick<MachineOptions, 'cpu' | 'virtio' | 'disks'>>;

/**
 * A machine under the virtual clock that nothing comes to but what is put in: with the same options and inputs, the same run. Rejects, and its runs throw, with
 * what its drivers or disks did wrong.
 */
export function virtualMachine(options: VirtualMachineOptions): Promise<Machine> {
  const registers = FirmwareRegisters.forVersion('1.3', options.vcpus);
  if (!registers.ok) throw new Error(registers.sentence);
  return Machine.create({
    conduit: 'hvc',
    clock: 'virtual',
    registers: registers.value,
    policy: KVM_POLICY,
    systemSuspend: false,
    disks: [],
    host: { monotonic: () => 0, wall: () => 0n },
    seed: new Uint8Array(32).fill(0x5a),
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: (sentence) => {
      throw new Error(sentence);
    },
    ...options,
  });
}
