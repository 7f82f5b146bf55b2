import type { Cursor } from './cursor';

/**
 * Constant expressions with the operators and the precedence of GNU as (which is not that of C): unary - ~ !, then * / % << >>,
 * then | & ^, then + - and comparisons (true is -1), then && and ||.
 */

class ExpressionError extends Error {}

const fail = (sentence: string): never => {
  throw new ExpressionError(sentence);
};

const truth = (holds: boolean): bigint => (holds ? -1n : 0n);

type Operator = (a: bigint, b: bigint) => bigint;

const divide =
  (of: Operator): Operator =>
  (a, b) =>
    b === 0n ? fail('division by zero') : of(a, b);

/** Values are kept to 128 bits: enough for every literal, and no expression can eat the memory. */
const KEPT_BITS = 128;
const DEEPEST_NESTING = 200;
const shiftBy =
  (of: Operator): Operator =>
  (a, b) =>
    b < 0n || b > 64n ? fail(`shift by ${b} is out of range`) : of(a, b);

/** From the loosest to the tightest; longer operators before their prefixes. */
const LEVELS: Record<string, Operator>[] = [
  { '&&': (a, b) => (a && b ? 1n : 0n), '||': (a, b) => (a || b ? 1n : 0n) },
  {
    '==': (a, b) => truth(a === b),
    '!=': (a, b) => truth(a !== b),
    '<>': (a, b) => truth(a !== b),
    '<=': (a, b) => truth(a <= b),
    '>=': (a, b) => truth(a >= b),
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '<': (a, b) => truth(a < b),
    '>': (a, b) => truth(a > b),
  },
  { '|': (a, b) => a | b, '&': (a, b) => a & b, '^': (a, b) => a ^ b },
  {
    '<<': shiftBy((a, b) => a << b),
    '>>': shiftBy((a, b) => BigInt.asUintN(64, a) >> b),
    '*': (a, b) => a * b,
    '/': divide((a, b) => a / b),
    '%': divide((a, b) => a % b),
  },
];

/** `<` must not be taken from `<<` nor `|` from `||`. */
const LONGER: Record<string, RegExp> = { '<': /<[<=>]/y, '>': />[>=]/y, '|': /\|\|/y, '&': /&&/y };

function takeOperator(c: Cursor, level: Record<string, Operator>): Operator | undefined {
  for (const [text, operator] of Object.entries(level)) {
    if (!c.peek(text)) continue;
    const longer = LONGER[text];
    if (longer) {
      longer.lastIndex = c.at;
      if (longer.test(c.text)) continue;
    }
    c.take(text);
    return operator;
  }
  return undefined;
}

function binary(c: Cursor, level: number): bigint {
  if (level === LEVELS.length) return unary(c);
  let value = binary(c, level + 1);
  for (;;) {
    const operator = takeOperator(c, LEVELS[level]!);
    if (!operator) return value;
    value = BigInt.asIntN(KEPT_BITS, operator(value, binary(c, level + 1)));
  }
}

let depth = 0;

function unary(c: Cursor): bigint {
  if (depth >= DEEPEST_NESTING) fail('the expression is nested too deeply');
  depth++;
  try {
    return unaryNested(c);
  } finally {
    depth--;
  }
}

function unaryNested(c: Cursor): bigint {
  if (c.take('-')) return -unary(c);
  if (c.take('+')) return unary(c);
  if (c.take('~')) return ~unary(c);
  if (c.peek('!') && !c.peek('!=')) {
    c.take('!');
    return unary(c) === 0n ? 1n : 0n;
  }
  if (c.take('(')) {
    const value = binary(c, 0);
    if (!c.take(')')) fail(`expected ")" before "${c.rest()}"`);
    return value;
  }
  return primary(c);
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0', e: '\x1b' };
export const escaped = (letter: string): string => ESCAPES[letter] ?? letter;

const RADIX = /0[xX][0-9a-fA-F]+(?!\w)|0[bB][01]+(?!\w)|\d+(?!\w)/y;
/** Registers are never symbols: `add x0, x1, x2` must not try `x2` as an immediate. */
const REGISTER = /^(?:[wx]([12]?\d|30|zr)|w?sp|[bhsdqv]([12]?\d|3[01])|lr)$/i;

function primary(c: Cursor): bigint {
  const local = c.match(/\d+[fb](?!\w)/y);
  if (local) return c.scope.lookup(local[0]) ?? fail(`there is no local label for "${local[0]}"`);
  const number = c.match(RADIX);
  if (number) return BigInt(number[0].toLowerCase());
  const character = c.match(/'(\\?)([^\n])'?/y);
  if (character) return BigInt((character[1] ? escaped(character[2]!) : character[2]!).charCodeAt(0));
  const start = c.at;
  const name = c.match(/[A-Za-z_.$][\w.$]*/y)?.[0];
  if (name === undefined) return fail(c.atEnd() ? 'an operand is missing at the end' : `expected a value, not "${c.rest()}"`);
  if (REGISTER.test(name)) {
    c.at = start;
    return fail(`expected a value, not the register "${name}"`);
  }
  return c.scope.lookup(name) ?? fail(`"${name}" is not defined`);
}

/** Reads an expression at the cursor. A string answer is a sentence saying what is wrong. */
export function parseExpression(c: Cursor): bigint | string {
  try {
    return binary(c, 0);
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}
