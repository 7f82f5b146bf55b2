import { Engine } from '../cpu/engine';
import { resetVcpu } from '../cpu/exceptions';
import { Jit } from '../cpu/jit/jit';
import { CPU, RAM_BASE } from '../cpu/layout';
import type { GicCpuPort, TimerPort } from '../cpu/sysregs/context';
import { keyCRm, keyCRn, keyOp1, keyOp2 } from '../cpu/sysregs/encoding';
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
import { type HostTime, MachineClock, NS_PER_INSTRUCTION } from './clock';
import type { DeviceState, Persistent } from './device';
import { AllOnes, PciEcam } from './devices/pci-ecam';
import { Pl011 } from './devices/pl011';
import { Pl031 } from './devices/pl031';
import { Pl061 } from './devices/pl061';
import { VirtioBlock } from './devices/virtio/block';
import { VirtioConsole } from './devices/virtio/console';
import type { VirtioDevice } from './devices/virtio/device';
import { VirtioEntropy } from './devices/virtio/entropy';
import { VirtioMmio } from './devices/virtio/transport-mmio';
import { boardDeviceTree } from './devicetree';
import { Gicv3, iccRegister } from './gic';
import { MachineMemory } from './guest-memory';
import { GIC_REDISTRIBUTOR_STRIDE, MEMORY_MAP, PPI, SPI, VIRTIO_MMIO_SLOTS, virtioMmioRegion } from './memory-map';
import { PowerController } from './power';
import { GenericTimer, timerRegister } from './timer';

export const AGENT_PORT = 'org.dormouse.agent.0';

export interface MachineOptions {
  vcpus: number;
  memoryMiB: number;
  conduit: Conduit;
  clock: 'realtime' | 'virtual';
  engine: 'interpreter' | 'jit' | 'auto';
  registers: FirmwareRegisters;
  policy: Policy;
  systemSuspend: boolean;
  disks: readonly BlockDevice[];
  host: HostTime;
  entropy: (bytes: Uint8Array) => void;
  onConsole: (byte: number) => void;
  onFirmwareCall: (reply: CallReply) => void;
  onSystemEvent: (event: SystemEvent, reply: CallReply) => void;
  /** A driver or a disk did something wrong: one sentence. */
  onFault: (sentence: string) => void;
}

/** What {@link Machine.run} found. */
export type RunOutcome =
  | { state: 'running' }
  /** All vCPUs wait. `wakeAt`: machine time in ns of the next timer, Infinity if only input can wake it. */
  | { state: 'idle'; wakeAt: number }
  /** No vCPU is powered on, or a system event stopped the machine. */
  | { state: 'stopped' };

/** Instructions per turn while one vCPU runs, and while several share the worker. */
const SLICE_ALONE = 100_000;
const SLICE_SHARED = 40_000;
/** As QEMU gives. */
const RNG_SEED_BYTES = 32;
/** 2000-01-01: what the clock of a machine under virtual time shows at power-on. */
const VIRTUAL_EPOCH = 946_684_800_000_000_000n;

/** The board: vCPUs, devices, interrupts and time, and the scheduler that takes the vCPUs in turn. */
export class Machine {
  engine!: Engine;
  readonly bus = new Bus();
  clock!: MachineClock;
  gic!: Gicv3;
  power!: PowerController;
  memory!: MachineMemory;
  uart!: Pl011;
  gpio!: Pl061;
  console!: VirtioConsole;
  /** Called when something from outside (input, a message of the host) makes an interrupt pending: a sleeping machine has work. */
  onWake: () => void = () => {};
  /** Instructions retired by each vCPU. */
  readonly retired: number[];
  /** The same by exception level (0, 1), credited slice by slice to the level the slice ended in. */
  readonly retiredByEl: number[][];
  private readonly timers: GenericTimer[] = [];
  private readonly devices: { name: string; device: Persistent }[] = [];
  private retiredBefore = 0;
  private next = 0;
  private halted = false;

  private constructor(readonly options: MachineOptions) {
    this.retired = new Array<number>(options.vcpus).fill(0);
    this.retiredByEl = this.retired.map(() => [0, 0]);
  }

  static async create(options: MachineOptions): Promise<Machine> {
    const machine = new Machine(options);
    await machine.build();
    return machine;
  }

