import type { OracleState } from './oracle-qemu-user';

/** FNV-1a (32 bits) over everything an instruction can change; of FPSR only the bits in `fpsr`. */
export function hashState(state: OracleState, fpsr: number): number {
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
  for (const value of state.x) addLong(value);
  addLong(state.sp);
  addWord(state.nzcv);
  addWord(state.fpsr & fpsr);
  for (const byte of state.v) add(byte);
  for (const byte of state.memory) add(byte);
  return hash;
}
