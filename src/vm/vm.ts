import { NS_PER_INSTRUCTION } from '../machine/clock';
import { Machine } from '../machine/machine';
import { type CallReply, type FirmwareRegisters, KVM_POLICY, type PsciVersion, SPEC_POLICY, type SystemEvent } from '../psci';
import type { BlockDevice } from '../storage/block-device';
import { GuestAgent } from './agent';
import { gatedPort } from './agent-port';
import {
  type BootImages,
  type EndReason,
  type FirmwareCall,
  type FirmwareView,
  LIMITS,
  type VcpuView,
  type VmConfig,
  type VmEvent,
  type VmState,
} from './api';
import { boot, type Kernel, readKernel } from './boot';
import { endOf } from './endings';
import { makeFirmwareRegisters } from './firmware-registers';
import { viewFirmware } from './firmware-view';
import { entropyOf, seedOf, type VmHost } from './host';
import { Meter } from './meter';
import { firstRequestId } from './request-ids';
import { imagesOf, restoreVm, type SavedVm, saveVm } from './snapshot';
import { holdsHibernationImage } from './swap-signature';
import { viewVcpu } from './view';

export interface VmOptions {
  config: VmConfig;
  images: BootImages;
  disks?: readonly BlockDevice[];
  host: VmHost;
  onEvent: (event: VmEvent) => void;
  /** Stop at SYSTEM_RESET instead of booting again. */
  noReboot?: boolean;
}

/** Host milliseconds between two breaths of the worker, and the instructions tried first. */
const BREATH_MS = 8;
const FIRST_QUANTUM = 1_000_000;
/** Under the virtual clock input may only arrive at fixed instruction counts, or runs would not repeat. */
const VIRTUAL_QUANTUM = 2_000_000;
/** Waits shorter than this are not worth a timer of the host, whose own are not finer than a millisecond. */
const SHORTEST_SLEEP_MS = 0.25;
/** Longest sleep while everything waits. */
const LONGEST_SLEEP_MS = 1000;

