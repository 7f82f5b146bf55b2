import type { Instruction } from '../../src/cpu/decoder';
import type { Feature } from '../../src/isa/features';
import type { Row } from '../../src/isa/row';
import { atomics } from '../../src/isa/rows/atomics';
import { exclusives } from '../../src/isa/rows/exclusives';
import { loadsStores } from '../../src/isa/rows/loads-stores';
import { memoryCopy } from '../../src/isa/rows/memory-copy';
import { pointerAuthentication } from '../../src/isa/rows/pointer-authentication';
import { simdLoadStore } from '../../src/isa/rows/simd-load-store';
import { hitsCase, WORD_OFFSET } from './case';
import type { NarrowFormat } from './random-values';

/** What of which rows is tested, on which of the oracle's CPU models, and what of the result is compared. */

/** The machine's own qemu-aarch64, QEMU 7.2 of Debian 12 that is, or a newer one (newer-oracle.ts), which knows more and has fewer faults. */
export type OracleAge = 'installed' | 'newer';

const WITHOUT_CSSC = 'the oracle has no FEAT_CSSC; src/isa/rows/short-sequence.test.ts';

const RANDOM_KEYS =
  'the oracle’s keys are random; tests/sysdiff writes keys, and src/isa/rows/pointer-authentication.test.ts has the pseudocode';

/** Rows that QEMU 7.2 does not know. */
const NEWER_ROWS: Readonly<Record<string, string>> = {
  'SMAX, UMAX, SMIN, UMIN (register)': WITHOUT_CSSC,
  'SMAX, UMAX, SMIN, UMIN (immediate)': WITHOUT_CSSC,
  'CTZ, CNT': WITHOUT_CSSC,
  'ABS (general)': WITHOUT_CSSC,
  'BC.cond': 'the oracle has no FEAT_HBC; src/isa/rows/short-sequence.test.ts holds it to B.cond',
  'WFET, WFIT': 'the oracle has no FEAT_WFxT; src/cpu/engine.test.ts',
};
/** Rows that cannot be compared with user-mode QEMU at all, and why. */
const EXCLUDED_ROWS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    memoryCopy.map(({ name }) => [
      name,
      'what is left between two of them is by Option A there, by Option B here; src/isa/rows/memory-copy.test.ts, and all three of a copy: compare-copies.ts',
    ]),
  ),
  ...Object.fromEntries(pointerAuthentication.map(({ name }) => [name, RANDOM_KEYS])),
  SVC: 'the oracle would carry out the system call; src/cpu/engine.test.ts and exceptions.test.ts take it to EL1 and back',
};

/**
 * SP is a base at any alignment: user-mode QEMU does not check it although Linux asks for that, so neither does the engine under test
 * (engine-under-test.ts clears SCTLR_EL1.SA0).
 *
 * Words of tested rows that are left out, and why. */
const EXCLUDED_WORDS: readonly {
  reason: string;
  holds(instruction: Instruction, word: number, address: bigint): boolean;
  /** The oracle that it is about, if only one is. */
  of?: OracleAge;
}[] = [
  {
    reason: 'HLT #0xf000 is a semihosting call for the oracle',
    holds: ({ row }, word) => row.name === 'HLT' && ((word >>> 5) & 0xffff) === 0xf000,
  },
  {
    reason: 'WFI waits for an interrupt: src/cpu/engine.test.ts raises one',
    holds: ({ row, fields }) => row.name === 'HINT' && fields.hint === 3,
  },
  {
    reason:
      'QEMU 7.2 extends the result over 32 bits, the architecture clears what lies above the scalar (FCVTZS (vector, fixed-point): V[d, 16]): src/isa/rows/half-precision.test.ts',
    holds: ({ row, fields }) => row.name === 'FCVTZS, FCVTZU (vector, fixed-point), scalar, half-precision' && fields.U === 0,
    of: 'installed',
  },
  {
    reason:
      'a load of a pair into one general register twice is CONSTRAINED UNPREDICTABLE: it keeps the second word in QEMU since 9, the first in 7.2 and here',
    holds: ({ row }, word) =>
      row.name.startsWith('LDP') &&
      ((word >>> 26) & 1) === 0 &&
      ((word >>> 22) & 1) === 1 &&
      ((word >>> 10) & 31) === (word & 31),
    of: 'newer',
  },
  {
    reason: 'the address is XZR, which the oracle has nothing mapped at',
    holds: ({ row, decoded }) => row.name === 'DC ZVA' && decoded.n === 32,
  },
  {
    reason: "a branch into another case's instructions, or to itself, would not stop",
    holds: ({ row, decoded }, _word, address) =>
      row.branch !== undefined && hitsCase(BigInt.asUintN(64, address + BigInt(WORD_OFFSET) + BigInt(decoded.imm!))),
  },
];

