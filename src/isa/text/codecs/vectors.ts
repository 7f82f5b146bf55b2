import { type Fields, signed } from '../../row';
import { type Binding, bind, type Codec, type CodecMaker, hex, readNumber } from './codec';

/**
 * Vector registers with their arrangement, lanes and lists. An arrangement says which fields it stands for; some are not fields of the
 * encoding but read off one: `esize` off the highest bit of immh, `isize` off the lowest bit of imm5.
 */

/** log2 of the lane's bytes, as immh and imm5 tell it. */
function virtual(f: Fields, name: string): number | undefined {
  if (f[name] !== undefined) return f[name];
  if (name === 'esize' && f.immh) return 31 - Math.clz32(f.immh);
  if (name === 'isize' && f.imm5) return 31 - Math.clz32(f.imm5 & -f.imm5);
  return undefined;
}

type Choice = readonly [text: string, fields: Readonly<Record<string, number>>];

const FULL = ['8b', '16b', '4h', '8h', '2s', '4s', '1d', '2d'];
const bySizeAndQ = (size: string, names = FULL): Choice[] => names.map((text, i): Choice => [text, { [size]: i >> 1, Q: i & 1 }]);
const byField = (field: string, names: readonly string[]): Choice[] => names.map((text, i): Choice => [text, { [field]: i }]);

const ARRANGEMENTS: Readonly<Record<string, readonly Choice[]>> = {
  /** Lanes of 1 << size bytes; with `L` twice as wide in a whole register, with `P` twice as wide in as many bytes. */
  T: bySizeAndQ('size'),
  L: byField('size', ['8h', '4s', '2d', '1q']),
  P: bySizeAndQ('size', ['4h', '8h', '2s', '4s', '1d', '2d']),
  B: byField('Q', ['8b', '16b']),
  S: byField('Q', ['2s', '4s']),
  /** Floating point by sz. */
  F: bySizeAndQ('sz', ['2s', '4s', '1d', '2d']),
  FL: byField('sz', ['4s', '2d']),
  FN: bySizeAndQ('sz', ['4h', '8h', '2s', '4s']),
  E: bySizeAndQ('esize'),
  EL: byField('esize', ['8h', '4s', '2d']),
  I: bySizeAndQ('isize'),
  H: byField('Q', ['4h', '8h']),
  /** As many halves as there are words. */
  HS: byField('Q', ['2h', '4h']),
  '2d': [['2d', {}]],
  '4s': [['4s', {}]],
  '8h': [['8h', {}]],
  '16b': [['16b', {}]],
  '1q': [['1q', {}]],
  /** The 64-bit polynomials of PMULL and PMULL2. */
  D: byField('Q', ['1d', '2d']),
  /** The pair that ADDP and its like add up. */
  pair: byField('sz', ['2s', '2d']),
  '2h': [['2h', {}]],
};

const LETTERS: Readonly<Record<string, readonly Choice[]>> = {
  size: byField('size', ['b', 'h', 's', 'd']),
  size1: byField('size', ['h', 's', 'd']),
  sz: byField('sz', ['s', 'd']),
  esize: byField('esize', ['b', 'h', 's', 'd']),
  esize1: byField('esize', ['h', 's', 'd']),
  isize: byField('isize', ['b', 'h', 's', 'd']),
  type: [
    ['s', { type: 0 }],
    ['d', { type: 1 }],
    ['h', { type: 3 }],
  ],
  opc: [
    ['s', { opc: 0 }],
    ['d', { opc: 1 }],
    ['h', { opc: 3 }],
  ],
};

const chosen = (choices: readonly Choice[], f: Fields): string | undefined =>
  choices.find(([, fields]) => Object.entries(fields).every(([name, value]) => virtual(f, name) === value))?.[0];

/** Binds the first choice with this text that goes with what is known. */
function choose(choices: readonly Choice[], text: string, b: Binding): string | undefined {
  for (const [name, fields] of choices) {
    if (name !== text) continue;
    const fits = Object.entries(fields).every(([field, value]) => (b.get(field) ?? value) === value);
    if (fits) return bind(b, fields);
  }
  return `"${text}" does not fit here`;
}

