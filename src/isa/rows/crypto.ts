import { type Expr, extractLane, i32, replaceLane, shuffle, simd } from '../../wasm';
import type { Emitter } from '../emitter';
import { substitute } from '../helpers/s-box';
import { TABLES } from '../helpers/tables';
import { extractByPattern, lanePattern, lanes, splatConst, vAnd, vAndNot, vOr, vXor, ZERO } from '../pseudocode/vector';
import { needing, type Row } from '../row';
import { mnemonic } from './simd-asm';

/** Cryptographic instructions (Arm ARM C4.1, "Cryptographic AES" to "Cryptographic four-register"; PMULL on 64-bit lanes). */

const low32 = (value: Expr): Expr => extractLane('i32x4', value, 0);

/** Rotates 32-bit or 64-bit lanes to the left by a constant. */
const rotateLeft = (size: 2 | 3, value: Expr, amount: number): Expr =>
  vOr(lanes(size, 'shl', value, i32.const(amount)), lanes(size, 'shr_u', value, i32.const((8 << size) - amount)));
const rotateRight = (size: 2 | 3, value: Expr, amount: number): Expr => rotateLeft(size, value, (8 << size) - amount);

/** Bytes of the pair high:low from byte `at` on. */
const fromPair = (low: Expr, high: Expr, at: number): Expr =>
  shuffle(
    low,
    high,
    Array.from({ length: 16 }, (_, i) => i + at),
  );

interface Sources {
  readonly d: () => Expr;
  readonly n: Expr;
  readonly m: Expr;
}

/** A row with a result in Vd of vectors Vn, Vm (if it has an Rm), and Vd. */
const row = (name: string, bits: string, operands: string, apply: (k: Emitter, s: Sources) => Expr): Row => ({
  name,
  bits,
  asm: [`${mnemonic(name)} ${operands}`],
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm ?? 0 }),
  meaning: (k, o) => {
    k.checkFp();
    const [n, m] = [k.v(o.n), bits.includes('Rm:5') ? k.v(o.m) : ZERO];
    k.setV(o.d, apply(k, { d: () => k.v(o.d), n, m }));
  },
});

const BYTES = '{V:Rd:16b}, {V:Rn:16b}';
const WORDS = '{V:Rd:4s}, {V:Rn:4s}';
const DOUBLEWORDS = '{V:Rd:2d}, {V:Rn:2d}';

/** xtime() of FIPS 197 on every byte: multiplied by x. `polynomial` has the field's in every byte. */
const timesX = (value: Expr, polynomial: Expr): Expr =>
  vXor(lanes(0, 'add', value, value), vAnd(lanes(0, 'lt_s', value, ZERO), polynomial));
/** The bytes of each column moved up by so many rows. */
const columnRotated = (value: Expr, rows: number): Expr => rotateRight(2, value, 8 * rows);

/** Each byte becomes 2a + 3b + c + d of its column's: 2(a + b) + b + (c + d). */
function mixColumns(k: Emitter, state: Expr, polynomial: Expr): Expr {
  const next = k.let(columnRotated(state, 1));
  const pair = k.let(vXor(state, next));
  return vXor(vXor(timesX(pair, polynomial), next), columnRotated(pair, 2));
}
/** The same after 4(a + c) was added to a. */
function inverseMixColumns(k: Emitter, state: Expr, polynomial: Expr): Expr {
  const sum = k.let(vXor(state, columnRotated(state, 2)));
  const fourfold = timesX(k.let(timesX(sum, polynomial)), polynomial);
  return mixColumns(k, k.let(vXor(state, fourfold)), polynomial);
}

/** SubBytes and ShiftRows, or their inverses, of the sum of state and round key. */
const aesRound = (name: string, opcode: string, box: number, rows: number): Row =>
  row(name, `01001110 00 10100 ${opcode} 10 Rn:5 Rd:5`, BYTES, (k, { d, n }) => {
    const load = (address: number): Expr => k.table('v128', address, i32.const(0));
    const shifted = k.let(simd('i8x16.swizzle', vXor(d(), n), load(rows)));
    return substitute(box, load, (value) => k.let(value), shifted);
  });
const aesMix = (name: string, opcode: string, mix: typeof mixColumns): Row =>
  row(name, `01001110 00 10100 ${opcode} 10 Rn:5 Rd:5`, BYTES, (k, { n }) => mix(k, k.let(n), k.let(splatConst(0, 0x1bn))));

const aes: Row[] = [
  aesRound('AESE', '00100', TABLES.AES_S_BOX, TABLES.AES_SHIFT_ROWS),
  aesRound('AESD', '00101', TABLES.AES_INVERSE_S_BOX, TABLES.AES_INVERSE_SHIFT_ROWS),
  aesMix('AESMC', '00110', mixColumns),
  aesMix('AESIMC', '00111', inverseMixColumns),
];

