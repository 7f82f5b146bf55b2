import type { Story } from '../story';

const AT_1_3 = { guest: 'debian', psci: '1.3' } as const;

/** Rows 8 and 12 of the scenarios in docs/psci.md. */
export const story: Story = {
  name: 'hibernate',
  next: 'pin',
  steps: [
    {
      title: 'Boot Linux under PSCI 1.3',
      text: 'Choose Debian and PSCI 1.3, press “Start the machine”, and let it boot to its prompt. Its disk is in memory, so nothing of yours is touched.',
      from: AT_1_3,
      deed: { start: AT_1_3 },
      until: { all: [{ runs: AT_1_3 }, { agent: true }] },
      place: 'calls',
      call: { called: 'PSCI_FEATURES', args: /SYSTEM_OFF2/ },
      look: 'Among the first calls the kernel asked `PSCI_VERSION` and heard 1.3, then `PSCI_FEATURES` for SYSTEM_OFF2 and heard HIBERNATE_OFF. It asks only once, at boot, and keeps the answers.',
    },
    {
      title: 'Leave something in its memory',
      text: 'At the prompt, type `dream=hazelnuts; echo I dream of $dream`. A variable of the shell is nowhere but in memory.',
      deed: { type: 'dream=hazelnuts; echo I dream of $dream' },
      until: { printed: /I dream of hazelnuts/ },
      place: 'console',
      line: /^I dream of/,
      look: 'The shell knows its dream. If it still does after the machine was off, memory has come back.',
    },
    {
      title: 'Hibernate',
      text: 'Press “Hibernate”, or type `hibernate`. The kernel writes its memory to the disk and switches the machine off.',
      deed: { hibernate: true },
      until: { asleep: true },
      place: 'end',
      look: 'The last call was SYSTEM_OFF2. By it the host knows that this is sleep and no shutdown, and that it must keep the machine as it is, its PSCI version included: the guest’s disk does not hold that.',
    },
    {
      title: 'Wake it under 1.1',
      text: 'Beside “Wake under”, choose PSCI 1.1 and press the button: as if the host had been exchanged for an older one, and nobody had kept the version.',
      deed: { wake: { psci: '1.1' } },
      until: { all: [{ version: '1.1' }, { agent: true }] },
      place: 'guest',
      row: 'SYSTEM_OFF2',
      look: 'Two kernels asked. The one that booted to read the image heard 1.1 and is gone; the one that woke goes on believing 1.3, and counts on a SYSTEM_OFF2 that is no longer there.',
    },
    {
      title: 'Ask for the dream',
      text: 'Type `echo I dreamt of $dream`.',
      deed: { type: 'echo I dreamt of $dream' },
      until: { printed: /I dreamt of hazelnuts/ },
      place: 'console',
      line: /^I dreamt of/,
      look: 'Memory is back, every byte of it: the guest has not noticed that its firmware is another one.',
    },
    {
      title: 'Hibernate again',
      text: 'Press “Hibernate” once more, and see what the kernel makes of its belief.',
      deed: { hibernate: true },
      until: { all: [{ called: 'SYSTEM_OFF2', result: /NOT_SUPPORTED/ }, { asleep: true }] },
      place: 'calls',
      look: 'The kernel called SYSTEM_OFF2, as it believes 1.3. The answer was NOT_SUPPORTED, and it fell back to SYSTEM_OFF: the machine sleeps all the same, but its host saw a plain power-off. Only the disk knows.',
    },
  ],
  moral:
    'A guest that wakes believes what it was told before it slept. HIBERNATE_OFF tells the host to keep everything as it is, and it helps only if the host keeps the PSCI version, too.',
};
