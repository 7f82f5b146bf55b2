import type { Example } from './example';
import source from './two-cpus.s?raw';

export const twoCpus: Example = {
  name: 'two-cpus',
  title: 'A second CPU',
  summary: 'CPU_ON, what a CPU finds when it comes on, AFFINITY_INFO and CPU_OFF.',
  about: [
    'A machine starts with one CPU; the others are off, and only the firmware can switch them on. CPU_ON takes three things: which CPU (its affinity), where it is to begin, and a number that it will find in x0. Everything else of it is as after a reset: MMU off, interrupts masked, no stack.',
    'The first CPU then asks AFFINITY_INFO until the other is off again. Watch the cards of the vCPUs: vCPU 1 is off, then on, then off, and the timeline below has its lane.',
    'Switch the second CPU on twice in a row, and see what the firmware answers: ALREADY_ON, -4. Give it an address that is no memory, and it is INVALID_ADDRESS from PSCI 1.0 on.',
    'With one vCPU in the header the program says that CPU_ON was refused: INVALID_PARAMETERS, because there is no such CPU.',
  ],
  source,
  machine: { vcpus: 2 },
};
