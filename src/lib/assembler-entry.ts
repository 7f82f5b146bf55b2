/** `dormouse/assembler`: A64 assembly to bytes and back. From the same table of instructions that the machine's CPU is made of. */
import { assemble as assembleSource } from '../isa/text/assemble';
import { disassemble as disassembleWord } from '../isa/text/disassemble';

export { AssemblyError, type AssemblyProblem } from '../isa/text/assemble';

/** Where the bytes of a source line are. */
export interface AssembledLine {
  /** From 1 on. A line without bytes is not listed. */
  line: number;
  address: bigint;
  /** Bytes. */
  size: number;
}

export interface Assembled {
  /** The flat binary; its first byte belongs at `base`. */
  bytes: Uint8Array;
  /** Labels (addresses) and constants, by name. */
  symbols: ReadonlyMap<string, bigint>;
  lines: readonly AssembledLine[];
}

export interface AssembleOptions {
  /** Address of the first byte. Default 0. A machine's `assembly` is at 0x40080000. */
  base?: bigint;
}

/**
 * Assembles A64 source in the syntax of GNU as: labels, `.macro`, `.rept`, `.word`, `.asciz`, `.balign`, `.equ`, `ldr x0, =value` and such.
 * Throws an AssemblyError, whose `problems` are up to 20 pairs of a line and a sentence, and whose message is all of them.
 */
export function assemble(source: string, options: AssembleOptions = {}): Assembled {
  return assembleSource(source, options);
}

/**
 * One instruction as text, in the format of GNU objdump (aliases preferred), without comments. What is no instruction gives `.inst 0x… ; undefined`.
 * @param word the 32 bits of the instruction
 * @param address where it lies: branches and ADR name their targets by it. Default 0
 */
export function disassemble(word: number, address = 0n): string {
  return disassembleWord(word, address);
}

/** One instruction of {@link disassembleAll}. */
export interface DisassembledLine {
  address: bigint;
  /** The 32 bits, unsigned. */
  word: number;
  text: string;
}

/** All instructions of some code, four bytes each, little-endian; up to three bytes behind the last are left out. */
export function disassembleAll(code: Uint8Array, { base = 0n }: AssembleOptions = {}): DisassembledLine[] {
  const data = new DataView(code.buffer, code.byteOffset, code.byteLength);
  return Array.from({ length: code.length >>> 2 }, (_, index) => {
    const address = base + BigInt(index * 4);
    const word = data.getUint32(index * 4, true);
    return { address, word, text: disassembleWord(word, address) };
  });
}
