import { pstate, SPSR } from '../../cpu/exceptions';
import type { InterruptView } from '../../machine/gic/gic-view';
import { interruptSource } from '../../machine/interrupt-sources';
import type { Machine } from '../../machine/machine';
import { COUNTER_FREQUENCY } from '../../machine/timer';
import type { InterruptsAnswer, TimersAnswer } from '../api/interrupts';
import { powerOf } from '../view';
import { type TakerState, whyPending } from './pending-reasons';

/** The interrupt controller in words. @param all also interrupts that nobody uses */
export function inspectInterrupts(machine: Machine, all: boolean): InterruptsAnswer {
  const gic = machine.gic.view(all);
  const states = machine.engine.vcpus.map((vcpu, index): TakerState => {
    const masks = pstate(vcpu);
    return { power: powerOf(machine, index), maskedIrq: (masks & SPSR.I) !== 0, maskedFiq: (masks & SPSR.F) !== 0 };
  });
  const who = (intid: number): string => interruptSource(intid, (spi) => machine.virtioOn(spi));
  const rows = gic.interrupts.map((interrupt) => ({
    ...interrupt,
    who: who(interrupt.intid),
    ...(interrupt.pending && { why: whyPending(gic, interrupt, states) }),
  }));
  const pendingFor = (vcpu: number): InterruptView | undefined => {
    const pending = rows.filter((row) => row.pending && row.enabled && row.targets.includes(vcpu));
    const best = gic.cpus[vcpu]!.highest?.intid;
    return pending.find(({ intid }) => intid === best) ?? pending.sort((a, b) => a.priority - b.priority)[0];
  };
  return {
    ...gic,
    cpus: gic.cpus.map((cpu, vcpu) => {
      const { maskedIrq, maskedFiq } = states[vcpu]!;
      const best = pendingFor(vcpu);
      const only = best && whyPending(gic, { ...best, targets: [vcpu] }, states)[0];
      const next = best && only ? `${best.intid}, ${who(best.intid)}: ${only}` : 'No enabled interrupt is pending for it.';
      return { ...cpu, maskedIrq, maskedFiq, next };
    }),
    interrupts: rows,
  };
}

export function inspectTimers({ clock, timers, rtc }: Machine): TimersAnswer {
  const counter = clock.ticks;
  return {
    counter,
    frequency: COUNTER_FREQUENCY,
    vcpus: timers.map((timer) => timer.view()),
    rtc: rtc.view(),
  };
}
