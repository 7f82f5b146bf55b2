import { beforeEach, describe, expect, it } from 'vitest';
import { ICC } from '../../cpu/sysregs/icc-registers';
import { GicHarness } from './harness.testkit';
import { GICD, GICR, GICR_SGI_FRAME } from './mmio-registers';

let h: GicHarness;

beforeEach(() => {
  h = new GicHarness(3);
});

describe('the distributor', () => {
  it('says what it is: GICv3, 256 interrupts, one Security state, no LPIs', () => {
    const typer = h.gicd(GICD.TYPER);
    expect(((typer & 0x1f) + 1) * 32).toBe(256);
    expect((typer >>> 19) & 0x1f, 'IDbits').toBe(15);
    expect(typer & (1 << 10), 'SecurityExtn').toBe(0);
    expect(typer & (1 << 16), 'MBIS').toBe(0);
    expect(typer & (1 << 17), 'LPIS').toBe(0);
    expect((h.gicd(0xffe8) >>> 4) & 0xf, 'PIDR2.ArchRev').toBe(3);
    expect([0xfff0, 0xfff4, 0xfff8, 0xfffc].map((offset) => h.gicd(offset))).toEqual([0x0d, 0xf0, 0x05, 0xb1]);
  });

  it('keeps ARE and DS set whatever is written', () => {
    expect(h.gicd(GICD.CTLR)).toBe(0x50);
    h.setGicd(GICD.CTLR, 0xffff_ffff);
    expect(h.gicd(GICD.CTLR)).toBe(0x53);
    h.setGicd(GICD.CTLR, 0);
    expect(h.gicd(GICD.CTLR)).toBe(0x50);
  });

  it('leaves the private interrupts to the redistributors', () => {
    for (const offset of [GICD.ISENABLER, GICD.IGROUPR, GICD.IPRIORITYR, GICD.ICFGR, GICD.IROUTER]) {
      h.setGicd(offset, 0xffff_ffff);
      expect(h.gicd(offset)).toBe(0);
    }
  });

  it('has nothing beyond its last interrupt, nor in the legacy registers', () => {
    for (const offset of [
      GICD.ISENABLER + 4 * 8,
      GICD.IPRIORITYR + 256,
      GICD.ITARGETSR + 32,
      GICD.ICFGR + 4 * 16,
      GICD.IGRPMODR + 4,
      GICD.IROUTER + 8 * 256,
    ]) {
      h.setGicd(offset, 0xffff_ffff);
      expect(h.gicd(offset)).toBe(0);
    }
  });

  it('sets and clears through pairs of registers', () => {
    h.setGicd(GICD.ISENABLER + 28, 0xf0f0);
    h.setGicd(GICD.ICENABLER + 28, 0x00f0);
    expect(h.gicd(GICD.ISENABLER + 28)).toBe(0xf000);
    expect(h.gicd(GICD.ICENABLER + 28)).toBe(0xf000);
    h.setGicd(GICD.ISPENDR + 4, 0x8000_0003);
    h.setGicd(GICD.ICPENDR + 4, 1);
    expect(h.gicd(GICD.ISPENDR + 4)).toBe(0x8000_0002);
    h.setGicd(GICD.ISACTIVER + 4, 6);
    h.setGicd(GICD.ICACTIVER + 4, 2);
    expect(h.gicd(GICD.ISACTIVER + 4)).toBe(4);
  });

  it('cannot clear a pending state that a wire holds', () => {
    h.gic.spi(0).set(true);
    h.setGicd(GICD.ICPENDR + 4, 1);
    expect(h.gicd(GICD.ISPENDR + 4)).toBe(1);
    h.gic.spi(0).set(false);
    expect(h.gicd(GICD.ISPENDR + 4)).toBe(0);
  });

  it('takes priorities by byte and by word, other registers by word only', () => {
    h.setGicd(GICD.IPRIORITYR + 36, 0x40302010);
    h.setGicd(GICD.IPRIORITYR + 37, 0x88, 1);
    expect(h.gicd(GICD.IPRIORITYR + 36)).toBe(0x40308810);
    h.setGicd(GICD.ISENABLER + 4, 0xff, 1);
    expect(h.gicd(GICD.ISENABLER + 4)).toBe(0);
  });

  it('keeps the upper bit of each configuration field', () => {
    h.setGicd(GICD.ICFGR + 8, 0xffff_ffff);
    h.setGicd(GICD.ICFGR + 12, 0x8000_0001);
    expect(h.gicd(GICD.ICFGR + 8)).toBe(0xaaaa_aaaa);
    expect(h.gicd(GICD.ICFGR + 12)).toBe(0x8000_0000);
  });

  it('routes an SPI to the vCPU with the affinity of IROUTER, and to none if there is none', () => {
    h.linuxInit();
    h.enableSpi(8);
    h.gic.spi(8).set(true);
    expect(h.irq).toEqual([true, false, false]);
    h.setGicd(GICD.IROUTER + 8 * 40, 2);
    expect(h.irq).toEqual([false, false, true]);
    h.setGicd(GICD.IROUTER + 8 * 40 + 4, 1);
    expect(h.irq, 'Aff3 is 1').toEqual([false, false, false]);
    h.setGicd(GICD.IROUTER + 8 * 40 + 4, 0);
    h.setGicd(GICD.IROUTER + 8 * 40, 0x8000_0001);
    expect(h.gicd(GICD.IROUTER + 8 * 40), 'no "1 of N"').toBe(1);
    expect(h.irq).toEqual([false, true, false]);
  });

  it('lets another vCPU than the target deactivate', () => {
    h.linuxInit();
    h.enableSpi(8);
    h.setGicd(GICD.IROUTER + 8 * 40, 1);
    h.setIcc(0, ICC.CTLR, 2);
    h.setIcc(1, ICC.CTLR, 2);
    h.gic.spi(8).set(true);
    h.icc(1, ICC.IAR1);
    h.setIcc(1, ICC.EOIR1, 40);
    expect(h.irq[1]).toBe(false);
    h.setIcc(0, ICC.DIR, 40);
    expect(h.irq[1]).toBe(true);
  });
});

