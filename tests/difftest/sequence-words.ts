import type { Instruction } from '../../src/cpu/decoder';
import { parseBits, type Row } from '../../src/isa/row';
import { dpImmediate } from '../../src/isa/rows/dp-immediate';
import { dpRegister } from '../../src/isa/rows/dp-register';
import { flagManipulation } from '../../src/isa/rows/flag-manipulation';
import { disassemble } from '../../src/isa/text/disassemble';
import type { Random } from './random';
import { randomWord } from './random-word';
import { exclusionOfRow, exclusionOfWord, type OracleAge, settled, usesMemory } from './rules';

/** Words of straight code for random programs. */

const SP = 31;
/** Most operands are registers below this. */
export const COMMON = 11;
const TRIES = 200;

/**
 * Rows that have no place in straight code, beside those that can be compared with user mode nowhere; and why. (Nor has FJCVTZS for QEMU 7.2, which takes a denormal
 * number that FPCR.FZ flushes for inexact: rules.ts.)
 */
const ELSEWHERE: Readonly<Record<string, string>> = {
  BRK: 'ends a program',
  HLT: 'ends a program',
  HVC: 'ends a program',
  SMC: 'ends a program',
  UDF: 'ends a program',
  ERET: 'ends a program',
  'MSR (immediate)': 'mostly UNDEFINED at EL0',
  'MSR (immediate), PAN': 'UNDEFINED at EL0',
  'WFET, WFIT': 'waits',
  'DC ZVA': 'clears 512 bytes on the CPU model of the oracle that has all else',
  'LDXR, LDAXR': 'goes with a store',
  'STXR, STLXR': 'goes with a load',
  'LDXP, LDAXP': 'goes with a store',
  'STXP, STLXP': 'goes with a load',
  'LDR (literal), LDRSW (literal), PRFM (literal)': 'needs a label',
};

const isExclusive = ({ name }: Row): boolean => /^(LD|ST)A?L?X[RP]/.test(name);
const INTEGER = new Set<Row>([...dpImmediate, ...dpRegister, ...flagManipulation]);

/** Rows by what programs are made of. */
export interface SequenceRows {
  readonly integer: readonly Row[];
  readonly access: readonly Row[];
  readonly storeExclusive: readonly Row[];
  readonly vector: readonly Row[];
  readonly other: readonly Row[];
  /** The oracle they are for. */
  readonly age: OracleAge;
}

export function sequenceRows(all: readonly Row[], age: OracleAge = 'installed'): SequenceRows {
  const isElsewhere = ({ name }: Row): boolean => name in ELSEWHERE || (age === 'installed' && name === 'FJCVTZS');
  const storeExclusive = all.filter(({ name }) => /^STX[RP]/.test(name));
  const rows = all.filter(
    (row) => !exclusionOfRow(row, age) && !isElsewhere(row) && !isExclusive(row) && !row.branch && !row.indirect,
  );
  const integer = rows.filter((row) => INTEGER.has(row));
  const access = rows.filter(usesMemory);
  const isSystem = ({ name }: Row): boolean => /^(HINT|BTI|CLREX|DSB|SB|ISB|MRS|MSR)/.test(name);
  return {
    integer,
    access,
    storeExclusive,
    vector: rows.filter((row) => !INTEGER.has(row) && !usesMemory(row) && !isSystem(row)),
    other: rows.filter(isSystem),
    age,
  };
}

/** General registers that a text of the disassembler names; SP is 31. */
export function registersIn(text: string): number[] {
  const numbers = [...text.matchAll(/\b[xw](\d+)\b/g)].map(([, number]) => Number(number));
  return /\bw?sp\b/.test(text) ? [...numbers, SP] : numbers;
}

export const insert = (word: number, row: Row, name: string, value: number): number => {
  const field = parseBits(row).fields.find((one) => one.name === name);
  if (!field) return word;
  const mask = (2 ** field.width - 1) * 2 ** field.lsb;
  return ((word & ~mask) | ((value * 2 ** field.lsb) & mask)) >>> 0;
};

export interface SequenceWord {
  readonly row: Row;
  readonly word: number;
  readonly instruction: Instruction;
  readonly text: string;
}

/** A word of one of the rows, changed by `adapt`. Undefined if none was found that may be there. */
export function wordOf(
  random: Random,
  rows: readonly Row[],
  decode: (word: number) => Instruction | undefined,
  age: OracleAge,
  adapt: (word: number, row: Row) => number = (word) => word,
): SequenceWord | undefined {
  for (let i = 0; i < TRIES; i++) {
    const row = random.pick(rows);
    let word = randomWord(random, row, 0n);
    for (const { name } of parseBits(row).fields)
      if (/^R[a-z]/.test(name) && !random.oneIn(4)) word = insert(word, row, name, random.below(COMMON));
    word = settled(row, adapt(word, row), age);
    const instruction = decode(word);
    if (instruction?.row !== row || exclusionOfWord(instruction, word, 0n, age)) continue;
    // Waits.
    if (row.name === 'HINT' && [2, 3].includes(instruction.fields.hint!)) continue;
    const text = disassemble(word);
    // Values with bits that only the oracle has.
    if (/^msr\s+fp/.test(text)) continue;
    return { row, word, instruction, text };
  }
  return undefined;
}