/** `v3.8h`. With `alone` no other operand tells more than the lanes' size, so the field it is read off has just that bit. */
function vector(field: string, kind: string, alone: boolean): Codec {
  const choices = ARRANGEMENTS[kind]!;
  return {
    print: (f) => {
      const arrangement = chosen(choices, f);
      return arrangement && `v${f[field]}.${arrangement}`;
    },
    parse: (c, b) => {
      const found = c.match(/v(\d+)\.(\d+[bhsdq])(?!\w)/iy);
      if (!found || Number(found[1]) > 31) return 'expected a vector register with its arrangement, such as v0.16b';
      const problem = choose(choices, found[2]!.toLowerCase(), b) ?? bind(b, { [field]: Number(found[1]) });
      if (problem || !alone) return problem;
      return bind(b, kind === 'I' ? { imm5: 1 << b.get('isize')! } : { immh: 1 << b.get('esize')! });
    },
  };
}

/** `h3`: a scalar whose width fields tell. */
function scalar(field: string, kind: string): Codec {
  const choices = LETTERS[kind]!;
  return {
    print: (f) => {
      const letter = chosen(choices, f);
      return letter && `${letter}${f[field]}`;
    },
    parse: (c, b) => {
      const found = c.match(/([bhsdq])(\d+)(?!\w)/iy);
      if (!found || Number(found[2]) > 31) return 'expected a register such as d0';
      return choose(choices, found[1]!.toLowerCase(), b) ?? bind(b, { [field]: Number(found[2]) });
    },
  };
}

/** How a lane's number lies in fields. `lanes` answers the number of lanes. */
interface LaneFields {
  letter(f: Fields): string | undefined;
  number(f: Fields): number;
  index(f: Fields): number;
  write(b: Binding, letter: string, number: number, index: number): string | undefined;
}

function lane(how: LaneFields): Codec {
  return {
    print: (f) => {
      const letter = how.letter(f);
      return letter && `v${how.number(f)}.${letter}[${how.index(f)}]`;
    },
    parse: (c, b) => {
      const found = c.match(/v(\d+)\.(4b|2h|[bhsd])(?!\w)/iy);
      if (!found || Number(found[1]) > 31 || !c.take('[')) return 'expected a lane such as v0.s[1]';
      const index = readNumber(c, 0n, 15n, 'lane');
      if (typeof index === 'string') return index;
      if (!c.take(']')) return `expected "]" before "${c.rest()}"`;
      return how.write(b, found[2]!.toLowerCase(), Number(found[1]), Number(index));
    },
  };
}

const NO_SUCH_LANE = 'there is no such lane here';

/** The lane that imm5 selects: its size as lowest set bit, its number above. */
const laneOfImm5 = (field: string): Codec =>
  lane({
    letter: (f) => chosen(LETTERS.isize!, f),
    number: (f) => f[field]!,
    index: (f) => f.imm5! >> (virtual(f, 'isize')! + 1),
    write: (b, letter, number, index) => {
      const isize = 'bhsd'.indexOf(letter);
      if (index >= 16 >> isize) return NO_SUCH_LANE;
      if (b.get('isize') !== undefined && b.get('isize') !== isize) return 'the lane has another size than the rest';
      return bind(b, { [field]: number, imm5: (index << (isize + 1)) | (1 << isize) });
    },
  });

/** The second lane of INS (element), in imm4. */
const laneOfImm4: Codec = lane({
  letter: (f) => chosen(LETTERS.isize!, f),
  number: (f) => f.Rn!,
  index: (f) => f.imm4! >> virtual(f, 'isize')!,
  write: (b, letter, number, index) => {
    const isize = 'bhsd'.indexOf(letter);
    if (index >= 16 >> isize || (b.get('imm5')! & -b.get('imm5')!) !== 1 << isize) return NO_SUCH_LANE;
    return bind(b, { Rn: number, imm4: index << isize });
  },
});

