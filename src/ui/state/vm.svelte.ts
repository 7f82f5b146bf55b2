/** The machine as the page sees it: the worker's events turned into state, and the person's wishes into calls. */

import type { VmConnection } from '../../../workers/client';
import type { DiskInfo, EndReason, GuestInfo, VcpuView, VmConfig, VmEvent, VmState, VmStats } from '../../vm/api';
import type { Connect } from '../connect';
import { ConsoleFeed } from './console-feed';
import { Disks } from './disks.svelte';
import { Draft } from './draft.svelte';
import { FirmwareLog } from './firmware-log';
import { FirmwareModel } from './firmware-model.svelte';
import { hibernateObstacle } from './hibernate-obstacle';
import { keepBelief } from './kept-beliefs';
import { LoadingStages } from './loading-stages.svelte';
import { MachineTime } from './machine-time';
import { OWN_KERNEL, psciOf } from './options';
import { parseQuery } from './query';
import { restoreFromFile, saveToFile } from './saved-machine';
import type { Said } from './scenario-words';
import { Timeline } from './timeline';
import { planWake, type Wake, type WakeTarget } from './wake-plan';

/** Panels that draw thousands of items are told at most this often (ms). */
const PANEL_PERIOD = 80;

/** The poster shows this many of Dormouse's latest sentences. */
const RECENT_NOTICES = 4;
/** Machine time that falls back by more than this (ns) means that it began anew: the machine was reset. */
const TIME_FELL_BACK = 5e8;

export class VmStore {
  state = $state<VmState>('empty');
  /** False until the worker has told what it can do. */
  known = $state(false);
  unsupported = $state<string | undefined>();
  guests = $state.raw<GuestInfo[]>([]);
  /** Configuration of the machine that runs or ran last. */
  running = $state.raw<VmConfig | undefined>();
  diskName = $state<string | undefined>();
  vcpus = $state.raw<VcpuView[]>([]);
  /** The report before, for marking what changed. */
  vcpusBefore = $state.raw<VcpuView[]>([]);
  stats = $state.raw<VmStats | undefined>();
  failure = $state<string | undefined>();
  end = $state.raw<EndReason | undefined>();
  agentReady = $state(false);
  hibernating = $state(false);
  saving = $state(false);
  /** Name of the file the machine was restored from, until it goes on. */
  restoredFrom = $state<string | undefined>();
  /** What Dormouse said since the last start: shown on the poster, which hides the console. */
  recent = $state.raw<string[]>([]);
  /** The sentence the live region reads out. */
  announcement = $state('');
  /** Grows whenever log or timeline have something new to draw. */
  firmwareRevision = $state(0);
  timelineRevision = $state(0);

  readonly draft = new Draft();
  readonly console = new ConsoleFeed();
  readonly firmware = new FirmwareLog();
  readonly timeline = new Timeline();
  readonly loading = new LoadingStages();
  private readonly shelf = new Disks(
    () => this.vm,
    (error) => this.notice(sentenceOf(error), 'warning'),
  );

  private connection: VmConnection | undefined;
  private readonly time = new MachineTime();
  private pending: ReturnType<typeof setTimeout> | undefined;
  readonly fw = new FirmwareModel(this);
  /** What to say when the woken guest answers. */
  private wakeSaid: Said | undefined;
  private cancelled = false;
  private lastStart: (() => Promise<void>) | undefined;

  constructor(private readonly connect: Connect) {}

