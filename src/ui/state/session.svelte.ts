/** A person's session with one machine: the connection to its worker, what is chosen for it, and the commands given to it. */

import type { VmConnection } from '../../../workers/client';
import type {
  ConsoleSize,
  DiskChoice,
  DiskInfo,
  EndReason,
  GuestInfo,
  Recognised,
  Rest,
  VariableChoice,
  VmConfig,
  VmEvent,
  VmState,
  VmWorker,
} from '../../vm/api';
import type { Stop } from '../../vm/api/debugging';
import type { NamedMoment } from '../../vm/api/time-travel';
import { sentenceOf } from '../../vm/sentence';
import type { Connect } from '../connect';
import { Absence } from './absence.svelte';
import { type AttachedDisk, attachedAgain, attachedChoice } from './attached-disk';
import { copyObstacle } from './copy-obstacle';
import { DebuggerState } from './debugger.svelte';
import { keepsFiles } from './disk-sheet';
import { Draft, type Given, type GivenFiles, type Loader } from './draft.svelte';
import { Drops } from './drops.svelte';
import { type Help, helpFor } from './failure-help';
import { FirmwareModel } from './firmware-model.svelte';
import { Focus } from './focus.svelte';
import { GuestFiles } from './guest-files.svelte';
import { GuestNames } from './guest-names.svelte';
import { hibernateObstacle } from './hibernate-obstacle';
import { keepBelief } from './kept-beliefs';
import { MachineView } from './machine-view.svelte';
import { makeRoom } from './make-room';
import { OWN_KERNEL, variablesOf } from './options';
import type { StoryName } from './parameters';
import { LONG_PASTE_BYTES, Paste } from './paste.svelte';
import { parseQuery, type QueryWishes } from './query';
import { ReadyWatch } from './ready-watch';
import { fetchRemote, ROLE_WORDS, remoteFiles } from './remote-files';
import { restoreFromFile, saveToFile } from './save-and-restore';
import { SettledSize } from './settled-size';
import { Sleepers } from './sleepers.svelte';
import { startWords } from './start-words';
import { REST_WORDS, type StateWords, stateWords } from './state-words';
import { TimeTravel } from './time-travel.svelte';
import { type Tone, Voice } from './voice.svelte';
import { attachedWords } from './wake-attached';
import type { BoardAsked } from './wake-board';
import type { Wake, WakeTarget } from './wake-plan';

/** Where a session is held. */
export interface Place {
  /** In another page: its disk is in memory unless a name was given for it. */
  embedded?: boolean;
  /** Files that came with the address. They win over those that it names. */
  files?: GivenFiles;
  /** A person has been told which other sites something is fetched from, and started it. */
  trusted?: boolean;
  /** Whether a timeline can be shown, asked for each machine that comes; left out: it can. */
  hasTimeline?(): boolean;
  /** The guest can be typed at: once for each boot, wake, reset or restore. */
  onready?(agent: boolean): void;
}

export class Session {
  /** False until the worker has told what it can do. */
  known = $state(false);
  unsupported = $state<string | undefined>();
  guests = $state.raw<GuestInfo[]>([]);
  /** Configuration of the machine that runs or ran last. */
  running = $state.raw<VmConfig | undefined>();
  /** Its disk. */
  diskName = $state<string | undefined>();
  failure = $state<string | undefined>();
  /** The name of the error that {@link failure} tells. */
  private failureName = $state<string | undefined>();
  hibernating = $state(false);
  saving = $state(false);
  /** What became of saving this machine last, as a sentence. */
  savedWords = $state<string | undefined>();
  /** The disk the machine at hand is woken from. */
  private wakesFrom: string | undefined;
  /** Name of the file the machine was restored from, until it goes on. */
  restoredFrom = $state<string | undefined>();

  readonly draft = new Draft();
  readonly voice: Voice = new Voice(() => this.live);
  readonly view: MachineView = new MachineView(this);
  readonly sleepers: Sleepers = new Sleepers(this);
  readonly firmware: FirmwareModel = new FirmwareModel(this);
  readonly focus: Focus = new Focus(() => this.view.vcpus.length);
  /** The guided run that is open. */
  story = $state<StoryName | undefined>();
  /** Hear all that the worker tells, after the view. */
  readonly listeners = new Set<(event: VmEvent) => void>();
  readonly absence: Absence = new Absence(this);
  readonly files: GuestFiles = new GuestFiles(this);
  readonly names: GuestNames = new GuestNames(this);
  readonly drops: Drops = new Drops(this);
  readonly paste: Paste = new Paste(this);
  readonly debugger: DebuggerState = new DebuggerState(this);
  readonly time: TimeTravel = new TimeTravel(this);