const pmull: Row = {
  name: 'PMULL, PMULL2 (1Q)',
  bits: '0 Q:1 0 01110 11 1 Rm:5 1110 00 Rn:5 Rd:5',
  asm: ['pmull<Q:|2> {V:Rd:1q}, {V:Rn:D}, {V:Rm:D}'],
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const [n, m] = [k.v(o.n), k.v(o.m)].map((value) => extractLane('i64x2', value, s.Q!));
    k.setV(o.d, k.helper('polynomial_multiply_64', n!, m!));
  },
};

const sha1Rounds = (name: string, opcode: string, helper: string): Row =>
  row(name, `01011110 00 0 Rm:5 0 ${opcode} 00 Rn:5 Rd:5`, '{Q:Rd}, {S:Rn}, {V:Rm:4s}', (k, { d, n, m }) =>
    k.helper(helper, d(), low32(n), m),
  );

const sha1: Row[] = [
  sha1Rounds('SHA1C', '000', 'sha1_choose'),
  sha1Rounds('SHA1P', '001', 'sha1_parity'),
  sha1Rounds('SHA1M', '010', 'sha1_majority'),
  row('SHA1SU0', '01011110 00 0 Rm:5 0 011 00 Rn:5 Rd:5', `${WORDS}, {V:Rm:4s}`, (k, { d, n, m }) => {
    const first = k.let(d());
    return vXor(vXor(fromPair(first, n, 8), first), m);
  }),
  row('SHA1H', '01011110 00 10100 00000 10 Rn:5 Rd:5', '{S:Rd}, {S:Rn}', (_k, { n }) =>
    replaceLane('i32x4', ZERO, 0, i32.rotl(low32(n), i32.const(30))),
  ),
  // The last word depends on the first, rotated once more.
  row('SHA1SU1', '01011110 00 10100 00001 10 Rn:5 Rd:5', WORDS, (k, { d, n }) => {
    const sum = k.let(vXor(d(), fromPair(n, ZERO, 4)));
    const rotated = k.let(rotateLeft(2, sum, 1));
    return vXor(rotated, fromPair(ZERO, rotateLeft(2, rotated, 1), 4));
  }),
];

const sha256: Row[] = [
  row('SHA256H', '01011110 00 0 Rm:5 0 100 00 Rn:5 Rd:5', '{Q:Rd}, {Q:Rn}, {V:Rm:4s}', (k, { d, n, m }) =>
    k.helper('sha256_abcd', d(), n, m),
  ),
  row('SHA256H2', '01011110 00 0 Rm:5 0 101 00 Rn:5 Rd:5', '{Q:Rd}, {Q:Rn}, {V:Rm:4s}', (k, { d, n, m }) =>
    k.helper('sha256_efgh', n, d(), m),
  ),
  row('SHA256SU1', '01011110 00 0 Rm:5 0 110 00 Rn:5 Rd:5', `${WORDS}, {V:Rm:4s}`, (k, { d, n, m }) =>
    k.helper('sha256_schedule', d(), n, m),
  ),
  row('SHA256SU0', '01011110 00 10100 00010 10 Rn:5 Rd:5', WORDS, (k, { d, n }) => {
    const first = k.let(d());
    const next = k.let(fromPair(first, n, 4));
    const sigma = vXor(vXor(rotateRight(2, next, 7), rotateRight(2, next, 18)), lanes(2, 'shr_u', next, i32.const(3)));
    return lanes(2, 'add', first, sigma);
  }),
];

const sha512Bits = (opcode: string): string => `11001110 011 Rm:5 1 0 00 ${opcode} Rn:5 Rd:5`;

const sha512: Row[] = [
  row('SHA512H', sha512Bits('00'), '{Q:Rd}, {Q:Rn}, {V:Rm:2d}', (k, { d, n, m }) => k.helper('sha512_e', n, m, d())),
  row('SHA512H2', sha512Bits('01'), '{Q:Rd}, {Q:Rn}, {V:Rm:2d}', (k, { d, n, m }) => k.helper('sha512_a', n, m, d())),
  row('SHA512SU1', sha512Bits('10'), `${DOUBLEWORDS}, {V:Rm:2d}`, (k, { d, n, m }) => {
    const word = k.let(n);
    const sigma = vXor(vXor(rotateRight(3, word, 19), rotateRight(3, word, 61)), lanes(3, 'shr_u', word, i32.const(6)));
    return lanes(3, 'add', lanes(3, 'add', d(), sigma), m);
  }),
  row('SHA512SU0', '11001110 11 00000 0 1000 00 Rn:5 Rd:5', DOUBLEWORDS, (k, { d, n }) => {
    const first = k.let(d());
    const next = k.let(fromPair(first, n, 8));
    const sigma = vXor(vXor(rotateRight(3, next, 1), rotateRight(3, next, 8)), lanes(3, 'shr_u', next, i32.const(7)));
    return lanes(3, 'add', first, sigma);
  }),
];

