/** A story that is on: which step, whether it is done, and what was seen since it began. */
import type { FirmwareCall, VmConfig, VmEvent } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';
import type { AttachedDisk } from '../state/attached-disk';
import type { Session } from '../state/session.svelte';
import type { Workshop } from '../state/workshop.svelte';
import { ConsoleTail } from './console-tail';
import { costsMachine, type Props, perform, putTogether } from './deeds';
import { keepProgress, keptProgress } from './progress';
import { SHELF } from './shelf';
import { type Condition, calledIn, callOf, holds, type MachineWish, type Seen } from './step-condition';
import { type Deed, type Step, type Story, textOf } from './story';

/** Calls of one step that are looked at; a story's steps make a handful. */
const MOST_CALLS = 500;

export class StoryRun implements Props {
  /** From 0. */
  index = $state(0);
  /** What the step waits for has come, or a person said that it is done. */
  done = $state(false);
  /** The step is being done for the person. */
  busy = $state(false);
  /** It was done, on this machine, and what it waits for has not come yet. */
  private did = $state.raw<VmConfig | undefined>();
  /** Why that came to nothing. */
  problem = $state<string | undefined>();
  finished = $state(false);
  saved: Blob | undefined;
  /** What was saved when the step began. */
  private savedBefore: Blob | undefined;

  private calls: FirmwareCall[] = [];
  private readonly tail = new ConsoleTail();
  private wasSaved = false;
  /** The call that there is to see has not been told of yet: what was printed came before it. */
  private awaited = false;
  /** It is told once more: its program is what it was at first. */
  private anew = false;
  /** The machine that this story brought to life last. */
  private ours: MachineWish | undefined;
  /** The draft's disk before the story chose one in memory. */
  private readonly diskBefore: string;
  private readonly attachedBefore: AttachedDisk | undefined;

  constructor(
    readonly story: Story,
    private readonly vm: Session,
  ) {
    this.diskBefore = vm.draft.disk;
    this.attachedBefore = vm.draft.attached;
    vm.listeners.add(this.hear);
    this.enter(whereToGoOn(story, keptProgress()[story.name]?.step ?? 0, vm));
  }

  get step(): Step {
    return this.story.steps[this.index] ?? this.story.steps[0];
  }

  get isLast(): boolean {
    return this.index === this.story.steps.length - 1;
  }

  /** Doing it once more would take away what it was done for: a program is run as often as somebody likes. */
  get waits(): boolean {
    return this.did !== undefined && this.did === this.vm.running && this.vm.live && !('run' in this.step.deed);
  }

  /** Doing it for the person would switch off a machine that is none of the story's. */
  get costsMachine(): boolean {
    return !this.waits && costsMachine(this.step.deed, this.vm, this.ours);
  }

  private readonly hear = (event: VmEvent): void => {
    if (event.type === 'console') this.tail.add(event.data);
    else if (event.type === 'firmware') {
      this.calls = [...this.calls, ...event.calls].slice(-MOST_CALLS);
      if (this.awaited) this.showCall();
    } else return;
    this.look();
  };

  /** Somebody saves the machine, or has done so. */
  saving(is: boolean): void {
    if (is) this.wasSaved = true;
  }

  private seen(): Seen {
    const { vm } = this;
    return {
      state: vm.state,
      config: vm.live ? vm.running : undefined,
      version: vm.firmware.now.version,
      agentReady: vm.view.agentReady,
      powers: vm.view.vcpus.map(({ power }) => power),
      end: vm.view.end,
      asleep: vm.sleepers.justFellAsleep !== undefined,
      failure: vm.failure,
      calls: this.calls,
      printed: this.tail.text,
      saved: this.saved !== this.savedBefore || (this.wasSaved && !vm.saving),
    };
  }

  /** Looks whether the step is done; read reactively, so that what changes without an event is seen, too. */
  look(): void {
    if (this.done || this.finished || !holds(this.step.until, this.seen())) return;
    this.finishStep();
  }

  /** The person has done it, whether or not that was seen. */
  finishStep(): void {
    this.done = true;
    this.ours = machineIn(this.step.until) ?? this.ours;
    this.problem = undefined;
    this.vm.announce(`Done. ${plain(this.step.look)}`);
  }

  /** Chooses the call that there is to see, in the firmware's list. */
  showCall(): void {
    const wish = this.step.call ?? calledIn(this.step.until);
    const call = wish && callOf(wish, this.calls);
    this.awaited = wish !== undefined && call === undefined;
    if (call) this.vm.focus.showCall(call.seq);
  }