  private readonly readiness = new ReadyWatch({
    hasAgent: () => this.guest?.agent ?? false,
    ready: (agent) => this.becameReady(agent),
  });
  /** The machine at hand boots: it goes on from nothing. */
  boots = false;
  private connection: VmConnection | undefined;
  private cancelled = false;
  /** The address it was opened with. */
  private asked = '';
  private lastStart: ((wakeAnyway?: boolean) => Promise<void>) | undefined;

  private readonly consoleSize = new SettledSize((size) => this.tellConsoleSize(size));

  /** What of the address was not understood, a sentence each. */
  complaints = $state.raw<readonly string[]>([]);

  /** What was asked for, as it was understood. */
  wishes: QueryWishes = {};
  boardAsked: BoardAsked = {};
  /** What is fetched for a start before the worker takes over. */
  private fetching: AbortController | undefined;

  constructor(
    private readonly connect: Connect,
    private readonly place: Place = {},
  ) {}

  /** In another page, whose disks are its own. */
  get embedded(): boolean {
    return this.place.embedded === true;
  }

  /** Whether what the vCPUs do when is to be told: it costs time, so only where a timeline can show it. */
  get traces(): boolean {
    return this.place.hasTimeline?.() ?? true;
  }

  get state(): VmState {
    return this.view.state;
  }

  get live(): boolean {
    return this.view.live;
  }

  /** There is a machine to look at: living, or one that has ended and was not followed by another. */
  get hasMachine(): boolean {
    return this.live || (this.view.end !== undefined && !this.fixed);
  }

  /** Loading or living: the configuration cannot change now. */
  get fixed(): boolean {
    return this.view.fixed;
  }

  /** What it is doing, in few words. */
  get stateWords(): StateWords {
    const { state, saving, hibernating, failure, sleepers } = this;
    // What ended is asleep if its own disk says so; before any start it is the disk of what is chosen.
    const asleep = (state === 'off' ? sleepers.justFellAsleep : sleepers.chosen) !== undefined;
    const { rest, end } = this.view;
    const nothingKept = end?.kept === 'nothing';
    return stateWords({ state, saving, hibernating, failed: failure !== undefined, asleep, rest, nothingKept });
  }

  /** Whether a press on Start can lead anywhere. */
  get canStart(): boolean {
    const something = this.draft.snapshot || (this.draft.own ? this.draft.hasOwn : this.guests.length > 0);
    return this.known && !this.unsupported && !this.fixed && Boolean(something);
  }

  /** What the header and the cards show: the running machine, or the one being put together. */
  get shown(): VmConfig {
    return this.fixed && this.running ? this.running : this.draft.config();
  }

  /** What a start would start, but for a saved machine; undefined: nothing. */
  get chosenTitle(): string | undefined {
    const { own, hasOwn, title, guest } = this.draft;
    return own ? (hasOwn ? title : undefined) : this.guests.find(({ name }) => name === guest)?.title;
  }

  /** Size of the disk that it would have besides an attached one, which a kernel of one's own has instead of an empty one; 0: none. */
  get ownDiskMiB(): number {
    const { own, ownDiskMiB, moreDisk, guest, disk } = this.draft;
    if (disk === 'none') return 0;
    if (own) return moreDisk ? 0 : ownDiskMiB;
    return this.guests.find(({ name }) => name === guest)?.defaults.diskMiB ?? 0;
  }

  get guest(): GuestInfo | undefined {
    return this.guests.find((guest) => guest.name === this.shown.guest);
  }

  /** Why the machine cannot be asked to hibernate now, or undefined if it can. */
  get hibernateObstacle(): string | undefined {
    const { hibernating, guest } = this;
    const { agentReady, rest, end } = this.view;
    // Who kept nothing is off.
    const state = end?.kept === 'nothing' ? 'off' : this.state;
    return hibernateObstacle({ state, hibernating, agentReady, guest, rest });
  }

