import type { Vcpu } from '../cpu/vcpu';
import type { Breakpoint } from './breakpoint';

/** Whether a condition holds for a vCPU as it stands. */
export type Condition = (vcpu: Vcpu) => boolean;

type Value = (vcpu: Vcpu) => bigint;

const COMPARISONS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
};
const PART = /^\s*(\S+?)\s*(==|!=|<=|>=|<|>)\s*(\S+)\s*$/;
const HELP = 'write comparisons of x0 to x30, w0 to w30, sp, pc and numbers, such as “x0 == 5” or “w1 != 0 && x2 > 0x40000000”';
const LAST_X = 30;

/**
 * Reads a condition: comparisons (`==`, `!=`, `<`, `<=`, `>`, `>=`, all unsigned) of registers and numbers, joined by `&&`. Throws one sentence that names what
 * is wrong with it.
 */
export function parseCondition(text: string): Condition {
  const parts = text.split('&&').map((part) => parseComparison(part, text));
  return (vcpu) => parts.every((holds) => holds(vcpu));
}

function parseComparison(part: string, whole: string): Condition {
  const found = PART.exec(part);
  if (!found) throw new Error(`“${whole}” is no condition: ${HELP}.`);
  const [, left, operator, right] = found;
  const [a, b] = [parseValue(left!, whole), parseValue(right!, whole)];
  const compare = COMPARISONS[operator!]!;
  return (vcpu) => compare(a(vcpu), b(vcpu));
}

function parseValue(text: string, whole: string): Value {
  const name = text.toLowerCase();
  if (name === 'sp') return (vcpu) => vcpu.sp;
  if (name === 'pc') return (vcpu) => vcpu.pc;
  const register = /^([xw])(\d+)$/.exec(name);
  if (register && Number(register[2]) <= LAST_X) {
    const [width, slot] = [register[1] === 'w' ? 32 : 64, Number(register[2])];
    return (vcpu) => BigInt.asUintN(width, vcpu.x(slot));
  }
  if (/^-?(0x[\da-f]+|\d+)$/.test(name)) {
    const value = name.startsWith('-') ? -BigInt(name.slice(1)) : BigInt(name);
    return () => BigInt.asUintN(64, value);
  }
  throw new Error(`“${text}” in the condition “${whole}” is neither a register nor a number: ${HELP}.`);
}

/** By address of enabled breakpoints, when to stop. Throws one sentence if one of them, enabled or not, makes no sense. */
export function conditionsOf(breakpoints: readonly Breakpoint[]): ReadonlyMap<bigint, Condition | undefined> {
  const conditions = new Map<bigint, Condition | undefined>();
  for (const { address, enabled, condition } of breakpoints) {
    requireInstruction(address);
    const parsed = condition === undefined ? undefined : parseCondition(condition);
    if (enabled) conditions.set(address, parsed);
  }
  return conditions;
}

const TOP = 1n << 64n;

/** Throws one sentence for what can be no instruction's address. */
export function requireInstruction(address: bigint): void {
  if (address < 0n || address >= TOP || address % 4n !== 0n)
    throw new Error(`There can be no instruction at 0x${address.toString(16)}: give a multiple of 4 below 2^64.`);
}