/** Checks what a person chose. Throws one sentence naming the value. */
export function checkConfig(config: VmConfig): void {
  const { vcpus, memoryMiB } = config;
  if (!Number.isInteger(vcpus) || vcpus < LIMITS.minVcpus || vcpus > LIMITS.maxVcpus) {
    throw new Error(`${vcpus} vCPUs are not possible: choose ${LIMITS.minVcpus} to ${LIMITS.maxVcpus}.`);
  }
  if (!Number.isInteger(memoryMiB) || memoryMiB < LIMITS.minMemoryMiB || memoryMiB > LIMITS.maxMemoryMiB) {
    throw new Error(`${memoryMiB} MiB of memory are not possible: choose ${LIMITS.minMemoryMiB} to ${LIMITS.maxMemoryMiB}.`);
  }
  if (config.gic !== 3) throw new Error(`GIC version ${config.gic} is not implemented: choose 3.`);
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

  private finish!: (end: EndReason) => void;
  private output: number[] = [];
  private calls = 0;
  private pumping: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private quantum = FIRST_QUANTUM;
  /** Machine time up to which idle time was waited out. */
  private pacedNs = 0;
  private pendingEnd: { event: SystemEvent; reply: CallReply } | undefined;
  private readonly meter: Meter;
  private readonly callCounts = new Map<string, number>();
  private readonly told: PsciVersion[] = [];

  private constructor(
    private readonly options: VmOptions,
    readonly machine: Machine,
    readonly registers: FirmwareRegisters,
    private readonly kernel: Kernel,
    private hooks: {
      onConsole(byte: number): void;
      onCall(reply: CallReply): void;
      onEvent(event: SystemEvent, reply: CallReply): void;
    },
  ) {
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.meter = new Meter(machine, options.host.time);
    this.agent = new GuestAgent(gatedPort(machine), options.host.timeouts, {
      firstId: firstRequestId(entropyOf(options.config, options.host), options.disks ?? []),
    });
    this.agent.onReady = (ready) => this.emit({ type: 'agent', ready });
    machine.onWake = () => this.wake?.();
    machine.onReset = () => this.boot();
    this.hooks.onConsole = (byte) => this.output.push(byte);
    this.hooks.onCall = (reply) => this.firmwareCalled(reply);
    this.hooks.onEvent = (event, reply) => {
      if (event.type === 'suspend')
        this.emit({ type: 'notice', sentence: endOf(event, reply, registers.effectiveVersion, false).sentence, tone: 'info' });
      else this.pendingEnd = { event, reply };
    };
  }

  /** Builds the machine and loads the guest; {@link start} lets it run. */
  static async create(options: VmOptions): Promise<Vm> {
    const { config, images, host } = options;
    checkConfig(config);
    const registers = makeFirmwareRegisters(config.psci, config.vcpus, config.registers, config.host);
    const kernel = await readKernel(images.kernel, host.gunzip);
    const hooks = { onConsole: (_: number) => {}, onCall: (_: CallReply) => {}, onEvent: (_: SystemEvent, __: CallReply) => {} };
    const machine = await Machine.create({
      vcpus: config.vcpus,
      memoryMiB: config.memoryMiB,
      conduit: config.conduit,
      clock: config.clock,
      engine: config.engine,
      registers,
      policy: config.rules === 'spec' ? SPEC_POLICY : KVM_POLICY,
      systemSuspend: config.systemSuspend ?? false,
      disks: options.disks ?? [],
      host: host.time,
      seed: seedOf(config, host),
      onConsole: (byte) => hooks.onConsole(byte),
      onFirmwareCall: (reply) => hooks.onCall(reply),
      onSystemEvent: (event, reply) => hooks.onEvent(event, reply),
      onFault: (sentence) => options.onEvent({ type: 'notice', sentence, tone: 'warning' }),
    });
    const vm = new Vm(options, machine, registers, kernel, hooks);
    vm.boot();
    return vm;
  }

  /**
   * A VM from a snapshot, left paused. Its registers are restored blindly; `skipRegisters` leaves the host's defaults instead, as a VMM that
   * does not carry them would. Throws one sentence if the snapshot does not fit this host.
   */
  static async fromSnapshot(saved: SavedVm, options: Omit<VmOptions, 'images'> & { skipRegisters?: boolean }): Promise<Vm> {
    const { psci, registers: _written, ...rest } = options.config;
    // Without the PSCI_0_2 feature a VM speaks 0.1: that is no register, so it must be known before the registers are restored.
    const config: VmConfig = psci === '0.1' ? { ...rest, psci } : rest;
    const vm = await Vm.create({ ...options, config, images: imagesOf(saved) });
    restoreVm(saved, vm.machine, options.skipRegisters ? undefined : vm.registers);
    vm.machine.clock.pause();
    vm.setState('paused');
    // The port came back as it was: nobody will say again that the guest has it open.
    if (vm.agent.ready) vm.emit({ type: 'agent', ready: true });
    vm.report();
    return vm;
  }

  /** The device tree the guest was given. */
  deviceTree!: Uint8Array;

  /** Firmware calls so far, by function name. */
  get callsByName(): ReadonlyMap<string, number> {
    return this.callCounts;
  }

  /** What the firmware offers and what of it was used. */
  firmware(): FirmwareView {
    return viewFirmware(this.options.config, this.registers, this.callCounts, this.told);
  }

  /** Writes a pseudo-register (`name=value`), at any time, as KVM allows. Throws KVM's errno and a sentence. */
  writeRegister(assignment: string): void {
    this.machine.input({ type: 'register', assignment });
  }

  /** The whole machine, between two instructions. */
  save(): Uint8Array[] {
    return saveVm(this.machine, this.registers, this.options.config, this.options.images);
  }

  private emit(event: VmEvent): void {
    this.options.onEvent(event);
  }

  private setState(state: VmState): void {
    this.state = state;
    this.emit({ type: 'state', state });
  }

  private firmwareCalled(reply: CallReply): void {
    this.callCounts.set(reply.name, (this.callCounts.get(reply.name) ?? 0) + 1);
    const { regs: _regs, effects: _effects, ...words } = reply;
    if (reply.name === 'PSCI_VERSION' && reply.outcome === 'ok') this.told.push(this.registers.effectiveVersion);
    const call: FirmwareCall = { seq: this.calls++, time: this.machine.clock.ns, ...words };
    this.emit({ type: 'firmware', call });
  }

  start(): void {
    if (this.state !== 'ready') throw new Error(`The machine cannot be started: it is ${this.state}.`);
    this.registers.markRun();
    this.setState('running');
    this.pumping = this.pump();
  }

  /** Stops between two instructions; resolves when nothing runs any more. */
  async pause(): Promise<void> {
    if (this.state !== 'running') return;
    this.setState('paused');
    this.wake?.();
    await this.pumping;
    this.machine.clock.pause();
    this.report();
  }

  resume(): void {
    if (this.state !== 'paused') return;
    // A restored machine has not run here yet: until now its bitmaps could be written, as on KVM.
    this.registers.markRun();
    this.machine.clock.resume();
    this.setState('running');
    this.pumping = this.pump();
  }

  /** The reset button: boots again with the same configuration and disks. */
  async reset(): Promise<void> {
    const paused = this.state === 'paused';
    if (!paused) await this.pause();
    this.machine.input({ type: 'reset' });
    this.resume();
  }

  private boot(): void {
    this.pendingEnd = undefined;
    this.deviceTree = boot(this.machine, this.kernel, this.options.images);
  }

  /** Cuts the power. */
  async stop(sentence = 'The machine was switched off by its user.'): Promise<void> {
    if (this.end) return;
    this.setState('off');
    this.wake?.();
    await this.pumping;
    this.finished({ how: 'stopped-by-host', sentence });
  }

  input(bytes: Uint8Array): void {
    this.machine.input({ type: 'console', bytes });
    this.wake?.();
  }

  /** A key of the board is pressed for a moment. */
  press(key: 'power' | 'sleep'): void {
    this.machine.input({ type: 'key', key });
    this.wake?.();
  }

  vcpus(): VcpuView[] {
    return this.machine.engine.vcpus.map((_, index) => viewVcpu(this.machine, index, this.meter.shares[index]));
  }

  private finished(end: EndReason): void {
    this.end = end;
    this.flushOutput();
    this.report();
    this.agent.machineEnded();
    this.flushDisks();
    const state: VmState = end.how === 'hibernated' ? 'hibernated' : end.how === 'crashed' ? 'crashed' : 'off';
    this.setState(state);
    this.emit({ type: 'ended', end });
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

  private flushOutput(): void {
    if (this.output.length === 0) return;
    const data = Uint8Array.from(this.output);
    this.output = [];
    this.emit({ type: 'console', data });
  }

  /** Sends registers, power states and figures now. */
  private report(): void {
    this.meter.close();
    this.emit({ type: 'vcpus', vcpus: this.vcpus() });
    this.emit({ type: 'stats', stats: { ...this.meter.stats, engine: this.options.config.engine } });
  }

  private async pump(): Promise<void> {
    try {
      while (this.state === 'running') await this.turn();
    } catch (error) {
      this.failure = error;
      this.finished({ how: 'crashed', sentence: `Dormouse itself failed: ${(error as Error).message}` });
    }
  }

  /** One stretch of running, then a breath. */
  private async turn(): Promise<void> {
    const { host, config } = this.options;
    const virtual = config.clock === 'virtual';
    const before = host.time.monotonic();
    const outcome = this.machine.run({ cost: virtual ? VIRTUAL_QUANTUM : this.quantum });
    const took = (host.time.monotonic() - before) / 1e6;
    this.meter.ran(took);
    if (outcome.state === 'running') this.adapt(took);
    this.flushOutput();
    if (this.meter.due()) this.report();
    if (outcome.state === 'stopped') {
      this.stopped();
      // A guest that resets over and over must not keep the host from its own events.
      return host.breathe();
    }
    if (virtual && host.pacesIdle && outcome.state === 'running') await this.pace(before);
    else if (outcome.state === 'idle') await this.sleep(outcome.wakeAt);
    else await host.breathe();
  }

  private adapt(took: number): void {
    const factor = took > 0 ? BREATH_MS / took : 2;
    this.quantum = Math.round(Math.min(20e6, Math.max(100e3, this.quantum * Math.min(1.25, Math.max(0.5, factor)))));
  }

  private stopped(): void {
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
    const image = event.type === 'shutdown' && (this.options.disks ?? []).some((disk) => holdsHibernationImage(disk));
    this.finished(endOf(event, reply, this.registers.effectiveVersion, image));
  }

  /**
   * Under the virtual clock: waits out the idle time of the stretch that began at host time `before`, of which the guest skipped more than it
   * worked.
   */
  private pace(before: number): Promise<void> {
    const { host } = this.options;
    const { ns } = this.machine.clock;
    const advanced = (ns - this.pacedNs) / 1e6;
    this.pacedNs = ns;
    const ahead = advanced - (host.time.monotonic() - before) / 1e6;
    const worked = (VIRTUAL_QUANTUM * NS_PER_INSTRUCTION) / 1e6;
    if (advanced < 2 * worked || ahead < 1) return host.breathe();
    return this.doze(Math.min(LONGEST_SLEEP_MS, ahead));
  }

  /** Sleeps until machine time `wakeAt` (ns), input, or a change of state. */
  private sleep(wakeAt: number): Promise<void> {
    const { clock } = this.machine;
    const wanted = (wakeAt - clock.ns) / 1e6;
    if (wanted < SHORTEST_SLEEP_MS) return this.options.host.breathe();
    return this.doze(Math.min(LONGEST_SLEEP_MS, wanted));
  }

  /** Sleeps for `ms` host milliseconds, or until woken. */
  private doze(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.wake = undefined;
        resolve();
      };
      const timer = this.options.host.timeouts.start(ms, done);
      this.wake = done;
    });
  }
}
