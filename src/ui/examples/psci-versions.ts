import type { Example } from './example';
import source from './psci-versions.s?raw';

export const psciVersions: Example = {
  name: 'psci-versions',
  title: 'Which PSCI is this?',
  summary: 'Asks the firmware for its version, and for four functions by PSCI_FEATURES.',
  about: [
    'A guest cannot see its firmware; it can only ask. PSCI_VERSION answers with two numbers in one register, the major version in bits 30:16 and the minor one below. From 1.0 on PSCI_FEATURES tells of any function whether it is there.',
    'Run it, and then choose another PSCI version in the header and run it again: SYSTEM_RESET2 came with 1.1, and SYSTEM_OFF2, by which a guest hibernates, with 1.3. Under 0.2 there is no PSCI_FEATURES to ask.',
    'SYSTEM_SUSPEND is optional in every version. Here it is missing until the machine is allowed to suspend: the firmware panel says so for each denied call, and where to allow it.',
    'The macro `psci` of `psci.inc` loads the function identifier into x0 and does HVC. A machine whose firmware listens to SMC makes an exception of that; put `PSCI_BY_SMC = 1` before the include.',
  ],
  source,
};
