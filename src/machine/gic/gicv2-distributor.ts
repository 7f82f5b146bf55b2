import type { AccessSize, Apply, DeviceState, MmioDevice } from '../device';
import { FIRST_SPI_INTID } from '../memory-map';
import { SavedState } from '../saved-state';
import { GICD_SGIR, GICD_TYPER_V2, GICD_V2, GICD_V2_IDENTIFICATION, PRIORITY_MASK_V2, SGI_FILTER } from './gicv2-registers';
import { INTERRUPTS_PER_WORD, InterruptBank } from './interrupt-bank';
import { GICD, GICD_CTLR, IIDR_VALUE } from './mmio-registers';

/** QEMU's `virt` has 288 interrupts. */
export const SPI_COUNT_V2 = 256;
export const INTERRUPT_COUNT_V2 = FIRST_SPI_INTID + SPI_COUNT_V2;
export const SGI_COUNT = 16;
const SGI_BITS = 0xffff;
const CTLR_WRITABLE = GICD_CTLR.EnableGrp0 | GICD_CTLR.EnableGrp1;
const BITMAP_RANGE = 0x80;
const INTERRUPTS_PER_ICFGR = 16;

/** Part of an interrupt bank: which, and where in it. */
interface Place {
  readonly bank: InterruptBank;
  readonly index: number;
}

/**
 * GICD of a GICv2 without Security Extensions. What belongs to INTIDs 0 to 31 is banked: each vCPU sees its own. SGIs are always enabled, and pending
 * from each sender by itself. Source: IHI 0048, section 4.3.
 */
export class Gicv2Distributor implements MmioDevice {
  readonly name = 'gicd';
  /** EnableGrp0 and EnableGrp1. */
  control = 0;
  readonly spis = new InterruptBank(SPI_COUNT_V2 / INTERRUPTS_PER_WORD, 0, PRIORITY_MASK_V2);
  /** SGIs and PPIs of each vCPU. */
  readonly privates: readonly InterruptBank[];

  /** GICD_ITARGETSR by SPI: a bit for each vCPU. */
  private readonly targets = new Uint8Array(SPI_COUNT_V2);
  /** By vCPU and SGI: a bit for each vCPU that has sent it. */
  private readonly senders: Uint8Array;
  private readonly all: number;

  /**
   * @param accessing the vCPU that reads or writes
   * @param changed called after any write that may change what is pending where
   */
  constructor(
    private readonly vcpus: number,
    private readonly accessing: () => number,
    private readonly changed: () => void,
  ) {
    this.privates = Array.from({ length: vcpus }, () => new InterruptBank(1, SGI_BITS, PRIORITY_MASK_V2));
    this.senders = new Uint8Array(vcpus * SGI_COUNT);
    this.all = (1 << vcpus) - 1;
    this.reset();
  }

  /** Whether an SPI may be signalled to a vCPU. With one vCPU there are no targets to choose. */
  isTarget(spi: number, vcpu: number): boolean {
    return this.vcpus === 1 || (this.targets[spi]! & (1 << vcpu)) !== 0;
  }

  /** The vCPU that sent the pending SGI that is taken first. */
  senderOf(vcpu: number, sgi: number): number {
    const from = this.senders[vcpu * SGI_COUNT + sgi]!;
    return from === 0 ? 0 : 31 - Math.clz32(from & -from);
  }

  /** A vCPU takes an interrupt. An SGI stays pending if others have sent it, too. */
  activate(vcpu: number, intid: number): void {
    const { bank, index } = this.place(vcpu, intid)!;
    bank.activate(index);
    if (intid < SGI_COUNT) this.setSenders(vcpu, intid, this.sendersOf(vcpu, intid) & ~(1 << this.senderOf(vcpu, intid)));
  }

  deactivate(vcpu: number, intid: number): void {
    const found = this.place(vcpu, intid);
    found?.bank.deactivate(found.index);
  }

  isGroup1(vcpu: number, intid: number): boolean {
    const found = this.place(vcpu, intid);
    return found !== undefined && (found.bank.group1[found.index >>> 5]! & (1 << (found.index & 31))) !== 0;
  }