/**
 * A word of a row as the oracle takes it: a field of (1)(1)(1)(1)(1) that has another value is CONSTRAINED UNPREDICTABLE, UNDEFINED in QEMU since 9, ignored in 7.2
 * and here. Fields Rs and Rt2, or Ra, become ones for the newer oracle.
 */
export function settled({ name }: Row, word: number, age: OracleAge): number {
  if (age === 'installed') return word;
  if (name === 'SMULH, UMULH') return (word | (31 << 10)) >>> 0;
  return /^(LDL?AR|STLL?R)$/.test(name) ? (word | (31 << 16) | (31 << 10)) >>> 0 : word;
}

/** System registers that EL0 may use and whose value is part of a case: [op1, CRn, CRm, op2]. All others need EL1 or are the board's. */
export const SYSTEM_REGISTERS = [
  { name: 'NZCV', op1: 3, CRn: 4, CRm: 2, op2: 0 },
  { name: 'FPCR', op1: 3, CRn: 4, CRm: 4, op2: 0 },
  { name: 'FPSR', op1: 3, CRn: 4, CRm: 4, op2: 1 },
] as const;
/** System instructions that EL0 may use: IC IVAU, DC CVAC, DC CVAU, DC CIVAC. DC ZVA has a row of its own. */
export const SYSTEM_INSTRUCTIONS = [
  { op1: 3, CRn: 7, CRm: 5, op2: 1 },
  { op1: 3, CRn: 7, CRm: 10, op2: 1 },
  { op1: 3, CRn: 7, CRm: 11, op2: 1 },
  { op1: 3, CRn: 7, CRm: 14, op2: 1 },
] as const;

export const exclusionOfRow = ({ name }: Row, age: OracleAge = 'installed'): string | undefined =>
  EXCLUDED_ROWS[name] ?? (age === 'newer' ? undefined : NEWER_ROWS[name]);
export const exclusionOfWord = (
  instruction: Instruction,
  word: number,
  address: bigint,
  age: OracleAge = 'installed',
): string | undefined => EXCLUDED_WORDS.find(({ holds, of }) => (of ?? age) === age && holds(instruction, word, address))?.reason;

const has = (rows: readonly Row[]): ((row: Row) => boolean) => {
  const set = new Set(rows.map(({ name }) => name));
  return ({ name }) => set.has(name);
};
const isAccess = has([...loadsStores, ...exclusives, ...atomics, ...simdLoadStore]);
/** Accesses that must be aligned to their size. */
export const isAligned = has([...exclusives, ...atomics]);
/** Rows whose cases have memory. */
export const usesMemory = (row: Row): boolean => isAccess(row) || row.name === 'DC ZVA' || row.name === 'SYS, SYSL';

/**
 * The oracle's CPU model. Cortex-A57 has nothing beyond Armv8.0 but CRC32 and cryptography, so that UNALLOCATED means the same on both
 * sides; Neoverse N1 has the atomics and the limited ordering of Armv8.1; what came later only `max` has. Without
 * SVE and SME: a signal brings Advanced SIMD registers back that are no part of theirs.
 */
