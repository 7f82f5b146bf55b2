import type { Example } from './example';
import source from './system-off2.s?raw';

export const systemOff2: Example = {
  name: 'system-off2',
  title: 'SYSTEM_OFF2: hibernate and wake',
  summary: 'Keeps what matters on the disk, tells the firmware that this is sleep, and wakes at the next start.',
  about: [
    'Hibernation is the guest’s work: it writes what it wants to remember to a disk and has the machine switched off. What it wakes from is that disk. Linux writes its whole memory; this program, one number.',
    'Until PSCI 1.3 the last step was SYSTEM_OFF, and the host could not tell a machine that sleeps from one that was switched off. SYSTEM_OFF2 with HIBERNATE_OFF (bit 0 of x1) says it. The program asks PSCI_FEATURES first, as Linux does.',
    'Run it: the machine hibernates. Run it again, and it wakes: the mark on the disk is found, and what was to be remembered is there. Compare the two ends in the firmware’s calls, SYSTEM_OFF2 in the evening, SYSTEM_OFF in the morning.',
    'Now choose PSCI 1.1 in the header and run it twice: the same evening without the call. The disk is in the memory of this page.',
  ],
  source,
  machine: { diskMiB: 1 },
};