  read(offset: number, size: AccessSize): number {
    const vcpu = this.accessing();
    const at = this.byteAt(vcpu, offset, GICD.IPRIORITYR);
    if (at) return at.bank.readPriorities(at.index, size);
    if (offset >= GICD_V2.ITARGETSR && offset < GICD_V2.ITARGETSR + INTERRUPT_COUNT_V2)
      return bytesFrom(size, (n) => this.targetsOf(vcpu, offset - GICD_V2.ITARGETSR + n));
    const sgi = pendingSgi(offset);
    if (sgi >= 0) return bytesFrom(size, (n) => this.sendersOf(vcpu, sgi + n));
    return size === 4 ? this.readWord(vcpu, offset) : 0;
  }

  private readWord(vcpu: number, offset: number): number {
    switch (offset) {
      case GICD.CTLR:
        return this.control;
      case GICD.TYPER:
        // ITLinesNumber: words of 32 interrupts, the private ones' included, less one.
        return ((this.vcpus - 1) << GICD_TYPER_V2.CPUNumberShift) | this.spis.words;
      case GICD.IIDR:
        return IIDR_VALUE;
      default:
    }
    if (offset >= GICD.IGROUPR && offset < GICD.IPRIORITYR) {
      const found = this.place(vcpu, ((offset & (BITMAP_RANGE - 1)) >>> 2) * INTERRUPTS_PER_WORD);
      return found ? found.bank.readBits(offset & ~(BITMAP_RANGE - 1), found.index >>> 5) : 0;
    }
    const configured = this.configuredAt(vcpu, offset);
    if (configured) return configured.bank.readConfiguration(configured.index / INTERRUPTS_PER_ICFGR);
    return offset >= GICD_V2.PIDR4 ? (GICD_V2_IDENTIFICATION[(offset - GICD_V2.PIDR4) >>> 2] ?? 0) : 0;
  }

  write(offset: number, size: AccessSize, value: number): void {
    const vcpu = this.accessing();
    const at = this.byteAt(vcpu, offset, GICD.IPRIORITYR);
    const sgi = pendingSgi(offset);
    if (at) at.bank.writePriorities(at.index, size, value);
    else if (offset >= GICD_V2.ITARGETSR && offset < GICD_V2.ITARGETSR + INTERRUPT_COUNT_V2) {
      const first = offset - GICD_V2.ITARGETSR - FIRST_SPI_INTID;
      // Those of SGIs and PPIs are read-only, and all of them are zero with one vCPU.
      if (first < 0 || this.vcpus === 1) return;
      for (let n = 0; n < size; n++) this.targets[first + n] = (value >>> (8 * n)) & this.all;
    } else if (sgi >= 0) {
      for (let n = 0; n < size; n++) {
        const byte = (value >>> (8 * n)) & this.all;
        const old = this.sendersOf(vcpu, sgi + n);
        this.setSenders(vcpu, sgi + n, offset >= GICD_V2.SPENDSGIR ? old | byte : old & ~byte);
      }
    } else if (size === 4) this.writeWord(vcpu, offset, value);
    this.changed();
  }

  private writeWord(vcpu: number, offset: number, value: number): void {
    if (offset === GICD.CTLR) this.control = value & CTLR_WRITABLE;
    else if (offset === GICD_V2.SGIR) this.generateSgi(vcpu, value);
    else if (offset >= GICD.IGROUPR && offset < GICD.IPRIORITYR) {
      const found = this.place(vcpu, ((offset & (BITMAP_RANGE - 1)) >>> 2) * INTERRUPTS_PER_WORD);
      const register = offset & ~(BITMAP_RANGE - 1);
      if (found) found.bank.writeBits(register, found.index >>> 5, writable(register, offset, value));
    } else {
      const configured = this.configuredAt(vcpu, offset);
      configured?.bank.writeConfiguration(configured.index / INTERRUPTS_PER_ICFGR, value);
    }
  }

  private generateSgi(sender: number, value: number): void {
    const list = (value >>> GICD_SGIR.CPUTargetListShift) & this.all;
    const filter = (value >>> GICD_SGIR.TargetListFilterShift) & 3;
    const targets =
      filter === SGI_FILTER.LIST
        ? list
        : filter === SGI_FILTER.OTHERS
          ? this.all & ~(1 << sender)
          : filter === SGI_FILTER.SELF
            ? 1 << sender
            : 0;
    const sgi = value & GICD_SGIR.SGIINTID;
    for (let vcpu = 0; vcpu < this.vcpus; vcpu++)
      if (targets & (1 << vcpu)) this.setSenders(vcpu, sgi, this.sendersOf(vcpu, sgi) | (1 << sender));
  }