  /** Whether files can be copied into the guest and out of it now; if not, why, as a sentence. */
  get copies(): true | string {
    const { state, guest } = this;
    return copyObstacle({ state, guest, agentReady: this.view.agentReady }) ?? true;
  }

  // The connection.

  /**
   * Connects, asks what there is, and applies what was asked for.
   * @param search the page's address: `?guest=…`
   * @param again what is wrong with it was told
   */
  async open(search: string, { again = false } = {}): Promise<void> {
    this.asked = search;
    const { wishes, complaints, unknown } = parseQuery(search, this.place);
    this.wishes = this.boardAsked = wishes;
    if (wishes.story && !again) this.story = wishes.story;
    for (const name of again ? [] : unknown)
      this.notice(`the address has a parameter nobody here knows, “${name}”: ignored`, 'info');
    const { files, complaints: wrongFiles } = remoteFiles(wishes, document.baseURI);
    complaints.push(...wrongFiles);
    try {
      await this.reconnect();
      this.guests = await this.worker()
        .guests()
        .catch((error: unknown) => {
          // Who brings a machine along needs none of the site's.
          if (Object.keys({ ...files, ...this.place.files }).length === 0) throw error;
          return [];
        });
    } catch (error) {
      this.fail(error);
      return;
    }
    const complaint = this.draft.applyQuery(wishes, this.guests, { ...files, ...this.place.files });
    if (complaint) complaints.push(complaint);
    if (this.place.embedded && !this.draft.disk && wishes.disk === undefined) this.draft.disk = 'memory';
    this.complaints = complaints;
    for (const sentence of again ? [] : complaints) this.notice(sentence, 'warning');
    await this.sleepers.refresh();
    if (!wishes.guest) this.preferSleeper();
    this.sleepers.adoptSize({ vcpus: wishes.cpus === undefined, memory: wishes.memory === undefined });
    this.known = true;
    if (wishes.autorun && this.canStart) await this.startUnasked();
  }

  /** Starts without a person's click, unless something of another site would be fetched for it. */
  private async startUnasked(): Promise<void> {
    const [foreign] = this.draft.foreign(location.origin);
    if (!foreign || this.place.trusted) await this.startOrWake();
    else
      this.notice(
        `The address asks to start at once, but that would fetch ${foreign[1].href}: start it yourself if you trust that site.`,
        'warning',
      );
  }

  /** Without a wish for a guest, the one that sleeps on a disk here is the one a person came back for. */
  private preferSleeper(): void {
    const { disks, chosen } = this.sleepers;
    const sleeper = this.guests.find((guest) => disks.some((disk) => disk.hibernated && disk.name === guest.name));
    if (sleeper && !chosen) this.draft.pick(sleeper);
  }

  /** Asks for the list of guests once more: somebody may have put it there meanwhile. */
  lookAgain(): Promise<void> {
    return this.open(this.asked, { again: true });
  }

  private async reconnect(): Promise<void> {
    this.connection?.close();
    const connection = this.connect((sentence) => {
      if (this.connection === connection) this.breakDown(sentence);
    });
    this.connection = connection;
    this.tellConsoleSize(this.consoleSize.last);
    await connection.vm.subscribe(async (events) => {
      if (this.connection !== connection) return;
      for (const event of events) {
        this.readiness.take(event);
        this.view.take(event);
        for (const listen of this.listeners) listen(event);
      }
      // The worker sends more when this is on the screen.
      await this.voice.console.shown();
    });
    await this.debugger.tell(connection.vm);
    this.unsupported = await connection.vm.unsupported();
  }

  worker(): VmWorker {
    if (!this.connection) throw new Error("The machine's worker is not there; reload the page.");
    return this.connection.vm;
  }

  private breakDown(sentence: string): void {
    this.connection?.close();
    this.connection = undefined;
    this.known = false;
    this.fail(new Error(sentence));
  }

  // From nothing to a machine that runs.

  /** What the Start button does: a machine that sleeps is woken, under the version or on the host now chosen; any other is started. */
  async startOrWake(): Promise<void> {
    const { chosen, target } = this.sleepers;
    if (this.canStart) await (chosen ? this.wake(chosen, target) : this.start());
  }

  /** Start is pressed, perhaps in front of something else: what it starts comes into sight. */
  async pressStart(): Promise<void> {
    if (this.canStart) this.focus.show('console');
    await this.startOrWake();
  }

