import { beforeEach, describe, expect, it } from 'vitest';
import { ICC } from '../../cpu/sysregs/icc-registers';
import { GicHarness, SPURIOUS } from './harness.testkit';
import { GICD } from './mmio-registers';

const UART = 1;
const UART_INTID = 33;

let h: GicHarness;

beforeEach(() => {
  h = new GicHarness().linuxInit();
});

const acknowledge = () => h.icc(0, ICC.IAR1);
const end = (intid: number) => h.setIcc(0, ICC.EOIR1, intid);

describe('a level-sensitive interrupt', () => {
  beforeEach(() => h.enableSpi(UART));

  it('goes the way of a Linux handler: asserted, acknowledged, quenched, ended', () => {
    const line = h.gic.spi(UART);
    line.set(true);
    expect(h.irq[0]).toBe(true);
    expect(acknowledge()).toBe(UART_INTID);
    expect(h.irq[0], 'active: signalled no more').toBe(false);
    line.set(false);
    end(UART_INTID);
    expect(h.irq[0]).toBe(false);
    expect(acknowledge()).toBe(SPURIOUS);
  });

  it('comes again if its wire is still high at the end', () => {
    h.gic.spi(UART).set(true);
    acknowledge();
    end(UART_INTID);
    expect(h.irq[0]).toBe(true);
    expect(acknowledge()).toBe(UART_INTID);
  });

  it('is forgotten if its wire drops before it is taken', () => {
    const line = h.gic.spi(UART);
    line.set(true);
    line.set(false);
    expect(h.irq[0]).toBe(false);
    expect(acknowledge()).toBe(SPURIOUS);
  });

  it('tells the CPU of changes only', () => {
    h.log.length = 0;
    const line = h.gic.spi(UART);
    line.set(true);
    line.set(true);
    line.set(false);
    line.set(false);
    expect(h.log).toEqual(['irq0 up', 'irq0 down']);
  });

  it('waits until it is enabled, in every place', () => {
    h.setGicd(GICD.ICENABLER + 4, 1 << UART);
    h.gic.spi(UART).set(true);
    expect(h.irq[0]).toBe(false);
    expect(h.gicd(GICD.ISPENDR + 4), 'but pending').toBe(1 << UART);
    h.setGicd(GICD.ISENABLER + 4, 1 << UART);
    expect(h.irq[0]).toBe(true);
    h.setGicd(GICD.CTLR, 0);
    expect(h.irq[0]).toBe(false);
    h.setGicd(GICD.CTLR, 2);
    h.setIcc(0, ICC.IGRPEN1, 0);
    expect(h.irq[0]).toBe(false);
    h.setIcc(0, ICC.IGRPEN1, 1);
    expect(h.irq[0]).toBe(true);
  });
});

describe('an edge-triggered interrupt', () => {
  beforeEach(() => {
    h.makeEdge(UART);
    h.enableSpi(UART);
  });

  it('stays pending after its wire drops, and comes once per edge', () => {
    const line = h.gic.spi(UART);
    line.set(true);
    line.set(false);
    expect(acknowledge()).toBe(UART_INTID);
    end(UART_INTID);
    expect(acknowledge()).toBe(SPURIOUS);
  });

  it('that rises again while active comes again at the end', () => {
    const line = h.gic.spi(UART);
    line.set(true);
    acknowledge();
    line.set(false);
    line.set(true);
    expect(h.irq[0]).toBe(false);
    end(UART_INTID);
    expect(acknowledge()).toBe(UART_INTID);
    end(UART_INTID);
    expect(acknowledge(), 'the wire is still high, but that is no edge').toBe(SPURIOUS);
  });
});

describe('a private interrupt', () => {
  it('of the timer is the vCPU own, and level-sensitive', () => {
    h = new GicHarness(2).linuxInit();
    for (const vcpu of [0, 1]) h.setSgi(vcpu, GICD.ISENABLER, 1 << 27);
    h.gic.ppi(1, 27).set(true);
    expect(h.irq).toEqual([false, true]);
    expect(h.icc(1, ICC.IAR1)).toBe(27);
    h.setIcc(1, ICC.EOIR1, 27);
    expect(h.irq).toEqual([false, true]);
    h.gic.ppi(1, 27).set(false);
    expect(h.irq).toEqual([false, false]);
  });
});

