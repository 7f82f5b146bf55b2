import { OUTCOME, type Result } from './case';
import { COMPARED_FPCR, COMPARED_FPSR } from './rules';

/** FNV-1a (32 bits) over everything of a result that is compared. */
export function hashResult(result: Result): number {
  let hash = 0x811c9dc5;
  const add = (byte: number): void => {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  };
  const addWord = (word: number): void => {
    for (let i = 0; i < 32; i += 8) add((word >>> i) & 0xff);
  };
  const addLong = (value: bigint): void => {
    addWord(Number(value & 0xffffffffn));
    addWord(Number(value >> 32n));
  };
  for (let i = 0; i < result.outcome.length; i++) add(result.outcome.charCodeAt(i));
  if (result.outcome !== OUTCOME.DONE) return hash;
  for (const value of result.x) addLong(value);
  addLong(result.sp);
  addLong(result.pc);
  addWord(result.nzcv);
  addWord(result.fpcr & COMPARED_FPCR);
  addWord(result.fpsr & COMPARED_FPSR);
  for (const byte of result.v) add(byte);
  for (const byte of result.memory) add(byte);
  return hash;
}
