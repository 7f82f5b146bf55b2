import { type ParsedField, parseBits, type Row } from '../../src/isa/row';
import { MEMORY, MEMORY_BYTES, SLOT_BYTES, WORD_OFFSET } from './case';
import type { Random } from './random';
import { SYSTEM_INSTRUCTIONS, SYSTEM_REGISTERS } from './rules';

/** Random instruction words of a row. */

/** The register that calls write behind the program's back. */
const LINK = 30;

const insert = (word: number, { lsb, width }: ParsedField, value: number): number => {
  const mask = (2 ** width - 1) * 2 ** lsb;
  return ((word & ~mask) | ((value * 2 ** lsb) & mask)) >>> 0;
};

/** A word offset from the instruction at `address` to a breakpoint of its own page, so that the branch is a near one. */
function nearTarget(random: Random, address: bigint): number {
  const page = address & ~0xfffn;
  const target = page + BigInt(random.below(4096 / SLOT_BYTES) * SLOT_BYTES + random.pick([8, 12]));
  return Number(target - address) / 4;
}

/** A word offset from the instruction at `address` to somewhere in the cases' memory. */
const literalTarget = (random: Random, address: bigint): number =>
  (MEMORY - Number(address)) / 4 + random.below((MEMORY_BYTES - 16) / 4);

/**
 * A word with the row's fixed bits, for a case at `pc`. Registers 30 and 31, zero and all-ones fields and equal registers are far more frequent
 * than chance would have them. It may belong to a more specific row, or be UNALLOCATED.
 */
export function randomWord(random: Random, row: Row, pc: bigint): number {
  const { mask, value, fields } = parseBits(row);
  const address = pc + BigInt(WORD_OFFSET);
  let word = ((random.u32() & ~mask) | value) >>> 0;
  const field = (name: string): ParsedField | undefined => fields.find((one) => one.name === name);
  for (const one of fields) {
    const dice = random.below(16);
    if (dice < 2) word = insert(word, one, dice ? 0 : 2 ** one.width - 1);
    else if (dice === 2 && /^R[a-z]/.test(one.name)) word = insert(word, one, LINK);
  }
  const [rn, rm] = [field('Rn'), field('Rm')];
  if (rn && rm && random.oneIn(8)) word = insert(word, rm, (word >>> rn.lsb) & 31);

  const label = field('imm26') ?? field('imm19') ?? field('imm14');
  if (label && !row.branch) word = insert(word, label, literalTarget(random, address));
  else if (label && random.oneIn(2)) word = insert(word, label, nearTarget(random, address));

  const isSystemRegister = row.name === 'MRS' || row.name === 'MSR (register)';
  const choices: readonly Readonly<Record<string, number | string>>[] | undefined = isSystemRegister
    ? SYSTEM_REGISTERS
    : row.name === 'SYS, SYSL'
      ? SYSTEM_INSTRUCTIONS
      : undefined;
  if (choices) {
    const chosen = { ...random.pick(choices), o0: 1, L: 0 };
    for (const one of fields) {
      const wanted = (chosen as Readonly<Record<string, number | string>>)[one.name];
      if (typeof wanted === 'number') word = insert(word, one, wanted);
    }
  }
  return word;
}
