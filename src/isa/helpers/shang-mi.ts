import { type Expr, extractLane, type FunctionBuilder, i32, simd } from '../../wasm';
import { ofWords } from './hash';
import { type Helper, helper } from './helper';
import { substitute } from './s-box';
import { TABLES } from './tables';

/** The block cipher SM4 (GB/T 32907) and the hash function SM3 (GB/T 32905), as their instructions do some rounds at a time. */

const words = (f: FunctionBuilder, vector: Expr): Expr[] => [0, 1, 2, 3].map((lane) => f.let(extractLane('i32x4', vector, lane)));
const rotated = (x: Expr, amounts: readonly number[]): Expr =>
  amounts.map((amount) => i32.rotl(x, i32.const(amount))).reduce(i32.xor, x);

/** Four rounds of SM4, with a round key or a constant in each word of `keys`; `rotations` are those of its linear map. */
const sm4 = (rotations: readonly number[]): Helper =>
  helper(['v128', 'v128'], 'v128', (f, block, keys) => {
    let [a, b, c, d] = words(f, block!) as [Expr, Expr, Expr, Expr];
    for (const key of words(f, keys!)) {
      const bind = (value: Expr): Expr => f.let(value);
      const load = (address: number): Expr => f.load('v128', i32.const(0), address);
      const mixed = f.let(simd('i32x4.splat', i32.xor(i32.xor(d, c), i32.xor(b, key))));
      const substituted = f.let(extractLane('i32x4', substitute(TABLES.SM4_S_BOX, load, bind, mixed), 0));
      [a, b, c, d] = [b, c, d, f.let(i32.xor(a, rotated(substituted, rotations)))];
    }
    return ofWords([a, b, c, d]);
  });

/** Boolean functions of SM3's first and later rounds. */
type Mix = (x: Expr, y: Expr, z: Expr) => Expr;
const exclusive: Mix = (x, y, z) => i32.xor(x, i32.xor(y, z));
const majority: Mix = (x, y, z) => i32.or(i32.and(x, y), i32.and(i32.or(x, y), z));
const choose: Mix = (x, y, z) => i32.xor(i32.and(i32.xor(y, z), x), z);

/** One round's part that makes a (SM3TT1) or e (SM3TT2): state, the word of SM3SS1, and the message word. */
const sm3 = (part: 'a' | 'e', mix: Mix): Helper =>
  helper(['v128', 'i32', 'i32'], 'v128', (f, state, ss1, word) => {
    const [d0, d1, d2, d3] = words(f, state!) as [Expr, Expr, Expr, Expr];
    const ss = part === 'a' ? i32.xor(ss1!, i32.rotl(d3, i32.const(12))) : ss1!;
    const sum = f.let(i32.add(i32.add(mix(d3, d2, d1), d0), i32.add(ss, word!)));
    return ofWords([d1, i32.rotl(d2, i32.const(part === 'a' ? 9 : 19)), d3, part === 'a' ? sum : rotated(sum, [9, 17])]);
  });

/** SM3PARTW1 of d, n and m: the last word depends on the first. */
const sm3partw1 = helper(['v128', 'v128', 'v128'], 'v128', (f, d, n, m) => {
  const both = words(f, f.let(simd('v128.xor', d!, n!)));
  const [, m1, m2, m3] = words(f, m!) as [Expr, Expr, Expr, Expr];
  const mixed = (word: Expr, other: Expr): Expr => {
    const sum = f.let(i32.xor(word, i32.rotl(other, i32.const(15))));
    return f.let(rotated(sum, [15, 23]));
  };
  const [first, second, third] = [m1, m2, m3].map((word, i) => mixed(both[i]!, word)) as [Expr, Expr, Expr];
  return ofWords([first, second, third, mixed(both[3]!, first)]);
});

export const shangMiHelpers: Record<string, Helper> = {
  sm4_encrypt: sm4([2, 10, 18, 24]),
  sm4_key: sm4([13, 23]),
  sm3_a_exclusive: sm3('a', exclusive),
  sm3_a_majority: sm3('a', majority),
  sm3_e_exclusive: sm3('e', exclusive),
  sm3_e_choose: sm3('e', choose),
  sm3_schedule: sm3partw1,
};
