import { type Expr, i32, i64, type LoadKind, type StoreKind, select } from '../wasm';
import { extend } from './arithmetic';
import { CPU_STATE as STATE } from './cpu-state';
import type { Emitter, Reg } from './emitter';
import { type Fields, type Operands, type Row, signed, xsp, xzr, xzrDst } from './row';
import {
  atomicAsm,
  LOADS_POST_INDEX,
  LOADS_PRE_INDEX,
  LOADS_REGISTER,
  LOADS_UNPRIVILEGED,
  LOADS_UNSCALED,
  LOADS_UNSIGNED,
  PAIRS,
} from './syntax-loads';

/** Loads and stores of general and of scalar vector registers (Arm ARM C4.1, "Loads and Stores"). */

const STORE_KIND: StoreKind[] = ['i64_8', 'i64_16', 'i64_32', 'i64'];
const LOAD_ZERO: LoadKind[] = ['i64_8u', 'i64_16u', 'i64_32u', 'i64'];
const LOAD_SIGNED: LoadKind[] = ['i64_8s', 'i64_16s', 'i64_32s', 'i64'];

/** Scalar vector registers by log2 of their size in bytes. */
const V_KIND: LoadKind[] = ['i32_8u', 'i32_16u', 'i32', 'i64', 'v128'];
const V_STORE: StoreKind[] = ['i32_8', 'i32_16', 'i32', 'i64', 'v128'];

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

function accessVector(k: Emitter, scale: number, isLoad: boolean, t: Reg, address: Expr): void {
  k.checkFp();
  if (!isLoad) k.store(V_STORE[scale]!, address, k.vLow(V_KIND[scale]!, t));
  else {
    const value = k.load(V_KIND[scale]!, address);
    if (scale === 4) k.setV(t, value);
    else k.setVLow(value, V_STORE[scale]!, t);
  }
}

/** The slot of Rt: a vector register, a source or a destination. */
const transfer = (f: Fields, isLoad: boolean): number => (f.V ? f.Rt! : isLoad ? xzrDst(f.Rt!) : xzr(f.Rt!));

const shapeReserved = (s: Fields): boolean =>
  s.V ? vectorSize(s.size!, s.opc!) === undefined : integerAccess(s.size!, s.opc!) === undefined;
/** The same where a prefetch has no form. */
const noPrefetch = (s: Fields): boolean => shapeReserved(s) || (!s.V && s.size === 3 && s.opc === 2);

const isLoad = (f: Fields): boolean => (f.V ? (f.opc! & 1) === 1 : f.opc !== 0);
const scaleOf = (f: Fields): number => (f.V ? vectorSize(f.size!, f.opc!)! : f.size!);

/** Base register with writeback: the base changes only after the access succeeded. */
function indexed(pre: boolean): Pick<Row, 'meaning'> {
  return {
    meaning: (k, o, s) => {
      const base = k.x(o.n);
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
  const base = k.x(o.n);
  const moved = k.let(i64.add(base, o.imm));
  const first = s.mode === 1 ? base : moved;
  const second = k.let(i64.add(first, i64.const(1 << scale)));
  if (s.V) k.checkFp();
  if (s.L) {
    const kind = s.V ? V_KIND[scale]! : s.opc === 1 ? 'i64_32s' : LOAD_ZERO[scale]!;
    const low = k.load(kind, first);
    const high = k.load(kind, second);
    const put = (reg: Reg, value: Expr): void => {
      if (!s.V) k.setX(reg, value);
      else if (scale === 4) k.setV(reg, value);
      else k.setVLow(value, V_STORE[scale]!, reg);
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
    const get = (reg: Reg): Expr => (s.V ? k.vLow(V_KIND[scale]!, reg) : k.x(reg));
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
    reserved: shapeReserved,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: f.imm12! << scaleOf(f) }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(k.x(o.n), o.imm))),
  },
  {
    name: 'LDUR, STUR, PRFUM',
    bits: 'size:2 111 V:1 00 opc:2 0 imm9:9 00 Rn:5 Rt:5',
    asm: LOADS_UNSCALED,
    shape: 'size V opc',
    reserved: shapeReserved,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(k.x(o.n), o.imm))),
  },
  {
    name: 'LDR, STR (immediate, post-indexed)',
    bits: 'size:2 111 V:1 00 opc:2 0 imm9:9 01 Rn:5 Rt:5',
    asm: LOADS_POST_INDEX,
    shape: 'size V opc',
    reserved: noPrefetch,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
    ...indexed(false),
  },
  {
    name: 'LDR, STR (immediate, pre-indexed)',
    bits: 'size:2 111 V:1 00 opc:2 0 imm9:9 11 Rn:5 Rt:5',
    asm: LOADS_PRE_INDEX,
    shape: 'size V opc',
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
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(k.x(o.n), o.imm)), true),
  },
  {
    name: 'LDR, STR, PRFM (register)',
    bits: 'size:2 111 V:1 00 opc:2 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5',
    asm: LOADS_REGISTER,
    shape: 'size V opc option',
    reserved: (s) => shapeReserved(s) || (s.option! & 2) === 0,
    operands: (f) => ({ d: transfer(f, isLoad(f)), n: xsp(f.Rn!), m: xzr(f.Rm!), imm: f.S ? scaleOf(f) : 0 }),
    meaning: (k, o, s) => access(k, s, o.d, k.let(i64.add(k.x(o.n), extend(1, s.option!, k.x(o.m), o.imm32)))),
  },
];

