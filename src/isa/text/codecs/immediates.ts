import { decodeBitMask } from '../../pseudocode/arithmetic';
import { type Fields, signed } from '../../row';
import type { Cursor } from '../assemble/cursor';
import { type Binding, bind, type Codec, type CodecMaker, hex, readNumber } from './codec';

/** Immediates that are numbers. Logical immediates and bit fields have their own encodings; see the functions below. */

const isString = (value: bigint | string): value is string => typeof value === 'string';
const fieldSize = (width: number): bigint => (1n << BigInt(width)) - 1n;

/** An unsigned field of `width` bits as it is; printed in decimal or hexadecimal. */
function unsigned(field: string, width: number, show: (value: number) => string): Codec {
  return {
    print: (f) => `#${show(f[field]!)}`,
    parse: (c, b) => {
      const value = readNumber(c, 0n, fieldSize(width));
      return isString(value) ? value : bind(b, { [field]: Number(value) });
    },
  };
}

/** A field scaled by 1 << shift: offsets of loads and stores. Printed in decimal, left out when it is zero. */
function scaled(field: string, width: number, shift: number, isSigned: boolean): Codec {
  const byteOffset = (f: Fields): number => (isSigned ? signed(f[field]!, width) : f[field]!) * 2 ** shift;
  return {
    print: (f) => `#${byteOffset(f)}`,
    parse: (c, b) => {
      const unit = 1n << BigInt(shift);
      const span = 1n << BigInt(width);
      const [least, most] = isSigned ? [-(span / 2n), span / 2n - 1n] : [0n, span - 1n];
      c.take('#');
      const relocation = lowTwelve(c);
      const value = relocation ?? readNumber(c, least * unit, most * unit, 'offset');
      if (isString(value)) return value;
      if (value % unit) return `offset ${value} is not a multiple of ${unit}`;
      return bind(b, { [field]: Number(BigInt.asUintN(width, value / unit)) });
    },
    omitted: (f) => f[field] === 0,
    absent: (b) => bind(b, { [field]: 0 }),
  };
}

/** `:lo12:expression`: the low 12 bits of an address, the partner of ADRP. */
function lowTwelve(c: Cursor): bigint | string | undefined {
  if (!c.take(':lo12:')) return undefined;
  const value = c.expression();
  return isString(value) ? value : value & 0xfffn;
}

const shiftByTwelve = (c: Cursor): boolean | string => {
  const start = c.at;
  if (!c.take(',')) return false;
  if (c.word() !== 'lsl') {
    c.at = start;
    return `expected "lsl #0" or "lsl #12"`;
  }
  const amount = readNumber(c, 0n, 12n, 'shift');
  if (isString(amount)) return amount;
  return amount === 12n ? true : amount === 0n ? false : `shift ${amount} is neither 0 nor 12`;
};

/** The 12-bit immediate of ADD and SUB, with its optional shift. `negated` reads -value: `add x0, x0, #-1` becomes a SUB. */
function arithmetic(negated: boolean): Codec {
  return {
    print: (f) => `#${hex(f.imm12!)}${f.sh ? ', lsl #12' : ''}`,
    parse: (c, b) => {
      c.take('#');
      const value = lowTwelve(c) ?? c.expression();
      if (isString(value)) return value;
      const wanted = negated ? -value : value;
      if (negated && wanted <= 0n) return `immediate ${value} is not negative`;
      const at = c.at;
      const shifted = shiftByTwelve(c);
      if (typeof shifted === 'string') return shifted;
      if (wanted >= 0n && wanted <= 0xfffn) return bind(b, { imm12: Number(wanted), sh: shifted ? 1 : 0 });
      if (!shifted && wanted > 0n && wanted % 4096n === 0n && wanted >> 12n <= 0xfffn)
        return bind(b, { imm12: Number(wanted >> 12n), sh: 1 });
      c.at = at;
      return `immediate ${value} is neither 0 to 4095 nor a multiple of 4096 up to 0xfff000`;
    },
  };
}

/** N, immr, imms of a logical immediate, or undefined if no rotated run of ones makes the value. */
export function encodeBitMask(value: bigint, width: 32 | 64): { N: number; immr: number; imms: number } | undefined {
  const wanted = BigInt.asUintN(width, value);
  for (let size = 2; size <= width; size *= 2) {
    const element = wanted & fieldSize(size);
    let repeated = 0n;
    for (let at = 0; at < width; at += size) repeated |= element << BigInt(at);
    if (repeated !== wanted) continue;
    for (let ones = 1; ones < size; ones++)
      for (let rotation = 0; rotation < size; rotation++) {
        // The high bits of imms tell the size: 0xxxxx (with N) 64, 0xxxxx 32, 10xxxx 16, 110xxx 8, 1110xx 4, 11110x 2.
        const imms = ((~(size * 2 - 1) & 0x3f) | (ones - 1)) & 0x3f;
        const N = size === 64 ? 1 : 0;
        if (decodeBitMask(N, imms, rotation, width) === wanted) return { N, immr: rotation, imms };
      }
    return undefined;
  }
  return undefined;
}

const widthOf = (sf: number | undefined): 32 | 64 => (sf ? 64 : 32);

/** A value that fits a register: 0 … 2^width - 1, or a negative number. */
function readRegisterValue(c: Cursor, b: Binding): bigint | string {
  const width = widthOf(b.get('sf'));
  return readNumber(c, -(1n << BigInt(width - 1)), fieldSize(width));
}

