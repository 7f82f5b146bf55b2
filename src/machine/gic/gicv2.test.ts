import { beforeEach, describe, expect, it } from 'vitest';
import { Gicv2 } from './gicv2';
import { GICC, GICD_V2 } from './gicv2-registers';
import { GICD } from './mmio-registers';

const SPURIOUS = 1023;

/** A GICv2 with the accesses a kernel makes, by vCPU. */
class Harness {
  readonly gic: Gicv2;
  readonly irq: boolean[];
  readonly fiq: boolean[];
  private at = 0;

  constructor(vcpus: number) {
    this.irq = Array(vcpus).fill(false);
    this.fiq = Array(vcpus).fill(false);
    this.gic = new Gicv2({
      vcpus,
      mpidrs: Array.from({ length: vcpus }, (_, n) => n),
      accessing: () => this.at,
      irqChanged: (vcpu, asserted, fiq) => {
        (fiq ? this.fiq : this.irq)[vcpu] = asserted;
      },
    });
    // As Linux's irq-gic: all in group 0, all SPIs to CPU 0.
    for (let n = 32; n < 288; n += 4) {
      this.setGicd(GICD_V2.ITARGETSR + n, 0x01010101);
      this.setGicd(GICD.IPRIORITYR + n, 0xa0a0a0a0);
    }
    for (let vcpu = 0; vcpu < vcpus; vcpu++) {
      for (let n = 0; n < 32; n += 4) this.on(vcpu).setGicd(GICD.IPRIORITYR + n, 0xa0a0a0a0);
      this.setGicc(GICC.PMR, 0xf0);
      this.setGicc(GICC.CTLR, 1);
    }
    this.on(0).setGicd(GICD.CTLR, 1);
  }

  /** Accesses from here on are made by this vCPU. */
  on(vcpu: number): this {
    this.at = vcpu;
    return this;
  }
  gicd(offset: number, size: 1 | 2 | 4 = 4): number {
    return this.gic.distributor.read(offset, size);
  }
  setGicd(offset: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.gic.distributor.write(offset, size, value >>> 0);
  }
  gicc(offset: number, size: 1 | 2 | 4 = 4): number {
    return this.gic.cpuInterfaces.read(offset, size);
  }
  setGicc(offset: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.gic.cpuInterfaces.write(offset, size, value >>> 0);
  }
  enable(intid: number): void {
    this.setGicd(GICD.ISENABLER + 4 * (intid >>> 5), 1 << (intid & 31));
  }
}