/** STLR, LDAR and their exclusive and limited-ordering relatives: one worker runs all vCPUs, so order is already as strong as can be. */
const saveExclusive = (k: Emitter, address: Expr, size: number, low: Expr, high?: Expr): void => {
  k.put('i64', STATE.EXCL_ADDR, address);
  k.put('i32', STATE.EXCL_SIZE, i32.const(size));
  k.put('i64', STATE.EXCL_LO, low);
  if (high) k.put('i64', STATE.EXCL_HI, high);
};

/**
 * A store-exclusive succeeds if the monitor still holds this address and size and memory still holds the value that was loaded
 * (as compare-and-swap based implementations of the monitor do). It always leaves the monitor open.
 */
function storeExclusive(
  k: Emitter,
  status: Reg,
  address: Expr,
  size: number,
  load: () => [Expr, Expr?],
  store: () => void,
): void {
  const result = k.f.local('i32');
  k.f.set(result, i32.const(1));
  const held = i32.and(i64.eq(k.get('i64', STATE.EXCL_ADDR), address), i32.eq(k.get('i32', STATE.EXCL_SIZE), i32.const(size)));
  k.if(held, () => {
    const [low, high] = load();
    const same = i64.eq(low, k.get('i64', STATE.EXCL_LO));
    k.if(high ? i32.and(same, i64.eq(high, k.get('i64', STATE.EXCL_HI))) : same, () => {
      store();
      k.f.set(result, i32.const(0));
    });
  });
  k.put('i64', STATE.EXCL_ADDR, i64.const(-1));
  k.setW(status, k.f.get(result));
}

export const exclusives: Row[] = [
  {
    name: 'LDXR, LDAXR',
    bits: 'size:2 001000 0 1 0 xxxxx o0:1 xxxxx Rn:5 Rt:5',
    asm: ['ld<o0:|a>xr<size:b|h|> {W:Rt}, [{Xsp:Rn}]', 'ld<o0:|a>xr {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rt!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, false);
      const value = k.load(LOAD_ZERO[s.size!]!, address);
      saveExclusive(k, address, 1 << s.size!, value);
      k.setX(o.d, value);
    },
  },
  {
    name: 'STXR, STLXR',
    bits: 'size:2 001000 0 0 0 Rs:5 o0:1 xxxxx Rn:5 Rt:5',
    asm: ['st<o0:|l>xr<size:b|h|> {W:Rs}, {W:Rt}, [{Xsp:Rn}]', 'st<o0:|l>xr {W:Rs}, {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzr(f.Rt!), n: xsp(f.Rn!), m: xzrDst(f.Rs!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, true);
      const value = k.let(k.x(o.d));
      storeExclusive(
        k,
        o.m,
        address,
        1 << s.size!,
        () => [k.load(LOAD_ZERO[s.size!]!, address)],
        () => k.store(STORE_KIND[s.size!]!, address, value),
      );
    },
  },
  {
    name: 'LDXP, LDAXP',
    bits: '1 sz:1 001000 0 1 1 xxxxx o0:1 Rt2:5 Rn:5 Rt:5',
    asm: ['ld<o0:|a>xp {R:Rt:sz}, {R:Rt2:sz}, [{Xsp:Rn}]'],
    shape: 'sz',
    operands: (f) => ({ d: xzrDst(f.Rt!), a: xzrDst(f.Rt2!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 2 << (s.sz ? 3 : 2), false);
      const bytes = s.sz ? 8 : 4;
      const low = k.load(LOAD_ZERO[s.sz ? 3 : 2]!, address);
      const high = k.load(LOAD_ZERO[s.sz ? 3 : 2]!, k.let(i64.add(address, i64.const(bytes))));
      saveExclusive(k, address, bytes * 2, low, high);
      k.setX(o.d, low);
      k.setX(o.a, high);
    },
  },
  {
    name: 'STXP, STLXP',
    bits: '1 sz:1 001000 0 0 1 Rs:5 o0:1 Rt2:5 Rn:5 Rt:5',
    asm: ['st<o0:|l>xp {W:Rs}, {R:Rt:sz}, {R:Rt2:sz}, [{Xsp:Rn}]'],
    shape: 'sz',
    operands: (f) => ({ d: xzr(f.Rt!), a: xzr(f.Rt2!), n: xsp(f.Rn!), m: xzrDst(f.Rs!) }),
    meaning: (k, o, s) => {
      const kind = s.sz ? 3 : 2;
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 2 << (s.sz ? 3 : 2), true);
      const second = k.let(i64.add(address, i64.const(1 << kind)));
      const low = k.let(k.x(o.d));
      const high = k.let(k.x(o.a));
      storeExclusive(
        k,
        o.m,
        address,
        2 << kind,
        () => [k.load(LOAD_ZERO[kind]!, address), k.load(LOAD_ZERO[kind]!, second)],
        () => {
          k.store(STORE_KIND[kind]!, address, low);
          k.store(STORE_KIND[kind]!, second, high);
        },
      );
    },
  },
  {
    name: 'LDAR, LDLAR',
    bits: 'size:2 001000 1 1 0 xxxxx o0:1 xxxxx Rn:5 Rt:5',
    asm: ['ld<o0:la|a>r<size:b|h|> {W:Rt}, [{Xsp:Rn}]', 'ld<o0:la|a>r {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rt!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, false);
      k.setX(o.d, k.load(LOAD_ZERO[s.size!]!, address));
    },
  },
  {
    name: 'STLR, STLLR',
    bits: 'size:2 001000 1 0 0 xxxxx o0:1 xxxxx Rn:5 Rt:5',
    asm: ['st<o0:ll|l>r<size:b|h|> {W:Rt}, [{Xsp:Rn}]', 'st<o0:ll|l>r {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzr(f.Rt!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, true);
      k.store(STORE_KIND[s.size!]!, address, k.x(o.d));
    },
  },
];

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

