/** `dormouse/assembler`: A64 assembly to bytes and back. From the same table of instructions that the machine's CPU is made of. */
import { assemble as assembleSource } from '../isa/text/assemble';
import { disassemble as disassembleWord } from '../isa/text/disassemble';
import { requireAddress, requireOptions, requireWord, shown } from './check-values';

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
 * Throws an AssemblyError, whose `problems` are up to 20 pairs of a line and a sentence, and whose message is all of them; and one sentence for a
 * base that is no address, or from which on there is no room.
 */
export function assemble(source: string, options: AssembleOptions = {}): Assembled {
  if (typeof source !== 'string')
    throw new Error(`${shown(source)} cannot be assembled: give the source as a string, such as “add x0, x0, #1”.`);
  const base = baseOf(options);
  const assembled = assembleSource(source, options);
  requireRoom(base, assembled.bytes.length);
  return assembled;
}

function baseOf(options: AssembleOptions): bigint {
  requireOptions(options, { what: 'options', names: ['base'], example: '{ base: 0x40080000n }' });
  const { base = 0n } = options;
  requireAddress(base, 'base');
  return base;
}

function requireRoom(base: bigint, length: number): void {
  if (base + BigInt(length) > 1n << 64n)
    throw new Error(`${shown(base)} cannot be the base of ${length} bytes: they would end behind 2^64; choose a lower one.`);
}

/**
 * One instruction as text, in the format of GNU objdump (aliases preferred), without comments. What is no instruction gives `.inst 0x… ; undefined`.
 * @param word the 32 bits of the instruction
 * @param address where it lies: branches and ADR name their targets by it. Default 0
 */
export function disassemble(word: number, address = 0n): string {
  requireWord(word, 'word');
  requireAddress(address, 'address');
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
export function disassembleAll(code: Uint8Array, options: AssembleOptions = {}): DisassembledLine[] {
  if (!(code instanceof Uint8Array)) throw new Error(`${shown(code)} cannot be disassembled: give a Uint8Array.`);
  const base = baseOf(options);
  requireRoom(base, code.length);
  const data = new DataView(code.buffer, code.byteOffset, code.byteLength);
  return Array.from({ length: code.length >>> 2 }, (_, index) => {
    const address = base + BigInt(index * 4);
    const word = data.getUint32(index * 4, true);
    return { address, word, text: disassembleWord(word, address) };
  });
}
