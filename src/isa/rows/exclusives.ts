import { type Expr, i32, i64 } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import type { Emitter, Reg } from '../emitter';
import { LOAD_SIGNED, LOAD_ZERO, STORE_KIND } from '../pseudocode/access-kinds';
import { needing, type Row, signed, xsp, xzr, xzrDst } from '../row';

/**
 * Load and store exclusive, load-acquire and store-release (Arm ARM C4.1, "Load/store exclusive", "Load/store ordered"). One worker runs all
 * vCPUs, so order is already as strong as can be.
 */

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
  const held = i32.and(i64.eq(k.get('i64', STATE.EXCL_ADDR), address), i32.eq(k.get('i32', STATE.EXCL_SIZE), i32.const(size)));
  const [succeeds, fails] = [i32.const(0), i32.const(1)];
  const compareAndStore = (): Expr => {
    const [low, high] = load();
    const same = i64.eq(low, k.get('i64', STATE.EXCL_LO));
    const all = high ? i32.and(same, i64.eq(high, k.get('i64', STATE.EXCL_HI))) : same;
    return k.choose(
      all,
      () => {
        store();
        return succeeds;
      },
      fails,
    );
  };
  const result = k.choose(held, compareAndStore, fails);
  k.put('i64', STATE.EXCL_ADDR, i64.const(-1));
  k.setW(status, result);
}

const loadOrdered = (name: string, mnemonic: string, bits: string): Row => ({
  name,
  bits: `size:2 ${bits} Rn:5 Rt:5`,
  asm: [`${mnemonic}r<size:b|h|> {W:Rt}, [{Xsp:Rn}]`, `${mnemonic}r {X:Rt}, [{Xsp:Rn}] ; size=3`],
  shape: 'size',
  operands: (f) => ({ d: xzrDst(f.Rt!), n: xsp(f.Rn!) }),
  meaning: (k, o, s) => {
    const address = k.let(k.base(o.n));
    k.checkAligned(address, 1 << s.size!, false, 'ordered');
    k.setX(o.d, k.load(LOAD_ZERO[s.size!]!, address));
  },
});

const storeOrdered = (name: string, o0: number, mnemonic: string): Row => ({
  name,
  bits: `size:2 001000 1 0 0 xxxxx ${o0} xxxxx Rn:5 Rt:5`,
  asm: [`${mnemonic}r<size:b|h|> {W:Rt}, [{Xsp:Rn}]`, `${mnemonic}r {X:Rt}, [{Xsp:Rn}] ; size=3`],
  shape: 'size',
  operands: (f) => ({ d: xzr(f.Rt!), n: xsp(f.Rn!) }),
  meaning: (k, o, s) => {
    const address = k.let(k.base(o.n));
    k.checkAligned(address, 1 << s.size!, true, 'ordered');
    k.store(STORE_KIND[s.size!]!, address, k.x(o.d));
  },
});

/** Integer access with an offset: opc 0 stores, 1 loads, 2 and 3 load with sign to 64 and 32 bits. */
const unscaledOrdered: Row = {
  name: 'LDAPUR, STLUR',
  bits: 'size:2 011001 opc:2 0 imm9:9 00 Rn:5 Rt:5',
  asm: [
    '<opc:stlur|ldapur><size:b|h|> {W:Rt}, [{Xsp:Rn}{, simm:imm9:9}]',
    '<opc:stlur|ldapur> {X:Rt}, [{Xsp:Rn}{, simm:imm9:9}] ; size=3',
    'ldapurs<size:b|h> {<opc:-|-|X|W>:Rt}, [{Xsp:Rn}{, simm:imm9:9}]',
    'ldapursw {X:Rt}, [{Xsp:Rn}{, simm:imm9:9}] ; size=2 opc=2',
  ],
  shape: 'size opc',
  reserved: (s) => s.opc! > (s.size === 3 ? 1 : s.size === 2 ? 2 : 3),
  operands: (f) => ({ d: f.opc ? xzrDst(f.Rt!) : xzr(f.Rt!), n: xsp(f.Rn!), imm: signed(f.imm9!, 9) }),
  meaning: (k, o, s) => {
    const address = k.let(i64.add(k.base(o.n), o.imm));
    k.checkAligned(address, 1 << s.size!, s.opc === 0, 'ordered');
    if (s.opc === 0) return k.store(STORE_KIND[s.size!]!, address, k.x(o.d));
    const value = k.load((s.opc === 1 ? LOAD_ZERO : LOAD_SIGNED)[s.size!]!, address);
    if (s.opc === 3) k.setW(o.d, i32.wrap(value));
    else k.setX(o.d, value);
  },
};

export const exclusives: Row[] = [
  {
    name: 'LDXR, LDAXR',
    bits: 'size:2 001000 0 1 0 xxxxx o0:1 xxxxx Rn:5 Rt:5',
    asm: ['ld<o0:|a>xr<size:b|h|> {W:Rt}, [{Xsp:Rn}]', 'ld<o0:|a>xr {X:Rt}, [{Xsp:Rn}] ; size=3'],
    shape: 'size',
    operands: (f) => ({ d: xzrDst(f.Rt!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => {
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 1 << s.size!, false, 'atomic');
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
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 1 << s.size!, true, 'atomic');
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
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 2 << (s.sz ? 3 : 2), false, 'atomic');
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
      const address = k.let(k.base(o.n));
      k.checkAligned(address, 2 << (s.sz ? 3 : 2), true, 'atomic');
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
  loadOrdered('LDAR', 'lda', '001000 1 1 0 xxxxx 1 xxxxx'),
  storeOrdered('STLR', 1, 'stl'),
  ...needing('FEAT_LOR', [loadOrdered('LDLAR', 'ldla', '001000 1 1 0 xxxxx 0 xxxxx'), storeOrdered('STLLR', 0, 'stll')]),
  ...needing('FEAT_LRCPC', [loadOrdered('LDAPR', 'ldap', '111 0 00 1 0 1 11111 1 100 00')]),
  ...needing('FEAT_LRCPC2', [unscaledOrdered]),
];
