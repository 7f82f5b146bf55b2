import { Engine } from '../cpu/engine';
import { ExceptionLog } from '../cpu/exception-log';
import { Jit, type JitOptions } from '../cpu/jit/jit';
import type { SavedRegions } from '../cpu/jit/known-regions';
import type { CpuModelName } from '../cpu/models';
import type { GuestRam } from '../cpu/ram';
import { atOnce, type Breathe, type Steps } from '../cpu/stepwise';
import type { TimerPort } from '../cpu/sysregs/context';
import type { TimerRegister } from '../cpu/sysregs/timer-registers';
import { resetVcpu } from '../cpu/vcpu-state';
import {
  type CallReply,
  type Conduit,
  type FirmwareRegisters,
  mpidrOfVcpu,
  type Policy,
  psciNode,
  type SystemEvent,
} from '../psci';
import type { BlockDevice } from '../storage/block-device';
import { Bus } from './bus';
import { type HostTime, MachineClock } from './clock';
import type { Apply, DeviceState, Persistent } from './device';
import { CfiFlash, FLASH_BLOCK_BYTES } from './devices/cfi-flash';
import { RomCells, VariableCells } from './devices/flash-cells';
import { FwCfg } from './devices/fw-cfg';
import { type FirmwareFiles, fwCfgItems } from './devices/fw-cfg-items';
import { AllOnes } from './devices/pci/no-answer';
import { lineOf, PciBus } from './devices/pci/pci-bus';
import { PciEcam } from './devices/pci/pci-ecam';
import type { PciFunction } from './devices/pci/pci-function';
import { PciWindow } from './devices/pci/pci-window';
import { Pl011 } from './devices/pl011';
import { Pl031 } from './devices/pl031';
import { Pl061 } from './devices/pl061';
import type { ConsolePort } from './devices/virtio/console-port';
import { AGENT_PORT, FILES_PORT } from './devices/virtio/port-names';
import type { VirtioTransport, VirtioTransportOptions } from './devices/virtio/transport';
import { VirtioMmio } from './devices/virtio/transport-mmio';
import { VirtioPci } from './devices/virtio/transport-pci';
import { VirtioBlock } from './devices/virtio/virtio-block';
import { VirtioConsole } from './devices/virtio/virtio-console';
import type { VirtioDevice } from './devices/virtio/virtio-device';
import { VirtioEntropy } from './devices/virtio/virtio-entropy';
import type { VirtioTransportName } from './devices/virtio/virtio-transports';
import { boardDeviceTree } from './devicetree';
import { checkSeed, Entropy } from './entropy';
import { createInterruptController, type GicVersion, type InterruptController } from './gic';
import { DEFAULT_GIC } from './gic/gic-versions';
import { GuestConsoles } from './guest-consoles';
import { type Gated, InputGate, type LoggedInput, type MachineInput, type Moment } from './input';
import {
  diskFunction,
  diskSlot,
  FLASH_BANK_BYTES,
  MEMORY_MAP,
  PPI,
  SPI,
  VIRTIO_FUNCTION,
  VIRTIO_MMIO_SLOTS,
  VIRTIO_SLOT,
  virtioMmioRegion,
} from './memory-map';
import { PowerController } from './power';
import { checkRegister, writeRegister } from './register-write';
import { SavedState } from './saved-state';
import { type RunLimit, type RunOutcome, Scheduler, type SchedulerParts } from './scheduler';
import { GenericTimer } from './timer';
import { Trace } from './trace/machine-trace';
import type { TurnShares } from './turn-shares';

