/** PSTATE as the register panel spells it out. Bit places are those of SPSR_EL1 (Arm ARM, C5.2, SPSR_ELx). */

const FLAG_BITS: [string, number][] = [
  ['N', 31],
  ['Z', 30],
  ['C', 29],
  ['V', 28],
];
const MASK_BITS: [string, number][] = [
  ['D', 9],
  ['A', 8],
  ['I', 7],
  ['F', 6],
];
const EL_SHIFT = 2;
const EL_MASK = 3;
const SP_BIT = 0;

export interface Bit {
  name: string;
  set: boolean;
}

export interface DecodedPstate {
  flags: Bit[];
  masks: Bit[];
  el: number;
  /** `EL1h` uses SP_EL1, `EL1t` uses SP_EL0; EL0 has only its own. */
  mode: string;
}

function bits(pstate: number, places: [string, number][]): Bit[] {
  return places.map(([name, bit]) => ({ name, set: ((pstate >>> bit) & 1) === 1 }));
}

export function decodePstate(pstate: number): DecodedPstate {
  const el = (pstate >>> EL_SHIFT) & EL_MASK;
  const handler = ((pstate >>> SP_BIT) & 1) === 1;
  return { flags: bits(pstate, FLAG_BITS), masks: bits(pstate, MASK_BITS), el, mode: `EL${el}${handler ? 'h' : 't'}` };
}
