import type { Fields } from '../../row';
import { bind, type Codec, type CodecMaker, readNumber } from './codec';
import { generalName, readGeneral } from './registers';

/** Shifted and extended register operands, and the offsets of loads and stores that are registers. */

const KINDS = ['lsl', 'lsr', 'asr', 'ror'];
const EXTENDS = ['uxtb', 'uxth', 'uxtw', 'uxtx', 'sxtb', 'sxth', 'sxtw', 'sxtx'];

/** `, lsl #3` of the shifted-register forms; `kinds` of the four shifts exist. */
function shifted(kinds: number): Codec {
  return {
    print: (f) => (f.shift! < kinds ? `${KINDS[f.shift!]} #${f.imm6}` : undefined),
    parse: (c, b) => {
      const shift = KINDS.indexOf(c.word() ?? '');
      if (shift < 0 || shift >= kinds) return `expected one of ${KINDS.slice(0, kinds).join(', ')}`;
      const amount = readNumber(c, 0n, b.get('sf') ? 63n : 31n, 'shift');
      return typeof amount === 'string' ? amount : bind(b, { shift, imm6: Number(amount) });
    },
    omitted: (f) => f.shift === 0 && f.imm6 === 0,
    absent: (b) => bind(b, { shift: 0, imm6: 0 }),
  };
}

const usesX = (option: number): boolean => (option & 3) === 3;

/** `w2, uxtb #1` of the extended-register forms: the register and how it is extended. */
const extended: Codec = {
  print: (f) => {
    const register = generalName(f.sf && usesX(f.option!) ? 'x' : 'w', f.Rm!, false);
    const natural = f.sf ? 3 : 2;
    // With the stack pointer as an operand the natural extension is a shift, and may be left out.
    const isShift = f.option === natural && (f.Rn === 31 || (f.Rd === 31 && !f.S));
    if (isShift && f.imm3 === 0) return register;
    const name = isShift ? 'lsl' : EXTENDS[f.option!];
    return `${register}, ${name}${f.imm3 ? ` #${f.imm3}` : ''}`;
  },
  parse: (c, b) => {
    const register = readGeneral(c, false);
    if (typeof register === 'string') return register;
    const sf = b.get('sf') ?? 0;
    let option = sf ? 3 : 2;
    let amount = 0n;
    if (c.take(',')) {
      const name = c.word() ?? '';
      const isShift = name === 'lsl';
      if (!isShift) option = EXTENDS.indexOf(name);
      if (option < 0) return `expected lsl or one of ${EXTENDS.join(', ')}`;
      if (isShift || c.peek('#')) {
        const number = readNumber(c, 0n, 4n, 'shift');
        if (typeof number === 'string') return number;
        amount = number;
      }
    }
    const wanted = sf && usesX(option) ? 'x' : 'w';
    if (register.width !== wanted) return `this operand must be ${wanted === 'x' ? 'an X' : 'a W'} register`;
    return bind(b, { Rm: register.number, option, imm3: Number(amount) });
  },
};

const OFFSET_EXTENDS: Record<number, string> = { 2: 'uxtw', 3: 'lsl', 6: 'sxtw', 7: 'sxtx' };

/** `x2, lsl #3` inside the brackets of a load or store of 1 << scale bytes. */
function offset(scale: number): Codec {
  return {
    print: (f: Fields) => {
      const name = OFFSET_EXTENDS[f.option!];
      if (!name) return undefined;
      const register = generalName(usesX(f.option!) ? 'x' : 'w', f.Rm!, false);
      if (name === 'lsl' && !f.S) return register;
      return `${register}, ${name}${f.S ? ` #${scale}` : ''}`;
    },
    parse: (c, b) => {
      const register = readGeneral(c, false);
      if (typeof register === 'string') return register;
      let option = 3;
      let S = 0;
      if (c.take(',')) {
        const name = c.word() ?? '';
        option = Number(Object.keys(OFFSET_EXTENDS).find((key) => OFFSET_EXTENDS[Number(key)] === name) ?? -1);
        if (option < 0) return 'expected lsl, uxtw, sxtw or sxtx';
        if (c.peek('#') || name === 'lsl') {
          const amount = readNumber(c, 0n, BigInt(scale), 'shift');
          if (typeof amount === 'string') return amount;
          if (amount !== 0n && amount !== BigInt(scale)) return `shift ${amount} is neither 0 nor ${scale}`;
          // For bytes the shift is zero either way: writing it sets S.
          S = scale === 0 || amount !== 0n ? 1 : 0;
        }
      }
      if (register.width !== (usesX(option) ? 'x' : 'w')) return `the offset must be ${usesX(option) ? 'an X' : 'a W'} register`;
      return bind(b, { Rm: register.number, option, S });
    },
  };
}

export const shiftCodecs: Record<string, CodecMaker> = {
  shift: () => shifted(4),
  shift3: () => shifted(3),
  extended: () => extended,
  offset: (scale) => offset(Number(scale)),
};
