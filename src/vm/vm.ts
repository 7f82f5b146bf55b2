import { PAGE_BYTES } from '../cpu/ram';
import { Debugger } from '../debug/debugger';
import type { MachineInput } from '../machine/input';
import type { Machine } from '../machine/machine';
import type { CallReply, FirmwareRegisters, PsciVersion, SystemEvent } from '../psci';
import type { NotingDisk } from '../storage/noting-disk';
import { GuestAgent } from './agent';
import type {
  BootImages,
  ConsoleSize,
  EndReason,
  FirmwareView,
  ReadMemoryOptions,
  Rest,
  VcpuView,
  VmConfig,
  VmEvent,
  VmState,
} from './api';
import type { Breakpoint, StepKind, Stop, Watchpoint } from './api/debugging';
import type { HistoryAnswer, PastView, TravelTarget } from './api/time-travel';
import { breather } from './breather';
import { ByteStream } from './byte-stream';
import { ConsoleSizeTeller } from './console-size';
import { Control } from './control';
import { BUTTON_RESET, endOf, resetWords, suspendWords } from './endings';
import type { EventStream } from './event-stream';
import { viewFirmware } from './firmware-view';
import { GatedPort } from './gated-port';
import { entropyOf } from './host';
import { boot } from './kernel/boot';
import type { BootSource } from './kernel/boot-source';
import { FreshWatch } from './kernel/fresh-watch';
import { Meter } from './meter';
import { type Journey, Past } from './past';
import { PcSamples } from './pc-samples';
import { Pump } from './pump';
import { readMemory } from './read-memory';
import { firstRequestId } from './request-ids';
import { whyNotWake } from './rest';
import { RestWatch } from './rest-watch';
import { type SavedVm, saveVm, type VmToSave } from './saved-vm';
import { faultOf } from './sentence';
import { type Sleeper, sleepersOn } from './sleepers';
import { Standstill } from './standstill';
import { GuestSymbols } from './symbols/guest-symbols';
import { KALLSYMS_COMMAND, parseKallsyms } from './symbols/kallsyms';
import { TraceFeed } from './trace-feed';
import { Traveller } from './traveller';
import { viewVcpu } from './view';
import type { VmOptions } from './vm-options';

/** What a person types at a console that seems to sleep. */
const ENTER = new Uint8Array([0x0d]);

const IN_THE_PAST =
  'The machine is in its past, where its guest was asked for nothing else than it was: let it go on, or come back to the present, first.';

const DISKS_ARE_GONE =
  'The machine has ended, and its disks were given back, as they are: one without disks could be brought back from here.';

/** Who has the disks of a machine, and lets go of them when it has ended. */
export interface DiskHolder {
  /** The machine has ended: whoever wants its disks may have them. */
  giveBack(end: EndReason): void;
  /** It is to be brought back from that end, with its disks as it left them. Rejects with one sentence if they cannot be had so; then none is held. */
  takeBack(): Promise<void>;
}

/** An agent that was just started says so within this (machine time, ns). */
const PATIENCE_NS = 2e9;

const VARIABLES_GO =
  'What its firmware stores from now on is kept in this machine only: it is gone with it, unless that is saved again.';

const AWAKE = 'The machine is awake again.';

/** One virtual machine from power-on to its end: runs, pauses, is saved, stops, and tells what happens as events. `vm-builder.ts` makes them. */
export class Vm {
  readonly agent: GuestAgent;
  /** What files go through. */
  readonly files: ByteStream;
  readonly symbols: GuestSymbols;
  readonly samples: PcSamples;
  state: VmState = 'ready';
  /** Settles when the machine has stopped for good: for who looks at it no more, that is. See {@link step}. */
  readonly ended: Promise<EndReason>;
  end: EndReason | undefined;
  /** What went wrong in Dormouse itself, when `end.how` is `crashed` for that reason. */
  failure: unknown;
  /** Who slept on the disks when that was looked at last: before the start, and when the machine had switched itself off. */
  sleepers: readonly Sleeper[] = [];
  /** vCPUs that the kernel knows which it woke, by what is noted of its sleep; undefined: it booted, and knows those that are there. */
  broughtVcpus: number | undefined;
  /** Without one, nothing leads back from the end of a machine that has disks. */
  diskHolder: DiskHolder | undefined;
  /** It has ended, and is on its way back from there: nothing else comes into its place. */
  comesBack = false;