export const CPU_MODELS = ['cortex-a57', 'neoverse-n1', 'max,sve=off,sme=off'] as const;
type OracleModel = (typeof CPU_MODELS)[number];
const LATER = CPU_MODELS[2];
/** The model that has all that the oracle knows. */
export const LATEST_MODEL = LATER;
const OF_FEATURE: Partial<Record<Feature, OracleModel>> = {
  FEAT_LSE: 'neoverse-n1',
  FEAT_LOR: 'neoverse-n1',
  FEAT_RDM: 'neoverse-n1',
  FEAT_DotProd: 'neoverse-n1',
  FEAT_FP16: 'neoverse-n1',
  FEAT_FRINTTS: LATER,
  FEAT_FCMA: LATER,
  FEAT_FHM: LATER,
  FEAT_BF16: LATER,
  FEAT_I8MM: LATER,
  FEAT_JSCVT: LATER,
  FEAT_FlagM: LATER,
  FEAT_FlagM2: LATER,
  FEAT_LRCPC: LATER,
  FEAT_LRCPC2: LATER,
  FEAT_SB: LATER,
  FEAT_SSBS2: LATER,
  FEAT_DIT: LATER,
  FEAT_SHA512: LATER,
  FEAT_SHA3: LATER,
  FEAT_SM3: LATER,
  FEAT_SM4: LATER,
  FEAT_CSSC: LATER,
  FEAT_HBC: LATER,
  FEAT_WFxT: LATER,
};
/** Base rows that show what came later, FPCR.FZ16, and what it must leave alone. */
const WITH_FZ16: ReadonlySet<string> = new Set(['MSR (register)', 'FCVT', 'FCVTL, FCVTL2', 'FCVTN, FCVTN2']);
export const cpuModel = ({ name, feature }: Row): OracleModel =>
  (feature && OF_FEATURE[feature]) ?? (WITH_FZ16.has(name) ? 'neoverse-n1' : 'cortex-a57');

const DEFAULT_NAN = 1 << 25;
const FLUSH = 1 << 24;
const FLUSH_HALF = 1 << 19;
const ALTERNATIVE = 1 << 26;
const RMODES = [0, 1, 2, 3].map((mode) => mode << 22);
const ALL_FPSR = 0x0800009f;

/** Bits of FPSR that are compared: all that there are. */
export const COMPARED_FPSR = ALL_FPSR;
/** Bits of FPCR that are compared: Len and Stride belong to AArch32, so they are RES0 here; the oracle's CPU has AArch32 and keeps them. */
export const COMPARED_FPCR = 0xffc8ffff;
/** Values of FPCR to choose from: every rounding mode by every combination of flushing, default NaNs and the alternative half precision; and often none of it. */
const FPCR_CHOICES: readonly number[] = RMODES.flatMap((mode) =>
  [0, FLUSH, DEFAULT_NAN, ALTERNATIVE, FLUSH | DEFAULT_NAN | ALTERNATIVE].map((rest) => mode | rest),
).concat(Array.from({ length: 10 }, () => 0));
/** The same, and each with half precision flushed, where there is such a bit. */
export const WITH_FLUSHED_HALVES: readonly number[] = FPCR_CHOICES.flatMap((fpcr) => [fpcr, fpcr | FLUSH_HALF]);
export const fpcrChoices = (row: Row): readonly number[] => (cpuModel(row) === 'cortex-a57' ? FPCR_CHOICES : WITH_FLUSHED_HALVES);

/** Features whose operands are floating-point numbers of 16 bits, and of which format; where `size` tells, it is 1. */
const NARROW: Partial<Record<Feature, NarrowFormat>> = {
  FEAT_FP16: 'half',
  FEAT_FCMA: 'half',
  FEAT_FHM: 'half',
  FEAT_BF16: 'bfloat',
};
export const narrowFormat = ({ row, fields }: Instruction): NarrowFormat | undefined =>
  row.feature && (fields.size ?? 1) === 1 ? NARROW[row.feature] : undefined;
/**
 * FPCR for a case, less what QEMU 7.2 gets wrong: FJCVTZS of a denormal number that FPCR.FZ flushes is not exact (pseudocode FPToFixedJS), but there sets PSTATE.Z:
 * src/isa/rows/fp-convert.test.ts.
 */
export function fpcrFor({ row, decoded }: Instruction, fpcr: number, vectors: DataView, age: OracleAge): number {
  if (row.name !== 'FJCVTZS' || age === 'newer') return fpcr;
  const isDenormal = (vectors.getBigUint64(decoded.n! * 16, true) & (0x7ffn << 52n)) === 0n;
  return isDenormal ? fpcr & ~FLUSH : fpcr;
}

/** Features whose addends are twice as wide as their factors. */
const WIDENING: ReadonlySet<Feature | undefined> = new Set<Feature>(['FEAT_FHM', 'FEAT_BF16']);
export const isWidening = ({ feature }: Row): boolean => WIDENING.has(feature);