/** The lane of the by-element forms: H:L:M for halfwords (then only v0 to v15), H:L for words. */
const element: Codec = lane({
  letter: (f) => ({ 1: 'h', 2: 's' })[f.size!],
  number: (f) => (f.size === 1 ? f.Rm! : (f.M! << 4) | f.Rm!),
  index: (f) => (f.size === 1 ? (f.H! << 2) | (f.L! << 1) | f.M! : (f.H! << 1) | f.L!),
  write: (b, letter, number, index) => {
    const size = b.get('size')!;
    if (letter !== { 1: 'h', 2: 's' }[size] || index >= 16 >> size || (size === 1 && number > 15)) return NO_SUCH_LANE;
    if (size === 1) return bind(b, { Rm: number, H: index >> 2, L: (index >> 1) & 1, M: index & 1 });
    return bind(b, { Rm: number & 15, M: number >> 4, H: index >> 1, L: index & 1 });
  },
});

/** The same for floating point: H:L for singles, H for doubles. */
const fpElement: Codec = lane({
  letter: (f) => (f.sz ? (f.L ? undefined : 'd') : 's'),
  number: (f) => f.Rm!,
  index: (f) => (f.sz ? f.H! : (f.H! << 1) | f.L!),
  write: (b, letter, number, index) => {
    const sz = b.get('sz')!;
    if (letter !== (sz ? 'd' : 's') || index >= (sz ? 2 : 4)) return NO_SUCH_LANE;
    return bind(b, sz ? { Rm: number, H: index, L: 0 } : { Rm: number, H: index >> 1, L: index & 1 });
  },
});

/** And for half precision: H:L:M, of v0 to v15. */
const halfElement: Codec = lane({
  letter: () => 'h',
  number: (f) => f.Rm!,
  index: (f) => (f.H! << 2) | (f.L! << 1) | f.M!,
  write: (b, letter, number, index) =>
    letter === 'h' && index < 8 && number < 16
      ? bind(b, { Rm: number, H: index >> 2, L: (index >> 1) & 1, M: index & 1 })
      : NO_SUCH_LANE,
});

/** The pair of lanes that is a complex number: H:L for halves, H for singles. */
const pairElement: Codec = lane({
  letter: (f) => (f.size === 1 ? 'h' : 's'),
  number: (f) => f.Rm!,
  index: (f) => (f.size === 1 ? (f.H! << 1) | f.L! : f.H!),
  write: (b, letter, number, index) => {
    const isHalf = b.get('size') === 1;
    if (letter !== (isHalf ? 'h' : 's') || index >= (isHalf && b.get('Q') ? 4 : 2)) return NO_SUCH_LANE;
    return bind(b, isHalf ? { Rm: number, H: index >> 1, L: index & 1 } : { Rm: number, H: index, L: 0 });
  },
});

/** The lane of a word that SM3TT1A and its like take: its number in imm2. */
const laneOfImm2: Codec = lane({
  letter: () => 's',
  number: (f) => f.Rm!,
  index: (f) => f.imm2!,
  write: (b, letter, number, index) => (letter === 's' && index < 4 ? bind(b, { Rm: number, imm2: index }) : NO_SUCH_LANE),
});

/** The four bytes of the by-element dot products: H:L. */
const fourBytes: Codec = lane({
  letter: () => '4b',
  number: (f) => f.Rm!,
  index: (f) => (f.H! << 1) | f.L!,
  write: (b, letter, number, index) =>
    letter === '4b' && index < 4 ? bind(b, { Rm: number, H: index >> 1, L: index & 1 }) : NO_SUCH_LANE,
});

/** The two halves of BFDOT by element: H:L. */
const twoHalves: Codec = lane({
  letter: () => '2h',
  number: (f) => f.Rm!,
  index: (f) => (f.H! << 1) | f.L!,
  write: (b, letter, number, index) =>
    letter === '2h' && index < 4 ? bind(b, { Rm: number, H: index >> 1, L: index & 1 }) : NO_SUCH_LANE,
});

