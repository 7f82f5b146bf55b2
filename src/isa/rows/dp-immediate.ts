import { i32, i64 } from '../../wasm';
import { addSettingFlags, decodeBitMask, ops, read, subSettingFlags, write } from '../pseudocode/arithmetic';
import { type Row, signed, xsp, xzr, xzrDst } from '../row';

/** Data processing, immediate (Arm ARM C4.1, "Data Processing -- Immediate"). */

const mask64 = (width: number): bigint => (1n << BigInt(width)) - 1n;

export const dpImmediate: Row[] = [
  {
    name: 'ADR, ADRP',
    bits: 'op:1 immlo:2 10000 immhi:19 Rd:5',
    asm: ['adr {X:Rd}, {adr} ; op=0', 'adrp {X:Rd}, {adrp} ; op=1'],
    shape: 'op',
    operands: (f) => {
      const offset = signed((f.immhi! << 2) | f.immlo!, 21);
      return { d: xzrDst(f.Rd!), imm: f.op ? BigInt(offset) << 12n : offset };
    },
    meaning: (k, o, s) => {
      const base = s.op ? i64.and(k.pc(), i64.const(~0xfffn)) : k.pc();
      k.setX(o.d, i64.add(base, o.imm));
    },
  },
  {
    name: 'ADD, ADDS, SUB, SUBS (immediate)',
    bits: 'sf:1 op:1 S:1 100010 sh:1 imm12:12 Rn:5 Rd:5',
    asm: [
      'mov {Rsp:Rd}, {Rsp:Rn} ; op=0 S=0 sh=0 imm12=0 movesSp',
      '<op:cmn|cmp> {Rsp:Rn}, {imm12} ; S=1 Rd=31',
      '<op:add|sub> {Rsp:Rd}, {Rsp:Rn}, {imm12} ; S=0',
      '<op:adds|subs> {R:Rd}, {Rsp:Rn}, {imm12} ; S=1',
      '~<op:cmp|cmn> {Rsp:Rn}, {negimm12} ; S=1 Rd=31',
      '~<op:sub|add> {Rsp:Rd}, {Rsp:Rn}, {negimm12} ; S=0',
      '~<op:subs|adds> {R:Rd}, {Rsp:Rn}, {negimm12} ; S=1',
    ],
    shape: 'sf op S',
    operands: (f) => ({ d: f.S ? xzrDst(f.Rd!) : xsp(f.Rd!), n: xsp(f.Rn!), imm: f.imm12! << (f.sh ? 12 : 0) }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const a = read(k, sf, o.n);
      const b = sf ? o.imm : o.imm32;
      if (s.S) write(k, sf, o.d, s.op ? subSettingFlags(k, sf, a, b) : addSettingFlags(k, sf, a, b));
      else write(k, sf, o.d, s.op ? ops(sf).sub(a, b) : ops(sf).add(a, b));
    },
  },
  {
    name: 'AND, ORR, EOR, ANDS (immediate)',
    bits: 'sf:1 opc:2 100100 N:1 immr:6 imms:6 Rn:5 Rd:5',
    asm: [
      'mov {Rsp:Rd}, {movbitmask} ; opc=1 Rn=31 !moveWidePreferred',
      'tst {R:Rn}, {bitmask} ; opc=3 Rd=31',
      '<opc:and|orr|eor> {Rsp:Rd}, {R:Rn}, {bitmask}',
      'ands {R:Rd}, {R:Rn}, {bitmask} ; opc=3',
      '~<opc:bic|orn|eon> {Rsp:Rd}, {R:Rn}, {notbitmask}',
      '~bics {R:Rd}, {R:Rn}, {notbitmask} ; opc=3',
    ],
    shape: 'sf opc',
    operands: (f) => {
      const imm = decodeBitMask(f.N!, f.imms!, f.immr!, f.sf ? 64 : 32);
      return imm === undefined ? undefined : { d: f.opc === 3 ? xzrDst(f.Rd!) : xsp(f.Rd!), n: xzr(f.Rn!), imm };
    },
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const w = ops(sf);
      const result = k.let([w.and, w.or, w.xor, w.and][s.opc!]!(read(k, sf, o.n), sf ? o.imm : o.imm32));
      if (s.opc === 3) k.setFlagsOf({ op: 'logical', sf, result });
      write(k, sf, o.d, result);
    },
  },
  {
    name: 'MOVN, MOVZ',
    bits: 'sf:1 opc:1 0 100101 hw:2 imm16:16 Rd:5',
    asm: [
      'mov {R:Rd}, {movz} ; opc=1',
      'movz {R:Rd}, {wide} ; opc=1',
      'mov {R:Rd}, {movn} ; opc=0',
      'movn {R:Rd}, {wide} ; opc=0',
    ],
    operands: (f) => {
      if (!f.sf && f.hw! > 1) return undefined;
      const value = BigInt(f.imm16!) << BigInt(16 * f.hw!);
      const result = f.opc ? value : ~value;
      return { d: xzrDst(f.Rd!), imm: f.sf ? result : BigInt.asUintN(32, result) };
    },
    meaning: (k, o) => k.setX(o.d, o.imm),
  },
  {
    name: 'MOVK',
    bits: 'sf:1 11 100101 hw:2 imm16:16 Rd:5',
    asm: ['movk {R:Rd}, {wide}'],
    shape: 'sf hw',
    reserved: (s) => !s.sf && s.hw! > 1,
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rd!), imm: BigInt(f.imm16!) << BigInt(16 * f.hw!) }),
    meaning: (k, o, s) => {
      const kept = ~(0xffffn << BigInt(16 * s.hw!)) & mask64(s.sf ? 64 : 32);
      k.setX(o.d, i64.or(i64.and(k.x(o.n), i64.const(kept)), o.imm));
    },
  },
  {
    // Both forms (extract: imms >= immr; insert: imms < immr) are a shift left, then a shift right.
    name: 'SBFM, UBFM',
    bits: 'sf:1 opc:1 0 100110 N:1 immr:6 imms:6 Rn:5 Rd:5',
    asm: [
      'sxt<imms:-|-|-|-|-|-|-|b|-|-|-|-|-|-|-|h> {R:Rd}, {W:Rn} ; opc=0 N=sf immr=0',
      'sxtw {X:Rd}, {W:Rn} ; sf=1 opc=0 N=1 immr=0 imms=31',
      'uxt<imms:-|-|-|-|-|-|-|b|-|-|-|-|-|-|-|h> {W:Rd}, {W:Rn} ; sf=0 opc=1 N=0 immr=0',
      '<opc:asr|lsr> {R:Rd}, {R:Rn}, {shr} ; N=sf',
      'lsl {R:Rd}, {R:Rn}, {shl} ; opc=1 N=sf',
      '<opc:sbfiz|ubfiz> {R:Rd}, {R:Rn}, {insert} ; N=sf',
      '<opc:sbfx|ubfx> {R:Rd}, {R:Rn}, {extract} ; N=sf',
      '<opc:sbfm|ubfm> {R:Rd}, {R:Rn}, {uimm:immr:6}, {uimm:imms:6} ; N=sf',
    ],
    shape: 'sf opc',
    operands: (f) => {
      const size = f.sf ? 64 : 32;
      if (f.N !== f.sf || f.immr! >= size || f.imms! >= size) return undefined;
      const left = size - 1 - f.imms!;
      const right = f.imms! >= f.immr! ? left + f.immr! : left - (size - f.immr!);
      return { d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: left, a: right };
    },
    meaning: (k, o, s) => {
      const w = ops(s.sf!);
      const amount = (reg: typeof o.m) => (s.sf ? i64.extendU(k.byte(reg)) : k.byte(reg));
      const left = w.shl(read(k, s.sf!, o.n), amount(o.m));
      write(k, s.sf!, o.d, (s.opc ? w.shrU : w.shrS)(left, amount(o.a)));
    },
  },
  {
    name: 'BFM',
    bits: 'sf:1 01 100110 N:1 immr:6 imms:6 Rn:5 Rd:5',
    asm: [
      'bfc {R:Rd}, {insert} ; N=sf Rn=31',
      'bfi {R:Rd}, {R:Rn}, {insert} ; N=sf',
      'bfxil {R:Rd}, {R:Rn}, {extract} ; N=sf',
      'bfm {R:Rd}, {R:Rn}, {uimm:immr:6}, {uimm:imms:6} ; N=sf',
    ],
    shape: 'sf',
    operands: (f) => {
      const size = f.sf ? 64 : 32;
      if (f.N !== f.sf || f.immr! >= size || f.imms! >= size) return undefined;
      const extract = f.imms! >= f.immr!;
      const mask = extract ? mask64(f.imms! - f.immr! + 1) : mask64(f.imms! + 1) << BigInt(size - f.immr!);
      return { d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: f.immr!, a: xzr(f.Rd!), imm: mask };
    },
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const w = ops(sf);
      const mask = sf ? o.imm : o.imm32;
      const rotated = w.rotr(read(k, sf, o.n), sf ? i64.extendU(k.byte(o.m)) : k.byte(o.m));
      const old = read(k, sf, o.a);
      write(k, sf, o.d, w.xor(old, w.and(w.xor(old, rotated), mask)));
    },
  },
  {
    name: 'EXTR',
    bits: 'sf:1 00 100111 N:1 0 Rm:5 imms:6 Rn:5 Rd:5',
    asm: ['ror {R:Rd}, {R:Rn}, {uimm:imms:6} ; N=sf Rm=Rn', 'extr {R:Rd}, {R:Rn}, {R:Rm}, {uimm:imms:6} ; N=sf'],
    shape: 'sf',
    derived: { zero: { bits: 1, of: (f) => (f.imms ? 0 : 1) } },
    operands: (f) => {
      if (f.N !== f.sf || (!f.sf && f.imms! > 31)) return undefined;
      return { d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!), imm: f.imms! };
    },
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const low = read(k, sf, o.m);
      if (s.zero) return write(k, sf, o.d, low);
      const w = ops(sf);
      const amount = sf ? o.imm : o.imm32;
      const rest = sf ? i64.sub(i64.const(64), amount) : i32.sub(i32.const(32), amount);
      write(k, sf, o.d, w.or(w.shrU(low, amount), w.shl(read(k, sf, o.n), rest)));
    },
  },
];
