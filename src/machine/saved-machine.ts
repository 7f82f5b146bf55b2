import { applyVcpu, checkVcpu, saveVcpu, VCPU_VERSION } from '../cpu/vcpu-state';
import {
  FIRST_VERSION,
  type NewSection,
  requireVersion,
  type Section,
  SnapshotError,
  type StateSection,
  type Version,
} from '../storage/snapshot-format';
import type { DeviceState, StateValue } from '../storage/state-value';
import type { Apply } from './device';
import type { Moment } from './input';
import type { Machine } from './machine';
import { MAX_DISKS } from './memory-map';
import { type FillOptions, fillRam, ramParts } from './ram-section';
import { SavedState } from './saved-state';

/**
 * A whole machine as sections of a snapshot: time and power (`machine`), `vcpu N`, `device NAME` for everything on the board, and `ram` as
 * the last. Sections are named by what they are of, so that one device more or less does not move the others. See docs/snapshots.md.
 */

/** Of the section `machine`. 1.1: virtio devices have slots of their own (memory-map.ts). Before, they filled the last: with one disk that is the same. */
const MACHINE_VERSION: Version = { major: 1, minor: 1 };

const diskSizes = (machine: Machine): number[] => machine.options.disks.map(({ size }) => size);

const diskWords = (sizes: readonly number[]): string =>
  sizes.length === 0 ? 'no disk' : sizes.map((size) => `a disk of ${size} bytes`).join(' and ');

/**
 * Contents of disks are not in these sections: whoever restores a machine must bring those it was saved with. More may follow them: where they are
 * plugged in there was nothing.
 */
function checkDisks(saved: StateValue | undefined, version: Version, here: readonly number[]): void {
  if (!Array.isArray(saved) || saved.length > MAX_DISKS || !saved.every((size) => Number.isSafeInteger(size)))
    throw new Error('The saved machine does not say what disks it has.');
  if (version.minor === 0 && saved.length !== 1) {
    throw new SnapshotError(
      'unsupported-version',
      `The saved machine has ${diskWords(saved as number[])}, and an earlier Dormouse plugged its devices in elsewhere: of its saves only those with one disk can be read.`,
    );
  }
  if (saved.every((size, index) => size === here[index])) return;
  throw new Error(`The saved machine has ${diskWords(saved as number[])}, this one has ${diskWords(here)}.`);
}

/**
 * The sections of a machine between two instructions. States are taken when the first section is asked for, RAM part by part after that:
 * {@link Machine.hold} it until the last is written. Throws one sentence if it could not be restored.
 */
export function* machineSections(machine: Machine): Generator<NewSection> {
  machine.requireSavable();
  yield* stateSections(machine);
  yield { name: 'ram', parts: ramParts(machine) };
}

/** All of it but RAM. */
function stateSections(machine: Machine): StateSection[] {
  const { vcpus } = machine.engine;
  const states: StateSection[] = [
    {
      name: 'machine',
      version: MACHINE_VERSION,
      optional: false,
      state: { ...machine.saveTime(), power: machine.power.save(), disks: diskSizes(machine) },
    },
    ...vcpus.map((vcpu) => ({ name: `vcpu ${vcpu.index}`, version: VCPU_VERSION, optional: false, state: saveVcpu(vcpu) })),
  ];
  for (const [name, device] of machine.persistents()) {
    states.push({ name: `device ${name}`, version: device.stateVersion ?? FIRST_VERSION, optional: false, state: device.save() });
  }
  return states;
}

/** All of a machine between two instructions but its memory and its disks, kept to put the very same machine back there. */
export interface Checkpoint {
  readonly moment: Moment;
  /** Machine time, ns. */
  readonly ns: number;
  /** Instructions retired by each vCPU. */
  readonly retired: readonly number[];
  /** See {@link Machine.unfinished}. */
  readonly unfinished: readonly boolean[];
  readonly states: ReadonlyMap<string, StateSection>;
}

/** Throws one sentence if it could not be put back. */
export function checkpointOf(machine: Machine): Checkpoint {
  machine.requireSavable();
  // Copies, because devices may go on with what they give.
  const states = new Map(stateSections(machine).map((section) => [section.name, structuredClone(section)]));
  const { moment, clock, retired, unfinished } = machine;
  return { moment, ns: clock.ns, retired: [...retired], unfinished, states };
}

