/** What the assembler knows and says, as plain data: for an editor that helps while a program is written. */

/** One thing wrong in a program. */
export interface ProgramProblem {
  /** From 1. */
  line: number;
  /** One sentence, without the line. */
  sentence: string;
  /** Where in the line, from 0; left out where it is all of the line. */
  column?: number;
  length?: number;
  /** What would stand there if it was a slip of the pen. */
  instead?: string;
}

/** Where the bytes of a line are. */
export interface ProgramLine {
  line: number;
  address: bigint;
  /** Bytes. */
  size: number;
}

export interface ProgramLabel {
  name: string;
  address: bigint;
  /** Of its definition, from 1. */
  line: number;
}

/** A program as the assembler sees it. With a problem there are no bytes, and nothing has a place. */
export interface CheckedProgram {
  problems: ProgramProblem[];
  /** Bytes of the binary. */
  size: number;
  lines: ProgramLine[];
  labels: ProgramLabel[];
  /** What `.equ` and its like gave a value. */
  constants: { name: string; value: bigint }[];
}

/** One way to write an instruction. */
export interface InstructionForm {
  /** As the manual writes it: `ADD <Xd|SP>, <Xn|SP>, #<imm12>`. */
  syntax: string;
  /** The manual's name of the encoding. */
  encoding: string;
  /** FEAT_ name without which a CPU has it not. */
  feature?: string;
}

export interface InstructionWords {
  mnemonic: string;
  /** What it does, in a sentence; empty where the name of the encoding has to do. */
  what: string;
  /** Disassembly has a better name for it. */
  secondary: boolean;
  forms: InstructionForm[];
}

/** A word with what it means, for a list. */
export interface ExplainedWord {
  name: string;
  what: string;
}

/** All words of the assembler's language. */
export interface AssemblyWords {
  instructions: InstructionWords[];
  directives: (ExplainedWord & { syntax: string })[];
  registers: ExplainedWord[];
  systemRegisters: ExplainedWord[];
  conditions: ExplainedWord[];
  /** What `.include` can name, with the macros in it. */
  headers: (ExplainedWord & { macros: ExplainedWord[] })[];
}
