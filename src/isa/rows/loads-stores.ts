import { type Expr, i32, i64 } from '../../wasm';
import type { Emitter, Reg } from '../emitter';
import { LOAD_SIGNED, LOAD_ZERO, STORE_KIND, V_LOAD, V_READ, V_STORE } from '../pseudocode/access-kinds';
import { extend } from '../pseudocode/arithmetic';
import { type Fields, type Operands, type Row, signed, xsp, xzr, xzrDst } from '../row';
import {
  LOADS_POST_INDEX,
  LOADS_PRE_INDEX,
  LOADS_REGISTER,
  LOADS_UNPRIVILEGED,
  LOADS_UNSCALED,
  LOADS_UNSIGNED,
  PAIRS,
} from './loads-stores-asm';

/** Loads and stores of general and of scalar vector registers (Arm ARM C4.1, "Loads and Stores"). */

/** size and opc of an integer load or store: what it does, or undefined if UNALLOCATED. */
function integerAccess(size: number, opc: number): 'store' | 'load' | 'signed64' | 'signed32' | 'prefetch' | undefined {
  if (opc === 0) return 'store';
  if (opc === 1) return 'load';
  if (size === 3) return opc === 2 ? 'prefetch' : undefined;
  if (opc === 2) return 'signed64';
  return size === 2 ? undefined : 'signed32';
}

/** log2 of the bytes of a SIMD&FP access, or undefined if UNALLOCATED. */
const vectorSize = (size: number, opc: number): number | undefined => (opc < 2 ? size : size === 0 ? 4 : undefined);

/** Moves between memory and register `t` as size, opc and V say. */
function access(k: Emitter, s: Fields, t: Reg, address: Expr, unprivileged = false): void {
  const { size, opc, V } = s as { size: number; opc: number; V: number };
  if (V) return accessVector(k, vectorSize(size, opc)!, (opc & 1) === 1, t, address);
  switch (integerAccess(size, opc)) {
    case 'store':
      return k.store(STORE_KIND[size]!, address, k.x(t), unprivileged);
    case 'load':
      return k.setX(t, k.load(LOAD_ZERO[size]!, address, unprivileged));
    case 'signed64':
      return k.setX(t, k.load(LOAD_SIGNED[size]!, address, unprivileged));
    case 'signed32':
      return k.setW(t, i32.wrap(k.load(LOAD_SIGNED[size]!, address, unprivileged)));
  }
}

/** The caller has done {@link Emitter.checkFp}. */
function accessVector(k: Emitter, scale: number, isLoad: boolean, t: Reg, address: Expr): void {
  if (isLoad) setVector(k, scale, t, k.load(V_LOAD[scale]!, address));
  else k.store(V_STORE[scale]!, address, k.vLow(V_READ[scale]!, t));
}

/** Writes what was loaded. */
function setVector(k: Emitter, scale: number, t: Reg, loaded: Expr): void {
  if (loaded.type === 'v128') k.setV(t, loaded);
  else k.setVLow(loaded, V_STORE[scale]!, t);
}

/** The slot of Rt: a vector register, a source or a destination. */
const transfer = (f: Fields, isLoad: boolean): number => (f.V ? f.Rt! : isLoad ? xzrDst(f.Rt!) : xzr(f.Rt!));

const isPrefetch = (s: Fields): boolean => !s.V && s.size === 3 && s.opc === 2;
const shapeReserved = (s: Fields): boolean =>
  (s.V ? vectorSize(s.size!, s.opc!) === undefined : integerAccess(s.size!, s.opc!) === undefined) ||
  (s.spBase === 1 && isPrefetch(s));
/** The same where a prefetch has no form. */
const noPrefetch = (s: Fields): boolean => shapeReserved(s) || isPrefetch(s);

/** The common accesses have handlers of their own where the base is SP, whose alignment is checked, so that others need not ask. */
const baseShape = { spBase: { bits: 1, of: (f: Fields): number => (f.Rn === 31 && !isPrefetch(f) ? 1 : 0) } };

/** The base register of an access, after the checks that come first: FP and SIMD enabled, then SP aligned. */
function baseOf(k: Emitter, o: Operands, s: Fields): Expr {
  if (s.V) k.checkFp();
  return isPrefetch(s) ? k.x(o.n) : k.base(o.n, s.spBase);
}

const isLoad = (f: Fields): boolean => (f.V ? (f.opc! & 1) === 1 : f.opc !== 0);
const scaleOf = (f: Fields): number => (f.V ? vectorSize(f.size!, f.opc!)! : f.size!);

/** Base register with writeback: the base changes only after the access succeeded. */
function indexed(pre: boolean): Pick<Row, 'meaning'> {
  return {
    meaning: (k, o, s) => {
      const base = baseOf(k, o, s);
      const updated = k.let(i64.add(base, o.imm));
      // A store of its own base register stores the old value; the register is read inside access(), before the writeback.
      access(k, s, o.d, pre ? updated : base);
      k.setX(o.n, updated);
    },
  };
}

const pairScale = (f: Fields): number => (f.V ? f.opc! + 2 : f.opc! & 2 ? 3 : 2);

