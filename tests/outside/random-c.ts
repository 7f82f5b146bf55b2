/**
 * Small programs in C, made at random, that print what they compute. Everything in them is defined: signed numbers wrap (-fwrapv), shifts are
 * masked, divisors are not zero, conversions to integers are of numbers that fit. So each compiler at each level has to make the same of them.
 */
import { Random } from '../fuzz/random';

const INTEGERS = ['int8_t', 'uint8_t', 'int16_t', 'uint16_t', 'int32_t', 'uint32_t', 'int64_t', 'uint64_t', '__int128'] as const;
const FLOATS = ['float', 'double'] as const;
const LENGTH = 64;
const FUNCTIONS = 16;

/** What may stand in an expression. */
interface Scope {
  readonly integers: readonly string[];
  readonly floats: readonly string[];
}

class Writer {
  constructor(private readonly random: Random) {}

  integer({ integers, floats }: Scope, depth: number): string {
    const { random } = this;
    if (depth === 0 || random.chance(6)) {
      return random.chance(4) ? this.constant() : random.pick(integers);
    }
    const a = this.integer({ integers, floats }, depth - 1);
    const b = this.integer({ integers, floats }, depth - 1);
    const type = random.pick(INTEGERS);
    const wide = random.pick(['int32_t', 'uint32_t', 'int64_t', 'uint64_t'] as const);
    const bits = wide.includes('64') ? 63 : 31;
    switch (random.below(15)) {
      case 0:
        return `(${a} + ${b})`;
      case 1:
        return `(${a} - ${b})`;
      case 2:
        return `((${wide})${a} * (${wide})${b})`;
      case 3:
        return `((${wide})${a} / ((${wide})${b} | 1))`;
      case 4:
        return `((uint${bits + 1}_t)${a} % ((uint${bits + 1}_t)${b} | 3))`;
      case 5:
        return `(${a} ${random.pick(['&', '|', '^'])} ${b})`;
      case 6:
        return `((${wide})${a} ${random.pick(['<<', '>>'])} (${b} & ${bits}))`;
      case 7:
        return `(${a} ${random.pick(['<', '<=', '==', '!=', '>', '>='])} ${b} ? ${b} : ${this.integer({ integers, floats }, depth - 1)})`;
      case 8:
        return `(${type})${a}`;
      case 9:
        return `${random.pick(['__builtin_popcountll', '__builtin_bswap64', '__builtin_bswap32', '__builtin_parityll', 'rotated', 'leading'])}(${a})`;
      case 10:
        return `(int64_t)fmin(fmax(${this.float({ integers, floats }, depth - 1)}, -1e15), 1e15)`;
      case 11:
        return `(int64_t)(((__int128)(int64_t)${a} * (int64_t)${b}) >> 64)`;
      case 12:
        return `(- ${a})`;
      case 13:
        return `(~ ${a})`;
      default:
        return `((struct bits){ .a = ${a}, .b = ${b} }.${random.pick(['a', 'b'])})`;
    }
  }

