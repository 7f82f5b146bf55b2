import type { Example } from './example';
import source from './simd-sum.s?raw';

export const simdSum: Example = {
  name: 'simd-sum',
  title: 'SIMD: sixteen at a time',
  summary: 'Vectors of numbers and of letters: lanes, comparisons as masks, sums across.',
  about: [
    'A vector register has 128 bits, which an instruction takes as lanes: `v0.4s` is four words, `v0.16b` sixteen bytes. The first loop adds up four numbers with each instruction, and keeps four sums and four maxima; ADDV and UMAXV bring the lanes together at the end.',
    'The second part has no branch. CMHS compares all sixteen letters at once and answers with masks, all ones where it holds. The mask decides in which lanes bit 5, which is what makes a small letter small, is taken away.',
    'After a reset, floating point and SIMD are trapped: the first such instruction would be an exception. The bits FPEN of CPACR_EL1 allow them, and ISB makes sure that this holds for what follows. Take both away to see.',
    'Look at V0 to V7 among the registers when the program has ended.',
  ],
  source,
};