export interface MachineOptions {
  vcpus: number;
  memoryMiB: number;
  conduit: Conduit;
  clock: 'realtime' | 'virtual';
  engine: 'interpreter' | 'jit' | 'auto';
  /** `max` unless given. */
  cpu?: CpuModelName;
  /** Architecture version of the interrupt controller; 3 unless given. */
  gic?: GicVersion;
  /** Where its virtio devices are; `mmio` unless given. */
  virtio?: VirtioTransportName;
  registers: FirmwareRegisters;
  policy: Policy;
  systemSuspend: boolean;
  disks: readonly BlockDevice[];
  /** Firmware in the first bank of flash, for a machine that starts there: at most {@link FLASH_BANK_BYTES}. */
  flash?: Uint8Array;
  /** What the firmware finds beside itself, by fw_cfg. */
  firmwareFiles?: FirmwareFiles;
  /** What the second bank is kept in, of {@link FLASH_BANK_BYTES}: what it holds at power-on is part of what the machine is. Left out: blank, and gone with the machine. */
  variables?: BlockDevice;
  host: HostTime;
  /** 32 bytes of the host's entropy, part of what the machine is at power-on: whoever replays a log gives the same ones. */
  seed: Uint8Array;
  /** When and what the JIT compiles: nothing that the guest can tell. */
  jit?: JitOptions;
  /** What was hot in an earlier run. */
  regions?: SavedRegions;
  /** Takes every input with its instruction count, from power-on. */
  log?: LoggedInput[];
  /** Inputs come from this log, and from nowhere else: {@link Machine.input} refuses them, and the host's clock is not looked at. */
  replay?: readonly LoggedInput[];
  onConsole: (byte: number) => void;
  onFirmwareCall: (reply: CallReply) => void;
  onSystemEvent: (event: SystemEvent, reply: CallReply) => void;
  /** A driver or a disk did something wrong: one sentence. */
  onFault: (sentence: string) => void;
  /** Asked over and over while the machine is made: the host has its turn then. Throws to give it up. */
  breathe?: Breathe;
}

/** What a device does in one go is worth a look at how long it took from here on. */
const NOTICEABLE_COST = 10_000;
/** Bytes of a file that are copied into memory in one step: the first touch of fresh memory takes the host its time. */
const LOADED_AT_ONCE = 0x100000;
const wholeBlocks = (bytes: number): number => Math.ceil(bytes / FLASH_BLOCK_BYTES) * FLASH_BLOCK_BYTES;
/** As QEMU gives. */
const RNG_SEED_BYTES = 32;
/** 2000-01-01: what the clock of a machine under virtual time shows at power-on. */
const VIRTUAL_EPOCH = 946_684_800_000_000_000n;

/** A virtio device of the board. */
export interface PluggedIn {
  /** What it is: `console`, `disk 0`. */
  readonly name: string;
  /** A virtio-mmio slot, or a function on PCI (see {@link devfn}). */
  readonly place: { readonly slot: number } | { readonly fn: number; readonly pci: PciFunction };
  readonly transport: VirtioTransport;
  /** The interrupt it makes, which on PCI it may share. */
  readonly spi: number;
}

/** The board: vCPUs, devices, interrupts and time, and the scheduler that takes the vCPUs in turn. */
export class Machine implements SchedulerParts {
  engine!: Engine;
  /** None: everything is interpreted. */
  jit: Jit | undefined;
  readonly bus = new Bus();
  clock!: MachineClock;
  gic!: InterruptController;
  power!: PowerController;
  uart!: Pl011;
  rtc!: Pl031;
  gpio!: Pl061;
  console!: VirtioConsole;
  /** hvc0, a device of its own: its size is in its configuration space. */
  hvc!: VirtioConsole;
  consoles!: GuestConsoles;
  /** What files go through, a device of its own: a guest that was saved without it goes on without it. */
  files!: VirtioConsole;
  readonly entropy = new Entropy();
  get memory(): GuestRam {
    return this.engine.ram;
  }
  /** Called when something from outside (input, a message of the host) makes an interrupt pending: a sleeping machine has work. */
  onWake: () => void = () => {};
  /** Loads what the machine boots and resets it: set by whoever knows what that is. */
  onReset: () => void = () => {
    throw new Error('Nobody has said what this machine boots.');
  };
  readonly timers: GenericTimer[] = [];
  /** The newest exceptions, while somebody watches. */
  exceptions!: ExceptionLog;
  private fwCfg: FwCfg | undefined;
  /** Its virtio devices, in the order in which they are reset and have their turns. */
  readonly virtio: PluggedIn[] = [];
  pciBus!: PciBus;
  /** Devices go on with work of theirs: what they call comes from within the machine. */
  private devicesAtWork = false;
  private readonly devices: { name: string; device: Persistent }[] = [];
  readonly gate: InputGate;
  private trace: Trace | undefined;
  private held = false;
  private readonly scheduler: Scheduler;

