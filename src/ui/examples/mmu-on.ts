import type { Example } from './example';
import source from './mmu-on.s?raw';

export const mmuOn: Example = {
  name: 'mmu-on',
  title: 'Switch the MMU on',
  summary: 'Page tables by hand: two addresses for one page, AT, and a translation fault.',
  about: [
    'With 39-bit addresses and pages of 4 KiB a walk has three levels. An entry at level 1 stands for a GiB: two of them are blocks here, devices and RAM, each mapped to itself, so that the program goes on undisturbed when the MMU comes on. The third is a table, and leads through level 2 to one single page.',
    'So the page has two addresses: its own, and `0x80000000`. What is stored at one is read at the other. AT asks the hardware for a translation without any access; the answer is in PAR_EL1.',
    'The next page of the window has no descriptor. The load is a Data Abort: FAR_EL1 has the address, and the low bits of ESR_EL1 say that the walk ended at level 3.',
    'Break it: leave DESC_AF out of the page’s descriptor. That is an access flag fault then, status 0x0b instead of 0x07, which a kernel uses to learn which pages are in use. With DESC_READ_ONLY the store faults, and the load does not.',
  ],
  source,
};