  private finish!: (end: EndReason) => void;
  private pendingEnd: { event: SystemEvent; reply: CallReply } | undefined;
  private readonly control: Control;
  private readonly pump: Pump;
  private readonly meter: Meter;
  private readonly told: PsciVersion[] = [];
  private readonly resting: RestWatch;
  /** Only from power-on: a restored machine has shown what it can. */
  private freshWatch: FreshWatch | undefined;
  private readonly standstill: Standstill;
  private readonly consoleSize: ConsoleSizeTeller;
  /** Nobody has heard yet whether it booted or was woken. */
  private begins = true;
  /** Machine time (ns) at which its agent came last. */
  private agentCame = 0;
  private readonly debugger: Debugger;
  private readonly past: Past;
  private readonly ports: Record<'agent' | 'files', GatedPort>;
  /** What it has printed (bytes), of which so much was told: where it is away from its present that is more. */
  private printedBytes = 0;
  private toldBytes = 0;
  private readonly traveller: Traveller;
  /** Where the debugger wants the machine to stop, until that is done. */
  private halt: Stop | undefined;

  /** Takes a machine that has been loaded with what it boots: see `vm-builder.ts`. */
  constructor(
    private readonly options: VmOptions,
    readonly machine: Machine,
    readonly registers: FirmwareRegisters,
    private readonly source: BootSource,
    private readonly events: EventStream,
    /** The device tree the guest was given. */
    public deviceTree: Uint8Array,
    /** Those of the machine. */
    noting: readonly NotingDisk[],
  ) {
    const { host, config, disks, images } = options;
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    const vm = this;
    this.control = new Control({
      get state() {
        return vm.state;
      },
      turn: () => this.turn(),
      between: () => events.flush(),
      failed: (error) => this.failed(error),
    });
    this.pump = new Pump({
      machine,
      host,
      clock: config.clock,
      ran: (took) => this.ran(took),
      limit: () => ({ ...this.debugger.limit, ...this.past.nextStretch() }),
      halts: (outcome) => {
        this.halt = this.debugger.judge(outcome);
        return this.halt !== undefined;
      },
      rest: (until) => this.control.rest(until),
    });
    this.debugger = new Debugger(machine);
    this.past = new Past(
      machine,
      noting,
      () => this.remember(),
      (anew) => this.inPresent(anew),
    );
    const { past, pump, debugger: debug } = this;
    this.traveller = new Traveller(
      { machine, past, pump, debugger: debug, events, host },
      {
        get state() {
          return vm.state;
        },
        get end() {
          return vm.end;
        },
        cameTo: (stop) => this.cameTo(stop),
        goOnFromPresent: () => {
          this.jumped();
          this.goOn();
        },
        letTimeGoOn: () => this.letTimeGoOn(),
        failed: (error) => this.failed(error),
      },
    );
    this.symbols = new GuestSymbols(source.file, images.symbols);
    this.samples = new PcSamples(machine);
    this.meter = new Meter(machine, host.time);
    const port = (whose: 'agent' | 'files'): GatedPort =>
      new GatedPort(
        machine,
        whose,
        (input) => this.enter(input),
        () => this.past.away,
      );
    const firstId = firstRequestId(entropyOf(config, host), disks ?? []);
    this.ports = { agent: port('agent'), files: port('files') };
    this.agent = new GuestAgent(this.ports.agent, host.timeouts, {
      firstId,
      hold: (until) => events.hold(until),
      standsStill: () => this.state !== 'running' || this.past.away,
      obstacle: () => (this.past.away ? IN_THE_PAST : undefined),
    });
    this.files = new ByteStream(this.ports.files, (until) => events.hold(until), firstId);
    this.agent.onReady = (ready) => {
      this.emit({ type: 'agent', ready });
      if (!ready) return;
      this.agentCame = machine.clock.ns;
      this.tellTime();
      this.consoleSize.begin();
    };
    this.agent.onBegan = (anew) => this.began(anew);
    this.consoleSize = new ConsoleSizeTeller(
      this.agent,
      () => config.clock !== 'virtual' && this.state === 'running' && this.agent.ready && !this.past.away,
    );
    machine.onWake = () => {
      if (!this.pump.running) this.control.wake();
    };
    machine.onReset = () => this.boot();
    this.standstill = new Standstill(this.control, machine, {
      state: () => this.state,
      save: (more) =>
        saveVm({
          machine,
          registers,
          config,
          images,
          agent: this.agent,
          broughtVcpus: this.broughtVcpus,
          breathe: breather(host),
          ...(more ? { more } : {}),
        }),
    });
    if (options.trace) events.trace = new TraceFeed(machine.startTrace(), host.time, () => this.meter.waits);
    this.resting = new RestWatch(machine, (rest, woke) => {
      this.emit({ type: 'rest', ...(rest ? { rest } : {}) });
      if (woke) this.emit({ type: 'notice', sentence: AWAKE, tone: 'info' });
    });
    this.freshWatch = new FreshWatch(machine, config);
  }

