import { type Expr, i32, simd } from '../../wasm';
import { lanes, vAnd, vXor } from '../pseudocode/vector';

/**
 * S-boxes that invert in GF(2^8) between two affine maps (AES, SM4), on sixteen bytes at once and without a table of 256: bytes are written
 * as iθ + k over GF(2^4), where tables have sixteen entries and i8x16.swizzle is a look-up.
 *
 * θ is chosen so that its norm and its trace are the same a. With N = ai² + aik + k², the norm of x = iθ + k, and j = i + k,
 *
 *     u = 1 / (j + 1 / (1/i + a/k)) = (k + ai) / N,    w = 1 / (i + 1 / (1/j + a/k)) = (k + ai + ak) / N,
 *
 * and the inverse of x, its conjugate iθ + ia + k divided by N, is u + (u/a + (u + w)/a²)θ: a sum of a function of u and one of w. Infinity is a
 * number that stays out of a table's range whatever is added to it, where swizzle finds zero.
 */
const INFINITY = 0x80;

export interface SBox {
  /** The irreducible polynomial of the field, with its highest bit. */
  readonly polynomial: number;
  /** What goes before the inversion and, without a constant, behind it. */
  before(byte: number): number;
  after(byte: number): number;
  /** What is added at the end. */
  readonly constant: number;
}

/** The tables of an S-box, in the order in which they lie in memory, {@link TABLE_BYTES} each. */
interface Tables {
  /** By the low and the high four bits of a byte: i in the upper, k in the lower half. */
  readonly inLow: readonly number[];
  readonly inHigh: readonly number[];
  /** 1/n and a/n. */
  readonly inverse: readonly number[];
  readonly aOver: readonly number[];
  /** What 1/u and 1/w give of the result. */
  readonly outU: readonly number[];
  readonly outW: readonly number[];
  /** What is added at the end, and the low half of a byte, in every byte. */
  readonly constant: readonly number[];
  readonly lowHalf: readonly number[];
}
const PLACES = [
  'inLow',
  'inHigh',
  'inverse',
  'aOver',
  'outU',
  'outW',
  'constant',
  'lowHalf',
] as const satisfies readonly (keyof Tables)[];
const TABLE_BYTES = 16;

function tablesOf({ polynomial, before, after, constant }: SBox): Tables {
  const multiply = (a: number, b: number): number => {
    let product = 0;
    for (let bit = 7; bit >= 0; bit--) {
      product <<= 1;
      if (product & 0x100) product ^= polynomial;
      if ((b >> bit) & 1) product ^= a;
    }
    return product;
  };
  const power = (a: number, n: number): number => (n ? multiply(a, power(a, n - 1)) : 1);
  const invert = (a: number): number => power(a, 254);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const isIn16 = (a: number): boolean => power(a, 16) === a;
  // Four bits stand for a polynomial in a generator of GF(2^4).
  const generator = bytes.find((a) => isIn16(a) && power(a, 3) !== 1 && power(a, 5) !== 1 && a > 1)!;
  const element = Array.from({ length: 16 }, (_, n) =>
    [0, 1, 2, 3].reduce((sum, bit) => ((n >> bit) & 1 ? sum ^ power(generator, bit) : sum), 0),
  );
  const theta = bytes.find((t) => !isIn16(t) && power(t, 17) === (power(t, 16) ^ t))!;
  const a = power(theta, 17);
  const split = new Map(
    bytes.map((n) => [multiply(element[n >> 4]!, theta) ^ element[n & 15]!, n]), // iθ + k
  );
  const input = (byte: number): number => split.get(before(byte))!;
  const table = (of: (n: number) => number, atZero = of(0)): number[] =>
    Array.from({ length: TABLE_BYTES }, (_, n) => (n ? of(n) : atZero));
  const thetaOverA = multiply(theta, invert(a));
  const ofW = multiply(thetaOverA, invert(a));
  const ofU = 1 ^ thetaOverA ^ ofW;
  const output = (factor: number) => (n: number) => after(multiply(factor, invert(element[n]!)));
  return {
    inLow: table(input),
    inHigh: table((n) => input(n << 4) ^ input(0)),
    inverse: table((n) => element.indexOf(invert(element[n]!)), INFINITY),
    aOver: table((n) => element.indexOf(multiply(a, invert(element[n]!))), INFINITY),
    outU: table(output(ofU), 0),
    outW: table(output(ofW), 0),
    constant: table(() => constant),
    lowHalf: table(() => 15),
  };
}

/** The bytes of an S-box's tables. */
export function sBoxBytes(box: SBox): number[] {
  const tables = tablesOf(box);
  return PLACES.flatMap((place) => tables[place]);
}

/**
 * Applies the S-box whose tables are at `address` to every byte of a bound vector. They are in memory, because hosts make a constant vector of four
 * or five instructions. `bind` makes a value cheap to use twice.
 */
export function substitute(address: number, load: (address: number) => Expr, bind: (value: Expr) => Expr, value: Expr): Expr {
  const table = (place: keyof Tables): Expr => load(address + PLACES.indexOf(place) * TABLE_BYTES);
  const look = (place: keyof Tables, index: Expr): Expr => simd('i8x16.swizzle', table(place), index);
  const lowHalf = bind(table('lowHalf'));
  const inverse = bind(table('inverse'));
  const low = (bytes: Expr): Expr => vAnd(bytes, lowHalf);
  const high = (bytes: Expr): Expr => low(lanes(1, 'shr_u', bytes, i32.const(4)));
  const inverseOf = (index: Expr): Expr => simd('i8x16.swizzle', inverse, index);
  const pair = bind(vXor(look('inLow', low(value)), look('inHigh', high(value))));
  const k = bind(low(pair));
  const i = bind(high(pair));
  const j = bind(vXor(i, k));
  const ak = bind(look('aOver', k));
  const uInverse = vXor(inverseOf(vXor(inverseOf(i), ak)), j);
  const wInverse = vXor(inverseOf(vXor(inverseOf(j), ak)), i);
  return bind(vXor(vXor(look('outU', uInverse), look('outW', wInverse)), table('constant')));
}

const parity = (value: number): number => {
  let sum = 0;
  for (let rest = value; rest; rest &= rest - 1) sum ^= 1;
  return sum;
};

/** The linear map whose bit n is the parity of the byte's bits in `mask`, rotated left by n. */
export const circulant =
  (mask: number) =>
  (byte: number): number => {
    let result = 0;
    for (let bit = 0; bit < 8; bit++) result |= parity(byte & ((mask << bit) | (mask >> (8 - bit)))) << bit;
    return result;
  };
