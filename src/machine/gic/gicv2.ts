import type { AccessSize, Apply, DeviceState, IrqLine, MmioDevice } from '../device';
import type { FdtNode } from '../fdt';
import { FIRST_PPI_INTID, FIRST_SPI_INTID, MEMORY_MAP } from '../memory-map';
import { SavedState } from '../saved-state';
import { type GicView, viewInterrupts } from './gic-view';
import { Gicv2Distributor, INTERRUPT_COUNT_V2, SGI_COUNT, SPI_COUNT_V2 } from './gicv2-distributor';
import { Gicv2Interface } from './gicv2-interface';
import { gicv2Node } from './gicv2-node';
import {
  GICC,
  GICC_BYTES,
  GICC_CTLR,
  GICC_IIDR_VALUE,
  GICD_V2_BYTES,
  INTID_MASK,
  INTID_OTHER_GROUP,
  SOURCE_SHIFT,
} from './gicv2-registers';
import { type HighestPending, offerPending } from './highest-pending';
import type { InterruptController, InterruptControllerOptions, MmioRegion } from './interrupt-controller';
import { InterruptRequests } from './interrupt-requests';
import { GICD_CTLR, IDLE_PRIORITY, INTID_SPURIOUS } from './mmio-registers';

/** CPU interfaces that a GICv2 has at most: a byte of ITARGETSR has no more bits. */
export const MAX_GICV2_VCPUS = 8;

/** Whose groups count: of the distributor and of a CPU interface, or of the distributor alone. */
type Groups = readonly [group0: boolean, group1: boolean];

/**
 * The interrupt controller: Arm GICv2 without Security Extensions and without virtual interfaces, as QEMU's `virt` has it with `gic-version=2`, less the
 * frame for messages (GICv2m). Source: Arm Generic Interrupt Controller Architecture Specification, version 2.0 (IHI 0048).
 */
export class Gicv2 implements InterruptController {
  readonly version = 2;
  readonly ppiFlags: number;
  readonly regions: readonly MmioRegion[];
  readonly distributor: MmioDevice;
  readonly cpuInterfaces: MmioDevice;

  private readonly dist: Gicv2Distributor;
  private readonly interfaces: readonly Gicv2Interface[];
  private readonly requests: InterruptRequests;

  constructor(private readonly options: InterruptControllerOptions) {
    const { vcpus, accessing } = options;
    if (!Number.isInteger(vcpus) || vcpus < 1 || vcpus > MAX_GICV2_VCPUS)
      throw new RangeError(`A GICv2 cannot have ${vcpus} vCPUs: there is room for ${MAX_GICV2_VCPUS}.`);
    this.dist = new Gicv2Distributor(vcpus, accessing, () => this.refreshAll());
    this.interfaces = Array.from({ length: vcpus }, () => new Gicv2Interface());
    this.requests = new InterruptRequests(vcpus, options.irqChanged);
    this.distributor = this.dist;
    this.cpuInterfaces = this.windowOfInterfaces();
    // The mask of the CPUs that have it, in bits 15 to 8.
    this.ppiFlags = ((1 << vcpus) - 1) << 8;
    this.regions = [
      { base: MEMORY_MAP.gicDistributor.base, size: GICD_V2_BYTES, device: this.distributor },
      { base: MEMORY_MAP.gicCpuInterface.base, size: GICC_BYTES, device: this.cpuInterfaces },
    ];
  }

  deviceTreeNode(phandle: number): FdtNode {
    return gicv2Node(phandle);
  }

  spi(n: number): IrqLine {
    if (!Number.isInteger(n) || n < 0 || n >= SPI_COUNT_V2)
      throw new RangeError(`There is no SPI ${n}; there are ${SPI_COUNT_V2}.`);
    return {
      set: (asserted) => {
        if (this.dist.spis.setLevel(n, asserted)) this.refreshAll();
      },
    };
  }

