import { assemble } from '../isa/text/assemble';
import { FirmwareRegisters, KVM_POLICY } from '../psci';
import { Machine, type MachineOptions } from './machine';

/** Where a program of {@link machineOf} lies. */
export const CODE = 0x4008_0000;

/** A board without a program: the virtual clock, two vCPUs and 16 MiB unless asked otherwise. */
export function bareMachine(options: Partial<MachineOptions> = {}): Promise<Machine> {
  const vcpus = options.vcpus ?? 2;
  const registers = FirmwareRegisters.forVersion(undefined, vcpus);
  if (!registers.ok) throw new Error(registers.sentence);
  return Machine.create({
    vcpus,
    memoryMiB: 16,
    conduit: 'hvc',
    clock: 'virtual',
    engine: 'interpreter',
    registers: registers.value,
    policy: KVM_POLICY,
    systemSuspend: true,
    disks: [],
    host: { monotonic: () => 0, wall: () => 0n },
    seed: new Uint8Array(32),
    onConsole: () => {},
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: () => {},
    ...options,
  });
}

/** The same, about to run a bare-metal program. */
export async function machineOf(source: string, options: Partial<MachineOptions> = {}): Promise<Machine> {
  const made = await bareMachine(options);
  made.load(CODE, assemble(source, { base: BigInt(CODE) }).bytes, 'program');
  made.reset(CODE, 0);
  return made;
}