/** A logical immediate; `inverted` is for BIC and friends, which the assembler turns into AND. */
function bitMask(inverted: boolean, purpose = 'be written as a logical immediate'): Codec {
  return {
    print: (f) => {
      const value = decodeBitMask(f.N!, f.imms!, f.immr!, widthOf(f.sf));
      return value === undefined ? undefined : `#${hex(value)}`;
    },
    parse: (c, b) => {
      const value = readRegisterValue(c, b);
      if (isString(value)) return value;
      const encoded = encodeBitMask(inverted ? ~value : value, widthOf(b.get('sf')));
      return encoded ? bind(b, encoded) : `${hex(value)} cannot ${purpose}`;
    },
  };
}

/** The value MOVZ or MOVN makes: the `mov` alias. */
function moveWide(negated: boolean): Codec {
  return {
    print: (f) => {
      if (!f.sf && f.hw! > 1) return undefined;
      if (f.imm16 === 0 && f.hw !== 0) return undefined;
      if (negated && !f.sf && f.imm16 === 0xffff) return undefined;
      const value = BigInt(f.imm16!) << BigInt(16 * f.hw!);
      return `#${hex(BigInt.asUintN(widthOf(f.sf), negated ? ~value : value))}`;
    },
    parse: (c, b) => {
      const value = readRegisterValue(c, b);
      if (isString(value)) return value;
      const width = widthOf(b.get('sf'));
      const wanted = BigInt.asUintN(width, negated ? ~value : value);
      for (let hw = 0; hw < width / 16; hw++)
        if ((wanted & ~(0xffffn << BigInt(16 * hw))) === 0n) return bind(b, { hw, imm16: Number(wanted >> BigInt(16 * hw)) });
      return `${hex(value)} cannot be made by one instruction`;
    },
  };
}

/** The 16-bit immediate of MOVZ, MOVN and MOVK with its shift, or `:abs_g0:` … `:abs_g3:` (and `_nc`) of an address. */
const wide: Codec = {
  print: (f) => `#${hex(f.imm16!)}${f.hw ? `, lsl #${16 * f.hw}` : ''}`,
  parse: (c, b) => {
    c.take('#');
    const group = c.match(/:abs_g([0-3])(_nc)?:/y);
    if (group) {
      const value = c.expression();
      if (isString(value)) return value;
      const hw = Number(group[1]);
      return bind(b, { hw, imm16: Number((value >> BigInt(16 * hw)) & 0xffffn) });
    }
    const value = readNumber(c, 0n, 0xffffn);
    if (isString(value)) return value;
    let shift = 0n;
    if (c.take(',')) {
      if (c.word() !== 'lsl') return 'expected "lsl"';
      const amount = readNumber(c, 0n, BigInt(widthOf(b.get('sf')) - 16), 'shift');
      if (isString(amount)) return amount;
      if (amount % 16n) return `shift ${amount} is not a multiple of 16`;
      shift = amount;
    }
    return bind(b, { hw: Number(shift / 16n), imm16: Number(value) });
  },
};

/** The bit that TBZ tests: b5:b40. Bits 0 to 31 are written with a W register, others with an X register. */
const bitNumber: Codec = {
  print: (f) => `#${(f.b5! << 5) | f.b40!}`,
  parse: (c, b) => {
    const value = readNumber(c, 0n, 63n, 'bit number');
    if (isString(value)) return value;
    if (b.get('b5') === 0 && value > 31n) return `bit number ${value} is not between 0 and 31`;
    if (b.get('b5') === 1 && value < 32n) return 'bits 0 to 31 are written with a W register';
    return bind(b, { b40: Number(value) & 31 });
  },
};

/** The offset of LDRAA and LDRAB: S:imm9, in units of eight bytes. */
const authenticatedOffset: Codec = {
  print: (f) => `#${(f.imm9! - (f.S! << 9)) * 8}`,
  parse: (c, b) => {
    const value = readNumber(c, -4096n, 4088n, 'offset');
    if (isString(value)) return value;
    if (value % 8n) return `offset ${value} is not a multiple of 8`;
    const field = Number(BigInt.asUintN(10, value / 8n));
    return bind(b, { S: field >> 9, imm9: field & 0x1ff });
  },
  omitted: (f) => f.S === 0 && f.imm9 === 0,
  absent: (b) => bind(b, { S: 0, imm9: 0 }),
};

export const immediateCodecs: Record<string, CodecMaker> = {
  uimm: (field, width) => unsigned(field!, Number(width), String),
  hex: (field, width) => unsigned(field!, Number(width), hex),
  scaled: (field, width, shift) => scaled(field!, Number(width), Number(shift), false),
  simm: (field, width, shift = '0') => scaled(field!, Number(width), Number(shift), true),
  simm10: () => authenticatedOffset,
  imm12: () => arithmetic(false),
  negimm12: () => arithmetic(true),
  bitmask: () => bitMask(false),
  /** The same for `mov`, which has other ways to make a value. */
  movbitmask: () => bitMask(false, 'be made by one instruction'),
  notbitmask: () => bitMask(true),
  movz: () => moveWide(false),
  movn: () => moveWide(true),
  wide: () => wide,
  bitnumber: () => bitNumber,
};