  reset(): void {
    this.control = 0;
    this.spis.reset();
    this.targets.fill(0);
    this.senders.fill(0);
    for (const bank of this.privates) {
      bank.reset();
      bank.enabled[0] = SGI_BITS;
    }
  }

  save(): DeviceState {
    return {
      control: this.control,
      spis: this.spis.save(),
      privates: this.privates.map((bank) => bank.save()),
      targets: this.targets.slice(),
      senders: this.senders.slice(),
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const control = saved.number('control', CTLR_WRITABLE);
    const targets = saved.bytes('targets', this.targets.length);
    const senders = saved.bytes('senders', this.senders.length);
    const banks = [
      this.spis.check(this.name, saved.object('spis')),
      ...saved.objects('privates', this.vcpus).map((bank, vcpu) => this.privates[vcpu]!.check(this.name, bank)),
    ];
    return () => {
      for (const apply of banks) apply();
      this.control = control;
      for (let spi = 0; spi < targets.length; spi++) this.targets[spi] = targets[spi]! & this.all;
      for (const bank of this.privates) bank.enabled[0]! |= SGI_BITS;
      for (let index = 0; index < senders.length; index++)
        this.setSenders(Math.floor(index / SGI_COUNT), index % SGI_COUNT, senders[index]! & this.all);
    };
  }

  private sendersOf(vcpu: number, sgi: number): number {
    return sgi < SGI_COUNT ? this.senders[vcpu * SGI_COUNT + sgi]! : 0;
  }

  /** An SGI is pending for as long as it is from anybody. */
  private setSenders(vcpu: number, sgi: number, from: number): void {
    if (sgi >= SGI_COUNT) return;
    this.senders[vcpu * SGI_COUNT + sgi] = from;
    const bank = this.privates[vcpu]!;
    if (from === 0) bank.latched[0]! &= ~(1 << sgi);
    else bank.latch(sgi);
  }

  private targetsOf(vcpu: number, intid: number): number {
    if (this.vcpus === 1 || intid >= INTERRUPT_COUNT_V2) return 0;
    return intid < FIRST_SPI_INTID ? 1 << vcpu : this.targets[intid - FIRST_SPI_INTID]!;
  }

  /** Where a vCPU finds an interrupt; undefined for those there are not. */
  private place(vcpu: number, intid: number): Place | undefined {
    if (intid < FIRST_SPI_INTID) return { bank: this.privates[vcpu]!, index: intid };
    return intid < INTERRUPT_COUNT_V2 ? { bank: this.spis, index: intid - FIRST_SPI_INTID } : undefined;
  }

  /** Where the interrupt is whose byte of a range of registers is at `offset`. */
  private byteAt(vcpu: number, offset: number, range: number): Place | undefined {
    return offset >= range ? this.place(vcpu, offset - range) : undefined;
  }

  private configuredAt(vcpu: number, offset: number): Place | undefined {
    return offset >= GICD.ICFGR && offset < GICD_V2.SGIR
      ? this.place(vcpu, ((offset - GICD.ICFGR) >> 2) * INTERRUPTS_PER_ICFGR)
      : undefined;
  }
}

/** SGIs are always enabled, and become pending by other registers. */
const READ_ONLY_FOR_SGIS: readonly number[] = [GICD.ISENABLER, GICD.ICENABLER, GICD.ISPENDR, GICD.ICPENDR];

/** What of a value may be written to one of the bitmap registers. */
const writable = (register: number, offset: number, value: number): number =>
  (offset & ~3) === register && READ_ONLY_FOR_SGIS.includes(register) ? (value & ~SGI_BITS) >>> 0 : value;

/** The SGI whose byte of CPENDSGIR or SPENDSGIR is at `offset`, or -1. */
function pendingSgi(offset: number): number {
  return offset >= GICD_V2.CPENDSGIR && offset < GICD_V2.SPENDSGIR + SGI_COUNT ? offset & (SGI_COUNT - 1) : -1;
}

/** A value of several bytes, the lowest first. */
function bytesFrom(size: AccessSize, byte: (n: number) => number): number {
  let value = 0;
  for (let n = size - 1; n >= 0; n--) value = (value << 8) | byte(n);
  return value >>> 0;
}
