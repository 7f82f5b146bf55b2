import type { Example } from './example';
import source from './fp-rounding.s?raw';

export const fpRounding: Example = {
  name: 'fp-rounding',
  title: 'Rounding',
  summary: 'One tenth in four directions, and what FPSR remembers.',
  about: [
    'One tenth has no end in binary, so the quotient must be rounded. FPCR.RMode says how: to nearest, up, down, or toward zero. The last digit of the result shows it, and the cumulative bit IXC of FPSR tells that something was lost.',
    'Nearest and up agree here, and so do down and zero. With -1.0 instead of 1.0 another two agree: change it and see.',
    'To divide by zero is no exception here. The result is infinity, FPSR.DZC is set, and the program goes on. The bits stay until somebody clears them; that is what “cumulative” means.',
    'This machine computes by the processor’s own floating point and is exact in all of these states: results and flags are those of the Arm manual’s pseudocode.',
  ],
  source,
};