export const atomics: Row[] = [
  {
    name: 'LDADD, LDCLR, LDEOR, LDSET, LDSMAX, LDSMIN, LDUMAX, LDUMIN',
    bits: 'size:2 111 0 00 A:1 R:1 1 Rs:5 0 opc:3 00 Rn:5 Rt:5',
    feature: 'LSE',
    asm: ['add', 'clr', 'eor', 'set', 'smax', 'smin', 'umax', 'umin'].flatMap((name, opc) =>
      atomicAsm(`ld${name}`, `opc=${opc}`),
    ),
    shape: 'size opc',
    operands: (f) => ({ d: xzrDst(f.Rt!), m: xzr(f.Rs!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, false);
      const operand = k.let(k.x(o.m));
      const old = k.load(LOAD_ZERO[s.size!]!, address);
      k.store(STORE_KIND[s.size!]!, address, combine(s.opc!, s.size!, old, operand));
      k.setX(o.d, old);
    },
  },
  {
    name: 'SWP',
    bits: 'size:2 111 0 00 A:1 R:1 1 Rs:5 1 000 00 Rn:5 Rt:5',
    feature: 'LSE',
    asm: atomicAsm('swp'),
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rt!), m: xzr(f.Rs!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, false);
      const old = k.load(LOAD_ZERO[s.size!]!, address);
      k.store(STORE_KIND[s.size!]!, address, k.x(o.m));
      k.setX(o.d, old);
    },
  },
  {
    name: 'CAS',
    bits: 'size:2 001000 1 L:1 1 Rs:5 o0:1 11111 Rn:5 Rt:5',
    feature: 'LSE',
    asm: ['cas<L.o0:|l|a|al><size:b|h|> {W:Rs}, {W:Rt}, [{Xsp:Rn}]', 'cas<L.o0:|l|a|al> {X:Rs}, {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rs!), m: xzr(f.Rs!), a: xzr(f.Rt!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 1 << s.size!, false);
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
    feature: 'LSE',
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
      const address = k.let(k.x(o.n));
      k.checkAligned(address, 2 << kind, false);
      const second = k.let(i64.add(address, i64.const(1 << kind)));
      const mask = i64.const((1n << BigInt(8 << kind)) - 1n);
      const low = k.load(LOAD_ZERO[kind]!, address);
      const high = k.load(LOAD_ZERO[kind]!, second);
      const same = k.let(i32.and(i64.eq(low, i64.and(k.x(o.d), mask)), i64.eq(high, i64.and(k.x(o.m), mask))));
      const newHigh = k.get('i64', 0, i32.shl(o.imm32, i32.const(3)));
      k.store(STORE_KIND[kind]!, address, select(same, k.x(o.a), low));
      k.store(STORE_KIND[kind]!, second, select(same, newHigh, high));
      k.setX(o.d, low);
      k.put('i64', 0, high, i32.shl(o.immHi, i32.const(3)));
    },
  },
];