  /** How it rests, as it was told last. */
  get rest(): Rest | undefined {
    return this.resting.rest;
  }

  get config(): VmConfig {
    return this.options.config;
  }

  /** What it boots when it is reset. */
  get images(): BootImages {
    return this.options.images;
  }

  /** Firmware calls so far, by function name. */
  get callsByName(): ReadonlyMap<string, number> {
    return this.events.calls.byName;
  }

  /** What the firmware offers and what of it was used. */
  firmware(): FirmwareView {
    return viewFirmware(this.options.config, this.registers, this.callsByName, this.told);
  }

  /** The machine was put into a saved state: it is paused. */
  restored({ nextRequest, broughtVcpus, passedOver }: Pick<SavedVm, 'nextRequest' | 'broughtVcpus' | 'passedOver'>): void {
    if (nextRequest) this.agent.nextId = nextRequest;
    this.broughtVcpus = broughtVcpus;
    this.begins = false;
    for (const sentence of passedOver) this.emit({ type: 'notice', sentence, tone: 'warning' });
    if (this.machine.options.flash && !this.options.variables)
      this.emit({ type: 'notice', sentence: VARIABLES_GO, tone: 'info' });
    this.machine.memory.forgetMarks();
    this.freshWatch = undefined;
    this.machine.clock.pause();
    this.setState('paused');
    this.past.keep();
    // The port came back as it was: nobody will say again that the guest has it open.
    if (this.agent.ready) this.emit({ type: 'agent', ready: true });
    this.report();
    this.events.flush();
  }

  /** Writes a pseudo-register (`name=value`), at any time, as KVM allows. Rejects with KVM's errno and a sentence. */
  writeRegister(assignment: string): Promise<void> {
    return this.control.order('write', () => {
      this.past.fork();
      this.machine.input({ type: 'register', assignment });
    });
  }

  /**
   * The whole machine as a file, chunk by chunk, with sections that its host adds. From the first chunk to the last it stands still, its commands
   * wait, and the host has its turns; whoever stops reading before must say so (`return`, which `for await` does).
   */
  save(more?: VmToSave['more']): AsyncGenerator<Uint8Array> {
    return this.standstill.save(more);
  }

  /**
   * Lets the machine, which runs or is paused, stand still while `action` looks at it, or saves it. It goes on afterwards, whatever came of the
   * action; a save that the action has not read to its end is given up then.
   */
  whileStill<T>(action: () => T | Promise<T>): Promise<T> {
    return this.standstill.during(action);
  }

  private emit(event: VmEvent): void {
    this.events.add(event);
  }

  private setState(state: VmState): void {
    this.state = state;
    this.emit({ type: 'state', state });
    if (state === 'running') this.sizeBoard();
  }

  // For whoever builds the machine. What it does away from the present was told before.

  /** It printed. */
  printed(byte: number): void {
    this.printedBytes++;
    if (this.past.away) return;
    this.toldBytes = this.printedBytes;
    this.events.console(byte);
  }

  /** A driver or a disk did something wrong. */
  faulted(sentence: string): void {
    if (!this.past.away) this.emit({ type: 'notice', sentence, tone: 'warning' });
  }

  /** For whoever builds the machine: its firmware was called. */
  firmwareCalled(reply: CallReply): void {
    this.traveller.called(reply.vcpu);
    if (this.past.away) this.events.calls.count(reply);
    else this.events.call(reply, this.machine.clock.ns);
    if (reply.name !== 'PSCI_VERSION' || reply.outcome !== 'ok') return;
    const { effectiveVersion } = this.registers;
    if (this.told.at(-1) !== effectiveVersion) this.told.push(effectiveVersion);
  }

