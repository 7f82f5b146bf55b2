import { ICC, type IccRegister } from '../../cpu/sysregs/icc-registers';
import { GIC_REDISTRIBUTOR_STRIDE } from '../memory-map';
import { Gicv3 } from './gicv3';
import { GICD, GICR, GICR_SGI_FRAME } from './mmio-registers';

export const SPURIOUS = 1023;

/** A GIC with the accesses a kernel makes, in its words. vCPU n has affinity 0.0.0.n. */
export class GicHarness {
  readonly gic: Gicv3;
  /** What the CPUs were told last. */
  readonly irq: boolean[];
  readonly fiq: boolean[];
  readonly log: string[] = [];

  constructor(vcpus = 1, mpidrs: readonly number[] = Array.from({ length: vcpus }, (_, n) => 0x8000_0000 + n)) {
    this.irq = Array(vcpus).fill(false);
    this.fiq = Array(vcpus).fill(false);
    this.gic = new Gicv3({
      vcpus,
      mpidrs,
      accessing: () => 0,
      irqChanged: (vcpu, asserted, fiq) => {
        (fiq ? this.fiq : this.irq)[vcpu] = asserted;
        this.log.push(`${fiq ? 'fiq' : 'irq'}${vcpu} ${asserted ? 'up' : 'down'}`);
      },
    });
  }

  gicd(offset: number): number {
    return this.gic.distributor.read(offset, 4);
  }

  setGicd(offset: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.gic.distributor.write(offset, size, value >>> 0);
  }

  gicr(vcpu: number, offset: number): number {
    return this.gic.redistributors.read(vcpu * GIC_REDISTRIBUTOR_STRIDE + offset, 4);
  }

  setGicr(vcpu: number, offset: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.gic.redistributors.write(vcpu * GIC_REDISTRIBUTOR_STRIDE + offset, size, value >>> 0);
  }

  /** The SGI frame of a redistributor. */
  setSgi(vcpu: number, offset: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.setGicr(vcpu, GICR_SGI_FRAME + offset, value, size);
  }

  icc(vcpu: number, register: IccRegister): number {
    return this.gic.readIcc(vcpu, register);
  }

  setIcc(vcpu: number, register: IccRegister, low: number, high = 0): void {
    this.gic.writeIcc(vcpu, register, low, high);
  }

  /** Brings distributor, redistributors and CPU interfaces up in the order Linux's irq-gic-v3 does, all in group 1. */
  linuxInit(): this {
    this.setGicd(GICD.CTLR, 0);
    for (let n = 1; n < 9; n++) {
      this.setGicd(GICD.IGROUPR + 4 * n, 0xffff_ffff);
      this.setGicd(GICD.ICENABLER + 4 * n, 0xffff_ffff);
      this.setGicd(GICD.ICACTIVER + 4 * n, 0xffff_ffff);
    }
    for (let n = 32; n < 256; n += 4) this.setGicd(GICD.IPRIORITYR + n, 0xa0a0_a0a0);
    this.setGicd(GICD.CTLR, 0x13);
    for (let vcpu = 0; vcpu < this.gic.vcpus; vcpu++) {
      this.setGicr(vcpu, GICR.WAKER, this.gicr(vcpu, GICR.WAKER) & ~2);
      this.setSgi(vcpu, GICD.IGROUPR, 0xffff_ffff);
      this.setSgi(vcpu, GICD.ICENABLER, 0xffff_0000);
      this.setSgi(vcpu, GICD.ISENABLER, 0x0000_ffff);
      for (let n = 0; n < 32; n += 4) this.setSgi(vcpu, GICD.IPRIORITYR + n, 0xa0a0_a0a0);
      this.setIcc(vcpu, ICC.SRE, 7);
      this.setIcc(vcpu, ICC.PMR, 0xf0);
      this.setIcc(vcpu, ICC.BPR1, 0);
      this.setIcc(vcpu, ICC.AP1R0, 0);
      this.setIcc(vcpu, ICC.CTLR, 0);
      this.setIcc(vcpu, ICC.IGRPEN1, 1);
    }
    return this;
  }

  enableSpi(spi: number, priority?: number): void {
    const intid = spi + 32;
    if (priority !== undefined) this.setGicd(GICD.IPRIORITYR + intid, priority, 1);
    this.setGicd(GICD.ISENABLER + 4 * (intid >>> 5), 1 << (intid & 31));
  }

  makeEdge(spi: number): void {
    const offset = GICD.ICFGR + 4 * ((spi + 32) >>> 4);
    this.setGicd(offset, this.gicd(offset) | (2 << (2 * (spi & 15))));
  }
}
