import { OWN_KERNEL } from '../../state/options';
import program from '../programs/timer.s?raw';
import type { Story } from '../story';

const LAB = { guest: 'lab' } as const;
const PROGRAM = { guest: OWN_KERNEL } as const;

export const story: Story = {
  name: 'timer',
  next: 'first-program',
  steps: [
    {
      title: 'Start the lab',
      text: 'It is chosen. Press “Start the machine”.',
      from: LAB,
      deed: { start: LAB },
      until: { all: [{ runs: LAB }, { printed: /lab> $/ }] },
      place: 'cpus',
      look: 'vCPU 0 is idle: it executed WFI, and waits for an interrupt. A key that you press is one.',
    },
    {
      title: 'Ask for three ticks',
      text: 'Type `tick 3`: three interrupts of the generic timer, one each second.',
      deed: { type: 'tick 3' },
      until: { printed: /tick 3\b[\s\S]*tick 3\n/ },
      place: 'console',
      line: /tick 3$/,
      look: 'Each line was written because CNTVCT_EL0, which counts, reached CNTV_CVAL_EL0. The CPU slept in between.',
    },
    {
      title: 'Do it yourself',
      text: 'This program does the same with nothing below it: a vector table, the interrupt controller, the timer. Read it, then run it.',
      from: PROGRAM,
      program,
      deed: { run: true },
      until: { all: [{ runs: PROGRAM }, { printed: /tick 3/ }] },
      place: 'output',
      look: 'Three things must agree before an IRQ is taken: the interrupt is enabled in the GIC, its priority passes ICC_PMR_EL1, and PSTATE.I is clear. Then the CPU goes on at VBAR_EL1 + 0x280.',
    },
    {
      title: 'Make it tick faster',
      text: 'After `mrs x19, cntfrq_el0`, which reads the ticks of a second, add `lsr x19, x19, #2`. Run it again.',
      from: PROGRAM,
      program,
      deed: {
        edit: ['    mrs x19, cntfrq_el0\n', '    mrs x19, cntfrq_el0\n    lsr x19, x19, #2            // four a second\n'],
      },
      until: { all: [{ runs: PROGRAM }, { printed: /tick 5/ }] },
      place: 'cpus',
      look: 'Four ticks a second, and the CPU still sleeps nearly all the time: a tick takes some fifty instructions.',
    },
  ],
  moral:
    'A timer interrupt is a comparison with a counter, a line into the interrupt controller, and an address to go on at. Everything that an operating system does by time stands on it.',
};
