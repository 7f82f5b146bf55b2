import { reject } from './errors';
import { escaped } from './expression';
import { splitOperands } from './statements';

/** What a directive may do to the assembly under way. */
export interface Assembly {
  /** False in the first pass: expressions may refer to what is not defined yet, so only sizes matter. */
  readonly emitting: boolean;
  readonly location: bigint;
  /** Address of the section at hand. */
  readonly base: bigint;
  /** The value of an expression that must be known now. */
  known(text: string): bigint;
  /** The same, or undefined if it is not known yet. */
  ifKnown(text: string): bigint | undefined;
  /** The value of an expression, or 0 in the first pass. */
  value(text: string): bigint;
  assign(name: string, value: bigint): void;
  /** Defines a label here. */
  defineLabel(name: string): void;
  /** Where there is no place for data it is filled with NOPs. */
  readonly fillsWithNops: boolean;
  /** The section at hand is to begin at a multiple of this. */
  alignTo(alignment: bigint): void;
  enterSection(name: string, code?: boolean): void;
  pushSection(): void;
  leaveSection(how: 'previous' | 'pop'): void;
  forgetMacro(name: string): void;
  forgetRegisterName(name: string): void;
  emit(value: bigint, size: number): void;
  /** Emits a value `count` times. */
  repeat(value: bigint, size: number, count: number): void;
  write(bytes: Uint8Array): void;
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
      a.write(stringBytes(piece));
      if (terminated) a.emit(0n, 1);
    }
  };
}

/** The bytes of a quoted string (UTF-8), with \n, \t, \r, \e, \", \\, \xhh and octal \ooo. */
function stringBytes(literal: string): Uint8Array {
  if (!/^"(\\.|[^"\\])*"$/.test(literal)) reject(`${literal || 'nothing'} is not a string in double quotes`);
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [token, hex, octal, letter] of literal.slice(1, -1).matchAll(/\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))|[^\\]+/g)) {
    if (hex) bytes.push(Number.parseInt(hex, 16) & 0xff);
    else if (octal) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else for (const byte of encoder.encode(letter ? escaped(letter) : token)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function fill(a: Assembly, count: bigint, byte: bigint): void {
  if (count < 0n || count > MOST_FILL) reject(`cannot fill ${count} bytes`);
  a.fill(Number(count), Number(byte & 0xffn));
}

/** Pads to a multiple of `alignment` bytes: code with NOPs, unless a fill value is given. */
function align(a: Assembly, alignment: bigint, operands: readonly string[]): void {
  if (alignment < 1n || alignment & (alignment - 1n)) reject(`alignment ${alignment} is not a power of two`);
  if (alignment > MOST_FILL) reject(`alignment ${alignment} is out of range`);
  a.alignTo(alignment);
  const count = -a.location & (alignment - 1n);
  if (operands[2] && count > a.known(operands[2])) return;
  if (operands[1] || !a.fillsWithNops) {
    fill(a, count, operands[1] ? a.value(operands[1]) : 0n);
    return;
  }
  const odd = count % 4n;
  fill(a, odd, 0n);
  a.repeat(NOP, 4, Number((count - odd) / 4n));
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

/** A number as its bits: binary32 or binary64. */
function floating(size: 4 | 8): Directive {
  return (a, operands) => {
    for (const text of splitOperands(operands)) {
      const digits = text.replace(/^0[fdrFDR]/, '').toLowerCase();
      const named: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
      const value = named[digits] ?? (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(digits) ? Number(digits) : undefined);
      if (value === undefined) reject(`"${text}" is not a number such as 1.5 or -2e10`);
      const bits = new DataView(new ArrayBuffer(8));
      if (size === 4) bits.setFloat32(0, value!, true);
      else bits.setFloat64(0, value!, true);
      a.emit(size === 4 ? BigInt(bits.getUint32(0, true)) : bits.getBigUint64(0, true), size);
    }
  };
}

/** `.section name, "flags", @type`: of the flags only `x` matters. */
const section: Directive = (a, operands) => {
  const [name = '', flags] = splitOperands(operands);
  if (!/^"?[\w.$-]+"?$/.test(name)) reject(`"${name}" is not the name of a section`);
  a.enterSection(name.replaceAll('"', ''), flags === undefined ? undefined : flags.includes('x'));
};

/** `.comm name, size, alignment`: room for zeros, behind everything else. */
const common: Directive = (a, operands) => {
  const [name = '', size = '', alignment = '1'] = splitOperands(operands);
  a.pushSection();
  a.enterSection('.bss', false);
  align(a, a.known(alignment), []);
  a.defineLabel(name);
  fill(a, a.known(size), 0n);
  a.leaveSection('pop');
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
  '.float': floating(4),
  '.single': floating(4),
  '.double': floating(8),
  '.space': space,
  '.skip': space,
  '.zero': space,
  '.fill': (a, operands) => {
    const [repeat = '', size = '1', value = '0'] = splitOperands(operands);
    const count = a.known(repeat);
    const bytes = a.known(size);
    if (bytes < 1n || bytes > 8n || count < 0n || count * bytes > MOST_FILL)
      reject(`cannot repeat ${count} times ${bytes} bytes`);
    a.repeat(BigInt.asUintN(Number(bytes) * 8, a.value(value)), Number(bytes), Number(count));
  },
  '.octa': data(16),
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
  '.equiv': assign,
  '.text': (a) => a.enterSection('.text', true),
  '.data': (a) => a.enterSection('.data', false),
  '.bss': (a) => a.enterSection('.bss', false),
  '.section': section,
  '.pushsection': (a, operands, name) => {
    a.pushSection();
    section(a, operands, name);
  },
  '.popsection': (a) => a.leaveSection('pop'),
  '.previous': (a) => a.leaveSection('previous'),
  '.comm': common,
  '.lcomm': common,
  '.purgem': (a, operands) => a.forgetMacro(operands),
  '.unreq': (a, operands) => a.forgetRegisterName(operands),
  '.ltorg': (a) => a.flushLiterals(),
  '.pool': (a) => a.flushLiterals(),
  '.error': (_a, operands) => reject(operands),
  // A flat binary has no symbol table, no debugging information and one architecture.
  ...Object.fromEntries(
    ['global', 'globl', 'local', 'weak', 'hidden', 'protected', 'internal', 'extern', 'type', 'size', 'ident', 'file', 'loc']
      .concat(['arch', 'arch_extension', 'cpu', 'func', 'endfunc', 'title', 'cfi_sections', 'cfi_startproc', 'cfi_endproc'])
      .concat(['cfi_def_cfa_offset', 'cfi_offset', 'cfi_restore', 'cfi_def_cfa', 'cfi_adjust_cfa_offset', 'cfi_def_cfa_register'])
      .map((name) => [`.${name}`, nothing]),
  ),
};
