import type { GicCpuPort } from '../../cpu/sysregs/context';
import { ICC, type IccRegister } from '../../cpu/sysregs/icc-registers';
import type { Apply, DeviceState, IrqLine, MmioDevice } from '../device';
import type { FdtNode } from '../fdt';
import { FIRST_PPI_INTID, FIRST_SPI_INTID, GIC_REDISTRIBUTOR_STRIDE, MEMORY_MAP, SPI_COUNT } from '../memory-map';
import { SavedState } from '../saved-state';
import { CpuInterface } from './cpu-interface';
import { Distributor } from './distributor';
import { type GicView, viewInterrupts } from './gic-view';
import { gicv3Node } from './gicv3-node';
import { type HighestPending, offerPending } from './highest-pending';
import { ICC_SRE_VALUE } from './icc-fields';
import { INTERRUPTS_PER_WORD, InterruptBank } from './interrupt-bank';
import type { InterruptController, InterruptControllerOptions, MmioRegion } from './interrupt-controller';
import { InterruptRequests } from './interrupt-requests';
import { GICD_CTLR, IDLE_PRIORITY, INTID_SPURIOUS } from './mmio-registers';
import { Redistributors } from './redistributor';

/** The SGIs are INTIDs 0 to 15: always edge-triggered. */
const SGI_EDGE_BITS = 0xffff;

/** ICC_SGI1R_EL1 and its like, by halves: bits 39 to 32 are bits 7 to 0 of the high one. */
const SGIR = {
  targetList: 0xffff,
  aff1Shift: 16,
  intidShift: 24,
  aff2Mask: 0xff,
  /** To every PE but the sender. */
  IRM: 1 << 8,
  rangeSelector: 0xf << 12,
  aff3Shift: 16,
} as const;

/**
 * The interrupt controller: Arm GICv3 with affinity routing, one Security state, no LPIs, as QEMU's `virt` has it with
 * `gic-version=3,its=off`. Group 0 is signalled as FIQ, group 1 as IRQ.
 * Source: Arm Generic Interrupt Controller Architecture Specification (IHI 0069).
 */
export class Gicv3 implements InterruptController {
  readonly version = 3;
  readonly ppiFlags = 0;
  readonly regions: readonly MmioRegion[];
  readonly distributor: MmioDevice;
  readonly redistributors: MmioDevice;
  readonly vcpus: number;

  private readonly spis = new InterruptBank(SPI_COUNT / INTERRUPTS_PER_WORD, 0);
  /** SGIs and PPIs of each vCPU. */
  private readonly privates: InterruptBank[] = [];
  private readonly interfaces: CpuInterface[] = [];
  private readonly dist: Distributor;
  private readonly redist: Redistributors;
  private readonly affinities: readonly number[];
  private readonly requests: InterruptRequests;
  /** By vCPU: whether an SPI is routed to it. */
  private readonly isTarget: ((spi: number) => boolean)[] = [];

  constructor({ vcpus, mpidrs, irqChanged }: InterruptControllerOptions) {
    if (!Number.isInteger(vcpus) || vcpus < 1 || mpidrs.length !== vcpus) {
      throw new RangeError(`A GICv3 for ${vcpus} vCPUs cannot have ${mpidrs.length} affinities.`);
    }
    this.vcpus = vcpus;
    this.requests = new InterruptRequests(vcpus, irqChanged);
    this.affinities = mpidrs.map(packAffinity);
    for (let vcpu = 0; vcpu < vcpus; vcpu++) {
      this.privates.push(new InterruptBank(1, SGI_EDGE_BITS));
      this.interfaces.push(new CpuInterface());
      this.isTarget.push((spi) => this.dist.target(spi) === vcpu);
    }
    const refreshAll = () => this.refreshAll();
    this.dist = new Distributor(this.spis, this.affinities, refreshAll);
    this.redist = new Redistributors(this.privates, this.affinities, (vcpu) => this.refresh(vcpu));
    this.distributor = this.dist;
    this.redistributors = this.redist;
    const { gicDistributor, gicRedistributors } = MEMORY_MAP;
    this.regions = [
      { ...gicDistributor, device: this.dist },
      { base: gicRedistributors.base, size: GIC_REDISTRIBUTOR_STRIDE * vcpus, device: this.redist },
    ];
  }

  /** This is the port: {@link readIcc} and {@link writeIcc}. */
  get systemRegisters(): GicCpuPort {
    return this;
  }

  deviceTreeNode(phandle: number): FdtNode {
    return gicv3Node(phandle);
  }

  /** The wire of shared peripheral interrupt `n` (0 to 223; its INTID is 32 more). */
  spi(n: number): IrqLine {
    if (!Number.isInteger(n) || n < 0 || n >= SPI_COUNT) throw new RangeError(`There is no SPI ${n}; there are ${SPI_COUNT}.`);
    return {
      set: (asserted) => {
        if (this.spis.setLevel(n, asserted)) this.refreshTarget(n);
      },
    };
  }