/** A lane with a fixed letter and number: `v3.d[1]`. */
const fixedLane = (field: string, letter: string, index: number): Codec =>
  lane({
    letter: () => letter,
    number: (f) => f[field]!,
    index: () => index,
    write: (b, name, number, at) => (name === letter && at === index ? bind(b, { [field]: number }) : NO_SUCH_LANE),
  });

/** Shift amounts in immh:immb: 2 × lane bits - amount for right shifts, lane bits + amount for left ones. */
function shift(right: boolean): Codec {
  return {
    print: (f) => {
      const bits = 8 << virtual(f, 'esize')!;
      const value = (f.immh! << 3) | f.immb!;
      return `#${right ? 2 * bits - value : value - bits}`;
    },
    parse: (c, b) => {
      const bits = 8 << b.get('esize')!;
      const amount = readNumber(c, right ? 1n : 0n, BigInt(right ? bits : bits - 1), 'shift');
      if (typeof amount === 'string') return amount;
      const value = right ? 2 * bits - Number(amount) : bits + Number(amount);
      return bind(b, { immh: value >> 3, immb: value & 7 });
    },
  };
}

/** `{v0.8b, v1.8b}` or `{v0.8b-v3.8b}`: `count` registers in a row, modulo 32; `suffix` is an arrangement or a lane's letter. */
function list(
  field: string,
  count: number,
  suffix: { print(f: Fields): string | undefined; parse(text: string, b: Binding): string | undefined },
): Codec {
  return {
    print: (f) => {
      const text = suffix.print(f);
      if (text === undefined) return undefined;
      const name = (i: number): string => `v${(f[field]! + i) % 32}.${text}`;
      if (count > 2 && f[field]! + count <= 32) return `{${name(0)}-${name(count - 1)}}`;
      return `{${Array.from({ length: count }, (_, i) => name(i)).join(', ')}}`;
    },
    parse: (c, b) => {
      if (!c.take('{')) return 'expected a list of registers such as {v0.16b}';
      const registers: number[] = [];
      let text: string | undefined;
      do {
        const isRange: boolean = registers.length > 0 && c.text[c.at - 1] === '-';
        const found = c.match(/v(\d+)\.(\d*[bhsd])(?!\w)/iy);
        if (!found || Number(found[1]) > 31) return 'expected a vector register in the list';
        text ??= found[2]!.toLowerCase();
        if (text !== found[2]!.toLowerCase()) return 'the registers of the list have different arrangements';
        if (isRange)
          while (registers.at(-1) !== Number(found[1]) && registers.length < 5) registers.push((registers.at(-1)! + 1) % 32);
        else registers.push(Number(found[1]));
      } while (c.take(',') || c.take('-'));
      if (!c.take('}')) return `expected "}" before "${c.rest()}"`;
      if (registers.length !== count || registers.some((r, i) => r !== (registers[0]! + i) % 32))
        return `expected ${count} register${count > 1 ? 's' : ''} in a row`;
      return suffix.parse(text!, b) ?? bind(b, { [field]: registers[0]! });
    },
  };
}

const arranged = (kind: string) => ({
  print: (f: Fields) => chosen(ARRANGEMENTS[kind]!, f),
  parse: (text: string, b: Binding) => choose(ARRANGEMENTS[kind]!, text, b),
});

const lettered = (letter: string) => ({
  print: () => letter,
  parse: (text: string) => (text === letter ? undefined : `expected lanes of size ${letter}`),
});

/** `[3]` of the single-structure loads: Q:S:esize, as many of the bits as the lane's size (log2 of bytes) leaves. */
const laneIndex = (size: number): Codec => ({
  print: (f) => {
    const bits = (f.Q! << 3) | (f.S! << 2) | f.esize!;
    const low = bits & ((1 << size) - 1);
    if (size === 1 && low & 1) return undefined;
    if (size === 2 && low !== 0) return undefined;
    if (size === 3 && low !== 1) return undefined;
    return `[${bits >> size}]`;
  },
  parse: (c, b) => {
    if (!c.take('[')) return 'expected a lane number such as [1]';
    const index = readNumber(c, 0n, BigInt((16 >> size) - 1), 'lane');
    if (typeof index === 'string') return index;
    if (!c.take(']')) return `expected "]" before "${c.rest()}"`;
    const bits = (Number(index) << size) | (size === 3 ? 1 : 0);
    return bind(b, { Q: bits >> 3, S: (bits >> 2) & 1, esize: bits & 3 });
  },
});

