import { type Expr, i32, i64, select } from '../../wasm';
import { LOAD_ZERO, STORE_KIND } from '../pseudocode/access-kinds';
import { needing, type Row, xsp, xzr, xzrDst } from '../row';
import { atomicAsm } from './loads-stores-asm';

/** Atomic memory operations and compare and swap (Arm ARM C4.1, "Atomic memory operations"), FEAT_LSE. */

/** The eight read-modify-write operations of FEAT_LSE. */
function combine(opc: number, size: number, old: Expr, operand: Expr): Expr {
  const bits = i64.const(64 - (8 << size));
  const widenSigned = (v: Expr): Expr => (size === 3 ? v : i64.shrS(i64.shl(v, bits), bits));
  const widen = (v: Expr): Expr => (size === 3 ? v : i64.shrU(i64.shl(v, bits), bits));
  const pick = (better: (a: Expr, b: Expr) => Expr, w: (v: Expr) => Expr): Expr =>
    select(better(w(old), w(operand)), old, operand);
  return [
    () => i64.add(old, operand),
    () => i64.and(old, i64.xor(operand, i64.const(-1))),
    () => i64.xor(old, operand),
    () => i64.or(old, operand),
    () => pick(i64.gtS, widenSigned),
    () => pick(i64.ltS, widenSigned),
    () => pick(i64.gtU, widen),
    () => pick(i64.ltU, widen),
  ][opc]!();
}

export const atomics: Row[] = needing('FEAT_LSE', [
  {
    name: 'LDADD, LDCLR, LDEOR, LDSET, LDSMAX, LDSMIN, LDUMAX, LDUMIN',
    bits: 'size:2 111 0 00 A:1 R:1 1 Rs:5 0 opc:3 00 Rn:5 Rt:5',
    asm: ['add', 'clr', 'eor', 'set', 'smax', 'smin', 'umax', 'umin'].flatMap((name, opc) =>
      atomicAsm(`ld${name}`, `opc=${opc}`),
    ),
    shape: 'size opc',
    operands: (f) => ({ d: xzrDst(f.Rt!), m: xzr(f.Rs!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 1 << s.size!, false, 'atomic');
      const operand = k.let(k.x(o.m));
      const old = k.load(LOAD_ZERO[s.size!]!, address);
      k.store(STORE_KIND[s.size!]!, address, combine(s.opc!, s.size!, old, operand));
      k.setX(o.d, old);
    },
  },
  {
    name: 'SWP',
    bits: 'size:2 111 0 00 A:1 R:1 1 Rs:5 1 000 00 Rn:5 Rt:5',
    asm: atomicAsm('swp'),
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rt!), m: xzr(f.Rs!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 1 << s.size!, false, 'atomic');
      const old = k.load(LOAD_ZERO[s.size!]!, address);
      k.store(STORE_KIND[s.size!]!, address, k.x(o.m));
      k.setX(o.d, old);
    },
  },
  {
    name: 'CAS',
    bits: 'size:2 001000 1 L:1 1 Rs:5 o0:1 11111 Rn:5 Rt:5',
    asm: ['cas<L.o0:|l|a|al><size:b|h|> {W:Rs}, {W:Rt}, [{Xsp:Rn}]', 'cas<L.o0:|l|a|al> {X:Rs}, {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rs!), m: xzr(f.Rs!), a: xzr(f.Rt!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 1 << s.size!, false, 'atomic');
      const mask = i64.const((1n << BigInt(8 << s.size!)) - 1n);
      const expected = k.let(i64.and(k.x(o.m), mask));
      const old = k.load(LOAD_ZERO[s.size!]!, address);
      // The architecture lets a failed comparison write the old value back: this makes a read-only page fault as a write, as it must.
      k.store(STORE_KIND[s.size!]!, address, select(i64.eq(old, expected), k.x(o.a), old));
      k.setX(o.d, old);
    },
  },
  {
    name: 'CASP',
    bits: '0 sz:1 001000 0 L:1 1 Rs:5 o0:1 11111 Rn:5 Rt:5',
    asm: ['casp<L.o0:|l|a|al> {R:Rs:sz}, {next:Rs}, {R:Rt:sz}, {next:Rt}, [{Xsp:Rn}]'],
    shape: 'sz',
    // Register pairs start at an even number; the odd one of pair 30 is XZR.
    operands: (f) => {
      if (f.Rs! & 1 || f.Rt! & 1) return undefined;
      return {
        d: f.Rs!,
        m: xzr(f.Rs! + 1),
        a: f.Rt!,
        n: xsp(f.Rn!),
        imm: (BigInt(xzrDst(f.Rs! + 1)) << 32n) | BigInt(xzr(f.Rt! + 1)),
      };
    },
    meaning: (k, o, s) => {
      const kind = s.sz ? 3 : 2;
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 2 << kind, false, 'atomic');
      const second = k.let(i64.add(address, i64.const(1 << kind)));
      const mask = i64.const((1n << BigInt(8 << kind)) - 1n);
      const low = k.load(LOAD_ZERO[kind]!, address);
      const high = k.load(LOAD_ZERO[kind]!, second);
      const same = k.let(i32.and(i64.eq(low, i64.and(k.x(o.d), mask)), i64.eq(high, i64.and(k.x(o.m), mask))));
      const newHigh = k.x(o.immReg);
      k.store(STORE_KIND[kind]!, address, select(same, k.x(o.a), low));
      k.store(STORE_KIND[kind]!, second, select(same, newHigh, high));
      k.setX(o.d, low);
      k.setX(o.immHiReg, high);
    },
  },
]);