  doIt(): Promise<void> {
    return this.carryOut(this.step.deed);
  }

  private async carryOut(deed: Deed): Promise<void> {
    if (this.busy || this.waits) return;
    this.busy = true;
    this.problem = undefined;
    const { step } = this;
    try {
      await perform(deed, this.vm, this);
      if (step === this.step) this.did = this.vm.running;
      this.look();
    } catch (error) {
      if (step === this.step) this.problem = sentenceOf(error);
    } finally {
      this.busy = false;
    }
  }

  next(): void {
    if (this.isLast) this.finish();
    else this.enter(this.index + 1);
  }

  back(): void {
    if (this.finished) this.enter(this.story.steps.length - 1);
    else if (this.index > 0) this.enter(this.index - 1);
  }

  again(): void {
    this.anew = true;
    this.enter(0);
  }

  private enter(index: number): void {
    this.index = index;
    this.done = this.finished = this.wasSaved = this.awaited = false;
    this.did = undefined;
    this.problem = undefined;
    this.savedBefore = this.saved;
    this.calls = [];
    this.tail.clear();
    const { title } = this.step;
    const text = textOf(this.step, this.vm.startButton);
    this.keep();
    this.vm.announce(`Step ${index + 1} of ${this.story.steps.length}: ${title}. ${plain(text)}`);
  }

  /** Puts the machine of the step into the header, so that whoever does it by hand has only to start it. */
  prepare(): void {
    const { from } = this.step;
    if (!from || this.done || this.vm.fixed || !this.vm.known) return;
    try {
      putTogether(this.vm.draft, this.vm.guests, from);
    } catch (error) {
      this.problem = sentenceOf(error);
      return;
    }
    void this.layOut((bench) => {
      // Meanwhile a machine may have started.
      if (!this.done && !this.vm.fixed) bench.putIntoMachine();
    });
  }

  /** Puts the program of the step, if it has one, into the editor, and then does more with it unless the story has gone on. */
  async layOut(then: (bench: Workshop) => void = () => undefined): Promise<void> {
    const { step } = this;
    if (step.program === undefined) return;
    try {
      const bench = await this.bench();
      if (step === this.step) then(bench);
    } catch (error) {
      if (step === this.step) this.problem = sentenceOf(error);
    }
  }

  /** The editor's workshop, with the program of this story in it. */
  async bench(): Promise<Workshop> {
    const { workshopOf } = await import('../editor/workshop-of');
    const bench = workshopOf(this.vm);
    const text = this.story.steps.find(({ program }) => program !== undefined)?.program;
    const { name } = this.story;
    if (text !== undefined) bench.openStory({ name, title: SHELF[name].title, text }, { anew: this.anew });
    // It holds what this browser does not keep: its person is asked there.
    if (bench.question) throw new Error(`${bench.question.title} The editor asks it: answer there first.`);
    this.anew = false;
    return bench;
  }

  private finish(): void {
    this.finished = true;
    keepProgress(this.story.name, { step: 0, finished: true });
    this.vm.announce(`The story is over. ${plain(this.story.moral)}`);
  }

  private keep(): void {
    const finished = keptProgress()[this.story.name]?.finished ?? false;
    keepProgress(this.story.name, { step: this.index, finished });
  }

  /** The story is left: machines started from now on have the disks they would have had. */
  close(): void {
    this.vm.listeners.delete(this.hear);
    this.vm.draft.disk = this.diskBefore;
    this.vm.draft.attached ??= this.attachedBefore;
  }
}

const plain = (text: string): string => text.replaceAll('`', '');

/** The machine that runs when the condition holds, if it is about one. */
function machineIn(condition: Condition): MachineWish | undefined {
  if ('runs' in condition) return condition.runs;
  return 'all' in condition ? condition.all.map(machineIn).find((wish) => wish !== undefined) : undefined;
}

/** The step that was on if its machine is still there, or the last before it that begins with nothing. */
function whereToGoOn({ steps }: Story, kept: number, vm: Session): number {
  const last = Math.min(Math.max(kept, 0), steps.length - 1);
  let begun = last;
  while (begun > 0 && steps[begun]!.from === undefined) begun--;
  const isThere = vm.hasMachine && vm.running?.guest === steps[begun]!.from?.guest;
  return isThere ? last : begun;
}
