import { assemble } from '../isa/text/assemble/assembler';
import { MEMORY_MAP } from '../machine/memory-map';
import { FLAT_OFFSET } from './kernel/flat';

/**
 * Assembles a program that runs without an operating system: A64 in the syntax of GNU as, placed where a flat kernel is entered (RAM + 0x80000,
 * at EL1, MMU off, x0 the address of the device tree). Returns its bytes. Throws an `AssemblyError`, one sentence for each bad line.
 */
export function assembleProgram(source: string): Uint8Array {
  const { bytes } = assemble(source, { base: BigInt(MEMORY_MAP.ram.base + FLAT_OFFSET) });
  if (bytes.length === 0) throw new Error('The program is empty: write at least one instruction, such as “b .”.');
  return bytes;
}
