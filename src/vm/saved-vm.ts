import type { SavedRegions } from '../cpu/jit/known-regions';
import type { Machine } from '../machine/machine';
import { MAX_DISKS } from '../machine/memory-map';
import type { FillOptions } from '../machine/ram-section';
import { machineSections, restoreMachine, type SectionTaker } from '../machine/saved-machine';
import { SavedState } from '../machine/saved-state';
import type { FirmwareRegisters, SavedRegister } from '../psci';
import { type BlockDevice, MAX_DISK_BYTES, requireDiskSize } from '../storage/block-device';
import { type ByteSource, collected } from '../storage/byte-reader';
import type { Breathe } from '../storage/disk-contents';
import {
  FIRST_VERSION,
  type NewSection,
  requireVersion,
  type Section,
  SnapshotError,
  type Version,
} from '../storage/snapshot-format';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { DeviceState } from '../storage/state-value';
import { LAST_REQUEST_ID } from './agent-protocol';
import { type BootImages, LIMITS, type VmConfig } from './api';
import { readableSections } from './optional-sections';
import { baseNameOf, MAX_DISK_NAME, type SavedDisk } from './pair-disks';
import { checkSavedConfig, configState } from './saved-config';
import { DiskRestorer, diskSections } from './saved-disks';
import { LABELS, labelSections, labelsFrom } from './saved-labels';
import { REGIONS, regionsFrom, regionsSection } from './saved-regions';
import { takers } from './section-takers';

/**
 * A whole VM as one file: its configuration and the firmware's registers (`vm`), what it booted (`kernel`, `firmware`, `initrd`), what code was hot (`regions`), names of
 * addresses (`labels`), then the
 * machine's sections, and whatever else its host adds. See docs/snapshots.md.
 */

/** Of the section `vm`. 1.1: the number of the next request to the guest's agent. 1.2: names of the disks. 1.3: vCPUs that a woken kernel knows. */
const VM_VERSION: Version = { major: 1, minor: 3 };

/** What a snapshot says before its machine comes. The rest can be read once. */
export interface SavedVm {
  readonly config: VmConfig;
  /** What the machine booted: needed again when the guest resets. */
  readonly images: BootImages;
  readonly registers: readonly SavedRegister[];
  /** Its disks, in its order. */
  readonly disks: readonly SavedDisk[];
  /** What code was hot, if it was noted. */
  readonly regions: SavedRegions | undefined;
  /** Number of the next request to the guest's agent, which may still answer those before it. Files of version 1.0 do not say. */
  readonly nextRequest: number | undefined;
  /** See `Vm.broughtVcpus`. Files of earlier versions do not say. */
  readonly broughtVcpus: number | undefined;
  /** What of the file was passed over so far, a sentence each. */
  readonly passedOver: readonly string[];
  readonly rest: AsyncIterable<Section>;
  /** Lets go of the file; nothing more can be read then. */
  close(): Promise<void>;
}

/** What of a VM goes into its file. */
export interface VmToSave {
  machine: Machine;
  registers: FirmwareRegisters;
  config: VmConfig;
  images: BootImages;
  /** Number of the next request to the guest's agent. */
  agent: { readonly nextId: number };
  /** See `Vm.broughtVcpus`. */
  broughtVcpus?: number | undefined;
  /** Sections of the host, such as its disks'. */
  more?: Iterable<NewSection> | AsyncIterable<NewSection>;
  /** Asked every MiB or two: the host has its turn meanwhile. */
  breathe?: Breathe;
}

/** The file of a VM, chunk by chunk. From the first chunk to the last its machine is held: it does not run, and inputs wait. */
export async function* saveVm(vm: VmToSave): AsyncGenerator<Uint8Array> {
  const release = vm.machine.hold();
  try {
    yield* writeSnapshot(sections(vm), vm.breathe);
  } finally {
    release();
  }
}

async function* sections({
  machine,
  registers,
  config,
  images,
  agent,
  broughtVcpus,
  more = [],
}: VmToSave): AsyncGenerator<NewSection> {
  const state = {
    config: configState({ ...config, psci: registers.effectiveVersion }),
    ...(images.append === undefined ? {} : { append: images.append }),
    registers: registers.save().map(({ id, value }) => ({ id, value })),
    disks: machine.options.disks.map(({ size, name }) => ({ size, name: baseNameOf(name) })),
    nextRequest: agent.nextId,
    ...(broughtVcpus === undefined ? {} : { broughtVcpus }),
  };
  yield { name: 'vm', version: VM_VERSION, state };
  yield { name: 'kernel', parts: [images.kernel] };
  if (images.firmware) yield { name: 'firmware', parts: [images.firmware] };
  if (images.initrd) yield { name: 'initrd', parts: [images.initrd] };
  if (machine.jit) yield regionsSection(machine.jit.regions);
  yield* labelSections(images.symbols);
  yield* machineSections(machine);
  yield* diskSections(machine.options.disks);
  yield* more;
}