function pairMeaning(k: Emitter, o: Operands, s: Fields): void {
  const scale = pairScale(s);
  if (s.V) k.checkFp();
  const base = k.base(o.n, s.spBase);
  const moved = k.let(i64.add(base, o.imm));
  const first = s.mode === 1 ? base : moved;
  const second = k.let(i64.add(first, i64.const(1 << scale)));
  if (s.L) {
    const kind = s.V ? V_LOAD[scale]! : s.opc === 1 ? 'i64_32s' : LOAD_ZERO[scale]!;
    const low = k.load(kind, first);
    const high = k.load(kind, second);
    const put = (reg: Reg, value: Expr): void => {
      if (s.V) setVector(k, scale, reg, value);
      else k.setX(reg, value);
    };
    if (s.V) {
      put(o.d, low);
      put(o.a, high);
    } else {
      // One general register twice is CONSTRAINED UNPREDICTABLE: like QEMU, keep the first word.
      put(o.a, high);
      put(o.d, low);
    }
  } else {
    const get = (reg: Reg): Expr => (s.V ? k.vLow(V_READ[scale]!, reg) : k.x(reg));
    const kind = s.V ? V_STORE[scale]! : STORE_KIND[scale]!;
    k.store(kind, first, get(o.d));
    k.store(kind, second, get(o.a));
  }
  if (s.mode === 1 || s.mode === 3) k.setX(o.n, moved);
}

export const loadsStores: Row[] = [
  {
    name: 'LDR (literal), LDRSW (literal), PRFM (literal)',
    bits: 'opc:2 011 V:1 00 imm19:19 Rt:5',
    asm: [
      'ldr {<opc:W|X>:Rt}, {label:imm19:19} ; V=0',
      'ldrsw {X:Rt}, {label:imm19:19} ; V=0 opc=2',
      'ldr {<opc:S|D|Q>:Rt}, {label:imm19:19} ; V=1',
      'prfm {prefetch}, {label:imm19:19} ; V=0 opc=3',
    ],
    shape: 'opc V',
    reserved: (s) => s.V === 1 && s.opc === 3,
    operands: (f) => ({ d: f.V ? f.Rt! : xzrDst(f.Rt!), imm: signed(f.imm19!, 19) * 4 }),
    meaning: (k, o, s) => {
      if (s.V) k.checkFp();
      const address = k.let(i64.add(k.pc(), o.imm));
      if (s.V) accessVector(k, s.opc! + 2, true, o.d, address);
      else if (s.opc! < 3) k.setX(o.d, k.load((['i64_32u', 'i64', 'i64_32s'] as const)[s.opc!]!, address));
    },
  },
  {
    // mode: 0 no-allocate (LDNP, STNP), 1 post-index, 2 offset, 3 pre-index
    name: 'LDP, STP, LDPSW, LDNP, STNP',
    bits: 'opc:2 101 V:1 0 mode:2 L:1 imm7:7 Rt2:5 Rn:5 Rt:5',
    asm: PAIRS,
    shape: 'opc V mode L',
    derived: { spBase: { bits: 1, of: (f) => (f.Rn === 31 ? 1 : 0) } },
    reserved: (s) => s.opc === 3 || (s.V === 0 && s.opc === 1 && (s.L === 0 || s.mode === 0)),
    operands: (f) => {
      const slot = (n: number): number => (f.V ? n : f.L ? xzrDst(n) : xzr(n));
      return { d: slot(f.Rt!), a: slot(f.Rt2!), n: xsp(f.Rn!), imm: signed(f.imm7!, 7) * (1 << pairScale(f)) };
    },
    meaning: pairMeaning,
  },
  {
    name: 'LDR, STR, PRFM (unsigned immediate)',
    bits: 'size:2 111 V:1 01 opc:2 imm12:12 Rn:5 Rt:5',
    asm: LOADS_UNSIGNED,
    shape: 'size V opc',
    derived: baseShape,
    reserved: shapeReserved,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: f.imm12! << scaleOf(f) }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(baseOf(k, o, s), o.imm))),
  },
  {
    name: 'LDUR, STUR, PRFUM',
    bits: 'size:2 111 V:1 00 opc:2 0 imm9:9 00 Rn:5 Rt:5',
    asm: LOADS_UNSCALED,
    shape: 'size V opc',
    derived: baseShape,
    reserved: shapeReserved,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(baseOf(k, o, s), o.imm))),
  },
  {
    name: 'LDR, STR (immediate, post-indexed)',
    bits: 'size:2 111 V:1 00 opc:2 0 imm9:9 01 Rn:5 Rt:5',
    asm: LOADS_POST_INDEX,
    shape: 'size V opc',
    derived: baseShape,
    reserved: noPrefetch,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
    ...indexed(false),
  },
  {
    name: 'LDR, STR (immediate, pre-indexed)',
    bits: 'size:2 111 V:1 00 opc:2 0 imm9:9 11 Rn:5 Rt:5',
    asm: LOADS_PRE_INDEX,
    shape: 'size V opc',
    derived: baseShape,
    reserved: noPrefetch,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
    ...indexed(true),
  },
  {
    name: 'LDTR, STTR',
    bits: 'size:2 111 0 00 opc:2 0 imm9:9 10 Rn:5 Rt:5',
    asm: LOADS_UNPRIVILEGED,
    shape: 'size opc',
    reserved: noPrefetch,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(baseOf(k, o, s), o.imm)), true),
  },
  {
    name: 'LDR, STR, PRFM (register)',
    bits: 'size:2 111 V:1 00 opc:2 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5',
    asm: LOADS_REGISTER,
    shape: 'size V opc option',
    derived: baseShape,
    reserved: (s) => shapeReserved(s) || (s.option! & 2) === 0,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), m: xzr(f.Rm!), imm: f.S ? scaleOf(f) : 0 }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(baseOf(k, o, s), extend(1, s.option!, k.x(o.m), o.imm32)))),
  },
];
