import type { Expr } from '../../wasm';
import { readLanes, readVector, vAnd, vAndNot, vNot, vOr, vSelect, vXor, writeVector } from '../pseudocode/vector';
import type { Row } from '../row';
import { mnemonic } from './simd-asm';
import { THREE_SAME, type ThreeSame } from './simd-three-same-operations';

/** Advanced SIMD three same and scalar three same, integer part (Arm ARM C4.1, "Data Processing -- Scalar Floating-Point and Advanced SIMD"). */

const nameOf = (row: ThreeSame): string => row.names.filter((name) => name !== undefined).join(', ');
/** U as a field where both values are instructions of the row, else fixed. */
const uBits = (row: ThreeSame): string => (row.names[0] === undefined ? '1' : row.names[1] === undefined ? '0' : 'U:1');
const uShape = (row: ThreeSame): string => (uBits(row) === 'U:1' ? 'U ' : '');
const isUnsigned = (row: ThreeSame, U: number | undefined): boolean => (U ?? (row.names[0] === undefined ? 1 : 0)) === 1;

const vector = (row: ThreeSame): Row => ({
  name: nameOf(row),
  bits: `0 Q:1 ${uBits(row)} 01110 size:2 1 Rm:5 ${row.opcode} 1 Rn:5 Rd:5`,
  asm: [`${mnemonic(nameOf(row))} {V:Rd:T}, {V:Rn:T}, {V:Rm:T}`],
  shape: `Q ${uShape(row)}size`,
  reserved: (s) => !row.sizes.includes(s.size!) || (s.size === 3 && !s.Q),
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    const read = row.saturates ? readVector : readLanes;
    const c = { k, size: s.size!, unsigned: isUnsigned(row, s.U), bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, read(k, o.n, bits), read(k, o.m, bits)), bits);
  },
});

const scalar = (row: ThreeSame): Row => ({
  name: `${nameOf(row)}, scalar`,
  bits: `01 ${uBits(row)} 11110 size:2 1 Rm:5 ${row.opcode} 1 Rn:5 Rd:5`,
  asm: [`${mnemonic(nameOf(row))} {Sc:Rd:size}, {Sc:Rn:size}, {Sc:Rm:size}`],
  shape: `${uShape(row)}size`,
  reserved: (s) => !row.scalar!.includes(s.size!),
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = 8 << s.size!;
    const read = row.saturates ? readVector : readLanes;
    const c = { k, size: s.size!, unsigned: isUnsigned(row, s.U), bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, read(k, o.n, bits), read(k, o.m, bits)), bits);
  },
});

/** By U:size. The last three merge into the destination. */
const LOGICAL: readonly ((d: () => Expr, n: Expr, m: Expr) => Expr)[] = [
  (_d, n, m) => vAnd(n, m),
  (_d, n, m) => vAndNot(n, m),
  (_d, n, m) => vOr(n, m),
  (_d, n, m) => vOr(n, vNot(m)),
  (_d, n, m) => vXor(n, m),
  (d, n, m) => vSelect(d(), n, m),
  (d, n, m) => vSelect(m, n, d()),
  (d, n, m) => vSelect(m, d(), n),
];

const logical: Row = {
  name: 'AND, BIC, ORR, ORN, EOR, BSL, BIT, BIF (vector)',
  bits: '0 Q:1 U:1 01110 size:2 1 Rm:5 00011 1 Rn:5 Rd:5',
  asm: ['mov {V:Rd:B}, {V:Rn:B} ; U=0 size=2 Rm=Rn', '<U.size:and|bic|orr|orn|eor|bsl|bit|bif> {V:Rd:B}, {V:Rn:B}, {V:Rm:B}'],
  shape: 'Q U size',
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    const read = (reg: typeof o.n): Expr => readLanes(k, reg, bits);
    writeVector(
      k,
      o.d,
      LOGICAL[s.U! * 4 + s.size!]!(() => read(o.d), read(o.n), read(o.m)),
      bits,
    );
  },
};

export const simdThreeSame: Row[] = [...THREE_SAME.map(vector), logical];
export const simdScalarThreeSame: Row[] = THREE_SAME.filter((row) => row.scalar).map(scalar);