  private constructor(readonly options: MachineOptions) {
    this.scheduler = new Scheduler(options.vcpus, () => this);
    const gated: Gated = {
      now: () => ({ instructions: this.instructions, steps: this.scheduler.steps }),
      check: (input) => this.checkInput(input),
      apply: (input) => this.enter(input),
      refused: (error) => options.onFault((error as Error).message),
    };
    this.gate = new InputGate(gated, options.log, options.replay);
  }

  static async create(options: MachineOptions): Promise<Machine> {
    const { regions, ...rest } = options;
    const machine = new Machine(rest);
    await machine.build();
    // Not kept among the options: most of them is needed once.
    if (regions) machine.jit?.know(regions);
    machine.entropy.reseed(options.seed);
    return machine;
  }

  private async build(): Promise<void> {
    const { options, bus } = this;
    const vcpus = Array.from({ length: options.vcpus }, (_, index) => index);
    this.gic = createInterruptController(options.gic ?? DEFAULT_GIC, {
      vcpus: options.vcpus,
      mpidrs: vcpus.map((index) => Number(mpidrOfVcpu(index))),
      accessing: () => this.engine.slice.running.index,
      irqChanged: (vcpu, asserted, fiq) => this.interruptChanged(vcpu, asserted, fiq),
    });
    const pmuLines = vcpus.map((vcpu) => this.gic.ppi(vcpu, PPI.pmu));
    this.engine = await Engine.create({
      vcpus: options.vcpus,
      ...(options.cpu && { cpu: options.cpu }),
      ...(options.breathe && { breathe: options.breathe }),
      ram: {
        base: MEMORY_MAP.ram.base,
        size: options.memoryMiB * 1024 * 1024,
        ...(options.flash && { rom: wholeBlocks(options.flash.length) }),
      },
      mmio: bus,
      ports: {
        ...(this.gic.systemRegisters && { gic: this.gic.systemRegisters }),
        timer: this.timerPort(),
        entropy: (into) => this.entropy.fill(into),
        pmuInterrupt: (vcpu, asserted) => pmuLines[vcpu]!.set(asserted),
        firmwareCall: (vcpu, conduit, immediate) => this.power.call(vcpu, conduit, immediate),
      },
    });
    if (options.engine !== 'interpreter') {
      // Told to people, and to nobody else. A log is replayed without the host's clock.
      this.jit = new Jit(this.engine, options.jit, options.replay ? undefined : () => options.host.monotonic());
      this.engine.compiler = this.jit;
    }
    this.exceptions = new ExceptionLog(this.engine.vcpus, {
      instructions: () => this.instructions,
      time: () => this.clock.ns,
      interrupt: (vcpu) => this.gic.pendingIntid(vcpu),
    });
    this.clock = new MachineClock(options.clock, options.replay ? undefined : options.host, this.scheduler, VIRTUAL_EPOCH);
    for (const vcpu of vcpus) {
      const timer = new GenericTimer({
        counter: () => this.clock.ticks,
        virtualLine: this.gic.ppi(vcpu, PPI.virtualTimer),
        physicalLine: this.gic.ppi(vcpu, PPI.physicalTimer),
        deadlineChanged: () => this.engine.slice.requestStop(),
      });
      this.timers.push(timer);
    }
    this.power = new PowerController(this.engine, {
      registers: options.registers,
      policy: options.policy,
      systemSuspend: options.systemSuspend,
      entropy: (bytes) => this.entropy.fill(bytes),
      ptp: () => ({ wall: this.clock.wallTime(), counter: BigInt(this.clock.ticks) }),
      onCall: options.onFirmwareCall,
      onSystemEvent: (event, reply) => {
        // A machine suspended to RAM goes on when an interrupt wakes it.
        if (event.type !== 'suspend') this.scheduler.halted = true;
        options.onSystemEvent(event, reply);
      },
      resetVcpuDevices: (vcpu) => {
        this.timers[vcpu]!.reset();
        this.gic.resetCpuInterface(vcpu);
        pmuLines[vcpu]!.set(false);
      },
      ram: { base: BigInt(this.memory.base), size: BigInt(this.memory.size) },
      write: (address, bytes) => this.memory.write(Number(address), bytes),
    });
    this.addDevices();
  }