  /** What a press on Start does, in few words. */
  get startAction(): string {
    const { chosen } = this.sleepers;
    return chosen ? `Wake ${this.guest?.title ?? chosen.name}` : this.startWithoutWaking;
  }

  /** The same where nothing is woken. */
  private get startWithoutWaking(): string {
    const { snapshot, title } = this.draft;
    return `Start ${(!snapshot && this.guest?.title) || title.replace(/^[AY]/, (letter) => letter.toLowerCase())}`;
  }

  /** The same below a machine that has ended: what is chosen now may be another one. */
  get againAction(): string {
    const { draft, running } = this;
    // Which files one's own was made of, a saved one does not tell.
    const again = running?.guest === draft.guest && !draft.own && !draft.snapshot;
    return again ? `${this.startWithoutWaking} again` : this.startWithoutWaking;
  }

  /** What is on the button in the console that boots the machine that is chosen. */
  get startButton(): string {
    const ended = this.state === 'off';
    if (ended ? this.sleepers.justFellAsleep : this.sleepers.chosen) return 'Start fresh…';
    return ended ? this.againAction : 'Start the machine';
  }

  /** A machine that came from a file is the one that is chosen, if the site has its guest: what ends is what starts again. */
  restored(config: VmConfig): void {
    this.running = config;
    if (this.guests.some(({ name }) => name === config.guest)) this.draft.adopt(config);
  }

  /** Chooses what boots: a guest, or one's own kernel. With a machine asleep on its disk it is as large as that. */
  choose(guest: GuestInfo | undefined): void {
    if (guest) this.draft.pick(guest);
    else this.draft.pickOwn();
    this.sleepers.adoptSize();
  }

  /** Starts what the header says. A hibernated disk of the same guest would be woken: see {@link wake}, {@link startFresh}. */
  async start(wakeAnyway = false): Promise<void> {
    // Whoever tries again wants what the header says then: the size may have been what was wrong.
    this.lastStart = (anyway) => this.start(anyway);
    const { draft } = this;
    if (draft.snapshot) return this.goOnFrom(draft.snapshot);
    await this.launch(draft.config(), this.ownDiskMiB, { wakeAnyway });
  }

  /** Wakes the machine that sleeps on `disk`, with the memory it had. */
  async wake(disk: DiskInfo, target: WakeTarget = {}, wakeAnyway = false): Promise<void> {
    const attached = this.sleepers.attachedFor(disk);
    if (attached === 'missing') {
      this.lastStart = (anyway) => this.wake(disk, target, anyway);
      this.fail(new Error(attachedWords(disk, attached)));
      return;
    }
    const plan = this.sleepers.plan(disk, target);
    if (!plan) return this.start(wakeAnyway);
    this.lastStart = (anyway) => this.wake(disk, target, anyway);
    // Who is started over a sleeper is nobody who wakes.
    const { inMemory = false, hibernated } = disk;
    const { print, ...given } = attached ?? {};
    if (attached) this.draft.attached = given as AttachedDisk;
    // Its own disk, if that is another, is where such disks are.
    const where = hibernated?.guest === undefined ? { inMemory } : {};
    const { ownPrint } = hibernated ?? {};
    const how = { ...where, ...(print === undefined ? {} : { print }), ...(ownPrint === undefined ? {} : { ownPrint }) };
    await this.launch(plan.config, plan.diskMiB, wakeAnyway ? { ...how, wakeAnyway } : { ...how, wake: plan.wake });
  }

  /** Gives up the session that sleeps on the disk, then starts. Where no files are kept, the whole disk is made anew. */
  async startFresh(disk: DiskInfo): Promise<void> {
    await this.attempt(async () => {
      if (keepsFiles(disk)) await this.worker().discardSleep(disk.name);
      else await this.worker().deleteDisk(disk.name);
      await this.sleepers.refresh();
      if (disk.hibernated?.guest !== undefined) this.draft.attached = attachedAgain(disk);
      await this.start();
    });
  }

  private async retry(wakeAnyway = false): Promise<void> {
    this.failure = undefined;
    if (!this.connection || !this.known) {
      this.known = false;
      await this.open(this.asked, { again: true });
    } else await (this.lastStart ?? ((anyway) => this.start(anyway)))(wakeAnyway);
  }

