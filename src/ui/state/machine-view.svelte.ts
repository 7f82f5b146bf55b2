/** The machine as the page sees it: the worker's events turned into state, and nothing else. */
import type { EndReason, Rest, VcpuView, VmConfig, VmEvent, VmState, VmStats } from '../../vm/api';
import type { Stop } from '../../vm/api/debugging';
import type { NamedMoment, PastView } from '../../vm/api/time-travel';
import { DrawingPace } from './drawing-pace';
import { sleepsOn } from './end-words';
import { FirmwareLog } from './firmware-log';
import type { FirmwareModel } from './firmware-model.svelte';
import { LineEnds, unprintedWords } from './line-ends';
import { LoadingStages } from './loading-stages.svelte';
import { Timeline } from './timeline/timeline';
import type { Voice } from './voice.svelte';

/** What the view needs of the session it is of. */
export interface ViewOwner {
  readonly voice: Voice;
  readonly firmware: FirmwareModel;
  /** Configuration of the machine at hand. */
  readonly running: VmConfig | undefined;
  /** The state of the machine changed. */
  entered(state: VmState, before: VmState): void;
  /** The debugger stopped it. */
  stopped(stop: Stop): void;
  agentCame(): void;
  /** Its agent is one that was just started, or one that was there before. */
  guestBegan(anew: boolean): void;
  /** It went to rest, or is at work again. */
  rested(rest: Rest | undefined): void;
  ended(end: EndReason): void;
  /** Moments of it had names when it was saved. */
  remember(bookmarks: readonly NamedMoment[]): void;
  /** It takes another course from a moment of its past (ns) on. */
  tookAnotherCourse(time: number): void;
}

export class MachineView {
  state = $state<VmState>('empty');
  vcpus = $state.raw<VcpuView[]>([]);
  /** The report before, for marking what changed. */
  vcpusBefore = $state.raw<VcpuView[]>([]);
  stats = $state.raw<VmStats | undefined>();
  /** How the machine ended that was here last. */
  end = $state.raw<EndReason | undefined>();
  /** How its present ended, while the machine was brought back from there. */
  endAhead = $state.raw<EndReason | undefined>();
  agentReady = $state(false);
  /** It runs, and rests. */
  rest = $state.raw<Rest | undefined>();
  /** Where it stands, while that is not its present. */
  past = $state.raw<PastView | undefined>();
  /** What of the console was printed after that, in words; undefined: nothing that is seen. */
  unprinted = $state<string | undefined>();
  /** Grow whenever the firmware's calls or the timeline have something new to draw. */
  callsRevision = $state(0);
  timelineRevision = $state(0);

  readonly calls = new FirmwareLog();
  readonly timeline = new Timeline();
  readonly loading = new LoadingStages();

  private readonly printed = new LineEnds();
  private readonly pace = new DrawingPace();
  /** The last report, whether or not somebody has seen it. */
  private report: { vcpus: VcpuView[]; stats: VmStats | undefined } = { vcpus: [], stats: undefined };

  constructor(private readonly owner: ViewOwner) {}

  get live(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Loading or living: the configuration cannot change now. */
  get fixed(): boolean {
    return this.live || this.state === 'loading' || this.state === 'ready';
  }

  /** A clean page for a new machine; one that wakes (`label`, for the timeline) keeps the strip of time it already has. */
  begin(label?: string): void {
    this.end = this.endAhead = undefined;
    this.agentReady = false;
    this.rest = undefined;
    this.past = undefined;
    this.printed.clear();
    this.report = { vcpus: [], stats: undefined };
    this.stats = undefined;
    this.vcpus = this.vcpusBefore = [];
    this.calls.clear();
    if (label === undefined) this.timeline.clear();
    else this.timeline.wake(label);
  }

  /** Something for the panels to draw. */
  touchPanels(): void {
    this.pace.soon(this.drawPanels);
  }

  private readonly drawPanels = (): void => {
    this.callsRevision += 1;
    this.owner.firmware.publish();
    this.timelineRevision += 1;
  };

  private readonly showReport = (): void => {
    const { vcpus, stats } = this.report;
    if (vcpus !== this.vcpus) {
      this.vcpusBefore = this.vcpus;
      this.vcpus = vcpus;
    }
    this.stats = stats;
  };

  /** What the worker tells. */
  take(event: VmEvent): void {
    const { owner } = this;
    switch (event.type) {
      case 'state':
        this.enter(event.state);
        break;
      case 'console':
        this.printed.add(event.data);
        owner.voice.console.push({ kind: 'bytes', data: event.data });
        break;
      case 'firmware':
        this.calls.addBatch(event);
        owner.firmware.addBatch(event);
        for (const call of event.calls) this.timeline.addCall(call);
        this.touchPanels();
        break;
      case 'vcpus':
        this.report.vcpus = event.vcpus;
        this.pace.whenSeen(this.showReport);
        break;
      case 'trace':
        this.timeline.addTrace(event.trace);
        this.touchPanels();
        break;
      case 'stats':
        this.report.stats = event.stats;
        this.pace.whenSeen(this.showReport);
        break;
      case 'progress':
        this.loading.take(event);
        break;
      case 'notice':
        owner.voice.notice(event.sentence, event.tone, event);
        break;
      case 'agent':
        this.agentReady = event.ready;
        if (event.ready) owner.agentCame();
        break;
      case 'began':
        owner.guestBegan(event.anew);
        break;
      case 'screen':
        owner.voice.console.push({ kind: 'screen', screen: event.screen });
        break;
      case 'bookmarks':
        owner.remember(event.bookmarks);
        break;
      case 'rest': {
        const changed = event.rest?.how !== this.rest?.how;
        this.rest = event.rest;
        if (changed) owner.rested(event.rest);
        break;
      }
      case 'stopped':
        owner.stopped(event.stop);
        break;
      case 'past':
        this.past = event.past;
        this.unprinted = event.past && this.wordsOf(event.past.unprinted);
        this.touchPanels();
        break;
      case 'course':
        this.takeAnotherCourse(event);
        break;
      case 'ended':
        this.finish(event.end);
        break;
    }
  }

  /** The last so many bytes of the console, in words. */
  private wordsOf(bytes: number): string | undefined {
    return unprintedWords(this.printed.seen(bytes), this.printed.within(bytes));
  }

  private takeAnotherCourse({ time, calls, unprinted }: Extract<VmEvent, { type: 'course' }>): void {
    const words = this.wordsOf(unprinted);
    this.calls.cut(calls);
    if (words)
      this.owner.voice.notice(
        `From here on the machine takes another course: the last ${words} above ${words.endsWith('s') ? 'were' : 'was'} never printed.`,
        'info',
        { over: true, unprinted },
      );
    this.endAhead = undefined;
    this.owner.tookAnotherCourse(time);
    this.touchPanels();
  }

  private enter(state: VmState): void {
    if (state === this.state) return;
    const before = this.state;
    this.state = state;
    if (this.live && this.end) {
      // It was brought back from there.
      this.endAhead = this.end;
      this.end = undefined;
    }
    this.owner.entered(state, before);
  }

  private finish(end: EndReason): void {
    if (end.how !== 'reset') {
      this.agentReady = false;
      this.end = end;
      this.endAhead = undefined;
      this.owner.firmware.publish();
      if (sleepsOn(end)) this.timeline.sleep();
      this.touchPanels();
    }
    this.owner.ended(end);
  }

  /** The machine that ended turned out to sleep on its disk. */
  fellAsleep(): void {
    this.timeline.sleep();
    this.touchPanels();
  }
}