  private addDevices(): void {
    const { options, bus, gic, clock } = this;
    for (const { base, size, device } of gic.regions) bus.map(base, size, device);
    this.consoles = new GuestConsoles(
      () => this.uart,
      () => this.hvc.console!,
      options.onConsole,
    );
    this.uart = new Pl011({ irq: gic.spi(SPI.uart), clock, onOutput: (byte) => this.consoles.printedOnUart(byte) });
    this.rtc = new Pl031({ irq: gic.spi(SPI.rtc), clock });
    this.gpio = new Pl061({ irq: gic.spi(SPI.gpio), clock });
    this.pciBus = new PciBus([0, 1, 2, 3].map((line) => gic.spi(SPI.pcieIntA + line)));
    const ecam = new PciEcam(this.pciBus);
    bus.map(MEMORY_MAP.uart.base, MEMORY_MAP.uart.size, this.uart);
    bus.map(MEMORY_MAP.rtc.base, MEMORY_MAP.rtc.size, this.rtc);
    bus.map(MEMORY_MAP.gpio.base, MEMORY_MAP.gpio.size, this.gpio);
    for (const [name, { base, size }] of [
      ['pcie-mmio', MEMORY_MAP.pcieMmio],
      ['pcie-mmio64', MEMORY_MAP.pcieMmio64],
    ] as const)
      bus.map(base, size, new PciWindow(name, this.pciBus, base));
    bus.map(MEMORY_MAP.pciePio.base, MEMORY_MAP.pciePio.size, new AllOnes('pcie-pio'));
    bus.map(MEMORY_MAP.pcieEcam.base, MEMORY_MAP.pcieEcam.size, ecam);
    this.devices.push(
      { name: 'gic', device: gic },
      { name: 'uart', device: this.uart },
      { name: 'rtc', device: this.rtc },
      { name: 'gpio', device: this.gpio },
    );

    if (options.flash) this.addFlash(options.flash);

    this.console = new VirtioConsole({ ports: [AGENT_PORT] });
    this.files = new VirtioConsole({ ports: [FILES_PORT], raw: true });
    const onDiskError = (error: unknown) => options.onFault((error as Error).message);
    this.plugIn(VIRTIO_SLOT.console, VIRTIO_FUNCTION.console, 'console', this.console);
    this.plugIn(VIRTIO_SLOT.entropy, VIRTIO_FUNCTION.entropy, 'entropy', new VirtioEntropy((bytes) => this.entropy.fill(bytes)));
    this.hvc = new VirtioConsole({ console: true });
    this.hvc.console!.onData = (bytes) => this.consoles.printedOnHvc0(bytes);
    this.plugIn(VIRTIO_SLOT.hvc, VIRTIO_FUNCTION.hvc, 'hvc', this.hvc);
    this.devices.push({ name: 'consoles', device: this.consoles });
    this.plugIn(VIRTIO_SLOT.files, VIRTIO_FUNCTION.files, 'files', this.files);
    for (const [index, disk] of options.disks.entries())
      this.plugIn(diskSlot(index), diskFunction(index), `disk ${index}`, new VirtioBlock({ disk, onDiskError }));
    const taken = new Set(this.virtio.map(({ place }) => ('slot' in place ? place.slot : -1)));
    for (let slot = 0; slot < VIRTIO_MMIO_SLOTS; slot++) if (!taken.has(slot)) this.mapSlot(slot);
    // Behind all functions: then it looks at them.
    this.devices.push({ name: 'pci-ecam', device: ecam });
  }