  /** The wire of a vCPU's private peripheral interrupt, by INTID (16 to 31). */
  ppi(vcpu: number, intid: number): IrqLine {
    const bank = this.privates[vcpu];
    if (bank === undefined) throw new RangeError(`There is no vCPU ${vcpu} for PPI ${intid}.`);
    if (!Number.isInteger(intid) || intid < FIRST_PPI_INTID || intid >= FIRST_SPI_INTID) {
      throw new RangeError(`There is no PPI with INTID ${intid}; they are 16 to 31.`);
    }
    return {
      set: (asserted) => {
        if (bank.setLevel(intid, asserted)) this.refresh(vcpu);
      },
    };
  }

  pendingIntid(vcpu: number): number {
    return this.interfaces[vcpu]!.pendingIntid;
  }

  /**
   * Whether an interrupt is pending that wakes a vCPU suspended to RAM. The group enables of its CPU interface do not count: Linux
   * clears ICC_IGRPEN1_EL1 before it calls SYSTEM_SUSPEND. A GIC's WakeRequest comes from the redistributor, in front of them, and KVM
   * looks at the priority mask alone (kvm_vgic_vcpu_pending_irq).
   */
  wakeRequested(vcpu: number): boolean {
    const [group0, group1] = this.distributedGroups;
    const best: HighestPending = {
      pendingIntid: INTID_SPURIOUS,
      pendingPriority: this.interfaces[vcpu]!.pmr,
      pendingGroup1: false,
    };
    offerPending(best, this.privates[vcpu]!, 0, group0, group1);
    offerPending(best, this.spis, FIRST_SPI_INTID, group0, group1, this.isTarget[vcpu]);
    return best.pendingIntid !== INTID_SPURIOUS;
  }

  /** Whether the distributor forwards interrupts of group 0 and of group 1. */
  private get distributedGroups(): [group0: boolean, group1: boolean] {
    const { control } = this.dist;
    return [(control & GICD_CTLR.EnableGrp0) !== 0, (control & GICD_CTLR.EnableGrp1) !== 0];
  }

  /**
   * The CPU interface's system registers, read by vCPU `vcpu`. All are 32 bits wide or have nothing above.
   * Reading IAR0 or IAR1 acknowledges. Write-only registers read as zero; that they are UNDEFINED is the CPU's affair.
   */
  readIcc(vcpu: number, register: IccRegister): number {
    switch (register) {
      case ICC.IAR0:
        return this.acknowledge(vcpu, false);
      case ICC.IAR1:
        return this.acknowledge(vcpu, true);
      case ICC.SRE:
        return ICC_SRE_VALUE;
      default:
        return this.interfaces[vcpu]!.read(register);
    }
  }

  /** For an onlooker: the same, without the acknowledgement. */
  peekIcc(vcpu: number, register: IccRegister): number {
    const group1 = register === ICC.IAR1;
    return group1 || register === ICC.IAR0 ? this.interfaces[vcpu]!.acknowledgeable(group1) : this.readIcc(vcpu, register);
  }

  /** Written by vCPU `vcpu`; the value as two 32-bit halves. */
  writeIcc(vcpu: number, register: IccRegister, valueLow: number, valueHigh: number): void {
    switch (register) {
      case ICC.EOIR0:
        this.endOfInterrupt(vcpu, valueLow & 0xffffff, false);
        break;
      case ICC.EOIR1:
        this.endOfInterrupt(vcpu, valueLow & 0xffffff, true);
        break;
      case ICC.DIR:
        if (this.interfaces[vcpu]!.splitEoi) this.deactivate(vcpu, valueLow & 0xffffff);
        break;
      case ICC.SGI1R:
        this.generateSgi(vcpu, valueLow, valueHigh, true);
        break;
      case ICC.SGI0R:
      case ICC.ASGI1R:
        // With one Security state, the alias reaches what belongs to the other one: group 0.
        this.generateSgi(vcpu, valueLow, valueHigh, false);
        break;
      default:
        this.interfaces[vcpu]!.write(register, valueLow);
        this.refresh(vcpu);
    }
  }

  /** The Warm reset of one vCPU (PSCI CPU_ON): its CPU interface starts afresh, its redistributor stays as it is. */
  resetCpuInterface(vcpu: number): void {
    this.interfaces[vcpu]!.reset();
    this.refresh(vcpu);
  }

  view(all: boolean): GicView {
    const [group0, group1] = this.distributedGroups;
    const own = this.privates.map((bank, vcpu) => ({ bank, first: 0, vcpu, targets: () => [vcpu] }));
    const targets = (spi: number): number[] => [this.dist.target(spi)].filter((vcpu) => vcpu >= 0);
    return {
      version: this.version,
      group0,
      group1,
      cpus: this.interfaces.map((cpu, vcpu) => ({ ...cpu.view(), ...this.requests.asserted(vcpu) })),
      interrupts: viewInterrupts([...own, { bank: this.spis, first: FIRST_SPI_INTID, targets }], all),
    };
  }

  reset(): void {
    this.dist.reset();
    this.redist.reset();
    for (const cpu of this.interfaces) cpu.reset();
    this.announceAll();
  }