  /** What can be done about the failure, what helps most first. */
  get help(): [Help, ...Help[]] {
    const { failure, failureName, known } = this;
    const { own, format, disk, attached } = this.draft;
    return helpFor({
      name: failureName,
      sentence: failure ?? '',
      known: known && this.connection !== undefined,
      own,
      flat: format === 'flat',
      keepsDisk: !disk && attached === undefined,
    });
  }

  async accept(help: Help): Promise<void> {
    switch (help.does) {
      case 'retry':
        return this.retry();
      case 'back':
        this.failure = undefined;
        return;
      case 'flat':
        this.draft.format = 'flat';
        return this.retry();
      case 'resize':
        this.draft.memoryMiB = help.memoryMiB;
        return this.start();
      case 'in-memory':
        this.draft.disk = 'memory';
        return this.start();
      case 'wake-anyway':
        return this.retry(true);
    }
  }

  /** Switches off whatever machine is here, so that another can come; false if it cannot be. */
  makeRoom = () => makeRoom(this);

  /** Gives up loading: downloads end, and the disk is let go of. */
  async cancelLoading(): Promise<void> {
    this.cancelled = true;
    this.notice('loading was cancelled', 'info');
    if (this.fetching) this.fetching.abort();
    else await this.attempt(() => this.worker().powerOff(false));
  }

  private async launch(
    config: VmConfig,
    diskMiB: number,
    how: { wake?: Wake; wakeAnyway?: boolean; inMemory?: boolean; print?: string; ownPrint?: string },
  ): Promise<void> {
    const own = this.diskChoice(config.guest, diskMiB, how.inMemory);
    const disk = own && { ...own, ...(how.ownPrint === undefined ? {} : { print: how.ownPrint }) };
    const { moreDisk } = this.draft;
    const attached = moreDisk && { ...attachedChoice(moreDisk), ...(how.print === undefined ? {} : { print: how.print }) };
    this.expect(config, disk?.name);
    try {
      const images = config.guest === OWN_KERNEL ? await this.draft.images(this.loader()) : undefined;
      this.fetching = undefined;
      // Whoever gave it may have been faster than those who look at it, or be an address.
      if (images && !this.draft.program) this.draft.kernelIs ??= await this.recognise(images.kernel);
      if (this.cancelled) {
        this.view.state = 'empty';
        return;
      }
      this.begin(how.wake);
      await this.worker().start(config, {
        wakeAnyway: how.wakeAnyway ?? false,
        trace: this.traces,
        ...(disk ? { disk } : {}),
        ...(attached ? { attached } : {}),
        ...this.variablesChoice(),
        ...(images ? { images } : { append: this.draft.guestWords }),
      });
    } catch (error) {
      // Whoever gave up knows why nothing starts.
      if (this.cancelled) this.view.state = 'empty';
      else this.fail(error);
    }
  }

  private recognise(kernel: Uint8Array): Promise<Recognised | undefined> {
    return this.worker()
      .recognise(new Blob([kernel as Uint8Array<ArrayBuffer>]), 'kernel')
      .catch(() => undefined);
  }

  /** While a disk in memory stands for a guest's own, as after a story, the page shows that one, and it is the one that is used. */
  private diskChoice(name: string, sizeMiB: number, inMemory?: boolean): DiskChoice | undefined {
    if (sizeMiB === 0 || (this.draft.disk === 'none' && inMemory === undefined)) return undefined;
    inMemory ??= this.draft.disk === 'memory' || this.sleepers.disks.some((disk) => disk.name === name && disk.inMemory);
    return { name, sizeMiB, ...(inMemory ? { kind: 'memory' } : {}) };
  }

  /** Firmware of one's own finds again what it stored, where a disk would be kept. */
  private variablesChoice(): { variables?: VariableChoice } {
    const { isFirmware, disk, kernelIs } = this.draft;
    if (!isFirmware || disk === 'none') return {};
    return { variables: { name: variablesOf(kernelIs?.firmware), ...(disk === 'memory' ? { kind: 'memory' } : {}) } };
  }