  /** What there is for firmware only. */
  private addFlash(image: Uint8Array): void {
    const { base } = MEMORY_MAP.flash;
    const { variables: disk, onFault } = this.options;
    const store = disk && { disk, onError: (error: unknown) => onFault((error as Error).message) };
    const spend = (cost: number): void => this.deviceWorked(cost);
    const rom = new RomCells(FLASH_BANK_BYTES, this.memory, image, () => this.engine.tlb.flushAll());
    const code = new CfiFlash(rom, spend);
    const variables = new CfiFlash(new VariableCells(FLASH_BANK_BYTES, store), spend);
    this.bus.map(base, FLASH_BANK_BYTES, code);
    this.bus.map(base + FLASH_BANK_BYTES, FLASH_BANK_BYTES, variables);
    const items = fwCfgItems(this.options.vcpus, this.options.firmwareFiles);
    this.fwCfg = new FwCfg({ memory: this.memory, items, onWork: spend });
    this.bus.map(MEMORY_MAP.fwCfg.base, MEMORY_MAP.fwCfg.size, this.fwCfg);
    this.devices.push(
      { name: 'flash 0', device: code },
      { name: 'flash 1', device: variables },
      { name: 'fw-cfg', device: this.fwCfg },
    );
  }

  private plugIn(slot: number, fn: number, name: string, device: VirtioDevice): void {
    const plugged = this.options.virtio === 'pci' ? this.plugOnPci(fn, device) : this.plugInSlot(slot, device);
    this.devices.push({ name, device: plugged.transport });
    this.virtio.push({ name, ...plugged });
  }

  private plugInSlot(slot: number, device: VirtioDevice): Omit<PluggedIn, 'name'> {
    return { place: { slot }, transport: this.mapSlot(slot, device), spi: SPI.virtioMmio + slot };
  }

  private plugOnPci(fn: number, device: VirtioDevice): Omit<PluggedIn, 'name'> {
    const transport = new VirtioPci({ ...this.virtioOptions(), device, multifunction: fn === VIRTIO_FUNCTION.console });
    const { pci } = transport;
    this.pciBus.plug(fn, pci);
    return { place: { fn, pci }, transport, spi: SPI.pcieIntA + lineOf(fn, pci.pin) };
  }

  private virtioOptions(): VirtioTransportOptions {
    return { memory: this.memory, onFault: this.options.onFault, onWork: (cost) => this.deviceWorked(cost) };
  }

  /** An empty slot has a transport, but no state and nothing to do. */
  private mapSlot(slot: number, device?: VirtioDevice): VirtioMmio {
    const irq = this.gic.spi(SPI.virtioMmio + slot);
    const transport = new VirtioMmio({ ...this.virtioOptions(), irq, ...(device ? { device } : {}) });
    const { base, size } = virtioMmioRegion(slot);
    this.bus.map(base, size, transport);
    return transport;
  }

  /** The virtio devices that raise shared peripheral interrupt `spi`, by name. */
  virtioOn(spi: number): string[] {
    return this.virtio.filter((each) => each.spi === spi).map(({ name }) => name);
  }

  private deviceWorked(cost: number): void {
    this.scheduler.charge(cost);
    if (cost >= NOTICEABLE_COST) this.engine.onEffort();
  }

