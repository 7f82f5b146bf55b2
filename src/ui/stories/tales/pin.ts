import type { Story } from '../story';

const OLD_HOST = { guest: 'lab', psci: 'default', host: 'linux-5.18' } as const;
const NEW_HOST = { guest: 'lab', psci: 'default', host: 'newest' } as const;
const PINNED = { guest: 'lab', psci: '1.1', host: 'newest' } as const;

/** Rows 5 and 6 of the scenarios in docs/psci.md. */
export const story: Story = {
  name: 'pin',
  next: 'change-version',
  steps: [
    {
      title: 'Start on a host of Linux 5.18',
      text: 'The lab is chosen, on a host of Linux 5.18 to 6.12. Nobody chooses a version. Press “Start the machine”.',
      from: OLD_HOST,
      deed: { start: OLD_HOST },
      until: { all: [{ runs: OLD_HOST }, { printed: /lab> $/ }] },
      place: 'registers',
      row: 'psci_version',
      look: '`psci_version` is 1.1: the newest that this host knows, because nobody said otherwise.',
    },
    {
      title: 'Ask the firmware',
      text: 'Type `psci`, and remember the last line.',
      deed: { type: 'psci' },
      until: { all: [{ printed: /PSCI 1\.1 by/ }, { printed: /SYSTEM_OFF2: .*\n/ }] },
      place: 'console',
      line: /SYSTEM_OFF2: /,
      look: 'PSCI 1.1, and no SYSTEM_OFF2.',
    },
    {
      title: 'The host gets a new kernel',
      text: 'Cut the power, choose the host “Linux 6.13 and later” in the settings, and start the same guest again. Still nobody chooses a version.',
      from: NEW_HOST,
      deed: { start: NEW_HOST },
      until: { all: [{ runs: NEW_HOST }, { printed: /lab> $/ }] },
      place: 'version',
      look: 'The version has changed, and neither the guest nor its owner did anything.',
    },
    {
      title: 'Ask again',
      text: 'Type `psci`.',
      deed: { type: 'psci' },
      until: { all: [{ printed: /PSCI 1\.3 by/ }, { printed: /SYSTEM_OFF2: .*\n/ }] },
      place: 'console',
      line: /SYSTEM_OFF2: /,
      look: 'PSCI 1.3 and SYSTEM_OFF2. This is opt-out: whoever does nothing moves with the host. New guests get what is new, fixes against speculation attacks included; the price is that a guest can change by an update of its host.',
    },
    {
      title: 'Pin it',
      text: 'Cut the power, choose PSCI 1.1 in the header, and start on the same new host.',
      from: PINNED,
      deed: { start: PINNED },
      until: { all: [{ runs: PINNED }, { printed: /lab> $/ }] },
      place: 'registers',
      row: 'psci_version',
      look: '`psci_version` is 1.1 and was set by the VMM: one write before the guest starts, and it no longer moves.',
    },
    {
      title: 'Ask a last time',
      text: 'Type `psci`.',
      deed: { type: 'psci' },
      until: { all: [{ printed: /PSCI 1\.1 by/ }, { printed: /SYSTEM_OFF2: .*\n/ }] },
      place: 'console',
      line: /SYSTEM_OFF2: /,
      look: 'As on the old host, line by line.',
    },
  ],
  moral:
    'KVM gives a VM the newest version it knows unless the VMM writes another. That argues for itself where guests come and go, and against itself where they live long: those are pinned.',
};