  /** What a start fetches besides the site's guests; ends when loading is given up. */
  private loader(): Loader {
    const { signal } = (this.fetching = new AbortController());
    return {
      fetch: async (role, url) => {
        // Whatever came to here: in a frame nothing foreign is fetched that was not named to a reader who then clicked.
        if (this.place.embedded && !this.place.trusted && url.origin !== location.origin)
          throw new Error(`Starting this machine fetches ${url.href} from another site: that waits for the reader’s click.`);
        return fetchRemote(role, url, {
          signal,
          progress: (loaded, total) =>
            this.view.loading.take({ what: ROLE_WORDS[role], loaded, ...(total === undefined ? {} : { total }) }),
        });
      },
      assemble: (source) => this.worker().assemble(source),
      labels: async (source) => (await this.worker().checkProgram(source)).labels,
    };
  }

  /** Restores what was given as a saved machine, and lets it go on. */
  private async goOnFrom(given: Given): Promise<void> {
    this.expect(undefined, undefined);
    try {
      const file = given instanceof URL ? await this.loader().fetch('snapshot', given) : given;
      this.fetching = undefined;
      await this.restore(file, this.draft.host || undefined, undefined);
      if (!this.failure && !this.cancelled) await this.resume();
    } catch (error) {
      if (this.cancelled) this.view.state = 'empty';
      else this.fail(error);
    }
  }

  /** A machine is about to be loaded. What machine a saved one is, only its file knows: until it is read the header shows none. */
  expect(config: VmConfig | undefined, diskName: string | undefined): void {
    this.failure = undefined;
    this.cancelled = false;
    this.running = config;
    this.diskName = diskName;
    this.view.loading.clear();
    this.view.state = 'loading';
  }

  /** A clean page for a new machine. */
  begin(wake?: Wake): void {
    this.restoredFrom = undefined;
    this.savedWords = undefined;
    this.hibernating = false;
    this.boots = wake === undefined;
    this.wakesFrom = wake?.slept.name;
    this.files.begin();
    this.view.begin(wake?.label);
    // Where the last machine stood, and which of its vCPUs was looked at, says nothing of this one.
    this.debugger.goesOn();
    this.time.begin();
    this.debugger.begin();
    this.names.changed();
    this.focus.vcpu = 0;
    this.firmware.begin(wake?.belief);
    this.voice.begin();
    this.absence.begin(wake);
    this.sleepers.begin(wake, this.guest?.agent ?? false);
    this.view.touchPanels();
  }

  /** Replaces the (stopped) machine by the one in `file`, paused; `host` left out: the host it was saved on. */
  restore(file: File, host: string | undefined, disk: DiskInfo | undefined): Promise<void> {
    this.lastStart = () => this.restore(file, host, disk);
    return restoreFromFile(this, file, host, disk);
  }

  // Commands to the machine that is there.

  pause = () => this.attempt(() => this.worker().pause());
  resume = () => this.attempt(() => this.worker().resume());
  /** Wakes a machine that rests without being off. */
  rouse = () => this.attempt(() => this.worker().wake());
  reset = () =>
    this.time.change('reset the machine here', () =>
      this.attempt(async () => {
        await this.worker().reset();
        this.firmware.forget();
      }),
    );
  powerOff = (graceful: boolean) =>
    this.time.change(graceful ? 'have the guest shut down here' : 'cut the power here', () =>
      this.attempt(() => this.worker().powerOff(graceful)),
    );
  /** For whoever has asked already. */
  cutPower = () => this.attempt(() => this.worker().powerOff(false));
  /** Downloads the whole machine as a file; it runs on afterwards. */
  save = () => saveToFile(this);

  async hibernate(): Promise<void> {
    if (this.hibernateObstacle) {
      this.announce(this.hibernateObstacle);
      return;
    }
    this.hibernating = true;
    this.announce('Asking the guest to hibernate.');
    if (this.firmware.now.version === '0.1')
      this.notice(
        'PSCI 0.1 has no call that switches a machine off: when the guest says “System halted”, cut its power. What it has written to its disk is what wakes it.',
        'info',
      );
    try {
      await this.worker().hibernate();
    } catch (error) {
      this.hibernating = false;
      this.notice(sentenceOf(error), 'error');
    }
  }

  input(data: Uint8Array): void {
    if (this.live) this.time.change('type here', () => this.type(data));
  }

  private type(data: Uint8Array): void {
    if (data.length > LONG_PASTE_BYTES) void this.paste.type(data);
    else
      void this.worker()
        .input(data)
        .catch(() => undefined);
  }

