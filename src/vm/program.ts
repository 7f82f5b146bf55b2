import { type Assembled, AssemblyError, assemble } from '../isa/text/assemble';
import { closed } from '../isa/text/assemble/errors';
import { MEMORY_MAP } from '../machine/memory-map';
import type { CheckedProgram, ProgramProblem } from './api/assembly';
import { HEADERS } from './include/headers';
import { FLAT_OFFSET } from './kernel/flat';

const EMPTY = 'The program is empty: write at least one instruction, such as “b .”.';

const assembled = (source: string): Assembled =>
  assemble(source, {
    base: BigInt(MEMORY_MAP.ram.base + FLAT_OFFSET),
    include: (name) => HEADERS.find((header) => header.name === name)?.text,
  });

/**
 * Assembles a program that runs without an operating system: A64 in the syntax of GNU as, placed where a flat kernel is entered (RAM + 0x80000,
 * at EL1, MMU off, x0 the address of the device tree). Returns its bytes. Throws an `AssemblyError`, one sentence for each bad line.
 */
export function assembleProgram(source: string): Uint8Array {
  const { bytes } = assembled(source);
  if (bytes.length === 0) throw new Error(EMPTY);
  return bytes;
}

/** The same for somebody who is still writing: what is wrong with it, or where everything lies. */
export function checkProgram(source: string): CheckedProgram {
  try {
    const { bytes, lines, labels, symbols } = assembled(source);
    const isLabel = new Set(labels.map(({ name }) => name));
    const constants = [...symbols].filter(([name]) => !isLabel.has(name)).map(([name, value]) => ({ name, value }));
    return { problems: [], size: bytes.length, lines, labels: [...labels], constants };
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    const problems = error.problems.map(
      ({ line, clause, place }): ProgramProblem => ({ line, ...place, sentence: beginning(closed(withHeader(clause))) }),
    );
    return { problems, size: 0, lines: [], labels: [], constants: [] };
  }
}

/** A clause that misses a name, with the header that has it, if one has. */
function withHeader(clause: string): string {
  const [, missing, name] = /^(there is no instruction or macro "([\w.]+)"|"\w+" is not defined)/.exec(clause) ?? [];
  const wanted = name ?? missing?.split('"')[1];
  const definition = wanted && new RegExp(`^(?:\\.macro +${wanted}\\b|\\.equ +${wanted},|${wanted}:)`, 'm');
  const header = definition && HEADERS.find(({ text }) => definition.test(text));
  return header ? `${missing}; it is in a header: write .include "${header.name}" first` : clause;
}

const beginning = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
