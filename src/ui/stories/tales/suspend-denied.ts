import type { Story } from '../story';

const WITHOUT = { guest: 'lab', psci: 'default', suspend: false } as const;
const WITH = { guest: 'lab', psci: 'default', suspend: true } as const;

export const story: Story = {
  name: 'suspend-denied',
  next: 'migrate',
  steps: [
    {
      title: 'Start the lab',
      text: 'It is chosen, with everything at its default. Press “Start the machine”.',
      from: WITHOUT,
      deed: { start: WITHOUT },
      until: { all: [{ runs: WITHOUT }, { printed: /lab> $/ }] },
      place: 'versions',
      row: 'SYSTEM_SUSPEND',
      look: 'In the row of SYSTEM_SUSPEND every version from 1.0 on has (✓): it could be there, if the VM had a capability.',
    },
    {
      title: 'Let the guest ask',
      text: 'Type `psci`, and look for SYSTEM_SUSPEND in its list.',
      deed: { type: 'psci' },
      until: { printed: /SYSTEM_SUSPEND: NOT_SUPPORTED/ },
      place: 'console',
      line: /SYSTEM_SUSPEND: NOT_SUPPORTED/,
      look: 'NOT_SUPPORTED: to the guest it looks as if this firmware had never heard of the function. Linux takes suspend to RAM off its list when it hears that.',
    },
    {
      title: 'Make the call all the same',
      text: 'Type `call 0xc400000e 0x40080000`: the function’s id, and the address to wake up at.',
      deed: { type: 'call 0xc400000e 0x40080000' },
      until: { called: 'SYSTEM_SUSPEND', result: /NOT_SUPPORTED/ },
      place: 'calls',
      look: 'Press the call in the list. The guest cannot tell why it was refused, but the log can: the function exists at this version, and the VM’s system-suspend capability is off. Below it is a button that offers it from the next start on.',
    },
    {
      title: 'Offer SYSTEM_SUSPEND',
      text: 'Cut the power. In the machine’s settings (beside the PSCI version, or under More on a phone), tick “Offer SYSTEM_SUSPEND”, and start again.',
      from: WITH,
      deed: { start: WITH },
      until: { all: [{ runs: WITH }, { printed: /lab> $/ }] },
      place: 'versions',
      row: 'SYSTEM_SUSPEND',
      look: 'The (✓) have become ✓. It is a property of the VM, chosen before it runs; the version has nothing to do with it.',
    },
    {
      title: 'Ask again',
      text: 'Type `psci`.',
      deed: { type: 'psci' },
      until: { printed: /SYSTEM_SUSPEND: yes/ },
      place: 'console',
      line: /SYSTEM_SUSPEND: yes/,
      look: 'SYSTEM_SUSPEND: yes. Whoever calls it now goes to sleep in RAM, until the VMM wakes it.',
    },
  ],
  moral:
    'A version says which functions may be there. SYSTEM_SUSPEND needs the VMM as well, because waking up is its work: so KVM leaves it off until the VMM says that it can.',
};
