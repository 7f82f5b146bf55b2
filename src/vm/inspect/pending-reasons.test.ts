import { beforeEach, describe, expect, it } from 'vitest';
import { ICC } from '../../cpu/sysregs/icc-registers';
import { GicHarness } from '../../machine/gic/harness.testkit';
import { GICD } from '../../machine/gic/mmio-registers';
import { type TakerState, whyPending } from './pending-reasons';

const UART = 1;
const RUNS: TakerState = { power: 'on', maskedIrq: false, maskedFiq: false };

let h: GicHarness;
beforeEach(() => {
  h = new GicHarness(2).linuxInit();
  h.enableSpi(UART);
  h.gic.spi(UART).set(true);
});

function why(intid: number, states: TakerState[] = [RUNS, RUNS]): string[] {
  const view = h.gic.view(true);
  return view.interrupts.filter((row) => row.intid === intid && row.pending).flatMap((row) => whyPending(view, row, states));
}

describe('why a pending interrupt is not taken', () => {
  it.each<[string, (h: GicHarness) => void, TakerState[], string]>([
    ['nothing hinders it', () => {}, [RUNS, RUNS], 'vCPU 0 takes it before its next instruction.'],
    ['others have the turn', () => {}, [{ ...RUNS, power: 'ready' }, RUNS], 'vCPU 0 takes it when it has its turn.'],
    [
      'PSTATE.I',
      () => {},
      [{ ...RUNS, maskedIrq: true }, RUNS],
      'vCPU 0 is told (its IRQ line is up), and masks IRQs: PSTATE.I is 1.',
    ],
    ['off', () => {}, [{ ...RUNS, power: 'off' }, RUNS], 'vCPU 0 is off.'],
    ['suspended', () => {}, [{ ...RUNS, power: 'suspended' }, RUNS], 'vCPU 0 is suspended, and wakes for it.'],
    [
      'disabled',
      (gic) => gic.setGicd(GICD.ICENABLER + 4, 1 << UART),
      [RUNS, RUNS],
      'It is not enabled: its bit in GICD_ISENABLER is 0.',
    ],
    ['active', (gic) => gic.icc(0, ICC.IAR1), [RUNS, RUNS], 'It is active: a vCPU handles it, and has not deactivated it yet.'],
    [
      'distributor',
      (gic) => gic.setGicd(GICD.CTLR, 0),
      [RUNS, RUNS],
      'The distributor forwards nothing of group 1: GICD_CTLR.EnableGrp1 is 0.',
    ],
    [
      'route',
      (gic) => gic.setGicd(GICD.IROUTER + 8 * 33, 9),
      [RUNS, RUNS],
      'It is routed to no vCPU: GICD_IROUTER names none that is there.',
    ],
    ['group', (gic) => gic.setIcc(0, ICC.IGRPEN1, 0), [RUNS, RUNS], 'vCPU 0 takes nothing of group 1: ICC_IGRPEN1_EL1 is 0.'],
    [
      'priority mask',
      (gic) => gic.setIcc(0, ICC.PMR, 0x80),
      [RUNS, RUNS],
      'vCPU 0 lets only priorities higher than 0x80 through (ICC_PMR_EL1; a smaller number is higher), and this one has 0xa0.',
    ],
  ])('%s', (_, change, states, sentence) => {
    change(h);
    expect(why(33, states)).toEqual([sentence]);
  });

  it('another goes first, and then is handled', () => {
    h.enableSpi(2, 0x20);
    h.gic.spi(2).set(true);
    expect(why(33)).toEqual(['vCPU 0 has 34 to take first, of priority 0x20.']);
    expect(h.icc(0, ICC.IAR1)).toBe(34);
    expect(why(33)).toEqual(['vCPU 0 handles priority 0x20 (ICC_RPR_EL1), and only a higher one interrupts that.']);
  });

  it('is of group 0, which comes as FIQ', () => {
    h.setGicd(GICD.IGROUPR + 4, 0);
    h.setGicd(GICD.CTLR, 3);
    h.setIcc(0, ICC.IGRPEN0, 1);
    expect(why(33, [{ ...RUNS, maskedFiq: true }, RUNS])).toEqual([
      'vCPU 0 is told (its FIQ line is up), and masks FIQs: PSTATE.F is 1.',
    ]);
  });
});

it('counts what was taken, and lists what is in use', () => {
  h.icc(0, ICC.IAR1);
  h.setIcc(0, ICC.EOIR1, 33);
  h.icc(0, ICC.IAR1);
  const used = h.gic.view(false).interrupts;
  expect(used).toEqual([
    {
      intid: 33,
      enabled: true,
      pending: true,
      active: true,
      level: true,
      edge: false,
      group: 1,
      priority: 0xa0,
      targets: [0],
      taken: 2,
    },
  ]);
  expect(h.gic.view(true).interrupts).toHaveLength(2 * 32 + 224);
});
