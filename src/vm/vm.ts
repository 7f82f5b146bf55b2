import type { MachineInput } from '../machine/input';
import { Machine } from '../machine/machine';
import type { SectionTaker } from '../machine/saved-machine';
import { type CallReply, type FirmwareRegisters, KVM_POLICY, type PsciVersion, SPEC_POLICY, type SystemEvent } from '../psci';
import type { BlockDevice } from '../storage/block-device';
import type { Breathe } from '../storage/disk-contents';
import { GuestAgent } from './agent';
import { gatedPort } from './agent-port';
import type { BootImages, EndReason, FirmwareView, VcpuView, VmConfig, VmEvent, VmState } from './api';
import { breather } from './breather';
import { Control } from './control';
import { endOf } from './endings';
import { type EventListener, EventStream } from './event-stream';
import { makeFirmwareRegisters } from './firmware-registers';
import { viewFirmware } from './firmware-view';
import { entropyOf, seedOf, type VmHost } from './host';
import { boot } from './kernel/boot';
import { checkImages } from './kernel/check';
import { ExceptionWatch } from './kernel/exception-watch';
import type { Kernel } from './kernel/kernel';
import { Meter } from './meter';
import { Pump } from './pump';
import { firstRequestId } from './request-ids';
import { restoreVm, type SavedVm, saveVm, type VmToSave } from './saved-vm';
import { faultOf } from './sentence';
import { requireToWake, type Sleeper, sleepersOn } from './sleepers';
import { viewVcpu } from './view';
import { checkConfig } from './vm-config';

export interface VmOptions {
  config: VmConfig;
  images: BootImages;
  disks?: readonly BlockDevice[];
  host: VmHost;
  onEvents: EventListener;
  /** Tell every firmware call, however many there are. */
  allCalls?: boolean;
  /** Stop at SYSTEM_RESET instead of booting again. */
  noReboot?: boolean;
  /** Boot although that would destroy what sleeps on a disk, or so it seems. */
  wakeAnyway?: boolean;
  /** Aborted when nobody wants the machine any more: building it is given up then, at the next breath. */
  signal?: { readonly aborted: boolean };
}

export interface RestoreOptions extends Omit<VmOptions, 'images'> {
  /** Leave the saved pseudo-registers out. */
  skipRegisters?: boolean;
  /**
   * Those of {@link VmOptions.disks} that were made to take what the snapshot carries. The first must be those of the snapshot, in its order
   * (`pairDisks`), and the others of them be as they were when it was saved. What follows is new to the guest.
   */
  emptyDisks?: ReadonlySet<BlockDevice>;
  /** Takes the sections that the saving host had added. */
  others?: SectionTaker;
}

/** A time in which the machine stands still for somebody. */
interface Still {
  /** Saves that are being read. */
  readonly saves: Set<AsyncGenerator<Uint8Array>>;
  over: boolean;
}

interface Hooks {
  onCall(reply: CallReply): void;
  onEvent(event: SystemEvent, reply: CallReply): void;
}

/** One virtual machine from power-on to its end: loads, runs, pauses, stops, and tells what happens as events. */
export class Vm {
  readonly agent: GuestAgent;
  state: VmState = 'ready';
  /** Settles when the machine has stopped for good. */
  readonly ended: Promise<EndReason>;
  end: EndReason | undefined;
  /** What went wrong in Dormouse itself, when `end.how` is `crashed` for that reason. */
  failure: unknown;
  /** Who slept on the disks when that was looked at last: before the start, and when the machine had switched itself off. */
  sleepers: readonly Sleeper[] = [];

  private finish!: (end: EndReason) => void;
  private pendingEnd: { event: SystemEvent; reply: CallReply } | undefined;
  private readonly control: Control;
  private readonly pump: Pump;
  private readonly meter: Meter;
  private readonly told: PsciVersion[] = [];
  /** Only from power-on: a restored machine has shown what it can. */
  private exceptionWatch: ExceptionWatch | undefined;
  private still: Still | undefined;

