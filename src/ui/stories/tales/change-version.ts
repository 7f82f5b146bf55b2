import type { Story } from '../story';

const AT_1_3 = { guest: 'lab', psci: '1.3' } as const;

/** Row 15 of the scenarios in docs/psci.md, with a guest that asks again. */
export const story: Story = {
  name: 'change-version',
  next: 'hibernate',
  steps: [
    {
      title: 'Start the lab under PSCI 1.3',
      text: 'The lab is a monitor of 15 KB that talks to the firmware. It is chosen, with PSCI 1.3: press “Start the machine”.',
      from: AT_1_3,
      deed: { start: AT_1_3 },
      until: { all: [{ runs: AT_1_3 }, { printed: /lab> $/ }] },
      place: 'version',
      look: 'This is what the firmware speaks. Below a machine that runs it can be changed, too; not here, but in the registers of the firmware.',
    },
    {
      title: 'Let the guest ask',
      text: 'Type `psci`. The guest asks for the version, then for each function in turn.',
      deed: { type: 'psci' },
      until: { all: [{ printed: /PSCI 1\.3 by/ }, { printed: /SYSTEM_OFF2: .*\n/ }] },
      place: 'calls',
      call: { called: 'PSCI_FEATURES', args: /SYSTEM_OFF2/ },
      look: 'Each line of its list is a call of `PSCI_FEATURES`. For SYSTEM_OFF2 the answer is 0x1: bit 0 means HIBERNATE_OFF. Point at a call to read the rule that decided it.',
    },
    {
      title: 'Write 1.1 into the version register',
      text: 'In Firmware, Pseudo-registers, change `psci_version` to 1.1. The page warns you: KVM allows this write at any time.',
      deed: { write: 'psci_version=1.1' },
      until: { version: '1.1' },
      place: 'registers',
      row: 'psci_version',
      look: 'The register says 1.1, set by the VMM. Nothing told the guest: there is no interrupt and no event for this.',
    },
    {
      title: 'Let it ask again',
      text: 'Type `psci` once more.',
      deed: { type: 'psci' },
      until: { all: [{ printed: /PSCI 1\.1 by/ }, { printed: /SYSTEM_OFF2: .*\n/ }] },
      place: 'console',
      line: /SYSTEM_OFF2: /,
      look: 'The same guest, the same boot, and another version: SYSTEM_OFF2 is NOT_SUPPORTED now. Linux would not notice, because it asks only when it boots.',
    },
    {
      title: 'Call what is gone',
      text: 'Type `sleep`: the lab calls SYSTEM_OFF2 without asking first.',
      deed: { type: 'sleep' },
      until: { called: 'SYSTEM_OFF2', result: /NOT_SUPPORTED/ },
      place: 'calls',
      look: 'The call came back with NOT_SUPPORTED, and the machine is still on. The rule under the list says why: SYSTEM_OFF2 exists from PSCI 1.3, and this VM is at 1.1.',
    },
    {
      title: 'Put it right',
      text: 'Write 1.3 into `psci_version` again.',
      deed: { write: 'psci_version=1.3' },
      until: { version: '1.3' },
      place: 'versions',
      row: 'SYSTEM_OFF2',
      look: 'The marked column is the version in force; what was called is counted at the right. Press “Differences only” to see what two versions have not in common.',
    },
  ],
  moral:
    'The version belongs to the VM and can be written at any time; it counts from the guest’s next call on. Which guests notice depends on when they ask.',
};