  /** Devices that have more to do than they may do at once do some of it. Says whether any has still more; undefined if none had. */
  letDevicesGoOn(): boolean | undefined {
    let more: boolean | undefined;
    this.devicesAtWork = true;
    try {
      for (const { transport } of this.virtio) {
        if (!transport.hasMore) continue;
        transport.goOn();
        more ||= transport.hasMore;
      }
      if (this.fwCfg?.hasMore) {
        this.fwCfg.goOn();
        more ||= this.fwCfg.hasMore;
      }
    } finally {
      this.devicesAtWork = false;
    }
    return more;
  }

  private timerPort(): TimerPort {
    const port = {
      high: 0,
      read: (vcpu: number, register: TimerRegister): number => {
        if (this.clock.lags) this.engine.slice.requestCut();
        const timer = this.timers[vcpu]!;
        const low = timer.read(register);
        port.high = timer.high;
        return low;
      },
      write: (vcpu: number, register: TimerRegister, low: number, high: number): void =>
        this.timers[vcpu]!.write(register, low, high),
    };
    return port;
  }

  private interruptChanged(vcpu: number, asserted: boolean, fiq: boolean): void {
    const v = this.engine.vcpus[vcpu]!;
    const bit = fiq ? 1 << 6 : 1 << 7;
    v.interruptLines = asserted ? v.interruptLines | bit : v.interruptLines & ~bit;
    if (!asserted) return;
    // A vCPU that sends another an interrupt usually waits for what that does.
    if (this.engine.slice.running.index === vcpu) this.engine.slice.requestStop();
    else this.engine.slice.requestYield();
    if (!this.scheduler.inSlice && !this.devicesAtWork) this.onWake();
  }

  /** A driver of the guest's has a virtio device in use. */
  get driven(): boolean {
    return this.virtio.some(({ transport }) => transport.active);
  }

  /** Whoever may run next is told apart from what the scheduler owns. */
  wakeRequested = (vcpu: number): boolean => this.gic.wakeRequested(vcpu);

  /** Instructions retired by all vCPUs, exact also while one runs. */
  get instructions(): number {
    return this.scheduler.instructions;
  }
  /** Instructions, and what slow services were charged with: see cpu/cost.ts. */
  get cost(): number {
    return this.scheduler.cost;
  }
  /** The same by vCPU, up to the last slice. */
  get retired(): readonly number[] {
    return this.scheduler.retired;
  }
  /** What each vCPU had of the thread that all of them share, up to the last slice. */
  get shares(): Readonly<TurnShares> {
    return this.scheduler.shares;
  }
  /** Whose turn it is, or whose is next as things stand; -1: no vCPU can run. */
  get onTurn(): number {
    return this.scheduler.onTurn;
  }

  /** Runs until `instructions` were retired since power-on: stops exactly there, or before that if all vCPUs wait or the machine stops. */
  runTo(instructions: number): RunOutcome {
    this.requireFree();
    return this.scheduler.runTo(instructions);
  }

  /** Where a log is replayed: runs to a point of the recorded run. */
  replayTo(moment: Moment): RunOutcome {
    this.requireFree();
    return this.scheduler.replayTo(moment);
  }

  private requireFree(): void {
    if (this.held) throw new Error('The machine cannot run while it is being saved.');
  }

  /**
   * It was put back to a point of its own run, and takes its inputs from its log again: see {@link InputGate.retrace}. `unfinished`: as it was there.
   */
  retrace({ inputs, steps = 0 }: Moment, unfinished: readonly boolean[]): void {
    this.scheduler.steps = steps;
    this.gate.retrace(inputs);
    for (const [index, { transport }] of this.virtio.entries()) transport.hasMore = unfinished[index]!;
  }

  /**
   * By virtio device, whether it has something left to do. It is no part of what is saved, because each device of a restored machine has a look; but that
   * look is a step, which a run from there would have and the run that came there had not.
   */
  get unfinished(): readonly boolean[] {
    return this.virtio.map(({ transport }) => transport.hasMore);
  }

  /** The point the run has come to. */
  get moment(): Moment {
    const { stepsHere: steps } = this.scheduler;
    return { instructions: this.instructions, inputs: this.gate.count, ...(steps > 0 ? { steps } : {}) };
  }

