import { type Expr, i32, i64 } from '../../wasm';
import type { Emitter, Reg } from '../emitter';

/** Shared pseudocode of the manual (Arm ARM, shared/functions): arithmetic over a width that is a constant. */

/** The integer operations of a width: `ops(sf).add`. */
export const ops = (sf: number): typeof i32 | typeof i64 => (sf ? i64 : i32);
export const constant = (sf: number, value: number | bigint): Expr =>
  sf ? i64.const(value) : i32.const(Number(BigInt.asIntN(32, BigInt(value))));

export const read = (k: Emitter, sf: number, reg: Reg): Expr => (sf ? k.x(reg) : k.w(reg));
export const write = (k: Emitter, sf: number, reg: Reg, value: Expr): void => (sf ? k.setX(reg, value) : k.setW(reg, value));

/** AddWithCarry(a, b, 0) and its flags. */
export function addSettingFlags(k: Emitter, sf: number, a: Expr, b: Expr): Expr {
  const result = k.let(ops(sf).add(a, b));
  k.setFlagsOf({ op: 'add', sf, a, b, result });
  return result;
}

/** AddWithCarry(a, NOT(b), 1) and its flags. */
export function subSettingFlags(k: Emitter, sf: number, a: Expr, b: Expr): Expr {
  const result = k.let(ops(sf).sub(a, b));
  k.setFlagsOf({ op: 'sub', sf, a, b, result });
  return result;
}

/** AddWithCarry(a, b, PSTATE.C), with flags if asked. SBC passes NOT(b). */
export function addWithCarry(k: Emitter, sf: number, a: Expr, b: Expr, setFlags: boolean): Expr {
  const w = ops(sf);
  const carry = k.carry();
  const result = k.let(w.add(w.add(a, b), sf ? i64.extendU(carry) : carry));
  if (setFlags) k.setFlagsOf({ op: 'adc', sf, a, b, result });
  return result;
}

/** ShiftReg: `amount` has the width of the value and is less than it. */
export function shift(sf: number, kind: number, value: Expr, amount: Expr): Expr {
  const w = ops(sf);
  return [w.shl, w.shrU, w.shrS, w.rotr][kind]!(value, amount);
}

/** ExtendReg: option as encoded (UXTB … SXTX), then a left shift by a constant or small value. `value` is i64; the result has the width of sf. */
export function extend(sf: number, option: number, value: Expr, amount: Expr): Expr {
  const low = i32.wrap(value);
  if (!sf) {
    const narrow = [
      i32.and(low, i32.const(0xff)),
      i32.and(low, i32.const(0xffff)),
      low,
      low,
      i32.extend8S(low),
      i32.extend16S(low),
      low,
      low,
    ][option]!;
    return i32.shl(narrow, amount);
  }
  const wide = [
    i64.and(value, i64.const(0xff)),
    i64.and(value, i64.const(0xffff)),
    i64.extendU(low),
    value,
    i64.extend8S(value),
    i64.extend16S(value),
    i64.extendS(low),
    value,
  ][option]!;
  return i64.shl(wide, i64.extendU(amount));
}

/** High 64 bits of an unsigned 64 by 64 product, by 32-bit parts. */
export function mulHighUnsigned(k: Emitter, a: Expr, b: Expr): Expr {
  const mask = i64.const(0xffffffffn);
  const thirtyTwo = i64.const(32);
  const aLow = k.let(i64.and(a, mask));
  const aHigh = k.let(i64.shrU(a, thirtyTwo));
  const bLow = k.let(i64.and(b, mask));
  const bHigh = k.let(i64.shrU(b, thirtyTwo));
  const middle = k.let(i64.add(i64.mul(aHigh, bLow), i64.shrU(i64.mul(aLow, bLow), thirtyTwo)));
  const cross = k.let(i64.add(i64.mul(aLow, bHigh), i64.and(middle, mask)));
  return i64.add(i64.add(i64.mul(aHigh, bHigh), i64.shrU(middle, thirtyTwo)), i64.shrU(cross, thirtyTwo));
}

