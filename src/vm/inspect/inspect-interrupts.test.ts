import { expect, it } from 'vitest';
import { stateHash } from '../../machine/state-hash';
import { bareVm } from '../bare-vm.testkit';
import { inspect } from './inspectors';

/** Arms the virtual timer of vCPU 0 for a millisecond hence, enables its interrupt in whatever GIC there is, and counts for ever with interrupts masked. */
const TIMER = `
      mov   x0, #0xf424
      msr   cntv_tval_el0, x0
      mov   x0, #1
      msr   cntv_ctl_el0, x0
busy: b     busy
`;

it.each([2, 3] as const)('tells of a timer that went off and an interrupt that is not enabled, on a GICv%i', async (gic) => {
  const { vm } = await bareVm(TIMER, { config: { gic, clock: 'virtual', vcpus: 2 } });
  const { machine } = vm;
  machine.runTo(1000);
  const [soon] = inspect(vm, 'timers', {}).vcpus;
  expect(soon!.virtual).toMatchObject({ enabled: true, masked: false, met: false, asserted: false });
  expect(soon!.virtual.due).toBe(Number(soon!.virtual.compare) - inspect(vm, 'timers', {}).counter);
  expect(soon!.physical).toMatchObject({ enabled: false, compare: 0n });

  machine.runTo(1_000_000);
  const before = stateHash(machine);
  const answer = inspect(vm, 'interrupts', { all: false });
  expect(answer.version).toBe(gic);
  expect(answer.interrupts).toMatchObject([
    {
      intid: 27,
      vcpu: 0,
      who: 'virtual timer',
      level: true,
      pending: true,
      why: [`It is not enabled: its bit in ${gic === 3 ? 'GICR' : 'GICD'}_ISENABLER is 0.`],
    },
  ]);
  expect(answer.cpus[0]).toMatchObject({ maskedIrq: true, irq: false, next: 'No enabled interrupt is pending for it.' });
  expect(inspect(vm, 'timers', {}).vcpus[0]!.virtual).toMatchObject({ met: true, asserted: true });
  const names = inspect(vm, 'interrupts', { all: true }).interrupts.map(({ who }) => who);
  expect(names).toContain('UART (PL011)');
  expect(names).toContain('virtio console');
  expect(names).toContain('empty virtio slot 2');
  expect(stateHash(machine)).toBe(before);
});