  ppi(vcpu: number, intid: number): IrqLine {
    const bank = this.dist.privates[vcpu];
    if (bank === undefined) throw new RangeError(`There is no vCPU ${vcpu} for PPI ${intid}.`);
    if (!Number.isInteger(intid) || intid < FIRST_PPI_INTID || intid >= FIRST_SPI_INTID)
      throw new RangeError(`There is no PPI with INTID ${intid}; they are 16 to 31.`);
    return {
      set: (asserted) => {
        if (bank.setLevel(intid, asserted)) this.refresh(vcpu);
      },
    };
  }

  pendingIntid(vcpu: number): number {
    return this.interfaces[vcpu]!.pendingIntid;
  }

  /** The enables of the CPU interface do not count, as with a GICv3: the guest clears them on its way to sleep. */
  wakeRequested(vcpu: number): boolean {
    const best: HighestPending = {
      pendingIntid: INTID_SPURIOUS,
      pendingPriority: this.interfaces[vcpu]!.pmr,
      pendingGroup1: false,
    };
    this.find(best, vcpu, this.distributedGroups);
    return best.pendingIntid !== INTID_SPURIOUS;
  }

  resetCpuInterface(vcpu: number): void {
    this.interfaces[vcpu]!.reset();
    this.refresh(vcpu);
  }

  view(all: boolean): GicView {
    const [group0, group1] = this.distributedGroups;
    const own = this.dist.privates.map((bank, vcpu) => ({ bank, first: 0, vcpu, targets: () => [vcpu] }));
    const targets = (spi: number): number[] => [...this.interfaces.keys()].filter((vcpu) => this.dist.isTarget(spi, vcpu));
    return {
      version: this.version,
      group0,
      group1,
      cpus: this.interfaces.map((cpu, vcpu) => ({ ...cpu.view(), ...this.requests.asserted(vcpu) })),
      interrupts: viewInterrupts([...own, { bank: this.dist.spis, first: FIRST_SPI_INTID, targets }], all),
    };
  }

  reset(): void {
    this.dist.reset();
    for (const cpu of this.interfaces) cpu.reset();
    this.announceAll();
  }

  save(): DeviceState {
    return { distributor: this.dist.save(), interfaces: this.interfaces.map((cpu) => cpu.save()) };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState('gicv2', state);
    const interfaces = saved.objects('interfaces', this.interfaces.length);
    const parts = [
      this.dist.check(saved.object('distributor')),
      ...interfaces.map((one, vcpu) => this.interfaces[vcpu]!.check(`gicv2 CPU interface ${vcpu}`, one)),
    ];
    return () => {
      for (const apply of parts) apply();
      this.announceAll();
    };
  }

  /** GICC: each vCPU finds its own interface at the same address. Its state is saved with the controller's. */
  private windowOfInterfaces(): MmioDevice {
    return {
      name: 'gicc',
      read: (offset, size) => (size === 4 ? this.readInterface(this.options.accessing(), offset) : 0),
      write: (offset, size, value) => this.writeInterface(this.options.accessing(), offset, size, value),
      reset: () => {},
      save: () => ({}),
      check: () => () => {},
    };
  }

  private readInterface(vcpu: number, offset: number): number {
    const cpu = this.interfaces[vcpu]!;
    switch (offset) {
      case GICC.IAR:
        return this.acknowledge(vcpu, cpu.has(GICC_CTLR.AckCtl) ? 'any' : 'group 0');
      case GICC.AIAR:
        return this.acknowledge(vcpu, 'group 1');
      case GICC.HPPIR:
        return cpu.pendingGroup1 && !cpu.has(GICC_CTLR.AckCtl) ? INTID_OTHER_GROUP : this.withSource(vcpu, cpu.pendingIntid);
      case GICC.AHPPIR:
        return cpu.pendingGroup1 ? this.withSource(vcpu, cpu.pendingIntid) : INTID_SPURIOUS;
      case GICC.IIDR:
        return GICC_IIDR_VALUE;
      default:
        return cpu.read(offset);
    }
  }

