import { beforeEach, describe, expect, it } from 'vitest';
import { ICC } from '../../cpu/sysregs/icc-registers';
import { GicHarness, SPURIOUS } from './harness.testkit';
import { GICD } from './mmio-registers';

let h: GicHarness;

beforeEach(() => {
  h = new GicHarness(4).linuxInit();
});

/** The low half of SGI1R: INTID, Aff1 and the targets in a cluster. */
const sgi = (intid: number, targets: number, aff1 = 0) => (intid << 24) | (aff1 << 16) | targets;

describe('software generated interrupts', () => {
  it('reach the vCPUs in the target list, the sender too if it is there', () => {
    h.setIcc(0, ICC.SGI1R, sgi(5, 0b1101));
    expect(h.irq).toEqual([true, false, true, true]);
    expect(h.icc(2, ICC.IAR1)).toBe(5);
    h.setIcc(2, ICC.EOIR1, 5);
    expect(h.irq).toEqual([true, false, false, true]);
    expect(h.icc(1, ICC.IAR1)).toBe(SPURIOUS);
  });

  it('reach all but the sender with IRM', () => {
    h.setIcc(1, ICC.SGI1R, sgi(3, 0), 1 << 8);
    expect(h.irq).toEqual([true, false, true, true]);
  });

  it('reach only the cluster that Aff1 to Aff3 name', () => {
    // Aff3.Aff2.Aff1.Aff0: 0.0.0.1, 0.0.1.1, 0.2.0.1, 3.0.0.1
    h = new GicHarness(4, [0x1, 0x101, 0x2_0001, 0x3_0000_0001]).linuxInit();
    h.setIcc(0, ICC.SGI1R, sgi(1, 0b10, 1));
    expect(h.irq).toEqual([false, true, false, false]);
    h.setIcc(0, ICC.SGI1R, sgi(1, 0b10), 2);
    expect(h.irq).toEqual([false, true, true, false]);
    h.setIcc(0, ICC.SGI1R, sgi(1, 0b10), 3 << 16);
    expect(h.irq).toEqual([false, true, true, true]);
    h.setIcc(0, ICC.SGI1R, sgi(1, 0b01), 0);
    expect(h.irq[0], 'Aff0 is 1, not 0').toBe(false);
  });

  it('of two vCPUs with one number are one: the second is not counted', () => {
    h.setIcc(0, ICC.SGI1R, sgi(7, 0b1000));
    h.setIcc(1, ICC.SGI1R, sgi(7, 0b1000));
    expect(h.icc(3, ICC.IAR1)).toBe(7);
    h.setIcc(3, ICC.EOIR1, 7);
    expect(h.irq[3]).toBe(false);
  });

  it('sent again while active come again', () => {
    h.setIcc(0, ICC.SGI1R, sgi(7, 0b10));
    h.icc(1, ICC.IAR1);
    h.setIcc(0, ICC.SGI1R, sgi(7, 0b10));
    expect(h.irq[1]).toBe(false);
    h.setIcc(1, ICC.EOIR1, 7);
    expect(h.irq[1]).toBe(true);
  });

  it('are sent where their group is that of the register: SGI1R group 1, SGI0R and ASGI1R group 0', () => {
    for (const register of [ICC.SGI1R, ICC.SGI0R, ICC.ASGI1R]) {
      h = new GicHarness(2).linuxInit();
      h.setIcc(1, ICC.IGRPEN0, 1);
      h.setIcc(0, register, sgi(4, 0b10));
      expect([h.irq[1], h.fiq[1]]).toEqual([register === ICC.SGI1R, false]);
      h.setSgi(1, GICD.ICPENDR, 1 << 4);
      h.setSgi(1, GICD.IGROUPR, ~(1 << 4));
      h.setIcc(0, register, sgi(4, 0b10));
      expect([h.irq[1], h.fiq[1]]).toEqual([false, register !== ICC.SGI1R]);
    }
  });

  it('for Aff0 of 16 and more reach nobody: there is no range selector', () => {
    h.setIcc(0, ICC.SGI1R, sgi(1, 0b1111), 1 << 12);
    expect(h.irq).toEqual([false, false, false, false]);
  });

  it('can be made pending in the redistributor', () => {
    h.setSgi(2, GICD.ISPENDR, 1 << 9);
    expect(h.icc(2, ICC.IAR1)).toBe(9);
  });
});