  /** The console has another size: the guest hears of it when that has settled. */
  resizeConsole(size: ConsoleSize): void {
    this.consoleSize.change(size);
  }

  private tellConsoleSize(size: ConsoleSize | undefined): void {
    // Whoever cannot be told of it has a worker that broke, which is told by itself.
    if (size) void this.connection?.vm.resizeConsole(size).catch(() => undefined);
  }

  async deleteDisk(name: string): Promise<void> {
    await this.attempt(() => this.worker().deleteDisk(name));
    if (this.draft.attached?.name === name) this.draft.attached = undefined;
    await this.sleepers.refresh();
    this.announce(`The disk ${name} is deleted.`);
  }

  // What is said, and what went wrong.

  announce(sentence: string): void {
    this.voice.announce(sentence);
  }

  /** A line in the console where a machine begins: what is below it is no longer the one before. */
  private sayStart(): void {
    const { vcpus, memoryMiB } = this.shown;
    const title = this.guest?.title ?? this.draft.title;
    const { version } = this.firmware.now;
    this.notice(startWords({ title, version, memoryMiB, vcpus, wakesFrom: this.wakesFrom }), 'info');
  }

  notice(sentence: string, tone: Tone): void {
    this.voice.notice(sentence, tone);
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
    this.failureName = error instanceof Error ? error.name : undefined;
    this.view.state = 'empty';
    this.announce(this.failure);
  }

  // What the view hears from the worker and does not decide itself.

  entered(state: VmState, before: VmState): void {
    if (state === 'running' || state === 'paused') {
      void this.firmware.refresh();
      if (before !== 'running' && before !== 'paused') void this.sleepers.lookAtMachine();
      // Whoever sleeps from now on wakes on the board that it slept on.
      this.boardAsked = {};
    }
    if (state === 'running') {
      this.restoredFrom = undefined;
      this.debugger.goesOn();
      if (before !== 'paused') {
        this.sayStart();
        // Of a guest without an agent nobody hears when it goes on.
        if (!this.guest?.agent) this.absence.wakes('started');
      }
      this.announce(before === 'paused' ? 'The machine goes on.' : 'The machine is running.');
    }
    if (state === 'paused' && !this.debugger.stop) this.announce('The machine is paused.');
  }

  rested(rest: Rest | undefined): void {
    // That it is awake again, the machine says itself.
    if (rest) this.announce(`The machine is ${REST_WORDS[rest.how]}.`);
  }

  private becameReady(agent: boolean): void {
    this.place.onready?.(agent);
    // What was asked to be typed belongs to a boot: who wakes or is restored is in the midst of something.
    if (this.boots && this.wishes.type !== undefined)
      this.input(new TextEncoder().encode(this.wishes.type.replaceAll('\n', '\r')));
  }

  stopped(stop: Stop): void {
    this.debugger.stopped(stop);
  }

  remember(bookmarks: readonly NamedMoment[]): void {
    this.time.remember(bookmarks);
  }

  tookAnotherCourse(time: number): void {
    this.time.cut(time);
    void this.firmware.recount();
  }

  agentCame(): void {
    this.announce('The guest is ready; it can hibernate.');
  }

  guestBegan(anew: boolean): void {
    if (this.wakesFrom === undefined) return;
    if (anew) {
      this.sleepers.sayBooted();
      this.firmware.disinherit();
    } else this.sleepers.sayAwake();
    this.absence.wakes(anew ? 'booted' : 'awake');
    // A later boot is one of its own.
    this.wakesFrom = undefined;
  }

  ended(end: EndReason): void {
    this.hibernating = false;
    this.announce(end.sentence);
    if (end.how === 'reset') {
      this.boots = true;
      this.names.changed();
      return;
    }
    void this.absence.ended();
    const { diskName } = this;
    const { belief } = this.firmware;
    const [disk] = this.sleepers.ofMachine;
    const when = Date.now();
    this.sleepers.lookFor(end);
    if (!belief) return;
    // What is known of a sleeper on a kept disk is not to be lost to another disk of its name.
    if (diskName && (disk === undefined || disk.where === 'kept')) keepBelief(diskName, belief, when);
    void this.sleepers.looked.then(() => {
      const asleep = this.sleepers.justFellAsleep;
      if (asleep) keepBelief(asleep.name, belief, when);
    });
  }
}
