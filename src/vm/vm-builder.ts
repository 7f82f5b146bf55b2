import type { SavedRegions } from '../cpu/jit/known-regions';
import { decodeRegions } from '../cpu/jit/pack-format';
import { withBreaths } from '../cpu/stepwise';
import { Machine } from '../machine/machine';
import { KVM_POLICY, SPEC_POLICY } from '../psci';
import type { Breathe } from '../storage/disk-contents';
import { NotingDisk } from '../storage/noting-disk';
import type { VmConfig } from './api';
import { breather } from './breather';
import { EventStream } from './event-stream';
import { makeFirmwareRegisters } from './firmware-registers';
import { seedOf } from './host';
import { bootSteps } from './kernel/boot';
import { BootSource } from './kernel/boot-source';
import { isGzip, type Unpack, unpackBreathing } from './kernel/compression';
import { restoreVm, type SavedVm } from './saved-vm';
import { requireToWake, type Sleeper, sleepersOn } from './sleepers';
import { requireVariables } from './variables';
import { Vm } from './vm';
import { checkConfig } from './vm-config';
import type { RestoreOptions, VmOptions } from './vm-options';

/** Makes virtual machines: from what they shall boot, or from a snapshot. */

/**
 * Builds the machine and loads the guest; {@link Vm.start} lets it run. Rejects with a WakeRefusal if the guest would destroy
 * what sleeps on a disk.
 */
export function createVm(options: VmOptions): Promise<Vm> {
  return build(options, (breathe) => sleepersOn(options.disks, breathe));
}

/**
 * A VM from a snapshot, left paused. Its registers are restored blindly; `skipRegisters` leaves the host's defaults instead, as a VMM that
 * does not carry them would; `others` takes the sections that its host had added. Lets go of the snapshot, whatever came of it. Throws one
 * sentence if the snapshot does not fit this host.
 */
export async function vmFromSnapshot(saved: SavedVm, options: RestoreOptions): Promise<Vm> {
  try {
    return await restored(saved, options);
  } finally {
    await saved.close();
  }
}

async function restored(saved: SavedVm, options: RestoreOptions): Promise<Vm> {
  const { psci, registers: _written, ...rest } = options.config;
  // Without the PSCI_0_2 feature a VM speaks 0.1: that is no register, so it must be known before the registers are restored.
  const config: VmConfig = psci === '0.1' ? { ...rest, psci } : rest;
  let blankSince = 0;
  const vm = await build(
    { ...options, config, images: saved.images },
    // Who was awake is not woken: whatever is on its disks, the guest goes on.
    async () => [],
    ({ memory }) => {
      blankSince = memory.mark();
    },
    saved.regions,
  );
  const { emptyDisks } = options;
  await restoreVm(saved, vm.machine, options.skipRegisters ? undefined : vm.registers, {
    ...options,
    // The machine has them by another name.
    ...(emptyDisks && {
      emptyDisks: new Set(vm.machine.options.disks.filter((_, index) => emptyDisks.has(options.disks![index]!))),
    }),
    breathe: breather(options.host, options.signal),
    blankSince,
  });
  vm.restored(saved);
  return vm;
}

/**
 * @param look finds out who sleeps on the disks
 * @param onBlank gets the machine while all of its memory is zero
 * @param saved what was hot when the machine was saved
 */
async function build(
  options: VmOptions,
  look: (breathe: Breathe) => Promise<readonly Sleeper[]>,
  onBlank: (machine: Machine) => void = () => {},
  saved?: SavedRegions,
): Promise<Vm> {
  const { config, images, host } = options;
  checkConfig(config);
  const registers = makeFirmwareRegisters(config.psci, config.vcpus, config.registers, config.host);
  const breathe = breather(host, options.signal);
  const source = await BootSource.of(images, config, breathe, host.unpack);
  const { kernel } = source;
  if (options.variables) requireVariables(options.variables, kernel);
  const sleepers = await look(breathe);
  if (!options.wakeAnyway) requireToWake(sleepers, options, kernel);
  const events = new EventStream(options.onEvents, { allCalls: options.allCalls ?? false });
  const regions = saved ?? (images.regions && (await readRegions(images.regions, events, breathe, host.unpack)));
  const disks = (options.disks ?? []).map((disk) => new NotingDisk(disk));
  const machine = await Machine.create({
    log: [],
    vcpus: config.vcpus,
    memoryMiB: config.memoryMiB,
    conduit: config.conduit,
    ...(config.cpu && { cpu: config.cpu }),
    gic: config.gic,
    ...(config.virtio && { virtio: config.virtio }),
    clock: config.clock,
    engine: config.engine,
    ...(regions && { regions }),
    registers,
    policy: config.rules === 'spec' ? SPEC_POLICY : KVM_POLICY,
    systemSuspend: config.systemSuspend ?? false,
    disks,
    ...(kernel.flash && { flash: kernel.flash }),
    ...(kernel.beside && { firmwareFiles: kernel.beside }),
    ...(options.variables && { variables: options.variables }),
    host: host.time,
    seed: seedOf(config, host),
    // Nothing is called before it runs.
    onConsole: (byte) => vm.printed(byte),
    onFirmwareCall: (reply) => vm.firmwareCalled(reply),
    onSystemEvent: (event, reply) => vm.systemEvent(event, reply),
    onFault: (sentence) => vm.faulted(sentence),
    breathe,
  });
  onBlank(machine);
  const deviceTree = await withBreaths(bootSteps(machine, kernel, images), breathe);
  const vm = new Vm(options, machine, registers, source, events, deviceTree, disks);
  source.letGo();
  vm.sleepers = sleepers;
  // Whoever gets it lets it run at once.
  await breathe();
  return vm;
}

/** Of what is known of a guest's hot code: many times what one has. */
const MAX_REGION_BYTES = 64 << 20;

/** What is known of a guest's hot code; it runs as well without. */
async function readRegions(
  bytes: Uint8Array,
  events: EventStream,
  breathe: Breathe,
  unpack: Unpack = unpackBreathing,
): Promise<SavedRegions | undefined> {
  try {
    return decodeRegions(isGzip(bytes) ? await unpack(bytes, 'compiled code', breathe, MAX_REGION_BYTES) : bytes);
  } catch (error) {
    events.add({
      type: 'notice',
      tone: 'warning',
      sentence: `${(error as Error).message} The guest starts more slowly without them.`,
    });
    return undefined;
  }
}
