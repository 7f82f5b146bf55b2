/** Carries out what a step asks for, by the same ways that the page's own buttons take. */
import { DEFAULT_GIC, DEFAULT_VIRTIO, type GuestInfo } from '../../vm/api';
import type { Draft } from '../state/draft.svelte';
import { OWN_KERNEL } from '../state/options';
import { hostByName } from '../state/psci-facts';
import type { Session } from '../state/session.svelte';
import type { Workshop } from '../state/workshop.svelte';
import { isAsWished, type MachineWish } from './step-condition';
import { begetsMachine, type Deed } from './story';

/** The editor's workshop, as far as a story works in it. */
export type StoryBench = Pick<Workshop, 'edit' | 'run' | 'problems' | 'complaint'>;

/** What a story has at hand besides the session. */
export interface Props {
  /** Where the program of the step is. */
  bench(): Promise<StoryBench>;
  /** The machine that was saved in this story. */
  saved: Blob | undefined;
}

/** The machine in the header becomes the one that is wished for; its disk is in memory, so that no kept one is touched. Throws a sentence. */
export function putTogether(draft: Draft, guests: readonly GuestInfo[], wish: MachineWish): void {
  if (wish.guest === OWN_KERNEL) draft.guest = OWN_KERNEL;
  else {
    const guest = guests.find(({ name }) => name === wish.guest);
    if (!guest) throw new Error(`This story needs the guest “${wish.guest}”, and this site was put up without it.`);
    draft.pick(guest);
  }
  draft.snapshot = undefined;
  draft.psci = wish.psci === undefined || wish.psci === 'default' ? '' : wish.psci;
  draft.host = wish.host === undefined || wish.host === 'newest' ? '' : wish.host;
  draft.systemSuspend = wish.suspend ?? false;
  draft.rules = 'kvm';
  draft.registers = [];
  draft.conduit = 'hvc';
  draft.cpu = '';
  draft.gic = DEFAULT_GIC;
  draft.virtio = DEFAULT_VIRTIO;
  draft.engine = 'auto';
  draft.clock = 'realtime';
  draft.disk = 'memory';
  draft.attached = undefined;
  if (wish.vcpus !== undefined) draft.vcpus = wish.vcpus;
}

async function runProgram(vm: Session, bench: StoryBench): Promise<void> {
  putTogether(vm.draft, vm.guests, { guest: OWN_KERNEL });
  if (await bench.run({ anyway: true })) return;
  const [problem] = bench.problems;
  if (problem) throw new Error(`Line ${problem.line}: ${problem.sentence}`);
  throw new Error(bench.complaint ?? 'The program was not started, for it could not be assembled here: try again.');
}

/** Rejects with a sentence if it cannot be done. What comes of it is told by events. */
export async function perform(deed: Deed, vm: Session, props: Props): Promise<void> {
  const needsRoom = begetsMachine(deed) || 'wake' in deed || 'restoreOn' in deed;
  if (needsRoom && !(await vm.makeRoom()))
    throw new Error('The machine that is here could not be switched off: reload the page, and open the story again.');
  if ('start' in deed) {
    putTogether(vm.draft, vm.guests, deed.start);
    await vm.sleepers.looked;
    // What the story itself put to sleep, in memory, was to be left behind.
    const { chosen } = vm.sleepers;
    await (chosen ? vm.startFresh(chosen) : vm.start());
  } else if ('run' in deed) await runProgram(vm, await props.bench());
  else if ('edit' in deed) {
    const bench = await props.bench();
    // Whoever has changed that part already keeps the change.
    bench.edit(...deed.edit);
    await runProgram(vm, bench);
  } else if ('type' in deed) await vm.worker().input(new TextEncoder().encode(`${deed.type}\r`));
  else if ('write' in deed) await write(vm, deed.write);
  else if ('hibernate' in deed) {
    if (vm.hibernateObstacle) throw new Error(vm.hibernateObstacle);
    await vm.hibernate();
  } else if ('wake' in deed) {
    await vm.sleepers.looked;
    // On the story's own disk, before one that is kept.
    const slept = vm.sleepers.disks.filter(({ name, hibernated }) => hibernated && name === vm.draft.guest);
    const chosen = slept.find(({ inMemory }) => inMemory) ?? slept[0];
    if (!chosen) throw new Error('No machine sleeps here to be woken: go back to the step that puts one to sleep.');
    await vm.wake(chosen, deed.wake);
  } else if ('save' in deed) props.saved = await vm.worker().save();
  else if ('restoreOn' in deed) await restore(vm, props.saved, deed.restoreOn);
  else await vm.worker().powerOff(false);
}

async function write(vm: Session, assignment: string): Promise<void> {
  const [name, value] = assignment.split('=') as [string, string];
  await vm.firmware.choose(name, value);
  // The person has been told what it means, by the story.
  if (vm.firmware.question) await vm.firmware.answer(true);
}

async function restore(vm: Session, saved: Blob | undefined, host: string): Promise<void> {
  if (!saved) throw new Error('Nothing was saved in this story yet: go back to the step that saves the machine.');
  const file = new File([saved], 'story.dormouse');
  await vm.restore(file, hostByName(host).name, undefined);
  if (!vm.failure) await vm.resume();
}

/** A machine lives that the deed would switch off, and it is not one of the story's. */
export const costsMachine = (deed: Deed, vm: Session, ours: MachineWish | undefined): boolean =>
  vm.live && begetsMachine(deed) && !(ours && isAsWished(vm.running, ours));
