import type { Example } from './example';
import source from './exception-vector.s?raw';

export const exceptionVector: Example = {
  name: 'exception-vector',
  title: 'Exception vectors',
  summary: 'BRK, an undefined instruction and a bad address: each is taken, told, and stepped over.',
  about: [
    'An exception makes the CPU go on at a fixed place of the table that VBAR_EL1 points to: 16 entries of 128 bytes, by where it came from (EL1 or EL0) and what it is (synchronous, IRQ, FIQ, SError). The macro `vectors` lays the table out; here only synchronous exceptions from EL1 lead anywhere.',
    'What happened stands in three registers. ESR_EL1 has the class in bits 31:26 and details below, ELR_EL1 the address of the instruction, FAR_EL1 the address it was about, if any. The handler adds 4 to ELR_EL1 before ERET: without that the same instruction would run again, and so for ever.',
    '`save_all` and `restore_all` keep every general register on the stack, so that the code that was interrupted notices nothing. Take them away, and see the message of the data abort change: x19 to x22 are not what they were.',
    'Take the `use_vectors` away, and the machine ends at the first exception: VBAR_EL1 is 0 then, where nothing is, and the page says so with the address.',
  ],
  source,
};
