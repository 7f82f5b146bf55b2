import { applyVcpu, checkVcpu, saveVcpu } from '../cpu/vcpu-state';
import type { SnapshotSection } from '../storage/snapshot';
import type { DeviceState } from './device';
import type { Machine } from './machine';

/** Saving and restoring a whole machine: vCPUs, RAM (only pages that are not zero), clock, power states, every device. */

const PAGE = 4096;

/** RAM as the numbers of the pages that are not zero, and their contents. */
function saveRam(machine: Machine): { pages: Uint8Array; contents: Uint8Array } {
  const { views, ramHost, ramBytes } = machine.engine;
  const used: number[] = [];
  for (let page = 0; page < ramBytes / PAGE; page++) {
    const first = (ramHost + page * PAGE) >>> 2;
    for (let i = 0; i < PAGE / 4; i++) {
      if (views.u32[first + i] !== 0) {
        used.push(page);
        break;
      }
    }
  }
  const contents = new Uint8Array(used.length * PAGE);
  used.forEach((page, index) => {
    const at = ramHost + page * PAGE;
    contents.set(views.u8.subarray(at, at + PAGE), index * PAGE);
  });
  return { pages: new Uint8Array(Uint32Array.from(used).buffer), contents };
}

function restoreRam(machine: Machine, pages: Uint8Array, contents: Uint8Array): void {
  const { views, ramHost, ramBytes } = machine.engine;
  const numbers = new Uint32Array(pages.slice().buffer);
  if (contents.length !== numbers.length * PAGE)
    throw new Error(`The saved memory has ${contents.length} bytes for ${numbers.length} pages.`);
  views.u8.fill(0, ramHost, ramHost + ramBytes);
  numbers.forEach((page, index) => {
    if (page >= ramBytes / PAGE)
      throw new Error(`The saved memory has a page ${page}, beyond the ${ramBytes / PAGE} of this machine.`);
    views.u8.set(contents.subarray(index * PAGE, (index + 1) * PAGE), ramHost + page * PAGE);
  });
}

const diskSizes = (machine: Machine): number[] => machine.options.disks.map(({ size }) => size);

const diskWords = (sizes: readonly number[]): string =>
  sizes.length === 0 ? 'no disk' : sizes.map((size) => `a disk of ${size} bytes`).join(' and ');

/** Disks are not in a snapshot: whoever restores it must bring those it was saved with. */
function checkDisks(saved: readonly number[], here: readonly number[]): void {
  if (saved.join() === here.join()) return;
  throw new Error(`The saved machine has ${diskWords(saved)}, this one has ${diskWords(here)}.`);
}

/** The sections of a machine between two instructions. */
export function saveMachine(machine: Machine): SnapshotSection[] {
  const { pages, contents } = saveRam(machine);
  const sections: SnapshotSection[] = [
    { name: 'machine', state: { ...machine.saveTime(), power: machine.power.save(), disks: diskSizes(machine) } },
    { name: 'ram pages', bytes: pages },
    { name: 'ram', bytes: contents },
  ];
  for (const vcpu of machine.engine.vcpus) sections.push({ name: `vcpu ${vcpu.index}`, state: saveVcpu(vcpu) });
  for (const [name, state] of machine.deviceStates()) sections.push({ name: `device ${name}`, state });
  return sections;
}

/** Puts a saved machine into one of the same shape (vCPUs, memory, disks). Throws one sentence where it does not fit. */
export function restoreMachine(machine: Machine, sections: readonly SnapshotSection[]): void {
  const byName = new Map(sections.map((section) => [section.name, section]));
  const bytes = (name: string): Uint8Array => {
    const section = byName.get(name);
    if (!section || !('bytes' in section)) throw new Error(`The snapshot lacks its section “${name}”.`);
    return section.bytes;
  };
  const state = (name: string): DeviceState => {
    const section = byName.get(name);
    if (!section || !('state' in section)) throw new Error(`The snapshot lacks its section “${name}”.`);
    return section.state as DeviceState;
  };
  const vcpus = machine.engine.vcpus.map((vcpu) => checkVcpu(`vCPU ${vcpu.index}`, state(`vcpu ${vcpu.index}`)));
  const { power, disks, ...time } = state('machine');
  checkDisks(disks as number[], diskSizes(machine));
  machine.power.restore(power as DeviceState);
  restoreRam(machine, bytes('ram pages'), bytes('ram'));
  // Lines of the interrupt controller are driven again by the devices' own restore; what was saved with the vCPUs is the same.
  for (const vcpu of machine.engine.vcpus) applyVcpu(vcpu, vcpus[vcpu.index]!);
  machine.restoreTime(time);
  machine.restoreDevices(state);
  machine.engine.dropAllCode();
  machine.engine.tlb.reset();
}