describe('a GICv2', () => {
  let h: Harness;
  beforeEach(() => {
    h = new Harness(4);
  });

  it('signals an SPI to its targets and lets one of them take it', () => {
    h.enable(40);
    h.setGicd(GICD_V2.ITARGETSR + 40, 0b1010, 1);
    h.gic.spi(8).set(true);
    expect(h.irq).toEqual([false, true, false, true]);
    expect(h.on(3).gicc(GICC.IAR)).toBe(40);
    expect(h.irq).toEqual([false, false, false, false]);
    expect(h.on(1).gicc(GICC.IAR)).toBe(SPURIOUS);
    // Level-sensitive: it is pending again once it is not active any more.
    h.on(3).setGicc(GICC.EOIR, 40);
    expect(h.irq).toEqual([false, true, false, true]);
    h.gic.spi(8).set(false);
    expect(h.irq).toEqual([false, false, false, false]);
  });

  it('leaves SGIs enabled and not pending, also where a word is written across registers', () => {
    for (const at of [0, 1, 2, 3]) {
      h.setGicd(GICD.ICENABLER + at, 0xffff);
      h.setGicd(GICD.ISPENDR + at, 0xffff);
    }
    expect([h.gicd(GICD.ISENABLER) & 0xffff, h.gicd(GICD.ISPENDR) & 0xffff]).toEqual([0xffff, 0]);
  });

  it('latches an edge until it is taken', () => {
    h.setGicd(GICD.ICFGR + 8, 2 << 16);
    h.enable(40);
    h.gic.spi(8).set(true);
    h.gic.spi(8).set(false);
    expect(h.irq[0]).toBe(true);
    expect(h.gicc(GICC.IAR)).toBe(40);
    h.gic.spi(8).set(true);
    expect(h.irq[0]).toBe(false);
    h.setGicc(GICC.EOIR, 40);
    expect(h.irq[0]).toBe(true);
  });

  it('has PPIs of each vCPU by itself', () => {
    h.on(2).enable(27);
    h.gic.ppi(2, 27).set(true);
    h.gic.ppi(1, 27).set(true);
    expect(h.irq).toEqual([false, false, true, false]);
    expect([h.on(2).gicd(GICD.ISENABLER), h.on(1).gicd(GICD.ISENABLER)]).toEqual([0x0800ffff, 0xffff]);
    h.on(1).enable(27);
    expect(h.irq[1]).toBe(true);
  });

  it('keeps of ITARGETSR the CPUs there are, and shows the private ones the CPU that reads', () => {
    h.setGicd(GICD_V2.ITARGETSR + 40, 0xff, 1);
    expect(h.gicd(GICD_V2.ITARGETSR + 40)).toBe(0x0101010f);
    h.setGicd(GICD_V2.ITARGETSR, 0xffffffff);
    expect(h.on(3).gicd(GICD_V2.ITARGETSR)).toBe(0x08080808);
    expect(h.on(3).gicd(GICD_V2.ITARGETSR + 30, 2)).toBe(0x0808);
  });

  it('with one vCPU has no targets: all goes there', () => {
    const one = new Harness(1);
    one.setGicd(GICD_V2.ITARGETSR + 40, 0xffffffff);
    expect([one.gicd(GICD_V2.ITARGETSR + 40), one.gicd(GICD_V2.ITARGETSR)]).toEqual([0, 0]);
    one.enable(40);
    one.gic.spi(8).set(true);
    expect(one.irq).toEqual([true]);
  });

  it('keeps SGIs of several senders apart', () => {
    h.on(1).setGicd(GICD_V2.SGIR, (1 << 16) | 5);
    h.on(3).setGicd(GICD_V2.SGIR, (1 << 16) | 5);
    expect(h.on(0).gicd(GICD_V2.SPENDSGIR + 4)).toBe(0b1010 << 8);
    expect(h.gicc(GICC.HPPIR)).toBe(5 | (1 << 10));
    expect(h.gicc(GICC.IAR)).toBe(5 | (1 << 10));
    expect(h.irq[0]).toBe(false);
    h.setGicc(GICC.EOIR, 5 | (1 << 10));
    expect(h.gicc(GICC.IAR)).toBe(5 | (3 << 10));
    h.setGicc(GICC.EOIR, 5 | (3 << 10));
    expect(h.gicc(GICC.IAR)).toBe(SPURIOUS);
  });

  it.each([
    ['a list', 0b0101 << 16, [true, false, true, false]],
    ['all but the sender', 1 << 24, [true, false, true, true]],
    ['the sender', 2 << 24, [false, true, false, false]],
    ['nobody, by a reserved filter', (3 << 24) | (0xff << 16), [false, false, false, false]],
  ])('sends an SGI to %s', (_name, value, irq) => {
    h.on(1).setGicd(GICD_V2.SGIR, value | 7);
    expect(h.irq).toEqual(irq);
  });

  it('takes SGIs away by CPENDSGIR, from one sender or all', () => {
    h.setGicd(GICD_V2.SPENDSGIR + 2, 0xff, 1);
    expect(h.gicd(GICD_V2.CPENDSGIR + 2, 1)).toBe(0xf);
    h.setGicd(GICD_V2.CPENDSGIR + 2, 0b0110, 1);
    expect([h.gicd(GICD_V2.SPENDSGIR + 2, 1), h.irq[0]]).toEqual([0b1001, true]);
    h.setGicd(GICD_V2.CPENDSGIR, 0xffffffff);
    expect([h.gicd(GICD.ISPENDR), h.irq[0]]).toEqual([0, false]);
  });

  it('keeps SGIs enabled, and out of ISPENDR', () => {
    h.setGicd(GICD.ICENABLER, 0xffffffff);
    h.setGicd(GICD.ISPENDR, 0xffff);
    expect([h.gicd(GICD.ISENABLER), h.gicd(GICD.ISPENDR)]).toEqual([0xffff, 0]);
    h.setGicd(GICD_V2.SPENDSGIR, 1, 1);
    h.setGicd(GICD.ICPENDR, 0xffff);
    expect(h.gicd(GICD.ISPENDR)).toBe(1);
  });

  it('answers narrow accesses of byte registers only', () => {
    expect(h.gicd(GICD.IPRIORITYR + 33, 1)).toBe(0xa0);
    expect(h.gicd(GICD.CTLR, 1)).toBe(0);
    h.setGicd(GICD.CTLR, 0, 1);
    expect(h.gicd(GICD.CTLR)).toBe(1);
    h.setGicc(GICC.PMR, 0, 2);
    expect([h.gicc(GICC.PMR), h.gicc(GICC.PMR, 1)]).toEqual([0xf0, 0]);
  });

  it('ignores the end of what was never begun', () => {
    h.setGicc(GICC.EOIR, 40);
    h.setGicc(GICC.EOIR, 1023);
    h.setGicc(GICC.DIR, 40);
    expect(h.gicc(GICC.RPR)).toBe(0xff);
  });

  it('has as many group priorities as eight bits make, in the words of APR', () => {
    h.setGicd(GICD.IPRIORITYR + 40, 0xc2, 1);
    h.setGicd(GICD.IPRIORITYR + 41, 0xc0, 1);
    h.enable(40);
    h.enable(41);
    h.gic.spi(8).set(true);
    expect(h.gicc(GICC.IAR)).toBe(40);
    expect(h.gicc(GICC.APR + 12)).toBe(2);
    h.gic.spi(9).set(true);
    expect(h.gicc(GICC.IAR)).toBe(41);
    expect([h.gicc(GICC.APR + 12), h.gicc(GICC.RPR)]).toEqual([3, 0xc0]);
    h.setGicc(GICC.APR + 12, 0);
    expect(h.gicc(GICC.RPR)).toBe(0xff);
  });

  it('wakes by what is enabled and unmasked, although the CPU interface is off', () => {
    h.enable(40);
    h.setGicc(GICC.CTLR, 0);
    h.gic.spi(8).set(true);
    expect([h.irq[0], h.gic.wakeRequested(0), h.gic.wakeRequested(1)]).toEqual([false, true, false]);
    h.setGicc(GICC.PMR, 0x20);
    expect(h.gic.wakeRequested(0)).toBe(false);
  });

  it('starts the CPU interface of one vCPU afresh, and nothing else', () => {
    h.enable(40);
    h.gic.spi(8).set(true);
    h.gic.resetCpuInterface(0);
    expect([h.irq[0], h.gicc(GICC.PMR), h.on(1).gicc(GICC.PMR)]).toEqual([false, 0, 0xf0]);
    h.on(0).setGicc(GICC.PMR, 0xf0);
    h.setGicc(GICC.CTLR, 1);
    expect(h.irq[0]).toBe(true);
  });

  it('goes on from a saved state as if nothing had been', () => {
    h.enable(40);
    h.enable(41);
    h.setGicd(GICD_V2.ITARGETSR + 41, 4, 1);
    h.gic.spi(8).set(true);
    h.gic.spi(9).set(true);
    h.gicc(GICC.IAR);
    h.on(1).setGicd(GICD_V2.SGIR, (8 << 16) | 5);
    const other = new Harness(4);
    other.gic.check(structuredClone(h.gic.save()))();
    expect(other.irq).toEqual([false, false, true, true]);
    expect(other.gic.save()).toEqual(h.gic.save());
    expect(other.on(3).gicc(GICC.IAR)).toBe(5 | (1 << 10));
    expect(other.on(2).gicc(GICC.IAR)).toBe(41);
    other.on(0).setGicc(GICC.EOIR, 40);
    expect(other.irq).toEqual([true, false, false, false]);
    other.gic.reset();
    expect(other.irq).toEqual([false, false, false, false]);
    expect(other.gic.save()).toEqual(new Gicv2({ vcpus: 4, mpidrs: [], accessing: () => 0, irqChanged: () => {} }).save());
  });

  it('refuses a state of another', () => {
    expect(() => h.gic.check(new Harness(2).gic.save())).toThrow(/^The saved state of gicv2 has a list of 2 as "interfaces"/);
    expect(() => h.gic.check({})).toThrow(/^The saved state of gicv2 has nothing as "interfaces"/);
  });

  it('says how many vCPUs and interrupts it can have', () => {
    expect(() => new Harness(9)).toThrow('A GICv2 cannot have 9 vCPUs: there is room for 8.');
    expect(() => h.gic.spi(256)).toThrow('There is no SPI 256; there are 256.');
    expect(() => h.gic.ppi(4, 27)).toThrow('There is no vCPU 4');
    expect(() => h.gic.ppi(0, 15)).toThrow('There is no PPI with INTID 15');
  });
});
