import { decodeBitMask } from '../../pseudocode/arithmetic';
import type { Fields } from '../../row';

/** Relations between fields that templates name. */

/** A logical immediate whose value MOVZ or MOVN can make too: then `mov` means those (MoveWidePreferred of the manual). */
function moveWidePreferred({ sf, N, imms, immr, Rd }: Fields): boolean {
  if (Rd === 31) return false; // the stack pointer here, which they cannot write
  const width = sf ? 64 : 32;
  const value = decodeBitMask(N!, imms!, immr!, width);
  if (value === undefined) return false;
  const isWide = (wanted: bigint): boolean => [0n, 16n, 32n, 48n].some((at) => (wanted & ~(0xffffn << at)) === 0n);
  return isWide(value) || isWide(BigInt.asUintN(width, ~value));
}

export const PREDICATES: Readonly<Record<string, (fields: Fields) => boolean>> = {
  moveWidePreferred,
  /** The lane that imm5 tells is a doubleword; a word or a doubleword. */
  imm5IsD: (f) => (f.imm5! & 15) === 8,
  imm5IsSOrD: (f) => (f.imm5! & 7) === 4 || (f.imm5! & 15) === 8,
  /** immh with one bit set: with immb = 0 a shift by zero. */
  wholeImmh: (f) => (f.immh! & (f.immh! - 1)) === 0,
  /** MOV to or from the stack pointer. */
  movesSp: (f) => f.Rd === 31 || f.Rn === 31,
};