describe('priorities', () => {
  beforeEach(() => {
    h.enableSpi(1, 0xa0);
    h.enableSpi(2, 0x40);
    h.enableSpi(3, 0xa0);
  });

  it('decide which comes first, then the lower INTID', () => {
    for (const spi of [3, 2, 1]) h.gic.spi(spi).set(true);
    const order = [];
    for (let n = 0; n < 3; n++) {
      const intid = acknowledge();
      h.gic.spi(intid - 32).set(false);
      end(intid);
      order.push(intid);
    }
    expect(order).toEqual([34, 33, 35]);
  });

  it('have five bits', () => {
    h.setGicd(GICD.IPRIORITYR + 33, 0xff, 1);
    expect(h.gic.distributor.read(GICD.IPRIORITYR + 33, 1)).toBe(0xf8);
    h.setIcc(0, ICC.PMR, 0xff);
    expect(h.icc(0, ICC.PMR)).toBe(0xf8);
  });

  it('at or below the mask are not signalled, as pseudo-NMIs need', () => {
    h.setIcc(0, ICC.PMR, 0xa0);
    h.gic.spi(1).set(true);
    expect(h.irq[0], 'equal is masked').toBe(false);
    expect(acknowledge()).toBe(SPURIOUS);
    expect(h.icc(0, ICC.HPPIR1), 'but HPPIR shows it').toBe(33);
    h.gic.spi(2).set(true);
    expect(h.irq[0]).toBe(true);
    h.gic.spi(2).set(false);
    h.setIcc(0, ICC.PMR, 0xa8);
    expect(h.irq[0]).toBe(true);
  });

  it('let a higher one preempt, and an equal one wait', () => {
    h.gic.spi(1).set(true);
    expect(acknowledge()).toBe(33);
    expect(h.icc(0, ICC.RPR)).toBe(0xa0);
    h.gic.spi(3).set(true);
    expect(h.irq[0]).toBe(false);
    h.gic.spi(2).set(true);
    expect(h.irq[0]).toBe(true);
    expect(acknowledge()).toBe(34);
    expect(h.icc(0, ICC.RPR)).toBe(0x40);
    expect(h.icc(0, ICC.AP1R0)).toBe((1 << (0x40 >> 3)) | (1 << (0xa0 >> 3)));
    h.gic.spi(2).set(false);
    end(34);
    expect(h.icc(0, ICC.RPR)).toBe(0xa0);
    expect(h.irq[0]).toBe(false);
    h.gic.spi(1).set(false);
    end(33);
    expect(h.icc(0, ICC.RPR)).toBe(0xff);
    expect(acknowledge()).toBe(35);
  });

  it('count for preemption only down to the binary point', () => {
    h.setIcc(0, ICC.BPR1, 7); // group priority is bit 7 alone
    h.enableSpi(4, 0x80);
    h.gic.spi(1).set(true);
    acknowledge();
    expect(h.icc(0, ICC.RPR)).toBe(0x80);
    h.gic.spi(4).set(true);
    expect(h.irq[0], '0x80 and 0xa0 are of one group').toBe(false);
    h.gic.spi(2).set(true);
    expect(h.irq[0], '0x40 is not').toBe(true);
  });
});

describe('EOImode 1', () => {
  beforeEach(() => {
    h.setIcc(0, ICC.CTLR, 2);
    h.enableSpi(UART);
    h.enableSpi(2);
  });

  it('drops the priority at EOIR and deactivates at DIR', () => {
    h.gic.spi(UART).set(true);
    acknowledge();
    h.gic.spi(2).set(true);
    expect(h.irq[0]).toBe(false);
    end(UART_INTID);
    expect(h.icc(0, ICC.RPR)).toBe(0xff);
    expect(h.gicd(GICD.ISACTIVER + 4), 'still active').toBe(1 << UART);
    expect(acknowledge(), 'others come, the active one does not').toBe(34);
    end(34);
    h.setIcc(0, ICC.DIR, UART_INTID);
    expect(h.gicd(GICD.ISACTIVER + 4)).toBe(1 << 2);
    expect(acknowledge()).toBe(UART_INTID);
  });

  it('is what DIR needs: without, the write does nothing', () => {
    h.setIcc(0, ICC.CTLR, 0);
    h.gic.spi(UART).set(true);
    acknowledge();
    h.setIcc(0, ICC.DIR, UART_INTID);
    expect(h.gicd(GICD.ISACTIVER + 4)).toBe(1 << UART);
  });
});

describe('group 0', () => {
  beforeEach(() => {
    h.enableSpi(UART);
    h.setGicd(GICD.IGROUPR + 4, ~(1 << UART));
    h.setIcc(0, ICC.IGRPEN0, 1);
  });

  it('is signalled as FIQ and acknowledged by IAR0', () => {
    h.gic.spi(UART).set(true);
    expect([h.irq[0], h.fiq[0]]).toEqual([false, true]);
    expect(h.icc(0, ICC.HPPIR0)).toBe(UART_INTID);
    expect(h.icc(0, ICC.HPPIR1)).toBe(SPURIOUS);
    expect(acknowledge(), 'not by IAR1').toBe(SPURIOUS);
    expect(h.icc(0, ICC.IAR0)).toBe(UART_INTID);
    expect(h.icc(0, ICC.AP0R0)).toBe(1 << (0xa0 >> 3));
    expect(h.fiq[0]).toBe(false);
  });

  it('is ended by EOIR0; EOIR1 is ignored', () => {
    h.gic.spi(UART).set(true);
    h.icc(0, ICC.IAR0);
    end(UART_INTID);
    expect(h.icc(0, ICC.RPR)).toBe(0xa0);
    h.setIcc(0, ICC.EOIR0, UART_INTID);
    expect(h.icc(0, ICC.RPR)).toBe(0xff);
    expect(h.fiq[0]).toBe(true);
  });

  it('that is disabled does not stand in the way of group 1', () => {
    h.setIcc(0, ICC.IGRPEN0, 0);
    h.gic.spi(UART).set(true);
    h.enableSpi(2, 0xc0);
    h.gic.spi(2).set(true);
    expect(acknowledge()).toBe(34);
  });
});

