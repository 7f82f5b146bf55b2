/** Machines that sleep on disks: which there are, how one is woken, and what is said when it is awake. */
import type { DiskInfo, EndReason, MachineDisk, VmConfig, VmWorker } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';
import { Disks } from './disks.svelte';
import type { Draft } from './draft.svelte';
import { sleepsOn } from './end-words';
import type { MachineView } from './machine-view.svelte';
import { psciOf } from './options';
import type { Said } from './scenario-words';
import type { Voice } from './voice.svelte';
import { type AttachedForWake, attachedForWake } from './wake-attached';
import type { BoardAsked } from './wake-board';
import { planWake, type Wake, type WakePlan, type WakeTarget } from './wake-plan';
import { BOOTED_INSTEAD } from './what-changed';

/** What the sleepers need of the session they are of. */
export interface SleepersOwner {
  readonly voice: Voice;
  readonly view: MachineView;
  readonly draft: Draft;
  readonly shown: VmConfig;
  /** The board that the address asked for, until there was a machine on it. */
  readonly boardAsked: BoardAsked;
  /** The machine that runs or ran last. */
  readonly running: VmConfig | undefined;
  /** Its disk. */
  readonly diskName: string | undefined;
  worker(): VmWorker;
}

/** Choices of a disk that touch none that is kept. */
const ELSEWHERE: readonly string[] = ['memory', 'none'];

export class Sleepers {
  private readonly shelf: Disks;
  /** What to say when the woken guest answers. */
  private said: Said | undefined;
  /** When the machine at hand began, in ms since 1970. */
  private began = 0;
  /** Settles when it is known whether the machine that ended last sleeps on its disk. */
  looked: Promise<void> = Promise.resolve();

  constructor(private readonly owner: SleepersOwner) {
    this.shelf = new Disks(
      () => owner.worker(),
      (error) => owner.voice.notice(sentenceOf(error), 'warning'),
    );
  }

  get disks(): DiskInfo[] {
    return this.shelf.list;
  }

  /** The disks of the machine that lives here. */
  get ofMachine(): MachineDisk[] {
    return this.shelf.ofMachine;
  }

  lookAtMachine(): Promise<void> {
    return this.shelf.lookAtMachine();
  }

  /** The disk with a sleeping machine on it that fits the guest now chosen, and is the disk that it would start with. */
  get chosen(): DiskInfo | undefined {
    return this.passed ? undefined : this.ofGuest;
  }

  /** The disk with a sleeping machine on it that fits the guest now chosen, where a start leaves that asleep: it has another disk, or none. */
  get passed(): DiskInfo | undefined {
    const { ofGuest, owner } = this;
    return ELSEWHERE.includes(owner.draft.disk) && !ofGuest?.inMemory ? ofGuest : undefined;
  }

  private get ofGuest(): DiskInfo | undefined {
    return this.shelf.sleeperOf(this.owner.draft.guest);
  }

  /** The disk on which the machine that ended last sleeps now. */
  get justFellAsleep(): DiskInfo | undefined {
    const disk = this.owner.view.end && this.shelf.sleeperOf(this.guestHere);
    // One that slept there before it was here sleeps on another disk of that name.
    return disk?.hibernated && disk.hibernated.when >= this.began ? disk : undefined;
  }

  /** Of the machine that runs or ran last, by the name that its disk has, or would have. */
  private get guestHere(): string | undefined {
    return this.owner.diskName ?? this.owner.running?.guest;
  }

  /** What is attached for who sleeps on `disk` to be woken. */
  attachedFor(disk: DiskInfo): AttachedForWake | 'missing' | undefined {
    return attachedForWake(disk, this.disks, this.owner.draft.attached);
  }

  refresh(): Promise<void> {
    return this.shelf.refresh();
  }

  /** How to wake: under the version, or on the host, that is chosen in the header. */
  get target(): WakeTarget {
    const { psci, host } = this.owner.draft;
    return psci ? { psci } : host ? { host } : {};
  }

  /**
   * Makes the machine in the header as large as the one that sleeps on its disk, so that what differs from that was chosen by somebody. What a person
   * has asked for already can be left as it is.
   */
  adoptSize({ vcpus = true, memory = true } = {}): void {
    const slept = this.chosen?.hibernated;
    if (!slept) return;
    if (vcpus) this.owner.draft.vcpus = slept.vcpus;
    if (memory) this.owner.draft.memoryMiB = slept.memoryMiB;
  }

  /** Plans to wake the machine that sleeps on `disk`, with the memory it had; undefined if none does. */
  plan(disk: DiskInfo, target: WakeTarget): WakePlan | undefined {
    // Nobody chose how large one is that the header is not about.
    if (disk.hibernated && disk.name === this.passed?.name) this.owner.draft.vcpus = disk.hibernated.vcpus;
    return disk.hibernated && planWake(this.owner.draft, disk, disk.hibernated, target, this.owner.boardAsked);
  }

  /** A machine begins; `wake` if it is woken, `answers` if its guest has an agent that will tell when it is awake. */
  begin(wake: Wake | undefined, answers: boolean): void {
    this.said = wake?.said;
    this.began = Date.now();
    for (const { sentence, tone } of wake?.differs ?? []) this.owner.voice.notice(sentence, tone);
    if (wake?.said && !answers) this.say('waking');
    else if (wake?.belief) {
      const version = psciOf(this.owner.shown);
      this.owner.voice.notice(`waking it under PSCI ${version}; it slept believing ${wake.belief.version}`, 'info');
    }
  }

  /** The woken guest answers. */
  sayAwake(): void {
    this.say('woken');
  }

  /** The guest was to be woken, and was not. */
  sayBooted(): void {
    this.said = undefined;
    this.owner.voice.notice(BOOTED_INSTEAD, 'warning');
  }

  private say(how: 'waking' | 'woken'): void {
    if (this.said) this.owner.voice.notice(`${how} ${this.said.sentence}`, this.said.tone);
    this.said = undefined;
  }

  /** The machine ended: looks at the disks until its own shows that it sleeps there. */
  lookFor(end: EndReason): void {
    this.looked = this.look(end);
  }

  private async look(end: EndReason): Promise<void> {
    const { view } = this.owner;
    this.said = undefined;
    const maySleep = end.how === 'hibernated' || end.how === 'off';
    await this.shelf.lookForSleeper(this.guestHere, () => maySleep && view.end === end);
    // Its end told that already, unless nobody could know it then.
    if (this.justFellAsleep && !sleepsOn(end)) view.fellAsleep();
  }
}