/** Puts a machine back to a checkpoint of its own; its memory holds what it held there. Inputs come from its log then ({@link InputGate.retrace}). */
export function putBack(machine: Machine, { moment, unfinished, states }: Checkpoint): void {
  // Copies, because devices may keep what they are given.
  checkStates(machine, structuredClone(states))();
  machine.retrace(moment, unfinished);
}

/** Takes sections that are not the machine's. */
export interface SectionTaker {
  /** Reads the section, if it is one of its own, and keeps what it read aside. False: it is not. Throws one sentence if it is wrong. */
  take(section: Section): Promise<boolean>;
  /** All was read. Throws one sentence if something of its own is missing. */
  finish?(): void;
}

const NOBODY: SectionTaker = { take: async () => false };

/**
 * Puts a saved machine into one of the same shape (vCPUs, memory, and its disks first) that nobody uses yet. Everything but the bytes of RAM is checked
 * before anything is touched, and nothing but RAM is touched before the last section was read: if this throws (one sentence), the machine is
 * to be thrown away.
 */
export async function restoreMachine(
  machine: Machine,
  sections: AsyncIterable<Section> | Iterable<Section>,
  others: SectionTaker = NOBODY,
  options: FillOptions = {},
): Promise<void> {
  const states = new Map<string, StateSection>();
  let apply: Apply | undefined;
  for await (const section of sections) {
    if (await others.take(section)) continue;
    if ('state' in section) {
      // The machine's own states come before its memory; after it only what others add.
      if (!apply) states.set(section.name, section);
      else if (!section.optional) throw unknown(section.name);
    } else if (section.name === 'ram') {
      requireVersion('The section “ram”', section.version, FIRST_VERSION);
      apply = checkStates(machine, states);
      await fillRam(machine, section.parts, options);
    } else if (!section.optional) throw unknown(section.name);
  }
  if (!apply) throw new SnapshotError('damaged', 'The snapshot lacks its section “ram”.');
  others.finish?.();
  apply();
}

const unknown = (name: string): SnapshotError =>
  new SnapshotError(
    'unfit',
    name.startsWith('device ')
      ? `The snapshot has the device “${name.slice('device '.length)}”, which this machine lacks.`
      : `The snapshot has a section “${name}”, which this Dormouse does not know.`,
  );

/** Checks the states of a machine and touches nothing. A device without a section will have its reset state. */
function checkStates(machine: Machine, states: ReadonlyMap<string, StateSection>): Apply {
  const left = new Set(states.keys());
  const take = (name: string, version = FIRST_VERSION): DeviceState | undefined => {
    const section = states.get(name);
    left.delete(name);
    if (!section) return undefined;
    requireVersion(`The section “${name}”`, section.version, version);
    const { state } = section;
    if (typeof state !== 'object' || state === null || Array.isArray(state) || state instanceof Uint8Array) {
      throw new SnapshotError('damaged', `The section “${name}” holds no state.`);
    }
    return state;
  };
  const required = (name: string, version = FIRST_VERSION): DeviceState => {
    const state = take(name, version);
    if (!state) throw new SnapshotError('damaged', `The snapshot lacks its section “${name}”.`);
    return state;
  };
  const { power, disks, ...time } = required('machine', MACHINE_VERSION);
  checkDisks(disks, states.get('machine')!.version, diskSizes(machine));
  const checkedPower = machine.power.check(new SavedState('machine', { power: power ?? null }).object('power'));
  const parts: Apply[] = [machine.checkTime(time), checkedPower];
  for (const vcpu of machine.engine.vcpus) {
    const name = `vcpu ${vcpu.index}`;
    const state = required(name, VCPU_VERSION);
    const values = checkVcpu(`vCPU ${vcpu.index}`, state, vcpu.model, states.get(name)!.version.minor);
    parts.push(() => applyVcpu(vcpu, values));
  }
  for (const [name, device] of machine.persistents()) {
    const state = take(`device ${name}`, device.stateVersion);
    parts.push(state ? device.check(state) : () => device.reset());
  }
  for (const name of left) if (!states.get(name)!.optional) throw unknown(name);
  return () => {
    for (const part of parts) part();
    machine.engine.dropAllCode();
    machine.engine.tlb.reset();
  };
}