/** Reads a snapshot's file up to its machine. Throws one sentence if it is none. */
export async function readSavedVm(source: ByteSource): Promise<SavedVm> {
  const passedOver: string[] = [];
  const rest = readableSections(readSnapshot(source), passedOver);
  const close = async (): Promise<void> => {
    await rest.return();
  };
  try {
    const first = await rest.next();
    if (first.done || first.value.name !== 'vm' || !('state' in first.value)) {
      throw new SnapshotError('unfit', 'The snapshot does not say what machine it is of.');
    }
    requireVersion('The section “vm”', first.value.version, VM_VERSION);
    const state = new SavedState('the VM', { vm: first.value.state }).object('vm');
    const saved = new SavedState('the VM', state);
    const config = checkSavedConfig(saved.object('config'));
    const registers = saved.list('registers', MAX_REGISTERS).map((each, index) => savedRegister(each, index));
    const disks = saved.list('disks', MAX_DISKS).map((disk, index) => savedDisk(disk, index));
    const nextRequest = state.nextRequest === undefined ? undefined : saved.number('nextRequest', LAST_REQUEST_ID);
    const broughtVcpus = state.broughtVcpus === undefined ? undefined : savedVcpus(saved);
    const append = state.append === undefined ? undefined : saved.text('append', MAX_APPEND);
    const second = await rest.next();
    if (second.done || second.value.name !== 'kernel') throw lacking('kernel');
    const kernel = await bytesOf(second.value);
    const { section: before, others: afterFirmware } = await peek(rest, 'firmware');
    const firmware = before && (await bytesOf(before));
    const { section: third, others: afterInitrd } = await peek(afterFirmware, 'initrd');
    const initrd = third && (await bytesOf(third));
    const { section: fourth, others: afterRegions } = await peek(afterInitrd, REGIONS);
    const regions = fourth && (await regionsFrom(fourth));
    const { section: fifth, others } = await peek(afterRegions, LABELS);
    const symbols = fifth && labelsFrom(fifth);
    const images: BootImages = {
      kernel,
      ...(firmware ? { firmware } : {}),
      ...(initrd ? { initrd } : {}),
      ...(append === undefined ? {} : { append }),
      ...(symbols ? { symbols } : {}),
    };
    return { config, images, registers, disks, regions, nextRequest, broughtVcpus, passedOver, rest: others, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A kernel's command line is shorter; a device tree takes more. */
const MAX_APPEND = 1 << 20;
/** KVM has a handful. */
const MAX_REGISTERS = 1000;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

function savedDisk(state: DeviceState, index: number): SavedDisk {
  const saved = new SavedState(`disk ${index}`, state);
  const size = saved.number('size', MAX_DISK_BYTES);
  requireDiskSize(`disk ${index}`, size);
  return { size, ...(state.name === undefined ? {} : { name: saved.text('name', MAX_DISK_NAME) }) };
}

function savedVcpus(saved: SavedState): number {
  const count = saved.number('broughtVcpus', LIMITS.maxVcpus);
  if (count < LIMITS.minVcpus) throw new SnapshotError('unfit', 'The saved machine was woken with a kernel that knows no vCPU.');
  return count;
}

function savedRegister(state: DeviceState, index: number): SavedRegister {
  const saved = new SavedState(`firmware register ${index}`, state);
  return { id: saved.bigint('id', MAX_U64), value: saved.bigint('value', MAX_U64) };
}

const lacking = (name: string): SnapshotError => new SnapshotError('unfit', `The snapshot lacks its section “${name}”.`);

/** All bytes of a section: images are kept in memory anyway. */
async function bytesOf(section: Section): Promise<Uint8Array> {
  requireVersion(`The section “${section.name}”`, section.version, FIRST_VERSION);
  if ('state' in section) throw new SnapshotError('damaged', `The section “${section.name}” holds a state, not bytes.`);
  return (await collected(section.parts)).slice();
}

/** The next section if it has that name; the others come as they would have. */
async function peek(
  sections: AsyncGenerator<Section, void>,
  name: string,
): Promise<{ section: Section | undefined; others: AsyncGenerator<Section, void> }> {
  const next = await sections.next();
  if (next.done) return { section: undefined, others: sections };
  if (next.value.name === name) return { section: next.value, others: sections };
  return { section: undefined, others: after(next.value, sections) };
}

async function* after(first: Section, rest: AsyncGenerator<Section, void>): AsyncGenerator<Section, void> {
  yield first;
  yield* rest;
}

/**
 * Fills a new machine from the rest of a snapshot. Its first disks are those of the save, in its order (see `pairDisks`). The registers, if given, are restored blindly, as a VMM does: a host that does not know a
 * value refuses it. If this throws (one sentence), the machine is to be thrown away.
 */
export async function restoreVm(
  saved: SavedVm,
  machine: Machine,
  registers: FirmwareRegisters | undefined,
  { emptyDisks, others, ...options }: FillOptions & { emptyDisks?: ReadonlySet<BlockDevice>; others?: SectionTaker } = {},
): Promise<void> {
  const restored = registers?.restore(saved.registers);
  if (restored && !restored.ok) throw new Error(`${restored.errno}: ${restored.sentence}`);
  const disks = new DiskRestorer(
    machine.options.disks
      .slice(0, saved.disks.length)
      .map((disk) => ({ disk, was: emptyDisks?.has(disk) ? 'empty' : 'present' })),
    options.breathe,
  );
  await restoreMachine(machine, saved.rest, takers(disks, ...(others ? [others] : [])), options);
}