  private async build(): Promise<void> {
    const { options, bus } = this;
    const vcpus = Array.from({ length: options.vcpus }, (_, index) => index);
    this.engine = await Engine.create({
      vcpus: options.vcpus,
      ramBytes: options.memoryMiB * 1024 * 1024,
      mmio: bus,
      ports: {
        gic: this.gicPort(),
        timer: this.timerPort(),
        firmwareCall: (vcpu, conduit, immediate) => this.power.call(vcpu, conduit, immediate),
      },
    });
    if (options.engine !== 'interpreter') this.engine.compiler = new Jit(this.engine);
    this.memory = new MachineMemory(this.engine);
    this.clock = new MachineClock(options.clock, options.host, () => this.instructions, VIRTUAL_EPOCH);
    this.gic = new Gicv3({
      vcpus: options.vcpus,
      mpidrs: vcpus.map((index) => Number(mpidrOfVcpu(index))),
      irqChanged: (vcpu, asserted, fiq) => this.interruptChanged(vcpu, asserted, fiq),
    });
    for (const vcpu of vcpus) {
      const timer = new GenericTimer({
        counter: () => this.clock.ticks,
        virtualLine: this.gic.ppi(vcpu, PPI.virtualTimer),
        physicalLine: this.gic.ppi(vcpu, PPI.physicalTimer),
        deadlineChanged: () => this.engine.requestStop(),
      });
      this.timers.push(timer);
    }
    this.power = new PowerController(this.engine, {
      registers: options.registers,
      policy: options.policy,
      systemSuspend: options.systemSuspend,
      entropy: options.entropy,
      ptp: () => ({ wall: this.clock.wallTime(), counter: BigInt(this.clock.ticks) }),
      onCall: options.onFirmwareCall,
      onSystemEvent: (event, reply) => {
        // A machine suspended to RAM goes on when an interrupt wakes it.
        if (event.type !== 'suspend') this.halted = true;
        options.onSystemEvent(event, reply);
      },
      resetTimer: (vcpu) => this.timers[vcpu]!.reset(),
      ram: { base: BigInt(RAM_BASE), size: BigInt(this.engine.ramBytes) },
      write: (address, bytes) => this.memory.write(Number(address), bytes),
    });
    this.addDevices();
  }

  private addDevices(): void {
    const { options, bus, gic, clock, memory } = this;
    bus.map(MEMORY_MAP.gicDistributor.base, MEMORY_MAP.gicDistributor.size, gic.distributor);
    bus.map(MEMORY_MAP.gicRedistributors.base, GIC_REDISTRIBUTOR_STRIDE * options.vcpus, gic.redistributors);
    this.uart = new Pl011({ irq: gic.spi(SPI.uart), onOutput: options.onConsole });
    const rtc = new Pl031({ irq: gic.spi(SPI.rtc), clock });
    this.gpio = new Pl061({ irq: gic.spi(SPI.gpio), clock });
    const ecam = new PciEcam();
    bus.map(MEMORY_MAP.uart.base, MEMORY_MAP.uart.size, this.uart);
    bus.map(MEMORY_MAP.rtc.base, MEMORY_MAP.rtc.size, rtc);
    bus.map(MEMORY_MAP.gpio.base, MEMORY_MAP.gpio.size, this.gpio);
    bus.map(MEMORY_MAP.pcieMmio.base, MEMORY_MAP.pcieMmio.size, new AllOnes('pcie-mmio'));
    bus.map(MEMORY_MAP.pcieMmio64.base, MEMORY_MAP.pcieMmio64.size, new AllOnes('pcie-mmio64'));
    bus.map(MEMORY_MAP.pciePio.base, MEMORY_MAP.pciePio.size, new AllOnes('pcie-pio'));
    bus.map(MEMORY_MAP.pcieEcam.base, MEMORY_MAP.pcieEcam.size, ecam);
    this.devices.push(
      { name: 'gic', device: gic },
      { name: 'uart', device: this.uart },
      { name: 'rtc', device: rtc },
      { name: 'gpio', device: this.gpio },
      { name: 'pci-ecam', device: ecam },
    );

    this.console = new VirtioConsole({ ports: [AGENT_PORT] });
    const onDiskError = (error: unknown) => options.onFault((error as Error).message);
    const virtio: VirtioDevice[] = [
      this.console,
      new VirtioEntropy(options.entropy),
      ...options.disks.map((disk) => new VirtioBlock({ disk, onDiskError })),
    ];
    // QEMU fills the slots from the last one down, so small guests look for their disk there.
    const firstUsed = VIRTIO_MMIO_SLOTS - virtio.length;
    for (let slot = 0; slot < VIRTIO_MMIO_SLOTS; slot++) {
      const { base, size } = virtioMmioRegion(slot);
      const device = virtio[slot - firstUsed];
      const transport = new VirtioMmio({
        memory,
        irq: gic.spi(SPI.virtioMmio + slot),
        onFault: options.onFault,
        ...(device ? { device } : {}),
      });
      bus.map(base, size, transport);
      this.devices.push({ name: `virtio-mmio ${slot}`, device: transport });
    }
  }