export function mulHighSigned(k: Emitter, a: Expr, b: Expr): Expr {
  const unsigned = k.let(mulHighUnsigned(k, a, b));
  const sixtyThree = i64.const(63);
  return i64.sub(i64.sub(unsigned, i64.and(i64.shrS(a, sixtyThree), b)), i64.and(i64.shrS(b, sixtyThree), a));
}

/** Quotient as the architecture defines it: division by zero gives zero, the most negative number divided by -1 itself. */
export function divide(k: Emitter, sf: number, isSigned: boolean, a: Expr, b: Expr): Expr {
  const w = ops(sf);
  return k.choose(
    w.eqz(b),
    () => constant(sf, 0),
    () => {
      if (!isSigned) return w.divU(a, b);
      return k.choose(
        w.eq(b, constant(sf, -1)),
        () => w.sub(constant(sf, 0), a),
        () => w.divS(a, b),
      );
    },
  );
}

/** Reverses the bits of each byte-swapped value: RBIT. */
export function reverseBits(k: Emitter, sf: number, value: Expr): Expr {
  const w = ops(sf);
  const swap = (v: Expr, mask: bigint, by: number): Expr => {
    const x = k.let(v);
    const m = constant(sf, sf ? mask : mask & 0xffffffffn);
    return w.or(w.shl(w.and(x, m), constant(sf, by)), w.and(w.shrU(x, constant(sf, by)), m));
  };
  const nibbles = swap(swap(swap(value, 0x5555555555555555n, 1), 0x3333333333333333n, 2), 0x0f0f0f0f0f0f0f0fn, 4);
  return reverseBytes(k, sf, nibbles, sf ? 8 : 4);
}

/** Reverses the bytes inside each container of `container` bytes (2, 4 or 8): REV16, REV32, REV. */
export function reverseBytes(k: Emitter, sf: number, value: Expr, container: number): Expr {
  const w = ops(sf);
  let result = k.let(value);
  const steps: [mask: bigint, by: number, bytes: number][] = [
    [0x00ff00ff00ff00ffn, 8, 2],
    [0x0000ffff0000ffffn, 16, 4],
  ];
  for (const [mask, by, bytes] of steps) {
    if (bytes > container) break;
    const m = constant(sf, sf ? mask : mask & 0xffffffffn);
    result = k.let(w.or(w.shl(w.and(result, m), constant(sf, by)), w.and(w.shrU(result, constant(sf, by)), m)));
  }
  return container === 8 ? i64.rotl(result, i64.const(32)) : result;
}

/** Counts leading sign bits after the top one: CLS. */
export function countLeadingSigns(k: Emitter, sf: number, value: Expr): Expr {
  const w = ops(sf);
  const v = k.let(value);
  const flipped = w.xor(v, w.shrS(v, constant(sf, sf ? 63 : 31)));
  return w.sub(w.clz(flipped), constant(sf, 1));
}

/** DecodeBitMasks for logical immediates; undefined if the encoding is reserved. */
export function decodeBitMask(n: number, imms: number, immr: number, width: 32 | 64): bigint | undefined {
  const length = 31 - Math.clz32((n << 6) | (~imms & 0x3f));
  if (length < 1 || (width === 32 && n)) return undefined;
  const size = 1 << length;
  const levels = size - 1;
  const ones = (imms & levels) + 1;
  const rotation = immr & levels;
  if (ones === size) return undefined;
  const element = (1n << BigInt(ones)) - 1n;
  const sizeMask = (1n << BigInt(size)) - 1n;
  const rotated = ((element >> BigInt(rotation)) | (element << BigInt(size - rotation))) & sizeMask;
  let result = 0n;
  for (let at = 0; at < width; at += size) result |= rotated << BigInt(at);
  return result;
}
