import { reject } from './errors';
import { escaped } from './expression';
import { splitOperands } from './statements';

/** What a directive may do to the assembly under way. */
export interface Assembly {
  /** False in the first pass: expressions may refer to what is not defined yet, so only sizes matter. */
  readonly emitting: boolean;
  readonly location: bigint;
  readonly base: bigint;
  /** The value of an expression that must be known now. */
  known(text: string): bigint;
  /** The same, or undefined if it is not known yet. */
  ifKnown(text: string): bigint | undefined;
  /** The value of an expression, or 0 in the first pass. */
  value(text: string): bigint;
  assign(name: string, value: bigint): void;
  emit(value: bigint, size: number): void;
  fill(count: number, byte: number): void;
  flushLiterals(): void;
}

const NOP = 0xd503201fn;
/** No directive may ask for more than this: a slip of the pen should not eat all memory. */
const MOST_FILL = 1 << 26;

type Directive = (a: Assembly, operands: string, name: string) => void;

function data(size: number): Directive {
  return (a, operands) => {
    const span = 1n << BigInt(8 * size);
    for (const text of splitOperands(operands)) {
      const value = a.value(text);
      if (value >= span || value < -span / 2n) reject(`${value} does not fit in ${size} byte${size > 1 ? 's' : ''}`);
      a.emit(BigInt.asUintN(8 * size, value), size);
    }
  };
}

function text(terminated: boolean): Directive {
  return (a, operands) => {
    for (const piece of splitOperands(operands)) {
      for (const byte of stringBytes(piece)) a.emit(BigInt(byte), 1);
      if (terminated) a.emit(0n, 1);
    }
  };
}

/** The bytes of a quoted string (UTF-8), with \n, \t, \r, \e, \", \\, \xhh and octal \ooo. */
function stringBytes(literal: string): Uint8Array {
  if (!/^"(\\.|[^"\\])*"$/.test(literal)) reject(`${literal || 'nothing'} is not a string in double quotes`);
  const bytes: number[] = [];
  for (const [token, hex, octal, letter] of literal.slice(1, -1).matchAll(/\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))|[^\\]+/g)) {
    if (hex) bytes.push(Number.parseInt(hex, 16) & 0xff);
    else if (octal) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else bytes.push(...new TextEncoder().encode(letter ? escaped(letter) : token));
  }
  return Uint8Array.from(bytes);
}

function fill(a: Assembly, count: bigint, byte: bigint): void {
  if (count < 0n || count > MOST_FILL) reject(`cannot fill ${count} bytes`);
  a.fill(Number(count), Number(byte & 0xffn));
}

/** Pads to a multiple of `alignment` bytes: with NOPs, as code wants it, unless a fill value is given. */
function align(a: Assembly, alignment: bigint, operands: readonly string[]): void {
  if (alignment < 1n || alignment & (alignment - 1n)) reject(`alignment ${alignment} is not a power of two`);
  let count = -a.location & (alignment - 1n);
  if (operands[2] && count > a.known(operands[2])) return;
  if (operands[1]) {
    fill(a, count, a.value(operands[1]));
    return;
  }
  const odd = count % 4n;
  fill(a, odd, 0n);
  for (count -= odd; count > 0n; count -= 4n) a.emit(NOP, 4);
}

const space: Directive = (a, operands) => {
  const [count = '', byte] = splitOperands(operands);
  fill(a, a.known(count), byte ? a.value(byte) : 0n);
};

const powerOfTwo: Directive = (a, operands) => {
  const pieces = splitOperands(operands);
  const power = a.known(pieces[0] ?? '');
  if (power < 0n || power > 24n) reject(`alignment 2^${power} is out of range`);
  align(a, 1n << power, pieces);
};

const assign: Directive = (a, operands) => {
  const [name = '', text = ''] = splitOperands(operands);
  if (!/^[A-Za-z_.$][\w.$]*$/.test(name)) reject(`"${name}" is not a name`);
  // A value that needs a later label is left for the second pass.
  const value = a.emitting ? a.known(text) : a.ifKnown(text);
  if (value !== undefined) a.assign(name, value);
};

const nothing: Directive = () => {};

export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.byte': data(1),
  '.hword': data(2),
  '.short': data(2),
  '.2byte': data(2),
  '.word': data(4),
  '.long': data(4),
  '.int': data(4),
  '.4byte': data(4),
  '.inst': data(4),
  '.xword': data(8),
  '.quad': data(8),
  '.dword': data(8),
  '.8byte': data(8),
  '.ascii': text(false),
  '.asciz': text(true),
  '.string': text(true),
  '.space': space,
  '.skip': space,
  '.zero': space,
  '.fill': (a, operands) => {
    const [repeat = '', size = '1', value = '0'] = splitOperands(operands);
    const count = a.known(repeat);
    const bytes = a.known(size);
    if (bytes < 1n || bytes > 8n || count < 0n || count * bytes > MOST_FILL)
      reject(`cannot repeat ${count} times ${bytes} bytes`);
    for (let i = 0n; i < count; i++) a.emit(BigInt.asUintN(Number(bytes) * 8, a.value(value)), Number(bytes));
  },
  '.balign': (a, operands) => {
    const pieces = splitOperands(operands);
    align(a, a.known(pieces[0] ?? ''), pieces);
  },
  '.align': powerOfTwo,
  '.p2align': powerOfTwo,
  '.org': (a, operands) => {
    const [offset = '', byte] = splitOperands(operands);
    const target = a.known(offset);
    // As everywhere, a label is an address; a plain number counts from the beginning.
    const count = (target >= a.base && a.base > 0n ? target - a.base : target) - (a.location - a.base);
    if (count < 0n) reject(`.org would go back by ${-count} bytes`);
    fill(a, count, byte ? a.value(byte) : 0n);
  },
  '.equ': assign,
  '.set': assign,
  '.ltorg': (a) => a.flushLiterals(),
  '.pool': (a) => a.flushLiterals(),
  '.error': (_a, operands) => reject(operands),
  // A flat binary has no sections, no symbol table and one architecture.
  '.global': nothing,
  '.globl': nothing,
  '.text': nothing,
  '.type': nothing,
  '.size': nothing,
  '.arch': nothing,
  '.arch_extension': nothing,
  '.cpu': nothing,
};