  private gicPort(): GicCpuPort {
    const register = (key: number) => iccRegister(keyOp1(key), keyCRn(key), keyCRm(key), keyOp2(key))!.register;
    return {
      readIcc: (vcpu, key) => this.gic.readIcc(vcpu, register(key)),
      writeIcc: (vcpu, key, lo, hi) => this.gic.writeIcc(vcpu, register(key), lo, hi),
    };
  }

  private timerPort(): TimerPort {
    const register = (key: number) => timerRegister(keyOp1(key), keyCRn(key), keyCRm(key), keyOp2(key));
    return {
      read: (vcpu, key) => {
        const which = register(key);
        if (which === undefined) return 0n;
        const low = this.timers[vcpu]!.read(which);
        return (BigInt(this.timers[vcpu]!.high) << 32n) | BigInt(low >>> 0);
      },
      write: (vcpu, key, value) => {
        const which = register(key);
        if (which !== undefined) this.timers[vcpu]!.write(which, Number(value & 0xffffffffn), Number(value >> 32n));
      },
    };
  }

  private interruptChanged(vcpu: number, asserted: boolean, fiq: boolean): void {
    const v = this.engine.vcpus[vcpu]!;
    const bit = fiq ? 1 << 6 : 1 << 7;
    const lines = v.get32(CPU.IRQ_LINES);
    v.set32(CPU.IRQ_LINES, asserted ? lines | bit : lines & ~bit);
    if (!asserted) return;
    this.engine.requestStop();
    if (!this.inSlice) this.onWake();
  }

  /** Instructions retired by all vCPUs, exact also while one runs. */
  get instructions(): number {
    return this.retiredBefore + (this.inSlice ? this.engine.retiredInSlice : 0);
  }
  private inSlice = false;

  /** Everything to its power-on state; the boot vCPU will start at `entry` with x0 = `x0`. RAM is left as it is. */
  reset(entry: number, x0: number): void {
    for (const { device } of this.devices) device.reset();
    for (const timer of this.timers) timer.reset();
    this.power.reset();
    this.engine.dropAllCode();
    for (const vcpu of this.engine.vcpus) resetVcpu(vcpu, { pc: BigInt(entry), x0: BigInt(x0) });
    this.halted = false;
    this.next = 0;
  }

  /** The state of every device, in a fixed order. */
  *deviceStates(): IterableIterator<[name: string, state: DeviceState]> {
    for (const { name, device } of this.devices) yield [name, device.save()];
    for (const [index, timer] of this.timers.entries()) yield [`timer ${index}`, timer.save()];
  }

  /** Time and whose turn it is: with these a restored machine goes on in the very order the saved one would have. */
  saveTime(): DeviceState {
    return { retired: [...this.retired], clock: this.clock.save(), next: this.next };
  }

  restoreTime(state: DeviceState): void {
    const retired = state.retired as number[];
    retired.forEach((count, index) => {
      this.retired[index] = count;
      this.retiredByEl[index] = [0, count];
    });
    this.retiredBefore = retired.reduce((sum, count) => sum + count, 0);
    this.clock.restore(state.clock as DeviceState, this.retiredBefore);
    this.next = state.next as number;
    this.halted = false;
  }

  /** `state` gives the saved state of `device NAME`. */
  restoreDevices(state: (name: string) => DeviceState): void {
    for (const { name, device } of this.devices) device.restore(state(`device ${name}`));
    for (const [index, timer] of this.timers.entries()) timer.restore(state(`device timer ${index}`));
  }