  float(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth === 0 || random.chance(5)) return random.chance(4) ? this.real() : random.pick(scope.floats);
    const a = this.float(scope, depth - 1);
    const b = this.float(scope, depth - 1);
    switch (random.below(10)) {
      case 0:
        return `(${a} + ${b})`;
      case 1:
        return `(${a} - ${b})`;
      case 2:
        return `(${a} * ${b})`;
      case 3:
        return `(${a} / ${b})`;
      case 4:
        return `${random.pick(['fabs', 'floor', 'ceil', 'trunc', 'rint', 'round'])}(${a})`;
      case 5:
        return `sqrt(fabs(${a}))`;
      case 6:
        return `(${a} < ${b} ? ${a} : ${b})`;
      case 7:
        return `fma(${a}, ${b}, ${this.float(scope, depth - 1)})`;
      case 8:
        return `(${random.pick(FLOATS)})(${this.integer(scope, depth - 1)})`;
      default:
        return `(float)${a}`;
    }
  }

  private constant(): string {
    const { random } = this;
    const value = random.chance(2) ? random.below(300) : random.next();
    return `(${random.chance(3) ? '-' : ''}${value}${random.pick(['', 'u', 'll', 'ull'])})`;
  }

  private real(): string {
    return this.random.pick(['0.5', '1.0', '-3.25', '1e10', '1e-7', '0.1', '-0.0', '77.0f', '0.3f', '4503599627370497.5']);
  }

  /** A function over arrays, of a kind that compilers like to change: a loop, a reduction, a recursion, a switch. */
  function(name: string): string {
    const { random } = this;
    const element = random.pick(INTEGERS.slice(0, 8));
    const real = random.pick(FLOATS);
    const inner: Scope = {
      integers: ['a[i]', 'b[i]', 'x', 'i', `a[(i + ${1 + random.below(7)}) % ${LENGTH}]`],
      floats: ['f[i]', 'g[i]', 'y'],
    };
    const outer: Scope = { integers: ['x', 'n', 'a[3]', 'b[5]'], floats: ['y', 'f[2]', 'g[9]'] };
    const lines = [
      `static uint64_t ${name}_part(uint64_t x, int n) { return n <= 0 ? x : ${name}_part(${this.integer({ integers: ['x', 'n'], floats: ['2.0'] }, 2)}, n - 1) ${random.pick(['+', '^', '*'])} 3; }`,
      `__attribute__((noinline)) static uint64_t ${name}(${element} *a, ${element} *b, ${real} *f, ${real} *g, int n) {`,
      `  uint64_t x = n; double y = n; int i;`,
      `  for (i = 0; i < n; i++) a[i] = ${this.integer({ integers: ['a[i]', 'b[i]', 'i'], floats: ['1.5'] }, 3)};`,
      `  for (i = 0; i < n; i++) x ${random.pick(['+=', '^=', '-='])} ${this.integer({ integers: ['a[i]', 'b[i]'], floats: ['2.5'] }, 2)};`,
      `  for (i = 0; i < n; i++) g[i] = ${this.float({ integers: ['a[i]'], floats: ['f[i]', 'g[i]'] }, 3)};`,
      `  for (i = 0; i < n; i += ${1 + random.below(3)}) { y = limited(${this.float(inner, 2)}); if (${this.integer(inner, 2)} & ${1 + random.below(15)}) x = x * 31 + (uint64_t)(${this.integer(inner, 3)}); else b[i] = ${this.integer(inner, 2)}; }`,
      `  switch (x % 7) { ${[0, 1, 2, 3, 4].map((at) => `case ${at}: x += ${this.integer(outer, 2)}; ${random.chance(2) ? 'break; ' : ''}`).join('')}default: y = ${this.float(outer, 2)}; }`,
      `  memmove(a + ${random.below(9)}, a + ${random.below(9)}, ${1 + random.below(50)} * sizeof *a);`,
      `  x += ${name}_part(x, ${random.below(40)});`,
      `  struct mixed m = { x, y, a[1], { f[1], g[1] } }; m = passed(m, n);`,
      `  return x ^ (uint64_t)m.c ^ bits_of(limited(y)) ^ m.a;`,
      `}`,
    ];
    const call = `{ ${element} a[${LENGTH}], b[${LENGTH}]; ${real} f[${LENGTH}], g[${LENGTH}]; for (int i = 0; i < ${LENGTH}; i++) { a[i] = draw(); b[i] = draw(); f[i] = (${real})(int32_t)draw() / 1000; g[i] = (${real})draw(); }
    uint64_t r = ${name}(a, b, f, g, ${LENGTH - 8 + random.below(9)}); for (int i = 0; i < ${LENGTH}; i++) { r = r * 31 + (uint64_t)a[i]; r = r * 31 + (uint64_t)b[i]; r = r * 31 + bits_of(g[i]); } printf("${name} %016llx\\n", (unsigned long long)r); }`;
    return `${lines.join('\n')}\nstatic void call_${name}(void) ${call}\n`;
  }
}

const HEAD = `#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
struct bits { int64_t a : 19; uint64_t b : 37; };
struct mixed { uint64_t a; double b; int16_t c; float d[2]; };
static uint64_t state = 88172645463325252u;
static uint64_t draw(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static uint64_t rotated(uint64_t x) { return x << 11 | x >> 53; }
static int leading(uint64_t x) { return __builtin_clzll(x | 1); }
/* NaNs differ in their sign and payload by the order in which a compiler has operands. */
static uint64_t bits_of(double x) { uint64_t r; if (x != x) return 7; memcpy(&r, &x, 8); return r; }
static double limited(double x) { return x < 1e15 && x > -1e15 ? x : 3; }
__attribute__((noinline)) static struct mixed passed(struct mixed m, int n) { m.c += n; m.a ^= (uint64_t)m.c << 9; m.d[0] += 1; return m; }
`;

/** A program; the same for the same seed. */
export function randomProgram(seed: number): string {
  const writer = new Writer(new Random(seed));
  const names = Array.from({ length: FUNCTIONS }, (_, at) => `f${at}`);
  return `${HEAD}${names.map((name) => writer.function(name)).join('')}int main(void) { ${names.map((name) => `call_${name}();`).join(' ')} return 0; }\n`;
}