  /** For whoever builds the machine: its firmware made this of a call. */
  systemEvent(event: SystemEvent, reply: CallReply): void {
    if (event.type !== 'suspend') this.pendingEnd = { event, reply };
    else if (!this.past.away) this.emit({ type: 'notice', sentence: suspendWords(reply), tone: 'info' });
  }

  start(): Promise<void> {
    return this.control.order('start', () => {
      this.registers.markRun();
      this.record();
      this.setState('running');
    });
  }

  /** From here on it has a past, where that is wanted or costs next to nothing. */
  private record(): void {
    const { trace = false, past = false } = this.options;
    this.past.recorded ||= trace || past || usesLittle(this.machine);
    this.past.keep();
  }

  /** Stops between two instructions; resolves when nothing runs any more. */
  pause(): Promise<void> {
    return this.control.order('pause', () => {
      this.debugger.drop();
      this.traveller.paused();
      this.standStill();
    });
  }

  private standStill(): void {
    this.machine.clock.pause();
    this.past.keep();
    if (this.state !== 'paused') this.setState('paused');
    this.report();
  }

  /** Replaces all breakpoints. Rejects with one sentence if one of them makes no sense. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void> {
    return this.control.order('break', () => {
      this.debugger.setBreakpoints(breakpoints);
      if (breakpoints.some(({ enabled }) => enabled)) this.debugged();
    });
  }

  /** Replaces all watchpoints. Rejects with one sentence if one of them makes no sense. */
  setWatchpoints(watchpoints: readonly Watchpoint[]): Promise<void> {
    return this.control.order('watch', () => {
      this.debugger.setWatchpoints(watchpoints);
      if (watchpoints.length > 0 && !this.end) this.debugged();
    });
  }

  /** Somebody debugs it: from here on it can be stepped back. */
  private debugged(): void {
    this.past.recorded = true;
    // Until it is started it can be written to.
    if (this.state !== 'ready') this.past.keep();
  }

  /**
   * Lets the paused machine run for a step. Resolves when it is done, or the machine runs for it. Rejects with one sentence if it cannot be made. One that has ended can be
   * stepped back: it is paused then, and its end has not happened.
   */
  step(kind: StepKind, vcpu: number, address?: bigint): Promise<void> {
    if (kind === 'back') return this.control.order('back', () => this.throughTime(() => this.stepBack(vcpu)));
    return this.control.order('step', async () => {
      this.debugged();
      this.debugger.begin(kind, vcpu, address);
      this.registers.markRun();
      this.letTimeGoOn();
      // Most steps are over at once: nobody need see the machine run for them.
      try {
        await this.pump.stretch();
        if (this.halt) await this.standOrEnd(this.halt);
        else this.setState('running');
      } catch (error) {
        this.failed(error);
      }
    });
  }

  private stepBack(vcpu: number): Promise<void> {
    this.debugged();
    return this.traveller.stepBack(vcpu);
  }

  /** Goes to another moment, from the machine's end as well: with its disks, and if it cannot it has ended as it had. */
  private async throughTime(go: () => Promise<void>): Promise<void> {
    const { end, diskHolder } = this;
    if (!end) return go();
    const obstacle = this.endObstacle;
    if (obstacle) throw new Error(obstacle);
    this.comesBack = true;
    try {
      await diskHolder?.takeBack();
      await go().catch((error: unknown) => {
        if (this.end === end) diskHolder?.giveBack(end);
        throw error;
      });
    } finally {
      this.comesBack = false;
    }
  }

  /** Why a machine that has ended cannot be brought back from there. */
  private get endObstacle(): string | undefined {
    if (this.failure !== undefined) return 'The machine broke by a fault of Dormouse: nothing leads back from that.';
    return this.machine.options.disks.length > 0 && !this.diskHolder ? DISKS_ARE_GONE : undefined;
  }

  /**
   * Brings the machine, which is paused then, to another moment of what is kept of its run. `progress` hears which share of the way was made. Rejects with one sentence if it
   * cannot be, or `signal` is aborted; then it is where it was.
   */
  travel(target: TravelTarget, progress?: Journey['progress'], signal?: Journey['signal']): Promise<void> {
    return this.control.order('travel', async () => {
      // That is where it stands.
      if (this.end && !this.past.away && target.to === 'present') return;
      await this.throughTime(() => this.traveller.travel(target, progress, signal));
    });
  }

  /** The machine was put to another moment, and stands there; if that is where it ended, it has ended again. */
  private cameTo(stop: Stop): Promise<void> {
    this.isBack();
    this.jumped();
    return this.standOrEnd(stop);
  }