  /** The device tree for this machine. */
  deviceTree(boot: { bootargs?: string; initrd?: { start: number; end: number } }): Uint8Array {
    const { options } = this;
    const rngSeed = new Uint8Array(RNG_SEED_BYTES);
    options.entropy(rngSeed);
    const kaslrSeed = new Uint8Array(8);
    options.entropy(kaslrSeed);
    return boardDeviceTree({
      mpidrs: this.engine.vcpus.map((_, index) => Number(mpidrOfVcpu(index) & 0xffffffn)),
      memoryBytes: this.engine.ramBytes,
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

  /** Machine time in ns at which something is due: a timer of a powered vCPU or an alarm. */
  private nextDeadline(): number {
    let ticks = Number.POSITIVE_INFINITY;
    for (const timer of this.timers) ticks = Math.min(ticks, timer.nextDeadline());
    return Math.min(MachineClock.ticksToNs(ticks), this.clock.nextAlarm());
  }

  private fireDue(): void {
    this.clock.fireDue();
    const { ticks } = this.clock;
    for (const timer of this.timers) if (timer.nextDeadline() <= ticks) timer.update();
  }

  /** The next vCPU in turn that can run; waiting ones wake when an interrupt is pending, masked or not. */
  private pick(): number {
    const { vcpus } = this.engine;
    for (let i = 0; i < vcpus.length; i++) {
      const index = (this.next + i) % vcpus.length;
      const vcpu = vcpus[index]!;
      if (this.power.states[index] === 'suspended' && this.gic.wakeRequested(index)) this.power.wake(index);
      if (this.power.states[index] !== 'runnable') continue;
      if (vcpu.get32(CPU.WAITING)) {
        if (!vcpu.get32(CPU.IRQ_LINES)) continue;
        vcpu.set32(CPU.WAITING, 0);
      }
      this.next = (index + 1) % vcpus.length;
      return index;
    }
    return -1;
  }

  private get runnableCount(): number {
    let count = 0;
    this.engine.vcpus.forEach((vcpu, index) => {
      if (this.power.states[index] === 'runnable' && !vcpu.get32(CPU.WAITING)) count++;
    });
    return count;
  }

  /** Runs for about `instructions`, or until all vCPUs wait or the machine stops. */
  run(instructions: number): RunOutcome {
    const until = this.retiredBefore + instructions;
    while (!this.halted) {
      this.clock.sample();
      this.fireDue();
      const index = this.pick();
      if (index >= 0) this.power.runs(index);
      const deadline = this.nextDeadline();
      if (index < 0) {
        if (this.power.states.every((state) => state === 'stopped')) return { state: 'stopped' };
        if (this.clock.mode === 'realtime' || deadline === Number.POSITIVE_INFINITY) return { state: 'idle', wakeAt: deadline };
        this.clock.skipTo(deadline);
        continue;
      }
      let budget = this.runnableCount > 1 ? SLICE_SHARED : SLICE_ALONE;
      if (this.clock.mode === 'virtual' && deadline !== Number.POSITIVE_INFINITY) {
        const due = Math.ceil((deadline - this.clock.ns) / NS_PER_INSTRUCTION);
        budget = Math.max(1, Math.min(budget, due));
      }
      this.inSlice = true;
      const vcpu = this.engine.vcpus[index]!;
      this.engine.runSlice(vcpu, budget);
      this.inSlice = false;
      this.account(index, vcpu.get32(CPU.EL), this.engine.retiredInSlice);
      if (this.retiredBefore >= until) return { state: 'running' };
    }
    return { state: 'stopped' };
  }

  private account(index: number, el: number, retired: number): void {
    const levels = this.retiredByEl[index]!;
    levels[el] = levels[el]! + retired;
    this.retired[index] = this.retired[index]! + retired;
    this.retiredBefore += retired;
  }

  /** Copies bytes into RAM at a physical address before the machine starts. Throws if they do not fit. */
  load(address: number, bytes: Uint8Array, what: string): void {
    const end = RAM_BASE + this.engine.ramBytes;
    if (address < RAM_BASE || address + bytes.length > end) {
      throw new Error(
        `The ${what} (${bytes.length} bytes at 0x${address.toString(16)}) does not fit into ${this.options.memoryMiB} MiB of memory.`,
      );
    }
    this.memory.write(address, bytes);
  }
}