/** Four registers: Vd of Vn, Vm and Va. */
const fourRegisters = (name: string, op: string, arrangement: string, apply: (n: Expr, m: Expr, a: Expr) => Expr): Row => ({
  name,
  bits: `11001110 0 ${op} Rm:5 0 Ra:5 Rn:5 Rd:5`,
  asm: [`${mnemonic(name)} ${['Rd', 'Rn', 'Rm', 'Ra'].map((field) => `{V:${field}:${arrangement}}`).join(', ')}`],
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm!, a: f.Ra! }),
  meaning: (k, o) => {
    k.checkFp();
    k.setV(o.d, apply(k.v(o.n), k.v(o.m), k.v(o.a)));
  },
});

const sha3: Row[] = [
  fourRegisters('EOR3', '00', '16b', (n, m, a) => vXor(n, vXor(m, a))),
  fourRegisters('BCAX', '01', '16b', (n, m, a) => vXor(n, vAndNot(m, a))),
  row('RAX1', sha512Bits('11'), `${DOUBLEWORDS}, {V:Rm:2d}`, (k, { n, m }) => vXor(n, rotateLeft(3, k.let(m), 1))),
  {
    name: 'XAR',
    bits: '11001110 100 Rm:5 imm6:6 Rn:5 Rd:5',
    asm: [`xar ${DOUBLEWORDS}, {V:Rm:2d}, {uimm:imm6:6}`],
    operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: f.imm6! }),
    // Wasm takes shift amounts modulo the width.
    meaning: (k, o) => {
      k.checkFp();
      const sum = k.let(vXor(k.v(o.n), k.v(o.m)));
      const left = lanes(3, 'shl', sum, i32.sub(i32.const(64), o.imm32));
      k.setV(o.d, vOr(lanes(3, 'shr_u', sum, o.imm32), left));
    },
  },
];

const sm3Rounds = (name: string, opcode: string, helper: string): Row => ({
  name,
  bits: `11001110 010 Rm:5 10 imm2:2 ${opcode} Rn:5 Rd:5`,
  asm: [`${mnemonic(name)} ${WORDS}, {lane2}`],
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: lanePattern(2, f.imm2!) }),
  meaning: (k, o) => {
    k.checkFp();
    const ss1 = extractLane('i32x4', k.v(o.n), 3);
    k.setV(o.d, k.helper(helper, k.v(o.d), ss1, extractByPattern(2, k.v(o.m), o.imm)));
  },
});

const sm3: Row[] = [
  sm3Rounds('SM3TT1A', '00', 'sm3_a_exclusive'),
  sm3Rounds('SM3TT1B', '01', 'sm3_a_majority'),
  sm3Rounds('SM3TT2A', '10', 'sm3_e_exclusive'),
  sm3Rounds('SM3TT2B', '11', 'sm3_e_choose'),
  fourRegisters('SM3SS1', '10', '4s', (n, m, a) => {
    const [nTop, mTop, aTop] = [n, m, a].map((value) => extractLane('i32x4', value, 3));
    const sum = i32.add(i32.rotl(nTop!, i32.const(12)), i32.add(mTop!, aTop!));
    return replaceLane('i32x4', ZERO, 3, i32.rotl(sum, i32.const(7)));
  }),
  row('SM3PARTW1', '11001110 011 Rm:5 1 1 00 00 Rn:5 Rd:5', `${WORDS}, {V:Rm:4s}`, (k, { d, n, m }) =>
    k.helper('sm3_schedule', d(), n, m),
  ),
  // The last word depends on the first.
  row('SM3PARTW2', '11001110 011 Rm:5 1 1 00 01 Rn:5 Rd:5', `${WORDS}, {V:Rm:4s}`, (k, { d, n, m }) => {
    const sum = k.let(vXor(n, rotateLeft(2, k.let(m), 7)));
    const first = k.let(i32.rotl(low32(sum), i32.const(15)));
    const last = i32.xor(first, i32.xor(i32.rotl(first, i32.const(15)), i32.rotl(first, i32.const(23))));
    return vXor(vXor(d(), sum), replaceLane('i32x4', ZERO, 3, last));
  }),
];

const sm4: Row[] = [
  row('SM4E', '11001110 11 00000 0 1000 01 Rn:5 Rd:5', WORDS, (k, { d, n }) => k.helper('sm4_encrypt', d(), n)),
  row('SM4EKEY', '11001110 011 Rm:5 1 1 00 10 Rn:5 Rd:5', `${WORDS}, {V:Rm:4s}`, (k, { n, m }) => k.helper('sm4_key', n, m)),
];

export const crypto: Row[] = [
  ...needing('FEAT_AES', aes),
  ...needing('FEAT_PMULL', [pmull]),
  ...needing('FEAT_SHA1', sha1),
  ...needing('FEAT_SHA256', sha256),
  ...needing('FEAT_SHA512', sha512),
  ...needing('FEAT_SHA3', sha3),
  ...needing('FEAT_SM3', sm3),
  ...needing('FEAT_SM4', sm4),
];