  /**
   * Runs until `cost` more was spent (instructions, and what slow services are charged with: see cpu/cost.ts), or until all vCPUs wait, the
   * machine stops, a vCPU comes to a breakpoint of the host, or something else of the limit is met. The guest cannot tell how its run was cut into
   * calls of this.
   */
  run(limit: RunLimit): RunOutcome {
    this.requireFree();
    return this.scheduler.run(limit);
  }

  /** From within: a {@link run} ends behind the instruction at hand as at a breakpoint. The guest cannot tell. */
  haltSoon(): void {
    this.scheduler.haltSoon();
  }
  /** Ends a {@link run} from within (see {@link onEffort}) before the next instruction. The guest cannot tell. */
  interrupt(): void {
    if (this.scheduler.inSlice || this.devicesAtWork) this.scheduler.interrupt();
  }

  /** From here on what the vCPUs do is traced: see trace/. The guest cannot tell. */
  startTrace(): Trace {
    const { clock, gic, power } = this;
    const machine = this;
    const trace = new Trace({
      vcpus: this.engine.vcpus,
      clock,
      gic,
      power,
      get instructions() {
        return machine.instructions;
      },
    });
    this.scheduler.onPlan = (current) => trace.planned(current);
    this.trace = trace;
    return trace;
  }

  /** It goes where it has been before: those who look at what it does are not told again, until {@link unmute}. */
  mute(): void {
    this.trace?.mute();
  }

  /** What it does is new again. `anew`: it is another course than the one that was told; otherwise it stands where it was when it was muted. */
  unmute(anew: boolean): void {
    this.trace?.unmute(anew);
  }

  /** Called now and then while a run is slow on the host, whatever it costs: who must not be kept waiting looks at the clock, and interrupts it. */
  set onEffort(listener: () => void) {
    this.engine.onEffort = listener;
  }

  /**
   * The only way into the machine. The input arrives between two instructions: now, or after the one at hand if this is called from a
   * callback of the machine, or with the next run if the machine is held. Throws what is wrong with it, in either case; then nothing has happened.
   * (An input that waits can be made wrong by one before it: that is told by {@link MachineOptions.onFault}.)
   */
  input(input: MachineInput): void {
    if (this.held) this.gate.defer(input);
    else if (this.scheduler.inSlice || this.devicesAtWork) {
      this.gate.defer(input);
      this.engine.slice.requestCut();
    } else this.gate.take(input);
  }

  private checkInput(input: MachineInput): void {
    if (input.type === 'register') checkRegister(this.options.registers, input.assignment);
    if (input.type === 'entropy') checkSeed(input.seed);
  }

  private enter(input: MachineInput): void {
    this.scheduler.settle();
    this.scheduler.endSlice();
    switch (input.type) {
      case 'console':
        return this.consoles.type(input.bytes);
      case 'size':
        return this.hvc.resize(input);
      case 'agent':
        return tellProgram(this.console.port(AGENT_PORT), input.bytes);
      case 'files':
        return tellProgram(this.files.port(FILES_PORT), input.bytes);
      case 'key':
        return input.key === 'power' ? this.gpio.pressPower() : this.gpio.pressSleep();
      case 'wake':
        return this.power.wakeAll();
      case 'register':
        return writeRegister(this.options.registers, input.assignment);
      case 'entropy':
        return this.entropy.reseed(input.seed);
      case 'reset':
        return this.onReset();
      case 'time':
        return this.clock.step(input);
    }
  }

  /** Everything to its power-on state; the boot vCPU will start at `entry` with x0 = `x0`. RAM is left as it is. */
  reset(entry: number, x0: number): void {
    for (const { device } of this.devices) device.reset();
    for (const timer of this.timers) timer.reset();
    this.power.reset();
    this.engine.dropAllCode();
    for (const vcpu of this.engine.vcpus) resetVcpu(vcpu, { pc: BigInt(entry), x0: BigInt(x0) });
    this.scheduler.reset();
  }

