import type { AccessSize, Apply, DeviceState, MmioDevice } from '../device';
import { FIRST_SPI_INTID } from '../memory-map';
import { SavedState } from '../saved-state';
import { INTERRUPTS_PER_WORD, type InterruptBank } from './interrupt-bank';
import { GICD, GICD_CTLR, GICD_PART_LOW, GICD_TYPER, IIDR_VALUE, identificationRegisters } from './mmio-registers';

const CTLR_WRITABLE = GICD_CTLR.EnableGrp0 | GICD_CTLR.EnableGrp1;
const CTLR_FIXED = GICD_CTLR.ARE | GICD_CTLR.DS;
/** 16 bits of INTID, as QEMU says, although without LPIs no INTID is that large. */
const ID_BITS = 16;
const ID_REGISTERS = identificationRegisters(GICD_PART_LOW);
/** Bytes of each of the bitmap registers' ranges (IGROUPR to ICACTIVER): room for 1024 interrupts. */
const BITMAP_RANGE = 0x80;
const NO_TARGET = -1;

/**
 * GICD: the SPIs' registers. With affinity routing, what belongs to INTIDs 0 to 31 is the redistributors' and reads as
 * zero here, as does everything reserved. Source: IHI 0069, section 12.9.
 */
export class Distributor implements MmioDevice {
  readonly name = 'gicd';
  /** EnableGrp0 and EnableGrp1. */
  control = 0;

  /** GICD_IROUTER by SPI: Aff2 to Aff0 in the low word, Aff3 in the high one. */
  private readonly routeLow: Uint32Array;
  private readonly routeHigh: Uint8Array;
  /** The vCPU that the route names, or {@link NO_TARGET}. */
  private readonly targets: Int8Array;
  private readonly count: number;

  /**
   * @param affinities of the vCPUs, Aff3 to Aff0 in one 32-bit number
   * @param changed called after any write that may change what is pending where
   */
  constructor(
    private readonly spis: InterruptBank,
    private readonly affinities: readonly number[],
    private readonly changed: () => void,
  ) {
    this.count = spis.words * INTERRUPTS_PER_WORD;
    this.routeLow = new Uint32Array(this.count);
    this.routeHigh = new Uint8Array(this.count);
    this.targets = new Int8Array(this.count);
    this.reset();
  }

  /** The vCPU to which an SPI is routed; -1 if its affinity is nobody's. */
  target(spi: number): number {
    return this.targets[spi]!;
  }

  read(offset: number, size: AccessSize): number {
    const spi = this.prioritySpi(offset);
    if (spi >= 0) return this.spis.readPriorities(spi, size);
    if (size !== 4) return 0;
    switch (offset) {
      case GICD.CTLR:
        return CTLR_FIXED | this.control;
      case GICD.TYPER:
        // ITLinesNumber: words of 32 interrupts, the private ones' included, less one.
        return GICD_TYPER.No1N | GICD_TYPER.A3V | ((ID_BITS - 1) << GICD_TYPER.IDbitsShift) | this.spis.words;
      case GICD.IIDR:
        return IIDR_VALUE;
      default:
    }
    if (offset >= GICD.IGROUPR && offset < GICD.IPRIORITYR) {
      const word = this.bitmapWord(offset);
      return word < 0 ? 0 : this.spis.readBits(offset & ~(BITMAP_RANGE - 1), word);
    }
    const configuration = this.configurationRegister(offset);
    if (configuration >= 0) return this.spis.readConfiguration(configuration);
    const routed = this.routedSpi(offset);
    if (routed >= 0) return offset & 4 ? this.routeHigh[routed]! : this.routeLow[routed]!;
    if (offset >= GICD.PIDR4) return ID_REGISTERS[(offset - GICD.PIDR4) >>> 2] ?? 0;
    return 0;
  }

  write(offset: number, size: AccessSize, value: number): void {
    const spi = this.prioritySpi(offset);
    if (spi >= 0) {
      this.spis.writePriorities(spi, size, value);
      this.changed();
      return;
    }
    if (size !== 4) return;
    if (offset === GICD.CTLR) {
      this.control = value & CTLR_WRITABLE;
    } else if (offset >= GICD.IGROUPR && offset < GICD.IPRIORITYR) {
      const word = this.bitmapWord(offset);
      if (word < 0) return;
      this.spis.writeBits(offset & ~(BITMAP_RANGE - 1), word, value);
    } else {
      const configuration = this.configurationRegister(offset);
      const routed = this.routedSpi(offset);
      if (configuration >= 0) this.spis.writeConfiguration(configuration, value);
      else if (routed >= 0) this.writeRoute(routed, (offset & 4) !== 0, value);
      else return;
    }
    this.changed();
  }

  reset(): void {
    this.control = 0;
    this.spis.reset();
    this.routeLow.fill(0);
    this.routeHigh.fill(0);
    this.resolveAll();
  }

  save(): DeviceState {
    return {
      control: this.control,
      spis: this.spis.save(),
      routeLow: [...this.routeLow],
      routeHigh: this.routeHigh.slice(),
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const control = saved.number('control', CTLR_WRITABLE);
    const routeLow = saved.numbers('routeLow', this.count, 0xff_ffff);
    const routeHigh = saved.bytes('routeHigh', this.count);
    const spis = this.spis.check(this.name, saved.object('spis'));
    return () => {
      spis();
      this.control = control;
      this.routeLow.set(routeLow);
      this.routeHigh.set(routeHigh);
      this.resolveAll();
      this.changed();
    };
  }

  /** The Interrupt_Routing_Mode bit is not kept, as TYPER.No1N says. */
  private writeRoute(spi: number, high: boolean, value: number): void {
    if (high) this.routeHigh[spi] = value & 0xff;
    else this.routeLow[spi] = value & 0xff_ffff;
    this.resolve(spi);
  }

  private resolve(spi: number): void {
    const affinity = this.routeHigh[spi]! * 2 ** 24 + this.routeLow[spi]!;
    const vcpu = this.affinities.indexOf(affinity);
    this.targets[spi] = vcpu < 0 ? NO_TARGET : vcpu;
  }

  private resolveAll(): void {
    for (let spi = 0; spi < this.count; spi++) this.resolve(spi);
  }

  /** The word of SPIs that a bitmap register holds; negative for the private interrupts and for those there are not. */
  private bitmapWord(offset: number): number {
    const word = ((offset & (BITMAP_RANGE - 1)) >>> 2) - FIRST_SPI_INTID / INTERRUPTS_PER_WORD;
    return word < this.spis.words ? word : -1;
  }

  /** The SPI whose byte of IPRIORITYR is at `offset`, or -1. */
  private prioritySpi(offset: number): number {
    const spi = offset - GICD.IPRIORITYR - FIRST_SPI_INTID;
    return spi >= 0 && spi < this.count ? spi : -1;
  }

  /** The SPIs' own number of the ICFGR at `offset`, or -1. */
  private configurationRegister(offset: number): number {
    const register = ((offset - GICD.ICFGR) >> 2) - FIRST_SPI_INTID / 16;
    return register >= 0 && register < this.spis.words * 2 ? register : -1;
  }

  /** The SPI whose IROUTER is at `offset`, or -1. */
  private routedSpi(offset: number): number {
    const spi = ((offset - GICD.IROUTER) >> 3) - FIRST_SPI_INTID;
    return spi >= 0 && spi < this.count ? spi : -1;
  }
}