  get live(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Loading or living: the configuration cannot change now. */
  get fixed(): boolean {
    return this.live || this.state === 'loading' || this.state === 'ready';
  }

  /** Whether a press on Start can lead anywhere. */
  get canStart(): boolean {
    const something = this.draft.own ? this.draft.kernel !== undefined : this.guests.length > 0;
    return this.known && !this.unsupported && !this.fixed && something;
  }

  /** What the header and the cards show: the running machine, or the one being put together. */
  get shown(): VmConfig {
    return this.fixed && this.running ? this.running : this.draft.config();
  }

  get guest(): GuestInfo | undefined {
    return this.guests.find((guest) => guest.name === this.shown.guest);
  }

  get disks(): DiskInfo[] {
    return this.shelf.list;
  }

  /** The disk with a sleeping machine on it that fits the guest now chosen. */
  get sleeping(): DiskInfo | undefined {
    return this.shelf.sleeperOn(this.draft.guest);
  }

  /** The disk on which the machine that ended last sleeps now. */
  get endedDisk(): DiskInfo | undefined {
    return this.end && this.shelf.sleeperOn(this.diskName);
  }

  /** Why the machine cannot be asked to hibernate now, or undefined if it can. */
  get hibernateObstacle(): string | undefined {
    return hibernateObstacle(this);
  }

  /** Connects, asks what there is, and applies the page's address. */
  async open(search: string): Promise<void> {
    const { wishes, complaints, unknown } = parseQuery(search);
    for (const name of unknown) this.notice(`the address has a parameter nobody here knows, “${name}”: ignored`, 'info');
    try {
      await this.reconnect();
      this.guests = await this.vm.guests();
    } catch (error) {
      this.fail(error);
      return;
    }
    const complaint = this.draft.applyQuery(wishes, this.guests);
    if (complaint) complaints.push(complaint);
    if (wishes.append && !this.draft.own)
      complaints.push('The address gives append=, which is only used with your own kernel (guest=own).');
    for (const sentence of complaints) this.notice(sentence, 'warning');
    await this.refreshDisks();
    if (!wishes.guest) this.preferSleeper();
    this.known = true;
    if (wishes.autorun && this.canStart) await this.startOrWake();
  }

  /** What the Start button does: a machine that sleeps is woken, under the version or on the host now chosen; any other is started. */
  async startOrWake(): Promise<void> {
    if (this.canStart) await (this.sleeping ? this.wake(this.sleeping, this.chosenWake) : this.start());
  }

  private get chosenWake(): WakeTarget {
    const { psci, host } = this.draft;
    return psci ? { psci } : host ? { host } : {};
  }

  /** Starts what the header says. A hibernated disk of the same guest would be woken: see {@link wake}, {@link startFresh}. */
  async start(): Promise<void> {
    // Whoever tries again wants what the header says then: the size may have been what was wrong.
    this.lastStart = () => this.start();
    const { draft } = this;
    const diskMiB = draft.own
      ? draft.ownDiskMiB
      : (this.guests.find((guest) => guest.name === draft.guest)?.defaults.diskMiB ?? 0);
    await this.launch(draft.config(), diskMiB);
  }

  /** Wakes the machine that sleeps on `disk`, with the size it had. */
  async wake(disk: DiskInfo, target: WakeTarget = {}): Promise<void> {
    const slept = disk.hibernated;
    if (!slept) return this.start();
    this.lastStart = () => this.wake(disk, target);
    const { config, diskMiB, wake } = planWake(this.draft, disk, slept, target);
    await this.launch(config, diskMiB, wake);
  }

  /** Deletes the disk, and the session sleeping on it, then starts. */
  async startFresh(disk: DiskInfo): Promise<void> {
    await this.attempt(async () => {
      await this.vm.deleteDisk(disk.name);
      await this.refreshDisks();
      await this.start();
    });
  }

  async retry(): Promise<void> {
    this.failure = undefined;
    if (!this.connection || !this.known) {
      this.known = false;
      await this.open(location.search);
    } else await (this.lastStart ?? (() => this.start()))();
  }

  /** Gives up loading: downloads end, and the disk is let go of. */
  async cancelLoading(): Promise<void> {
    this.cancelled = true;
    this.notice('loading was cancelled', 'info');
    await this.attempt(() => this.vm.powerOff(false));
  }

  pause = () => this.attempt(() => this.vm.pause());
  resume = () => this.attempt(() => this.vm.resume());
  reset = () =>
    this.attempt(async () => {
      await this.vm.reset();
      this.fw.forget();
    });
  powerOff = (graceful: boolean) => this.attempt(() => this.vm.powerOff(graceful));

  async hibernate(): Promise<void> {
    if (this.hibernateObstacle) {
      this.announce(this.hibernateObstacle);
      return;
    }
    this.hibernating = true;
    this.announce('Asking the guest to hibernate.');
    try {
      await this.vm.hibernate();
    } catch (error) {
      this.hibernating = false;
      this.notice(sentenceOf(error), 'error');
    }
  }

  /** Downloads the whole machine as a file; it runs on afterwards. */
  save = () => saveToFile(this);

  /** Replaces the (stopped) machine by the one in `file`, paused; `host` left out: the host it was saved on. */
  restore(file: File, host: string | undefined, disk: DiskInfo | undefined): Promise<void> {
    this.lastStart = () => this.restore(file, host, disk);
    return restoreFromFile(this, file, host, disk);
  }

  input(data: Uint8Array): void {
    if (this.live) void this.vm.input(data).catch(() => undefined);
  }

  async deleteDisk(name: string): Promise<void> {
    await this.attempt(() => this.vm.deleteDisk(name));
    await this.refreshDisks();
    this.announce(`The disk ${name} is deleted.`);
  }

  refreshDisks = () => this.shelf.refresh();

  announce(sentence: string): void {
    this.announcement = sentence;
  }

  notice(sentence: string, tone: 'info' | 'warning' | 'error'): void {
    this.console.push({ kind: 'notice', sentence, tone });
    if (!this.live) this.recent = [...this.recent, sentence].slice(-RECENT_NOTICES);
    if (tone !== 'info') this.announce(sentence);
  }

  worker() {
    return this.vm;
  }

  private get vm() {
    if (!this.connection) throw new Error("The machine's worker is not there; reload the page.");
    return this.connection.vm;
  }

  private async reconnect(): Promise<void> {
    this.connection?.close();
    const connection = this.connect((sentence) => {
      if (this.connection === connection) this.breakDown(sentence);
    });
    this.connection = connection;
    await connection.vm.subscribe(async (events) => {
      if (this.connection !== connection) return;
      for (const event of events) this.take(event);
      await this.console.shown();
    });
    this.unsupported = await connection.vm.unsupported();
  }

  private async launch(config: VmConfig, diskMiB: number, wake?: Wake): Promise<void> {
    this.failure = undefined;
    this.loading.clear();
    this.running = config;
    this.diskName = diskMiB > 0 ? config.guest : undefined;
    this.state = 'loading';
    this.cancelled = false;
    try {
      const images = config.guest === OWN_KERNEL ? await this.draft.images() : undefined;
      this.begin(wake);
      await this.vm.start(config, {
        ...(diskMiB > 0 ? { disk: { name: config.guest, sizeMiB: diskMiB } } : {}),
        ...(images ? { images } : {}),
      });
    } catch (error) {
      // Whoever gave up knows why nothing starts.
      if (this.cancelled) this.state = 'empty';
      else this.fail(error);
    }
  }

  /** A clean page for a new machine; a waking one keeps the strip of time it already has. */
  begin(wake?: Wake): void {
    this.restoredFrom = undefined;
    this.end = undefined;
    this.recent = [];
    this.agentReady = false;
    this.hibernating = false;
    this.stats = undefined;
    this.vcpus = this.vcpusBefore = [];
    this.firmware.clear();
    this.fw.begin(wake?.belief);
    if (wake) this.timeline.wake(wake.label);
    else this.timeline.clear();
    this.time.begin();
    this.console.push({ kind: 'fresh' });
    this.wakeSaid = wake?.said;
    // Without an agent nobody tells when the guest is awake again.
    if (wake?.said && !this.guest?.agent) this.sayAwake();
    else if (wake?.belief)
      this.notice(`waking it under PSCI ${psciOf(this.shown)}; it slept believing ${wake.belief.version}`, 'info');
    this.touchPanels();
  }

  private sayAwake(): void {
    if (this.wakeSaid) this.notice(this.wakeSaid.sentence, this.wakeSaid.tone);
    this.wakeSaid = undefined;
  }

  async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.notice(sentenceOf(error), 'error');
    }
  }

  fail(error: unknown): void {
    this.failure = sentenceOf(error);
    this.state = 'empty';
    this.announce(this.failure);
  }

  private breakDown(sentence: string): void {
    this.connection?.close();
    this.connection = undefined;
    this.known = false;
    this.fail(new Error(sentence));
  }

  private touchPanels(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.firmwareRevision += 1;
      this.fw.publish();
      this.timelineRevision += 1;
    }, PANEL_PERIOD);
  }

  private take(event: VmEvent): void {
    switch (event.type) {
      case 'state':
        this.enter(event.state);
        break;
      case 'console':
        this.console.push({ kind: 'bytes', data: event.data });
        break;
      case 'firmware':
        this.firmware.addBatch(event);
        this.fw.addBatch(event);
        for (const call of event.calls) {
          this.seeTime(call.time);
          this.timeline.addCall(call);
        }
        this.touchPanels();
        break;
      case 'vcpus':
        this.vcpusBefore = this.vcpus;
        this.vcpus = event.vcpus;
        this.timeline.addVcpus(this.time.now(), event.vcpus);
        this.touchPanels();
        break;
      case 'stats':
        this.stats = event.stats;
        this.seeTime(event.stats.time);
        break;
      case 'progress':
        this.loading.take(event);
        break;
      case 'notice':
        this.notice(event.sentence, event.tone);
        break;
      case 'agent':
        this.agentReady = event.ready;
        if (event.ready) {
          this.announce('The guest is ready; it can hibernate.');
          this.sayAwake();
        }
        break;
      case 'ended':
        this.finish(event.end);
        break;
    }
  }

  /** Without a wish for a guest, the one that sleeps on a disk here is the one a person came back for. */
  private preferSleeper(): void {
    const sleeper = this.guests.find((guest) => this.disks.some((disk) => disk.hibernated && disk.name === guest.name));
    if (sleeper && !this.sleeping) this.draft.pick(sleeper);
  }

  private seeTime(time: number): void {
    if (time + TIME_FELL_BACK < this.time.reported) {
      this.timeline.restart();
      this.time.begin();
      this.letTimeFlow();
    }
    this.time.seen(time);
  }

  /** Under the virtual clock machine time only moves with reports. */
  private letTimeFlow(): void {
    this.time.running(this.state === 'running' && this.running?.clock !== 'virtual');
  }

  private enter(state: VmState): void {
    if (state === this.state) return;
    const before = this.state;
    this.state = state;
    this.letTimeFlow();
    if (state === 'running' || state === 'paused') void this.fw.refresh();
    if (state === 'running') this.restoredFrom = undefined;
    if (state === 'running') this.announce(before === 'paused' ? 'The machine goes on.' : 'The machine is running.');
    if (state === 'paused') {
      this.announce('The machine is paused.');
      // The last report may be a period old; a paused machine should show its exact state.
      void this.vm.vcpus().then(
        (vcpus) => {
          if (this.state === 'paused') this.vcpus = vcpus;
        },
        () => undefined,
      );
    }
  }

  private finish(end: EndReason): void {
    this.hibernating = false;
    this.announce(end.sentence);
    if (end.how === 'reset') return;
    this.agentReady = false;
    this.end = end;
    this.wakeSaid = undefined;
    this.fw.publish();
    if (this.diskName && this.fw.belief) keepBelief(this.diskName, this.fw.belief, Date.now());
    if (end.how === 'hibernated') this.timeline.sleep();
    this.touchPanels();
    void this.lookForSleep(end);
  }

  /** The disks, until the one of the machine that ended shows that it sleeps on it. */
  private async lookForSleep(end: EndReason): Promise<void> {
    const maySleep = end.how === 'hibernated' || end.how === 'off';
    await this.shelf.lookForSleeper(this.diskName, () => maySleep && this.end === end);
    if (this.endedDisk && end.how === 'off') {
      this.timeline.sleep();
      this.touchPanels();
    }
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