describe('the CPU interface registers', () => {
  it('have the limits of five priority bits', () => {
    h.setIcc(0, ICC.BPR0, 0);
    h.setIcc(0, ICC.BPR1, 0);
    expect([h.icc(0, ICC.BPR0), h.icc(0, ICC.BPR1)]).toEqual([2, 3]);
    expect((h.icc(0, ICC.CTLR) >>> 8) & 7, 'PRIbits').toBe(4);
    expect(h.icc(0, ICC.SRE)).toBe(7);
  });

  it('read BPR1 as BPR0 plus one with CBPR', () => {
    h.setIcc(0, ICC.CTLR, 1);
    h.setIcc(0, ICC.BPR0, 5);
    h.setIcc(0, ICC.BPR1, 3);
    expect(h.icc(0, ICC.BPR1)).toBe(6);
    h.setIcc(0, ICC.BPR0, 7);
    expect(h.icc(0, ICC.BPR1)).toBe(7);
  });

  it('take the binary point of group 1 from BPR0 with CBPR', () => {
    h.setIcc(0, ICC.CTLR, 1);
    h.setIcc(0, ICC.BPR0, 6); // group priority is bit 7 alone
    h.enableSpi(1, 0xa0);
    h.enableSpi(2, 0x80);
    h.gic.spi(1).set(true);
    expect(acknowledge()).toBe(33);
    expect(h.icc(0, ICC.RPR)).toBe(0x80);
    h.gic.spi(2).set(true);
    expect(h.irq[0]).toBe(false);
  });

  it('let nothing preempt with the highest binary point', () => {
    h.enableSpi(1, 0xa0);
    h.enableSpi(2, 0x40);
    h.gic.spi(1).set(true);
    expect(acknowledge()).toBe(33);
    h.gic.spi(2).set(true);
    expect(h.irq[0]).toBe(true);
    h.setIcc(0, ICC.CTLR, 1);
    h.setIcc(0, ICC.BPR0, 7);
    expect(h.irq[0]).toBe(false);
    h.setIcc(0, ICC.AP1R0, 0);
    expect(h.irq[0], 'but where nothing runs it is signalled').toBe(true);
  });

  it('ignore the end of what never began', () => {
    h.enableSpi(UART);
    h.gic.spi(UART).set(true);
    end(SPURIOUS);
    end(40);
    expect(acknowledge()).toBe(UART_INTID);
    end(SPURIOUS);
    expect(h.icc(0, ICC.RPR)).toBe(0xa0);
  });

  it('start afresh when their vCPU is switched on, the redistributor does not', () => {
    h.gic.spi(UART).set(true);
    h.setSgi(0, GICD.ISENABLER, 1 << 27);
    h.gic.resetCpuInterface(0);
    expect([h.icc(0, ICC.PMR), h.icc(0, ICC.IGRPEN1)]).toEqual([0, 0]);
    expect(h.gicr(0, 0x10000 + GICD.ISENABLER)).toBe(0x0800_ffff);
  });
});

describe('saving', () => {
  it('in the middle of a handler is undone by restore, requests included', () => {
    h = new GicHarness(2).linuxInit();
    h.enableSpi(UART);
    h.enableSpi(2, 0x40);
    h.makeEdge(9);
    h.gic.spi(UART).set(true);
    h.icc(0, ICC.IAR1);
    h.gic.spi(2).set(true);
    const state = structuredClone(h.gic.save());
    h.gic.reset();
    expect(h.irq).toEqual([false, false]);
    expect(h.gicd(GICD.CTLR)).toBe(0x50);

    const other = new GicHarness(2);
    for (const target of [h, other]) {
      target.gic.check(state)();
      expect(target.gic.save()).toEqual(state);
      expect(target.irq).toEqual([true, false]);
      expect(target.icc(0, ICC.IAR1)).toBe(34);
    }
  });

  it('refuses the state of a machine with another number of vCPUs', () => {
    const state = h.gic.save();
    expect(() => new GicHarness(2).gic.check(state)).toThrow('gicv3 has a list of 1 as "interfaces" where 2 objects should be');
  });
});

describe('wires', () => {
  it('that are not there are refused', () => {
    expect(() => h.gic.spi(224)).toThrow('There is no SPI 224');
    expect(() => h.gic.ppi(0, 32)).toThrow('There is no PPI with INTID 32');
    expect(() => h.gic.ppi(1, 27)).toThrow('There is no vCPU 1');
  });
});
