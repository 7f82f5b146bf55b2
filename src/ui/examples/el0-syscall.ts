import source from './el0-syscall.s?raw';
import type { Example } from './example';

export const el0Syscall: Example = {
  name: 'el0-syscall',
  title: 'A system call from EL0',
  summary: 'A user program without rights, SVC, and a kernel that answers.',
  about: [
    'EL0 is where programs live: no control registers, no way to switch interrupts off. There is no instruction that goes down to it; one returns there. The kernel writes an address to ELR_EL1 and a PSTATE of EL0 to SPSR_EL1, and ERET does as if it came back from an exception.',
    'The user program asks with SVC, as Linux has it: the number of the call in x8, arguments from x0 on, the result in x0. The exception arrives at another entry of the vectors than one from EL1, and SP is the kernel’s own, SP_EL1, whatever the user made of its stack.',
    'ELR_EL1 points behind the SVC, so the kernel just returns. For a call that it does not know it answers -1, and the user program checks for that with CMN.',
    'Watch the timeline: EL0 and EL1 have colours of their own. Then let the user program do something that it may not, such as `msr vbar_el1, x0`, and see the class that the kernel prints: bits 31:26 are 0, an undefined instruction.',
  ],
  source,
};