  private writeInterface(vcpu: number, offset: number, size: AccessSize, value: number): void {
    if (size !== 4) return;
    const cpu = this.interfaces[vcpu]!;
    const intid = value & INTID_MASK;
    switch (offset) {
      case GICC.EOIR:
        return this.endOfInterrupt(vcpu, intid, this.dist.isGroup1(vcpu, intid));
      case GICC.AEOIR:
        return this.endOfInterrupt(vcpu, intid, true);
      case GICC.DIR:
        if (cpu.has(GICC_CTLR.EOImode)) this.deactivate(vcpu, intid);
        return;
      default:
        cpu.write(offset, value);
        this.refresh(vcpu);
    }
  }

  /** An SGI's INTID with the number of its sender above it. */
  private withSource(vcpu: number, intid: number): number {
    return intid < SGI_COUNT ? intid | (this.dist.senderOf(vcpu, intid) << SOURCE_SHIFT) : intid;
  }

  private acknowledge(vcpu: number, wanted: 'any' | 'group 0' | 'group 1'): number {
    const cpu = this.interfaces[vcpu]!;
    const { pendingIntid: intid, pendingGroup1: group1 } = cpu;
    if (!cpu.signals || (wanted === 'group 1' && !group1)) return INTID_SPURIOUS;
    if (wanted === 'group 0' && group1) return INTID_OTHER_GROUP;
    const value = this.withSource(vcpu, intid);
    cpu.raisePriority();
    this.dist.activate(vcpu, intid);
    this.refreshFor(vcpu, intid);
    return value;
  }

  private endOfInterrupt(vcpu: number, intid: number, group1: boolean): void {
    // An INTID that can never have been acknowledged (1020 to 1023 among them) changes nothing.
    if (intid >= INTERRUPT_COUNT_V2) return;
    const cpu = this.interfaces[vcpu]!;
    if (!cpu.dropPriority(group1)) return;
    if (cpu.has(GICC_CTLR.EOImode)) this.refresh(vcpu);
    else this.deactivate(vcpu, intid);
  }

  private deactivate(vcpu: number, intid: number): void {
    this.dist.deactivate(vcpu, intid);
    this.refreshFor(vcpu, intid);
  }

  /** After a change to one interrupt, made by a vCPU. An SPI may be pending for several. */
  private refreshFor(vcpu: number, intid: number): void {
    if (intid < FIRST_SPI_INTID) this.refresh(vcpu);
    else this.refreshAll();
  }

  private refreshAll(): void {
    for (let vcpu = 0; vcpu < this.interfaces.length; vcpu++) this.refresh(vcpu);
  }

  private get distributedGroups(): Groups {
    const { control } = this.dist;
    return [(control & GICD_CTLR.EnableGrp0) !== 0, (control & GICD_CTLR.EnableGrp1) !== 0];
  }

  /** Finds the vCPU's highest priority pending interrupt again and drives its IRQ and FIQ. */
  private refresh(vcpu: number): void {
    const cpu = this.interfaces[vcpu]!;
    const [group0, group1] = this.distributedGroups;
    cpu.pendingIntid = INTID_SPURIOUS;
    cpu.pendingPriority = IDLE_PRIORITY;
    cpu.pendingGroup1 = false;
    this.find(cpu, vcpu, [group0 && cpu.has(GICC_CTLR.EnableGrp0), group1 && cpu.has(GICC_CTLR.EnableGrp1)]);
    const { signals } = cpu;
    const asFiq = !cpu.pendingGroup1 && cpu.has(GICC_CTLR.FIQEn);
    this.requests.drive(vcpu, signals && !asFiq, signals && asFiq);
  }

  /** Offers all interrupts of the groups that a vCPU could take to `best`. */
  private find(best: HighestPending, vcpu: number, groups: Groups): void {
    const [group0, group1] = groups;
    if (!group0 && !group1) return;
    offerPending(best, this.dist.privates[vcpu]!, 0, group0, group1);
    offerPending(best, this.dist.spis, FIRST_SPI_INTID, group0, group1, (spi) => this.dist.isTarget(spi, vcpu));
  }

  private announceAll(): void {
    this.refreshAll();
    this.requests.announce();
  }
}