  private isBack(): void {
    if (!this.end) return;
    this.end = undefined;
    this.agent.machineCameBack();
    this.emit({ type: 'agent', ready: this.agent.ready });
  }

  private jumped(): void {
    this.freshWatch = undefined;
    this.meter.jumped();
  }

  /** Keeps what is known of the machine besides its state, for a place of its past; what it returns puts it back. */
  private remember(): () => void {
    const { printedBytes, broughtVcpus, pendingEnd } = this;
    const { driven } = this.resting;
    const told = [...this.told];
    const putBack = [this.registers.keep(), this.events.calls.keep(), this.machine.exceptions.keep()];
    return () => {
      this.printedBytes = printedBytes;
      this.broughtVcpus = broughtVcpus;
      this.pendingEnd = pendingEnd;
      this.resting.driven = driven;
      this.told.splice(0, this.told.length, ...told);
      for (const each of putBack) each();
    };
  }

  /** How the present is seen from where the machine stands, if it is not there. */
  private get pastView(): PastView | undefined {
    if (!this.past.away) return undefined;
    const { machine, events, printedBytes, toldBytes } = this;
    const { ns: time } = machine.clock;
    return {
      time,
      moment: machine.moment,
      present: this.past.presentNs,
      calls: events.calls.made,
      unprinted: toldBytes - printedBytes,
    };
  }

  private tellPast(): void {
    const past = this.pastView;
    this.emit({ type: 'past', ...(past && { past }) });
  }

  /** What there is of its past, for who wants to go there. */
  history(): HistoryAnswer {
    const history = this.traveller.history();
    const obstacle = this.end && this.endObstacle;
    return obstacle ? { ...history, backObstacles: history.backObstacles.map(() => obstacle) } : history;
  }

  /** The host's time is followed, but for a machine that takes its time from its log. */
  private letTimeGoOn(): void {
    if (!this.past.away) this.machine.clock.resume();
  }

  private inPresent(anew: boolean): void {
    if (anew) this.tookAnotherCourse();
    else for (const port of Object.values(this.ports)) port.catchUp();
    this.tellPast();
    // Calls are placed by it.
    this.events.trace?.hurry();
    if (this.state === 'running' && !this.past.returning) {
      // Whatever let it go on meanwhile: the host's time is followed from here.
      this.machine.clock.pause();
      this.machine.clock.resume();
    }
    // Nothing that runs would tell it soon.
    if (anew && this.state === 'paused') this.events.flush();
  }

  /** What came after here has not happened. */
  private tookAnotherCourse(): void {
    const { printedBytes, toldBytes, events, agent, files, ports } = this;
    this.emit({ type: 'course', time: this.machine.clock.ns, calls: events.calls.made, unprinted: toldBytes - printedBytes });
    this.toldBytes = printedBytes;
    events.calls.cut();
    for (const port of Object.values(ports)) port.forget();
    agent.tookAnotherCourse();
    files.cut();
    this.emit({ type: 'agent', ready: agent.ready });
  }

  /** The machine has come to where it was to stand. Where its guest has just switched it off, that is told at once; where it resets, it stands where it boots. */
  private async standOrEnd(stop: Stop): Promise<void> {
    this.halt = undefined;
    if (this.pendingEnd) this.past.look();
    // In its past, what became of it comes from the log.
    if (!this.pendingEnd || this.past.away) return this.halted(stop);
    await this.stopped();
    if (!this.end) this.halted({ ...stop, vcpu: 0, address: this.machine.engine.vcpus[0]!.pc });
  }

  private halted(stop: Stop): void {
    this.emit({ type: 'stopped', stop });
    this.standStill();
  }

  resume(): Promise<void> {
    return this.control.order('resume', () => this.goOn());
  }

  private goOn(): void {
    // A restored machine has not run here yet: until now its bitmaps could be written, as on KVM.
    this.registers.markRun();
    this.record();
    this.letTimeGoOn();
    this.setState('running');
    this.tellTime();
    this.consoleSize.tell();
  }

  /**
   * The guest's own clock stood still while the machine did (paused, saved, asleep). Under the virtual clock that is how it should be. A guest
   * whose agent cannot set a clock has its real-time clock, which is right.
   */
  private tellTime(): void {
    const { config, host } = this.options;
    if (config.clock === 'virtual' || !this.agent.ready || this.past.away) return;
    this.agent.setClock(Number(host.time.wall() / 1_000_000n) / 1000).catch(() => {});
  }