/** The immediate of a post-indexed structure access: always the bytes it moves. */
function bytes(count: (f: Fields) => number): Codec {
  return {
    print: (f) => `#${count(f)}`,
    parse: (c, b) => {
      const expected = count(b.fields);
      const value = readNumber(c, BigInt(expected), BigInt(expected), 'post-index');
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** abcdefgh of a modified immediate, as it is. */
const byteImmediate: Codec = {
  print: (f) => `#${hex((f.abc! << 5) | f.defgh!)}`,
  parse: (c, b) => {
    const value = readNumber(c, -128n, 255n);
    if (typeof value === 'string') return value;
    const bits = Number(BigInt.asUintN(8, value));
    return bind(b, { abc: bits >> 5, defgh: bits & 31 });
  },
};

/** `lsl #8` (left out if zero) or `msl #8`, in `amount`. */
function immediateShift(name: string, least: number, most: number): Codec {
  return {
    print: (f) => `${name} #${least + 8 * f.amount!}`,
    parse: (c, b) => {
      if (c.word() !== name) return `expected "${name}"`;
      const amount = readNumber(c, BigInt(least), BigInt(most), 'shift');
      if (typeof amount === 'string') return amount;
      return amount % 8n ? `shift ${amount} is not a multiple of 8` : bind(b, { amount: (Number(amount) - least) / 8 });
    },
    ...(least === 0 ? { omitted: (f: Fields) => f.amount === 0, absent: (b: Binding) => bind(b, { amount: 0 }) } : {}),
  };
}

/** Sixty-four bits, each byte all zeros or all ones. */
const byteMask: Codec = {
  print: (f) => {
    const bits = (f.abc! << 5) | f.defgh!;
    let value = 0n;
    for (let i = 0; i < 8; i++) if ((bits >> i) & 1) value |= 0xffn << BigInt(8 * i);
    return `#${hex(value)}`;
  },
  parse: (c, b) => {
    const value = readNumber(c, -(1n << 63n), (1n << 64n) - 1n);
    if (typeof value === 'string') return value;
    let bits = 0;
    for (let i = 0; i < 8; i++) {
      const byte = (BigInt.asUintN(64, value) >> BigInt(8 * i)) & 0xffn;
      if (byte !== 0n && byte !== 0xffn) return `${hex(value)} has a byte that is neither 0x00 nor 0xff`;
      if (byte) bits |= 1 << i;
    }
    return bind(b, { abc: bits >> 5, defgh: bits & 31 });
  },
};

/** VFPExpandImm as a number: ±(16 … 31)/16 × 2^(-3 … 4). */
function fpValue(imm8: number): number {
  const exponent = signed((imm8 >> 4) & 7, 3) + 1;
  return (imm8 & 0x80 ? -1 : 1) * (1 + (imm8 & 15) / 16) * 2 ** exponent;
}

function fpImmediate(read: (f: Fields) => number, write: (imm8: number) => Record<string, number>): Codec {
  return {
    print: (f) =>
      `#${fpValue(read(f))
        .toExponential(18)
        .replace(/e([+-])(\d)$/, 'e$10$2')}`,
    parse: (c, b) => {
      c.take('#');
      const found = c.match(/[+-]?\d+(\.\d*)?(e[+-]?\d+)?(?!\w)/iy);
      if (!found) return `expected a number, not "${c.rest()}"`;
      for (let imm8 = 0; imm8 < 256; imm8++) if (fpValue(imm8) === Number(found[0])) return bind(b, write(imm8));
      return `${found[0]} cannot be written as a floating-point immediate`;
    },
  };
}

/** `#0.0` of the comparisons with zero. */
const zero: Codec = {
  print: () => '#0.0',
  parse: (c) => {
    c.take('#');
    const found = c.match(/\d+(\.\d*)?(e[+-]?\d+)?(?!\w)/iy);
    return found && Number(found[0]) === 0 ? undefined : 'expected #0.0';
  },
};

/** `#0` of the integer comparisons with zero. */
const integerZero: Codec = {
  print: () => '#0',
  parse: (c) => {
    const value = readNumber(c, 0n, 0n);
    return typeof value === 'string' ? value : undefined;
  },
};

/** SHLL shifts by the width of a lane, always. */
const laneWidth: Codec = {
  print: (f) => `#${8 << f.size!}`,
  parse: (c, b) => {
    const bits = BigInt(8 << b.get('size')!);
    const value = readNumber(c, bits, bits, 'shift');
    return typeof value === 'string' ? value : undefined;
  },
};

/** The number of fraction bits of a fixed-point conversion, 64 - scale. */
const fractionBits: Codec = {
  print: (f) => `#${64 - f.scale!}`,
  parse: (c, b) => {
    const value = readNumber(c, 1n, b.get('sf') ? 64n : 32n, 'number of fraction bits');
    return typeof value === 'string' ? value : bind(b, { scale: 64 - Number(value) });
  },
};

/** Those of a vector of halves, 16 - fraction. */
const halfFractionBits: Codec = {
  print: (f) => `#${16 - f.fraction!}`,
  parse: (c, b) => {
    const value = readNumber(c, 1n, 16n, 'number of fraction bits');
    return typeof value === 'string' ? value : bind(b, { fraction: 16 - Number(value) });
  },
};

/** Degrees: a first number, and so many more for each in the field. */
const rotation = (field: string, first: number, step: number): Codec => ({
  print: (f) => `#${first + step * f[field]!}`,
  parse: (c, b) => {
    const value = readNumber(c, 0n, 270n, 'rotation');
    if (typeof value === 'string') return value;
    const turns = (Number(value) - first) / step;
    return Number.isInteger(turns) && turns >= 0 ? bind(b, { [field]: turns }) : `there is no rotation by ${value} here`;
  },
});

export const vectorCodecs: Record<string, CodecMaker> = {
  V: (field, kind, alone) => vector(field!, kind!, alone === 'alone'),
  Sc: (field, kind) => scalar(field!, kind!),
  lane5: (field) => laneOfImm5(field!),
  lane4: () => laneOfImm4,
  lane2: () => laneOfImm2,
  fourbytes: () => fourBytes,
  twohalves: () => twoHalves,
  element: () => element,
  fpelement: () => fpElement,
  halfelement: () => halfElement,
  pairelement: () => pairElement,
  fixedlane: (field, letter, index) => fixedLane(field!, letter!, Number(index)),
  shrv: () => shift(true),
  shlv: () => shift(false),
  vlist: (field, count, kind) => list(field!, Number(count), arranged(kind!)),
  lanelist: (field, count, letter) => list(field!, Number(count), lettered(letter!)),
  laneindex: (size) => laneIndex(Number(size)),
  listbytes: (count) => bytes((f) => Number(count) * (f.Q ? 16 : 8)),
  lanebytes: (count, size) => bytes(() => Number(count) << Number(size)),
  replicatebytes: (count) => bytes((f) => Number(count) << f.size!),
  imm8: () => byteImmediate,
  lslimm: (most) => immediateShift('lsl', 0, Number(most)),
  mslimm: () => immediateShift('msl', 8, 16),
  bytemask: () => byteMask,
  fpimm: () =>
    fpImmediate(
      (f) => f.imm8!,
      (imm8) => ({ imm8 }),
    ),
  vfpimm: () =>
    fpImmediate(
      (f) => (f.abc! << 5) | f.defgh!,
      (imm8) => ({ abc: imm8 >> 5, defgh: imm8 & 31 }),
    ),
  zero: () => zero,
  zeroint: () => integerZero,
  lanewidth: () => laneWidth,
  fbits: () => fractionBits,
  halffbits: () => halfFractionBits,
  rotation: (field, first, step) => rotation(field!, Number(first), Number(step)),
};
