import type { Row } from '../../src/isa/row';

/** What of the floating-point and vector rows is compared with the oracle: see src/isa/fp-arithmetic.ts for what is not modelled. */

const QC = 1 << 27;
const IOC = 1 << 0;
const DZC = 1 << 1;
const DEFAULT_NAN = 1 << 25;
const RMODES = [1, 2, 3].map((mode) => mode << 22);

/** Rows that honour FPCR.RMode, or do not depend on it. Other arithmetic rounds to nearest. */
const honoursRounding = (name: string): boolean => /^(FRINT|FCVT)/.test(name);
/** Floating-point rows set FPSR.IOC and DZC as the architecture does. */
const raisesInvalid = (name: string): boolean => /^F/.test(name);

export const fpsrOf = ({ name }: Row): number => (raisesInvalid(name) ? QC | IOC | DZC : QC);
export const fpcrOf = ({ name }: Row): readonly number[] =>
  honoursRounding(name) ? [0, 0, DEFAULT_NAN, ...RMODES] : [0, 0, 0, DEFAULT_NAN];
export const memoryBytesOf = ({ name }: Row): number => (/^(LD|ST)\d/.test(name) ? 512 : 0);