  /** The reset button: boots again with the same configuration and disks. A paused machine runs then. */
  reset(): Promise<void> {
    return this.control.order('reset', async () => {
      await this.readyToBoot();
      // First: it belongs between what was printed before and what the next boot prints.
      this.emit({ type: 'notice', sentence: BUTTON_RESET, tone: 'info', over: true });
      this.past.fork();
      this.machine.input({ type: 'reset' });
      if (this.state === 'paused') this.goOn();
    });
  }

  /** From now on what it boots stays at hand: its past may lead through this reset again, at once. */
  private readyToBoot(): Promise<void> {
    return this.source.ready(breather(this.options.host));
  }

  /** The first of its guest's agents answers: one that was just started is of a kernel that has booted, whatever was to be woken. */
  private began(anew: boolean): void {
    if (!this.begins || this.past.away) return;
    this.begins = false;
    if (anew) this.broughtVcpus = undefined;
    this.emit({ type: 'began', anew });
  }

  private boot(): void {
    this.pendingEnd = undefined;
    this.broughtVcpus = undefined;
    this.begins = true;
    this.files.cut();
    this.resting.booted();
    this.deviceTree = boot(this.machine, this.source.kernel, this.options.images);
    // On its way back nobody is told of breakpoints, and where it arrives they are set again.
    if (!this.past.returning) this.debugger.rebooted();
    if (!this.past.away) this.symbols.rebooted();
    this.freshWatch = new FreshWatch(this.machine, this.options.config);
  }

  /** Cuts the power. Resolves when the machine has ended, however it did. */
  stop(sentence = 'The machine was switched off by its user.'): Promise<void> {
    return this.control.order('stop', async () => {
      if (this.end) return;
      const { disks, host } = this.options;
      // A guest whose firmware cannot switch it off halts when its image is written: it sleeps all the same.
      this.sleepers = await sleepersOn(disks, breather(host));
      this.finished({ how: 'stopped-by-host', sentence });
    });
  }

  /** Bytes typed at the console. */
  input(bytes: Uint8Array): void {
    this.enter({ type: 'console', bytes });
  }

  /** The console that a person looks at has this size. Throws one sentence if it can have none such. */
  resizeConsole(size: ConsoleSize): void {
    this.consoleSize.resize(size);
    this.sizeBoard();
  }

  /**
   * The board tells hvc0's driver itself. Under the virtual clock a run must not depend on a window, and a machine that stands, or is away from
   * the present, is not touched because a window was.
   */
  private sizeBoard(): void {
    const { size } = this.consoleSize;
    const { size: known } = this.machine.hvc;
    if (!size || this.options.config.clock === 'virtual' || this.state !== 'running' || this.past.away) return;
    if (known?.rows !== size.rows || known.columns !== size.columns) this.enter({ type: 'size', ...size });
  }

  /** A key of the board is pressed for a moment. */
  press(key: 'power' | 'sleep'): void {
    this.enter({ type: 'key', key });
  }

  /** Wakes a machine that rests. Throws one sentence if it does not, or cannot be woken from here. */
  wake(): void {
    const obstacle = this.state === 'paused' ? 'The machine is paused: resume it first.' : whyNotWake(this.rest);
    if (obstacle) throw new Error(obstacle);
    if (this.rest?.how === 'ram') this.enter({ type: 'wake' });
    else this.input(ENTER);
  }

  private enter(input: MachineInput): void {
    // It has ended, and also on its way back from there, which may fail, it takes nothing.
    if (this.end) return;
    // On its way back the machine takes nothing: what comes waits until it is there.
    if (!this.past.returning) this.past.fork();
    this.pump.input(input);
    this.control.wake();
  }

  /** Bytes typed that the guest has not taken yet. */
  get typed(): number {
    return this.pump.typed;
  }

  vcpus(): VcpuView[] {
    return this.machine.engine.vcpus.map((_, index) => viewVcpu(this.machine, index, this.meter.shares[index]));
  }

  /** A copy of guest memory as it is now, in any state of the machine. Throws one sentence: see `read-memory.ts`. */
  readMemory(address: bigint, length: number, options?: ReadMemoryOptions): Uint8Array {
    return readMemory(this.machine, address, length, options);
  }

