import type { Fields } from '../../row';
import type { Cursor } from '../assemble/cursor';
import { type Binding, bind, type Codec, type CodecMaker } from './codec';

/** General registers, and the scalar views of the vector registers. */

type Width = 'w' | 'x';

export const generalName = (width: Width, number: number, sp: boolean): string =>
  number === 31 ? (sp ? (width === 'w' ? 'wsp' : 'sp') : `${width}zr`) : `${width}${number}`;

/** Names with a fixed meaning besides x0 … x30 and w0 … w30. */
const ALIASES: Readonly<Record<string, string>> = { lr: 'x30', fp: 'x29', ip0: 'x16', ip1: 'x17' };

/** Takes a general register; register 31 is the stack pointer if `sp`, else the zero register. */
export function readGeneral(c: Cursor, sp: boolean): { width: Width; number: number } | string {
  const start = c.at;
  const word = c.match(/[A-Za-z]\w*/y)?.[0].toLowerCase() ?? '';
  const name = ALIASES[word] ?? word;
  const numbered = /^([wx])(0|[12]?[1-9]|[12]0|30)$/.exec(name);
  if (numbered) return { width: numbered[1] as Width, number: Number(numbered[2]) };
  const special = sp ? { sp: 'x', wsp: 'w' }[name] : { xzr: 'x', wzr: 'w' }[name];
  if (special) return { width: special as Width, number: 31 };
  c.at = start;
  const wanted = sp ? 'a register or the stack pointer' : 'a register';
  return c.atEnd() ? `${wanted} is missing at the end` : `expected ${wanted}, not "${c.rest()}"`;
}

/** A register whose width is fixed (`width`) or told by a one-bit field (`selector`). */
function general(field: string, sp: boolean, width: Width | undefined, selector: string): Codec {
  const widthOf = (f: Fields): Width => width ?? (f[selector] ? 'x' : 'w');
  return {
    print: (f) => generalName(widthOf(f), f[field]!, sp),
    parse: (c, b) => {
      const start = c.at;
      const register = readGeneral(c, sp);
      if (typeof register === 'string') return register;
      const fits = width ? register.width === width : b.set(selector, register.width === 'x' ? 1 : 0);
      if (!fits) {
        c.at = start;
        return `"${c.rest()}" does not start with a register of the right width`;
      }
      return b.set(field, register.number) ? undefined : 'this register does not go with the others';
    },
  };
}

/** B, H, S, D, Q: the scalar views. */
function scalar(letter: string, field: string): Codec {
  return {
    print: (f) => `${letter}${f[field]}`,
    parse: (c, b) => {
      const found = c.match(/([bhsdqBHSDQ])(\d+)(?!\w)/y);
      if (!found || found[1]!.toLowerCase() !== letter || Number(found[2]) > 31)
        return `expected a register ${letter}0 to ${letter}31`;
      return bind(b, { [field]: Number(found[2]) });
    },
  };
}

/** The second register of a pair (CASP): the one after the field's, which is even. */
const successor = (field: string, width: Width | undefined, selector: string): Codec => ({
  print: (f) => (f[field]! & 1 ? undefined : generalName(width ?? (f[selector] ? 'x' : 'w'), f[field]! + 1, false)),
  parse: (c, b: Binding) => {
    const register = readGeneral(c, false);
    if (typeof register === 'string') return register;
    return register.number === b.get(field)! + 1 && !(b.get(field)! & 1)
      ? undefined
      : 'the pair must be an even register and the next one';
  },
});

export const registerCodecs: Record<string, CodecMaker> = {
  W: (field) => general(field!, false, 'w', ''),
  X: (field) => general(field!, false, 'x', ''),
  Wsp: (field) => general(field!, true, 'w', ''),
  Xsp: (field) => general(field!, true, 'x', ''),
  R: (field, selector = 'sf') => general(field!, false, undefined, selector),
  Rsp: (field, selector = 'sf') => general(field!, true, undefined, selector),
  next: (field, selector = 'sz') => successor(field!, undefined, selector),
  B: (field) => scalar('b', field!),
  H: (field) => scalar('h', field!),
  S: (field) => scalar('s', field!),
  D: (field) => scalar('d', field!),
  Q: (field) => scalar('q', field!),
};