describe('the redistributors', () => {
  it('name their vCPU, and the last says so, as Linux walks them', () => {
    expect([0, 1, 2].map((vcpu) => h.gicr(vcpu, GICR.TYPER_LOW) & 0xff_ff10)).toEqual([0x000, 0x100, 0x210]);
    expect([0, 1, 2].map((vcpu) => h.gicr(vcpu, GICR.TYPER_HIGH))).toEqual([0, 1, 2]);
    expect((h.gicr(0, 0xffe8) >>> 4) & 0xf).toBe(3);
  });

  it('wake up when asked', () => {
    expect(h.gicr(1, GICR.WAKER)).toBe(6);
    h.setGicr(1, GICR.WAKER, 0);
    expect([0, 1].map((vcpu) => h.gicr(vcpu, GICR.WAKER))).toEqual([6, 0]);
    h.setGicr(1, GICR.WAKER, 2);
    expect(h.gicr(1, GICR.WAKER)).toBe(6);
  });

  it('have edge-triggered SGIs for ever, and PPIs as configured', () => {
    h.setSgi(0, GICD.ICFGR, 0);
    h.setSgi(0, GICD.ICFGR + 4, 0xffff_ffff);
    expect(h.gicr(0, GICR_SGI_FRAME + GICD.ICFGR)).toBe(0xaaaa_aaaa);
    expect(h.gicr(0, GICR_SGI_FRAME + GICD.ICFGR + 4)).toBe(0xaaaa_aaaa);
    expect(h.gicr(1, GICR_SGI_FRAME + GICD.ICFGR + 4)).toBe(0);
  });

  it('keep their state apart', () => {
    h.setSgi(1, GICD.ISENABLER, 0x0800_0001);
    h.setSgi(2, GICD.IPRIORITYR + 28, 0x80, 1);
    expect([0, 1, 2].map((vcpu) => h.gicr(vcpu, GICR_SGI_FRAME + GICD.ISENABLER))).toEqual([0, 0x0800_0001, 0]);
    expect([0, 1, 2].map((vcpu) => h.gicr(vcpu, GICR_SGI_FRAME + GICD.IPRIORITYR + 28))).toEqual([0, 0, 0x80]);
  });
});