  /**
   * Everything on the board that has a state of its own, in the order in which it must be restored, by what it is: `gic`, `console`,
   * `disk 0`, `timer 1`. Where a device is plugged in does not matter to its name.
   */
  *persistents(): IterableIterator<[name: string, device: Persistent]> {
    for (const { name, device } of this.devices) yield [name, device];
    for (const [index, timer] of this.timers.entries()) yield [`timer ${index}`, timer];
  }

  /** Time, whose turn it is, and what chance will say: with these a restored machine goes on in the very order the saved one would have. */
  saveTime(): DeviceState {
    return { scheduler: this.scheduler.save(), clock: this.clock.save(), entropy: this.entropy.save() };
  }

  /** Throws one sentence if what is saved now could not be restored. */
  requireSavable(): void {
    this.scheduler.requireSavable();
  }

  /** Throws one sentence if `state` is none of {@link saveTime}'s. */
  checkTime(state: DeviceState): Apply {
    const saved = new SavedState('machine', state);
    const scheduler = this.scheduler.check(saved.object('scheduler'));
    const clock = this.clock.check(saved.object('clock'), scheduler.cost);
    const entropy = this.entropy.check(saved.object('entropy'));
    return () => {
      scheduler.apply();
      clock();
      entropy();
    };
  }

  /**
   * Holds the machine while somebody reads it bit by bit: what arrives from outside waits, and nothing may run. Returns what ends that.
   * Throws if it is held already.
   */
  hold(): () => void {
    if (this.held) throw new Error('The machine is being saved already.');
    this.held = true;
    return () => {
      this.held = false;
    };
  }

  /** The device tree for this machine. */
  deviceTree(boot: { bootargs?: string; initrd?: { start: number; end: number } }): Uint8Array {
    const { options } = this;
    const rngSeed = new Uint8Array(RNG_SEED_BYTES);
    this.entropy.fill(rngSeed);
    const kaslrSeed = new Uint8Array(8);
    this.entropy.fill(kaslrSeed);
    return boardDeviceTree({
      mpidrs: this.engine.vcpus.map((_, index) => Number(mpidrOfVcpu(index) & 0xffffffn)),
      memoryBytes: this.memory.size,
      flash: options.flash !== undefined,
      cpuCompatible: this.engine.model.compatible,
      pmu: this.engine.model.has('FEAT_PMUv3'),
      interruptController: this.gic,
      psci: psciNode(options.registers.effectiveVersion, options.conduit).map((property) =>
        'strings' in property
          ? { name: property.name, value: [...property.strings] }
          : { name: property.name, value: [...property.u32s] },
      ),
      ...(boot.bootargs === undefined ? {} : { bootargs: boot.bootargs }),
      ...(boot.initrd ? { initrd: boot.initrd } : {}),
      rngSeed,
      kaslrSeed: new DataView(kaslrSeed.buffer).getBigUint64(0),
    });
  }

  /** Copies bytes into RAM at a physical address before the machine starts. Throws if they do not fit. */
  load(address: number, bytes: Uint8Array, what: string): void {
    atOnce(this.loading(address, bytes, what));
  }

  /** The same, some of it at a time. */
  *loading(address: number, bytes: Uint8Array, what: string): Steps<void> {
    if (!this.memory.contains(address, bytes.length)) {
      throw new Error(
        `The ${what} (${bytes.length} bytes at 0x${address.toString(16)}) does not fit into ${this.options.memoryMiB} MiB of memory.`,
      );
    }
    for (let at = 0; at < bytes.length; at += LOADED_AT_ONCE) {
      this.memory.write(address + at, bytes.subarray(at, at + LOADED_AT_ONCE));
      yield;
    }
  }
}

/** It was open when the host spoke. Kept for whoever opens it next, such bytes would pile up under a guest that closes it at once. */
function tellProgram(port: ConsolePort, bytes: Uint8Array): void {
  if (port.guestOpen) port.send(bytes);
}