  save(): DeviceState {
    return {
      distributor: this.dist.save(),
      redistributors: this.redist.save(),
      interfaces: this.interfaces.map((cpu) => cpu.save()),
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState('gicv3', state);
    const interfaces = saved.objects('interfaces', this.vcpus);
    const parts = [
      this.dist.check(saved.object('distributor')),
      this.redist.check(saved.object('redistributors')),
      ...interfaces.map((one, vcpu) => this.interfaces[vcpu]!.check(`gicv3 CPU interface ${vcpu}`, one)),
    ];
    return () => {
      for (const apply of parts) apply();
      this.announceAll();
    };
  }

  private acknowledge(vcpu: number, group1: boolean): number {
    const cpu = this.interfaces[vcpu]!;
    const intid = cpu.acknowledgeable(group1);
    if (intid === INTID_SPURIOUS) return intid;
    cpu.raisePriority();
    if (intid < FIRST_SPI_INTID) this.privates[vcpu]!.activate(intid);
    else this.spis.activate(intid - FIRST_SPI_INTID);
    this.refresh(vcpu);
    return intid;
  }

  private endOfInterrupt(vcpu: number, intid: number, group1: boolean): void {
    // An INTID that can never have been acknowledged (1020 to 1023 among them) changes nothing.
    if (intid >= FIRST_SPI_INTID + SPI_COUNT) return;
    const cpu = this.interfaces[vcpu]!;
    if (!cpu.dropPriority(group1)) return;
    if (cpu.splitEoi) this.refresh(vcpu);
    else this.deactivate(vcpu, intid);
  }

  private deactivate(vcpu: number, intid: number): void {
    if (intid < FIRST_SPI_INTID) {
      this.privates[vcpu]!.deactivate(intid);
    } else if (intid < FIRST_SPI_INTID + SPI_COUNT) {
      this.spis.deactivate(intid - FIRST_SPI_INTID);
      if (this.dist.target(intid - FIRST_SPI_INTID) !== vcpu) this.refreshTarget(intid - FIRST_SPI_INTID);
    }
    this.refresh(vcpu);
  }

  /** An SGI is sent only to where it is configured to be of the group that was written. */
  private generateSgi(sender: number, low: number, high: number, group1: boolean): void {
    const intid = (low >>> SGIR.intidShift) & 0xf;
    if (high & SGIR.IRM) {
      for (let vcpu = 0; vcpu < this.vcpus; vcpu++) if (vcpu !== sender) this.sendSgi(vcpu, intid, group1);
      return;
    }
    if (high & SGIR.rangeSelector) return; // Aff0 of 16 and more: ICC_CTLR_EL1.RSS says there are none
    const cluster =
      ((((high >>> SGIR.aff3Shift) & 0xff) << 24) | ((high & SGIR.aff2Mask) << 16) | (((low >>> SGIR.aff1Shift) & 0xff) << 8)) >>>
      0;
    for (let vcpu = 0; vcpu < this.vcpus; vcpu++) {
      const affinity = this.affinities[vcpu]!;
      const aff0 = affinity & 0xff;
      if (aff0 < 16 && affinity - aff0 === cluster && low & SGIR.targetList & (1 << aff0)) this.sendSgi(vcpu, intid, group1);
    }
  }

  private sendSgi(vcpu: number, intid: number, group1: boolean): void {
    const bank = this.privates[vcpu]!;
    if (((bank.group1[0]! & (1 << intid)) !== 0) !== group1) return;
    bank.latch(intid);
    this.refresh(vcpu);
  }

  /** After a change to one SPI. */
  private refreshTarget(spi: number): void {
    const target = this.dist.target(spi);
    if (target >= 0) this.refresh(target);
  }

  private refreshAll(): void {
    for (let vcpu = 0; vcpu < this.vcpus; vcpu++) this.refresh(vcpu);
  }

  /** Finds the vCPU's highest priority pending interrupt again and drives its IRQ and FIQ. */
  private refresh(vcpu: number): void {
    const cpu = this.interfaces[vcpu]!;
    const [distributed0, distributed1] = this.distributedGroups;
    const group0 = cpu.enableGroup0 && distributed0;
    const group1 = cpu.enableGroup1 && distributed1;
    cpu.pendingIntid = INTID_SPURIOUS;
    cpu.pendingPriority = IDLE_PRIORITY;
    cpu.pendingGroup1 = false;
    if (group0 || group1) {
      offerPending(cpu, this.privates[vcpu]!, 0, group0, group1);
      offerPending(cpu, this.spis, FIRST_SPI_INTID, group0, group1, this.isTarget[vcpu]);
    }
    const signals = cpu.signals;
    this.requests.drive(vcpu, signals && cpu.pendingGroup1, signals && !cpu.pendingGroup1);
  }

  private announceAll(): void {
    this.refreshAll();
    this.requests.announce();
  }
}

/** Aff3 to Aff0 in the bytes of one 32-bit number, as GICR_TYPER has them. */
function packAffinity(mpidr: number): number {
  const aff3 = Math.floor(mpidr / 2 ** 32) & 0xff;
  return ((aff3 << 24) | (mpidr & 0xff_ffff)) >>> 0;
}
