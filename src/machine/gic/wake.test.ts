import { beforeEach, describe, expect, it } from 'vitest';
import { ICC } from '../../cpu/sysregs/icc-registers';
import { GicHarness } from './harness.testkit';
import { GICD } from './mmio-registers';

const RTC = 2;

describe('what wakes a suspended vCPU', () => {
  let h: GicHarness;
  beforeEach(() => {
    h = new GicHarness(2).linuxInit();
    h.enableSpi(RTC);
    // As Linux does on its way into SYSTEM_SUSPEND.
    h.setIcc(0, ICC.IGRPEN1, 0);
  });
  const alarm = () => h.gic.spi(RTC).set(true);

  it('is an enabled interrupt of its own, although its CPU interface has the group disabled', () => {
    expect(h.gic.wakeRequested(0)).toBe(false);
    alarm();
    expect(h.irq[0]).toBe(false);
    expect([0, 1].map((vcpu) => h.gic.wakeRequested(vcpu))).toEqual([true, false]);
    h.gic.spi(RTC).set(false);
    expect(h.gic.wakeRequested(0)).toBe(false);
  });

  it('is none that is disabled, masked by priority, active, or of a group the distributor holds back', () => {
    alarm();
    h.setIcc(0, ICC.PMR, 0x80);
    expect(h.gic.wakeRequested(0)).toBe(false);
    h.setIcc(0, ICC.PMR, 0xf0);
    h.setGicd(GICD.CTLR, 0x10);
    expect(h.gic.wakeRequested(0)).toBe(false);
    h.setGicd(GICD.CTLR, 0x13);
    expect(h.gic.wakeRequested(0)).toBe(true);
    h.setIcc(0, ICC.IGRPEN1, 1);
    h.icc(0, ICC.IAR1);
    expect(h.gic.wakeRequested(0)).toBe(false);
    h.setIcc(0, ICC.EOIR1, RTC + 32);
    h.setGicd(GICD.ICENABLER + 4, 1 << RTC);
    expect(h.gic.wakeRequested(0)).toBe(false);
  });

  it('changes nothing of what is signalled', () => {
    h.setIcc(0, ICC.IGRPEN1, 1);
    alarm();
    const state = h.gic.save();
    h.gic.wakeRequested(0);
    expect(h.gic.save()).toEqual(state);
    expect(h.icc(0, ICC.IAR1)).toBe(RTC + 32);
  });
});