  /** Asks the guest for the names of its kernel's functions. Returns how many. Rejects with one sentence. */
  async learnSymbols(): Promise<number> {
    if (!this.agent.ready) throw new Error('The guest cannot be asked for its symbols: its agent does not answer.');
    const { output } = await this.agent.exec(KALLSYMS_COMMAND);
    const symbols = parseKallsyms(new TextDecoder().decode(output));
    this.symbols.learn(symbols);
    return symbols.length;
  }

  private finished(end: EndReason): void {
    if (this.end) return;
    this.end = end;
    this.machine.clock.pause();
    try {
      this.report();
    } catch {
      // A machine that broke may not even be looked at; its end is told all the same.
    }
    this.agent.machineEnded();
    this.traveller.paused();
    this.files.cut();
    this.flushDisks();
    this.diskHolder?.giveBack(end);
    const state: VmState = end.how === 'hibernated' ? 'hibernated' : end.how === 'crashed' ? 'crashed' : 'off';
    this.setState(state);
    this.emit({ type: 'ended', end });
    this.events.flush();
    this.finish(end);
  }

  private flushDisks(): void {
    const { disks = [], variables } = this.options;
    for (const disk of variables ? [...disks, variables] : disks) {
      try {
        disk.flush();
      } catch (error) {
        this.emit({ type: 'notice', sentence: (error as Error).message, tone: 'error' });
      }
    }
  }

  /** Sends registers, power states and figures now. */
  private report(): void {
    this.meter.close();
    // Time that falls back is no machine's that began anew.
    if (this.past.away) this.tellPast();
    // The time first: what the vCPUs did is placed by it.
    this.emit({ type: 'stats', stats: { ...this.meter.stats, engine: this.options.config.engine } });
    this.emit({ type: 'vcpus', vcpus: this.vcpus() });
    this.events.trace?.hurry();
    // It was asked for nothing, and one that was just started would have said so.
    if (this.begins && this.agent.ready && this.machine.clock.ns > this.agentCame + PATIENCE_NS) this.began(false);
    this.resting.look(this.end !== undefined);
  }

  private async turn(): Promise<void> {
    // Nobody takes what the guest prints: its UART makes it wait.
    if (this.events.full) await this.control.rest(this.events.ready);
    else await this.pump.turn(() => this.stopped());
    if (this.halt) await this.standOrEnd(this.halt);
  }

  private ran(took: number): void {
    this.meter.ran(took);
    this.samples.take();
    for (const sentence of this.freshWatch?.look(this.events.hasPrinted) ?? [])
      this.emit({ type: 'notice', sentence, tone: 'warning' });
    // What sleeps in RAM is not kept waiting for the next report, and neither is who waits for it.
    if (this.resting.isLate || this.meter.due()) this.report();
    this.events.flush();
  }

  private failed(error: unknown): void {
    this.failure = error;
    // It broke on its way back from an end: that is another.
    if (this.comesBack) this.end = undefined;
    this.finished({ how: 'crashed', sentence: faultOf(error) });
  }

  private async stopped(): Promise<void> {
    // Its end is not in the log: it is the present that comes now, the one that was or another.
    this.past.look();
    this.past.fork();
    const pending = this.pendingEnd;
    if (!pending) {
      this.finished({ how: 'crashed', sentence: 'All vCPUs are switched off, and nothing can switch one on again.' });
      return;
    }
    const { event, reply } = pending;
    if (event.type === 'reset' && !this.options.noReboot) {
      this.emit({ type: 'notice', sentence: resetWords(reply), tone: 'info', over: true });
      await this.readyToBoot();
      this.machine.input({ type: 'reset' });
      return;
    }
    const { disks, host } = this.options;
    this.sleepers = event.type === 'shutdown' ? await sleepersOn(disks, breather(host)) : [];
    const kept = this.sleepers.length > 0 ? 'image' : disks?.length ? 'perhaps' : 'nothing';
    this.finished(endOf(event, reply, this.registers.effectiveVersion, kept));
  }
}

/** With no more of its RAM in use at power-on, a machine is recorded though nobody debugs it: it is a program's, and changes little. */
const LITTLE_PAGES = (8 << 20) / PAGE_BYTES;

function usesLittle({ memory }: Machine): boolean {
  let used = 0;
  for (const _page of memory.usedPages()) if (++used > LITTLE_PAGES) return false;
  return true;
}
