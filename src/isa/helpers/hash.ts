import { type Expr, extractLane, type FunctionBuilder, i32, i64, replaceLane, simd } from '../../wasm';
import { type Helper, helper } from './helper';

/** Rounds of the hash functions SHA-1, SHA-256 and SHA-512, as their instructions do some at a time (FIPS 180-4; Arm ARM, shared/functions/crypto). */

const words = (f: FunctionBuilder, vector: Expr): Expr[] => [0, 1, 2, 3].map((lane) => f.let(extractLane('i32x4', vector, lane)));
const doublewords = (f: FunctionBuilder, vector: Expr): Expr[] => [0, 1].map((lane) => f.let(extractLane('i64x2', vector, lane)));

export const ofWords = (lanes: readonly Expr[]): Expr =>
  lanes.slice(1).reduce((vector, word, i) => replaceLane('i32x4', vector, i + 1, word), simd('i32x4.splat', lanes[0]!));
const ofDoublewords = (low: Expr, high: Expr): Expr => replaceLane('i64x2', simd('i64x2.splat', low), 1, high);

type Ops = typeof i32 | typeof i64;
type Mix = (w: Ops, x: Expr, y: Expr, z: Expr) => Expr;
/** SHAchoose, SHAparity and SHAmajority. */
const choose: Mix = (w, x, y, z) => w.xor(w.and(w.xor(y, z), x), z);
const exclusive: Mix = (w, x, y, z) => w.xor(w.xor(x, y), z);
const majority: Mix = (w, x, y, z) => w.or(w.and(x, y), w.and(w.or(x, y), z));

const rotations32 = (x: Expr, amounts: readonly number[]): Expr =>
  amounts.map((amount) => i32.rotr(x, i32.const(amount))).reduce(i32.xor);
const rotations64 = (x: Expr, amounts: readonly number[]): Expr =>
  amounts.map((amount) => i64.rotr(x, i64.const(amount))).reduce(i64.xor);

/** Four rounds of SHA-1: a to d in `abcd`, e in the low word of `e`, words with their round constants in `w`. */
const sha1 = (mix: Mix): Helper =>
  helper(['v128', 'i32', 'v128'], 'v128', (f, abcd, e5, w) => {
    let [a, b, c, d] = words(f, abcd!) as [Expr, Expr, Expr, Expr];
    let e = e5!;
    for (const word of words(f, w!)) {
      const sum = i32.add(i32.add(e, word), i32.add(i32.rotl(a, i32.const(5)), mix(i32, b, c, d)));
      [a, b, c, d, e] = [f.let(sum), a, f.let(i32.rotl(b, i32.const(30))), c, d];
    }
    return ofWords([a, b, c, d]);
  });

/** Four rounds of SHA-256: a to d, e to h, words with their round constants; what becomes of a to d or of e to h. */
const sha256 = (result: 'abcd' | 'efgh'): Helper =>
  helper(['v128', 'v128', 'v128'], 'v128', (f, abcd, efgh, w) => {
    let [a, b, c, d] = words(f, abcd!) as [Expr, Expr, Expr, Expr];
    let [e, g, h, i] = words(f, efgh!) as [Expr, Expr, Expr, Expr];
    for (const word of words(f, w!)) {
      const t = f.let(i32.add(i32.add(i, rotations32(e, [6, 11, 25])), i32.add(choose(i32, e, g, h), word)));
      const sum = i32.add(t, i32.add(rotations32(a, [2, 13, 22]), majority(i32, a, b, c)));
      [a, b, c, d, e, g, h, i] = [f.let(sum), a, b, c, f.let(i32.add(d, t)), e, g, h];
    }
    return ofWords(result === 'abcd' ? [a, b, c, d] : [e, g, h, i]);
  });

/** Two rounds of SHA-512, the part that makes e and the part that makes a. */
const sha512h = helper(['v128', 'v128', 'v128'], 'v128', (f, x, y, w) => {
  const [x0, x1] = doublewords(f, x!) as [Expr, Expr];
  const [y0, y1] = doublewords(f, y!) as [Expr, Expr];
  const [w0, w1] = doublewords(f, w!) as [Expr, Expr];
  const sigma = (value: Expr): Expr => rotations64(value, [14, 18, 41]);
  const high = f.let(i64.add(i64.add(choose(i64, y1, x0, x1), sigma(y1)), w1));
  const next = f.let(i64.add(high, y0));
  return ofDoublewords(i64.add(i64.add(choose(i64, next, y1, x0), sigma(next)), w0), high);
});
const sha512h2 = helper(['v128', 'v128', 'v128'], 'v128', (f, x, y, w) => {
  const [x0] = doublewords(f, x!) as [Expr];
  const [y0, y1] = doublewords(f, y!) as [Expr, Expr];
  const [w0, w1] = doublewords(f, w!) as [Expr, Expr];
  const sigma = (value: Expr): Expr => rotations64(value, [28, 34, 39]);
  const high = f.let(i64.add(i64.add(majority(i64, x0, y1, y0), sigma(y0)), w1));
  return ofDoublewords(i64.add(i64.add(majority(i64, high, y0, y1), sigma(high)), w0), high);
});

/** The two last words of SHA-256's schedule depend on the two first: SHA256SU1 of d, n and m. */
const sha256su1 = helper(['v128', 'v128', 'v128'], 'v128', (f, d, n, m) => {
  const [d0, d1, d2, d3] = words(f, d!) as [Expr, Expr, Expr, Expr];
  const [, n1, n2, n3] = words(f, n!) as [Expr, Expr, Expr, Expr];
  const [m0, , m2, m3] = words(f, m!) as [Expr, Expr, Expr, Expr];
  const next = (word: Expr, a: Expr, b: Expr): Expr =>
    f.let(i32.add(i32.xor(rotations32(word, [17, 19]), i32.shrU(word, i32.const(10))), i32.add(a, b)));
  const first = next(m2, d0, n1);
  const second = next(m3, d1, n2);
  return ofWords([first, second, next(first, d2, n3), next(second, d3, m0)]);
});

export const hashHelpers: Record<string, Helper> = {
  sha1_choose: sha1(choose),
  sha1_parity: sha1(exclusive),
  sha1_majority: sha1(majority),
  sha256_abcd: sha256('abcd'),
  sha256_efgh: sha256('efgh'),
  sha256_schedule: sha256su1,
  sha512_e: sha512h,
  sha512_a: sha512h2,
};