  private constructor(
    private readonly options: VmOptions,
    readonly machine: Machine,
    readonly registers: FirmwareRegisters,
    private readonly kernel: Kernel,
    private readonly events: EventStream,
    hooks: Hooks,
  ) {
    const { host, config, disks } = options;
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
      rest: (until) => this.control.rest(until),
    });
    this.meter = new Meter(machine, host.time);
    this.agent = new GuestAgent(
      gatedPort(machine, (input) => this.enter(input)),
      host.timeouts,
      {
        firstId: firstRequestId(entropyOf(config, host), disks ?? []),
        hold: (until) => events.hold(until),
        standsStill: () => this.state !== 'running',
      },
    );
    this.agent.onReady = (ready) => {
      this.emit({ type: 'agent', ready });
      if (ready) this.tellTime();
    };
    machine.onWake = () => {
      if (!this.pump.running) this.control.wake();
    };
    machine.onReset = () => this.boot();
    hooks.onCall = (reply) => this.firmwareCalled(reply);
    hooks.onEvent = (event, reply) => {
      if (event.type === 'suspend')
        this.emit({ type: 'notice', sentence: endOf(event, reply, registers.effectiveVersion, false).sentence, tone: 'info' });
      else this.pendingEnd = { event, reply };
    };
  }

  /**
   * Builds the machine and loads the guest; {@link start} lets it run. Rejects with a WakeRefusal if the guest would destroy
   * what sleeps on a disk.
   */
  static async create(options: VmOptions): Promise<Vm> {
    return Vm.build(options, (breathe) => sleepersOn(options.disks, breathe));
  }

  /** @param onBlank gets the machine while all of its memory is zero */
  private static async build(
    options: VmOptions,
    look: (breathe: Breathe) => Promise<readonly Sleeper[]>,
    onBlank: (machine: Machine) => void = () => {},
  ): Promise<Vm> {
    const { config, images, host } = options;
    checkConfig(config);
    const registers = makeFirmwareRegisters(config.psci, config.vcpus, config.registers, config.host);
    const { kernel } = checkImages(images, config);
    const sleepers = await look(breather(host, options.signal));
    if (!options.wakeAnyway) requireToWake(sleepers, options, kernel);
    const events = new EventStream(options.onEvents, { allCalls: options.allCalls ?? false });
    const hooks: Hooks = { onCall: () => {}, onEvent: () => {} };
    const machine = await Machine.create({
      vcpus: config.vcpus,
      memoryMiB: config.memoryMiB,
      conduit: config.conduit,
      ...(config.cpu && { cpu: config.cpu }),
      gic: config.gic,
      clock: config.clock,
      engine: config.engine,
      registers,
      policy: config.rules === 'spec' ? SPEC_POLICY : KVM_POLICY,
      systemSuspend: config.systemSuspend ?? false,
      disks: options.disks ?? [],
      host: host.time,
      seed: seedOf(config, host),
      onConsole: (byte) => events.console(byte),
      onFirmwareCall: (reply) => hooks.onCall(reply),
      onSystemEvent: (event, reply) => hooks.onEvent(event, reply),
      onFault: (sentence) => events.add({ type: 'notice', sentence, tone: 'warning' }),
    });
    onBlank(machine);
    const vm = new Vm(options, machine, registers, kernel, events, hooks);
    vm.sleepers = sleepers;
    vm.boot();
    return vm;
  }

  /**
   * A VM from a snapshot, left paused. Its registers are restored blindly; `skipRegisters` leaves the host's defaults instead, as a VMM that
   * does not carry them would; `others` takes the sections that its host had added. Lets go of the snapshot, whatever came of it. Throws one
   * sentence if the snapshot does not fit this host.
   */
  static async fromSnapshot(saved: SavedVm, options: RestoreOptions): Promise<Vm> {
    try {
      return await Vm.restored(saved, options);
    } finally {
      await saved.close();
    }
  }

  private static async restored(saved: SavedVm, options: RestoreOptions): Promise<Vm> {
    const { psci, registers: _written, ...rest } = options.config;
    // Without the PSCI_0_2 feature a VM speaks 0.1: that is no register, so it must be known before the registers are restored.
    const config: VmConfig = psci === '0.1' ? { ...rest, psci } : rest;
    // Who was awake is not woken: whatever is on its disks, the guest goes on.
    let blankSince = 0;
    const vm = await Vm.build(
      { ...options, config, images: saved.images },
      async () => [],
      ({ memory }) => {
        blankSince = memory.mark();
      },
    );
    await restoreVm(saved, vm.machine, options.skipRegisters ? undefined : vm.registers, {
      ...options,
      breathe: breather(options.host, options.signal),
      blankSince,
    });
    if (saved.nextRequest) vm.agent.nextId = saved.nextRequest;
    vm.machine.memory.forgetMarks();
    vm.exceptionWatch = undefined;
    vm.machine.clock.pause();
    vm.setState('paused');
    // The port came back as it was: nobody will say again that the guest has it open.
    if (vm.agent.ready) vm.emit({ type: 'agent', ready: true });
    vm.report();
    vm.events.flush();
    return vm;
  }

  /** The device tree the guest was given. */
  deviceTree!: Uint8Array;

  /** Firmware calls so far, by function name. */
  get callsByName(): ReadonlyMap<string, number> {
    return this.events.calls.byName;
  }

  /** What the firmware offers and what of it was used. */
  firmware(): FirmwareView {
    return viewFirmware(this.options.config, this.registers, this.callsByName, this.told);
  }

  /** Writes a pseudo-register (`name=value`), at any time, as KVM allows. Rejects with KVM's errno and a sentence. */
  writeRegister(assignment: string): Promise<void> {
    return this.control.order('write', () => this.machine.input({ type: 'register', assignment }));
  }

  /**
   * The whole machine as a file, chunk by chunk, with sections that its host adds. From the first chunk to the last it stands still, its commands
   * wait, and the host has its turns; whoever stops reading before must say so (`return`, which `for await` does).
   */
  async *save(more?: VmToSave['more']): AsyncGenerator<Uint8Array> {
    if (this.still) {
      yield* this.chunks(this.still, more);
      return;
    }
    let end = (): void => {};
    const read = new Promise<void>((resolve) => {
      end = resolve;
    });
    const still = await new Promise<Still>((resolve, reject) => {
      this.whileStill(() => {
        resolve(this.still!);
        return read;
      }).catch(reject);
    });
    try {
      yield* this.chunks(still, more);
    } finally {
      end();
    }
  }

  private async *chunks(still: Still, more: VmToSave['more']): AsyncGenerator<Uint8Array> {
    const { machine, registers, agent } = this;
    const { config, images, host } = this.options;
    const chunks = saveVm({ machine, registers, config, images, agent, breathe: breather(host), ...(more ? { more } : {}) });
    still.saves.add(chunks);
    yield* chunks;
    still.saves.delete(chunks);
    if (still.over) throw new Error('The machine went on before it was saved whole: read all of it while it stands still.');
  }

  /**
   * Lets the machine, which runs or is paused, stand still while `action` looks at it, or saves it. It goes on afterwards, whatever came of the
   * action; a save that the action has not read to its end is given up then.
   */
  async whileStill<T>(action: () => T | Promise<T>): Promise<T> {
    return (await this.control.order('save', async () => {
      const { clock } = this.machine;
      const still: Still = { saves: new Set(), over: false };
      const runs = this.state === 'running';
      if (runs) clock.pause();
      this.still = still;
      try {
        return await action();
      } finally {
        still.over = true;
        this.still = undefined;
        for (const save of still.saves) await save.return(undefined);
        if (runs) clock.resume();
      }
    })) as T;
  }

  private emit(event: VmEvent): void {
    this.events.add(event);
  }

  private setState(state: VmState): void {
    this.state = state;
    this.emit({ type: 'state', state });
  }

  private firmwareCalled(reply: CallReply): void {
    this.events.call(reply, this.machine.clock.ns);
    if (reply.name !== 'PSCI_VERSION' || reply.outcome !== 'ok') return;
    const { effectiveVersion } = this.registers;
    if (this.told.at(-1) !== effectiveVersion) this.told.push(effectiveVersion);
  }

  start(): Promise<void> {
    return this.control.order('start', () => {
      this.registers.markRun();
      this.setState('running');
    });
  }

  /** Stops between two instructions; resolves when nothing runs any more. */
  pause(): Promise<void> {
    return this.control.order('pause', () => {
      this.machine.clock.pause();
      this.setState('paused');
      this.report();
    });
  }

  resume(): Promise<void> {
    return this.control.order('resume', () => this.goOn());
  }

  private goOn(): void {
    // A restored machine has not run here yet: until now its bitmaps could be written, as on KVM.
    this.registers.markRun();
    this.machine.clock.resume();
    this.setState('running');
    this.tellTime();
  }

  /**
   * The guest's own clock stood still while the machine did (paused, saved, asleep). Under the virtual clock that is how it should be. A guest
   * whose agent cannot set a clock has its real-time clock, which is right.
   */
  private tellTime(): void {
    const { config, host } = this.options;
    if (config.clock === 'virtual' || !this.agent.ready) return;
    this.agent.setClock(Number(host.time.wall() / 1_000_000n) / 1000).catch(() => {});
  }

  /** The reset button: boots again with the same configuration and disks. A paused machine runs then. */
  reset(): Promise<void> {
    return this.control.order('reset', () => {
      this.machine.input({ type: 'reset' });
      if (this.state === 'paused') this.goOn();
    });
  }

  private boot(): void {
    this.pendingEnd = undefined;
    this.deviceTree = boot(this.machine, this.kernel, this.options.images);
    this.exceptionWatch = new ExceptionWatch(this.machine);
  }

  /** Cuts the power. Resolves when the machine has ended, however it did. */
  stop(sentence = 'The machine was switched off by its user.'): Promise<void> {
    return this.control.order('stop', () => this.finished({ how: 'stopped-by-host', sentence }));
  }

  /** Bytes typed at the console. */
  input(bytes: Uint8Array): void {
    this.enter({ type: 'console', bytes });
  }

  /** A key of the board is pressed for a moment. */
  press(key: 'power' | 'sleep'): void {
    this.enter({ type: 'key', key });
  }

  private enter(input: MachineInput): void {
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

  private finished(end: EndReason): void {
    if (this.end) return;
    this.end = end;
    try {
      this.report();
    } catch {
      // A machine that broke may not even be looked at; its end is told all the same.
    }
    this.agent.machineEnded();
    this.flushDisks();
    const state: VmState = end.how === 'hibernated' ? 'hibernated' : end.how === 'crashed' ? 'crashed' : 'off';
    this.setState(state);
    this.emit({ type: 'ended', end });
    this.events.flush();
    this.finish(end);
  }

  private flushDisks(): void {
    for (const disk of this.options.disks ?? []) {
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
    this.emit({ type: 'vcpus', vcpus: this.vcpus() });
    this.emit({ type: 'stats', stats: { ...this.meter.stats, engine: this.options.config.engine } });
  }

  private async turn(): Promise<void> {
    // Nobody takes what the guest prints: its UART makes it wait.
    if (this.events.full) await this.control.rest(this.events.ready);
    else await this.pump.turn(() => this.stopped());
  }

  private ran(took: number): void {
    this.meter.ran(took);
    const exception = this.exceptionWatch?.look();
    if (exception) {
      const sentence = `The guest does nothing but take exceptions (${exception}): is “${this.options.config.guest}” a kernel for arm64?`;
      this.emit({ type: 'notice', sentence, tone: 'warning' });
    }
    if (this.meter.due()) this.report();
    this.events.flush();
  }

  private failed(error: unknown): void {
    this.failure = error;
    this.finished({ how: 'crashed', sentence: faultOf(error) });
  }

  private async stopped(): Promise<void> {
    const pending = this.pendingEnd;
    if (!pending) {
      this.finished({ how: 'crashed', sentence: 'All vCPUs are switched off, and nothing can switch one on again.' });
      return;
    }
    const { event, reply } = pending;
    if (event.type === 'reset' && !this.options.noReboot) {
      this.emit({ type: 'notice', sentence: `The machine resets: ${reply.name} on vCPU ${reply.vcpu}.`, tone: 'info' });
      this.machine.input({ type: 'reset' });
      return;
    }
    const { disks, host } = this.options;
    this.sleepers = event.type === 'shutdown' ? await sleepersOn(disks, breather(host)) : [];
    this.finished(endOf(event, reply, this.registers.effectiveVersion, this.sleepers.length > 0));
  }
}
