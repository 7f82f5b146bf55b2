import type { Story } from '../story';

const UNPINNED = { guest: 'lab', psci: 'default', host: 'newest' } as const;
const PINNED = { guest: 'lab', psci: '1.1', host: 'newest' } as const;
const OLDER = 'linux-5.18';

/** Rows 3 and 1 of the scenarios in docs/psci.md. */
export const story: Story = {
  name: 'migrate',
  next: 'pin',
  steps: [
    {
      title: 'Start on the newest host',
      text: 'The lab is chosen, on a host of Linux 6.13 or later, and nobody has chosen a version. Press “Start the machine”.',
      from: UNPINNED,
      deed: { start: UNPINNED },
      until: { all: [{ runs: UNPINNED }, { printed: /lab> $/ }] },
      place: 'registers',
      row: 'psci_version',
      look: '`psci_version` is 1.3, and it says who decided: the host’s default.',
    },
    {
      title: 'Save the machine',
      text: 'Open “Save or restore the whole machine” (on a phone: More), and save it as a file: what a VMM does to move a guest.',
      deed: { save: true },
      until: { saved: true },
      place: 'registers',
      row: 'psci_version',
      look: 'These registers are in the file, beside memory and devices. A VMM reads and writes them blindly, so the version travels without code that knows of it.',
    },
    {
      title: 'Restore it on an older host',
      text: 'Cut the power. Then, at the same place, restore the file on a host of Linux 5.18 to 6.12, whose newest version is 1.1.',
      deed: { restoreOn: OLDER },
      until: { failed: /EINVAL/ },
      place: 'refusal',
      look: 'Refused with EINVAL: this host cannot promise 1.3. It is the right answer, and a late one: the guest is already under way.',
    },
    {
      title: 'Start again, pinned to 1.1',
      text: 'Choose PSCI 1.1 before the start: the newest version that all hosts of your fleet know.',
      from: PINNED,
      deed: { start: PINNED },
      until: { all: [{ runs: PINNED }, { printed: /lab> $/ }] },
      place: 'registers',
      row: 'psci_version',
      look: 'The same host, and 1.1: set by the VMM this time.',
    },
    {
      title: 'Save it',
      text: 'Save this one as a file, as before.',
      deed: { save: true },
      until: { saved: true },
      place: 'registers',
      row: 'psci_version',
      look: 'Nothing in the file is newer than what the other host knows.',
    },
    {
      title: 'Restore it on the older host',
      text: 'Cut the power, restore the file on Linux 5.18 to 6.12, and press Resume.',
      deed: { restoreOn: OLDER },
      until: { all: [{ runs: { guest: 'lab', host: OLDER } }, { version: '1.1' }] },
      place: 'registers',
      row: 'psci_version',
      look: 'It goes on where it was, and the version says “restored”. The guest has noticed nothing.',
    },
  ],
  moral: 'A guest can go to any host that knows its version. Whoever pins at first boot what all hosts know can always move it.',
};
