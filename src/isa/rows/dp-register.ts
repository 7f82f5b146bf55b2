import { type Expr, i32, i64, select } from '../../wasm';
import type { Emitter } from '../emitter';
import { TABLES } from '../helpers/tables';
import {
  addSettingFlags,
  addWithCarry,
  constant,
  countLeadingSigns,
  divide,
  extend,
  mulHighSigned,
  mulHighUnsigned,
  ops,
  read,
  reverseBits,
  reverseBytes,
  shift,
  subSettingFlags,
  write,
} from '../pseudocode/arithmetic';
import { type Derived, type Row, xsp, xzr, xzrDst } from '../row';

/** Data processing, register (Arm ARM C4.1, "Data Processing -- Register"). */

/** A shift by zero is by far the most common: worth a handler without the shift. */
const shifted: Derived = { bits: 1, of: (f) => (f.imm6 ? 1 : 0) };

const invert = (sf: number, value: Expr): Expr => ops(sf).xor(value, constant(sf, -1));

/** CRC of `bytes` low bytes of `value` into `crc`, by table. */
function crc(k: Emitter, table: number, crcIn: Expr, value: Expr, bytes: number): Expr {
  let sum = crcIn;
  for (let i = 0; i < bytes; i++) {
    const byte = i32.wrap(i64.shrU(value, i64.const(8 * i)));
    const index = i32.and(i32.xor(sum, byte), i32.const(0xff));
    sum = k.let(i32.xor(k.table('i32', table, i32.shl(index, i32.const(2))), i32.shrU(sum, i32.const(8))));
  }
  return sum;
}

export const dpRegister: Row[] = [
  {
    name: 'AND, BIC, ORR, ORN, EOR, EON, ANDS, BICS (shifted register)',
    bits: 'sf:1 opc:2 01010 shift:2 N:1 Rm:5 imm6:6 Rn:5 Rd:5',
    asm: [
      'mov {R:Rd}, {R:Rm} ; opc=1 N=0 Rn=31 shift=0 imm6=0',
      'mvn {R:Rd}, {R:Rm}{, shift} ; opc=1 N=1 Rn=31',
      'tst {R:Rn}, {R:Rm}{, shift} ; opc=3 N=0 Rd=31',
      '<opc.N:and|bic|orr|orn|eor|eon|ands|bics> {R:Rd}, {R:Rn}, {R:Rm}{, shift}',
    ],
    shape: 'sf opc shift N',
    derived: { shifted },
    operands: (f) => (!f.sf && f.imm6! > 31 ? undefined : { d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!), imm: f.imm6! }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const w = ops(sf);
      const plain = read(k, sf, o.m);
      const moved = s.shifted ? shift(sf, s.shift!, plain, sf ? o.imm : o.imm32) : plain;
      const b = s.N ? invert(sf, moved) : moved;
      const result = k.let([w.and, w.or, w.xor, w.and][s.opc!]!(read(k, sf, o.n), b));
      if (s.opc === 3) k.setFlagsOf({ op: 'logical', sf, result });
      write(k, sf, o.d, result);
    },
  },
  {
    name: 'ADD, ADDS, SUB, SUBS (shifted register)',
    bits: 'sf:1 op:1 S:1 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    asm: [
      '<op:cmn|cmp> {R:Rn}, {R:Rm}{, shift3} ; S=1 Rd=31',
      '<S:neg|negs> {R:Rd}, {R:Rm}{, shift3} ; op=1 Rn=31',
      '<op.S:add|adds|sub|subs> {R:Rd}, {R:Rn}, {R:Rm}{, shift3}',
    ],
    shape: 'sf op S shift',
    derived: { shifted },
    reserved: (s) => s.shift === 3,
    operands: (f) => (!f.sf && f.imm6! > 31 ? undefined : { d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!), imm: f.imm6! }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const a = read(k, sf, o.n);
      const plain = read(k, sf, o.m);
      const b = s.shifted ? k.let(shift(sf, s.shift!, plain, sf ? o.imm : o.imm32)) : plain;
      if (s.S) write(k, sf, o.d, s.op ? subSettingFlags(k, sf, a, b) : addSettingFlags(k, sf, a, b));
      else write(k, sf, o.d, s.op ? ops(sf).sub(a, b) : ops(sf).add(a, b));
    },
  },
  {
    name: 'ADD, ADDS, SUB, SUBS (extended register)',
    bits: 'sf:1 op:1 S:1 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5',
    asm: [
      '<op:cmn|cmp> {Rsp:Rn}, {extended} ; S=1 Rd=31',
      '<op:add|sub> {Rsp:Rd}, {Rsp:Rn}, {extended} ; S=0',
      '<op:adds|subs> {R:Rd}, {Rsp:Rn}, {extended} ; S=1',
    ],
    shape: 'sf op S option',
    operands: (f) =>
      f.imm3! > 4 ? undefined : { d: f.S ? xzrDst(f.Rd!) : xsp(f.Rd!), n: xsp(f.Rn!), m: xzr(f.Rm!), imm: f.imm3! },
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const a = read(k, sf, o.n);
      const b = k.let(extend(sf, s.option!, k.x(o.m), o.imm32));
      if (s.S) write(k, sf, o.d, s.op ? subSettingFlags(k, sf, a, b) : addSettingFlags(k, sf, a, b));
      else write(k, sf, o.d, s.op ? ops(sf).sub(a, b) : ops(sf).add(a, b));
    },
  },
  {
    name: 'ADC, ADCS, SBC, SBCS',
    bits: 'sf:1 op:1 S:1 11010000 Rm:5 000000 Rn:5 Rd:5',
    asm: ['<S:ngc|ngcs> {R:Rd}, {R:Rm} ; op=1 Rn=31', '<op.S:adc|adcs|sbc|sbcs> {R:Rd}, {R:Rn}, {R:Rm}'],
    shape: 'sf op S',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const b = read(k, sf, o.m);
      write(k, sf, o.d, addWithCarry(k, sf, read(k, sf, o.n), s.op ? k.let(invert(sf, b)) : b, s.S === 1));
    },
  },
  {
    name: 'CCMN, CCMP',
    bits: 'sf:1 op:1 1 11010010 Rm:5 cond:4 imm:1 0 Rn:5 0 nzcv:4',
    asm: [
      '<op:ccmn|ccmp> {R:Rn}, {R:Rm}, {hex:nzcv:4}, {cond} ; imm=0',
      '<op:ccmn|ccmp> {R:Rn}, {hex:Rm:5}, {hex:nzcv:4}, {cond} ; imm=1',
    ],
    shape: 'sf op imm cond',
    operands: (f) => ({
      n: xzr(f.Rn!),
      m: f.imm ? 32 : xzr(f.Rm!),
      imm: (BigInt((f.nzcv! << 28) >>> 0) << 32n) | BigInt(f.imm ? f.Rm! : 0),
    }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      k.if(
        k.condition(s.cond!),
        () => {
          const a = read(k, sf, o.n);
          const b = s.imm ? (sf ? i64.extendU(o.imm32) : o.imm32) : read(k, sf, o.m);
          if (s.op) subSettingFlags(k, sf, a, b);
          else addSettingFlags(k, sf, a, b);
        },
        () => k.setNzcv(o.immHi),
      );
    },
  },
  {
    name: 'CSEL, CSINC, CSINV, CSNEG',
    bits: 'sf:1 op:1 0 11010100 Rm:5 cond:4 0 o2:1 Rn:5 Rd:5',
    asm: [
      'cset {R:Rd}, {invcond} ; op=0 o2=1 Rn=31 Rm=31',
      'csetm {R:Rd}, {invcond} ; op=1 o2=0 Rn=31 Rm=31',
      '<op.o2:-|cinc|cinv|cneg> {R:Rd}, {R:Rn}, {invcond} ; Rm=Rn',
      '<op.o2:csel|csinc|csinv|csneg> {R:Rd}, {R:Rn}, {R:Rm}, {cond}',
    ],
    shape: 'sf op o2 cond',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const w = ops(sf);
      const other = read(k, sf, o.m);
      const inverted = s.op ? invert(sf, other) : other;
      const whenFalse = s.o2 ? (s.op ? w.sub(constant(sf, 0), other) : w.add(other, constant(sf, 1))) : inverted;
      write(k, sf, o.d, select(k.condition(s.cond!), read(k, sf, o.n), whenFalse));
    },
  },
  {
    name: 'RBIT, REV16, REV, REV32, CLZ, CLS',
    bits: 'sf:1 1 0 11010110 00000 000 op:3 Rn:5 Rd:5',
    asm: [
      '<op:rbit|rev16|-|-|clz|cls> {R:Rd}, {R:Rn}',
      'rev {W:Rd}, {W:Rn} ; sf=0 op=2',
      'rev {X:Rd}, {X:Rn} ; sf=1 op=3',
      'rev32 {X:Rd}, {X:Rn} ; sf=1 op=2',
    ],
    shape: 'sf op',
    reserved: (s) => s.op! > 5 || (!s.sf && s.op === 3),
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!) }),
    meaning: (k, o, s) => {
      const sf = s.sf!;
      const value = read(k, sf, o.n);
      const result = [
        () => reverseBits(k, sf, value),
        () => reverseBytes(k, sf, value, 2),
        () => reverseBytes(k, sf, value, 4),
        () => reverseBytes(k, sf, value, 8),
        () => ops(sf).clz(value),
        () => countLeadingSigns(k, sf, value),
      ][s.op!]!();
      write(k, sf, o.d, result);
    },
  },
  {
    name: 'UDIV, SDIV',
    bits: 'sf:1 0 0 11010110 Rm:5 00001 o1:1 Rn:5 Rd:5',
    asm: ['<o1:udiv|sdiv> {R:Rd}, {R:Rn}, {R:Rm}'],
    shape: 'sf o1',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    meaning: (k, o, s) => write(k, s.sf!, o.d, divide(k, s.sf!, s.o1 === 1, read(k, s.sf!, o.n), read(k, s.sf!, o.m))),
  },
  {
    name: 'LSLV, LSRV, ASRV, RORV',
    bits: 'sf:1 0 0 11010110 Rm:5 0010 op2:2 Rn:5 Rd:5',
    asm: ['<op2:lsl|lsr|asr|ror> {R:Rd}, {R:Rn}, {R:Rm}', '~<op2:lslv|lsrv|asrv|rorv> {R:Rd}, {R:Rn}, {R:Rm}'],
    shape: 'sf op2',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    // Wasm takes shift amounts modulo the width, as the architecture does.
    meaning: (k, o, s) => write(k, s.sf!, o.d, shift(s.sf!, s.op2!, read(k, s.sf!, o.n), read(k, s.sf!, o.m))),
  },
  {
    name: 'CRC32B, CRC32H, CRC32W, CRC32X, CRC32CB, CRC32CH, CRC32CW, CRC32CX',
    bits: 'sf:1 0 0 11010110 Rm:5 010 C:1 sz:2 Rn:5 Rd:5',
    feature: 'FEAT_CRC32',
    asm: ['crc32<C:|c><sz:b|h|w> {W:Rd}, {W:Rn}, {W:Rm} ; sf=0', 'crc32<C:|c>x {W:Rd}, {W:Rn}, {X:Rm} ; sf=1 sz=3'],
    shape: 'sf C sz',
    reserved: (s) => (s.sf === 1) !== (s.sz === 3),
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    meaning: (k, o, s) => k.setW(o.d, crc(k, s.C ? TABLES.CRC32C : TABLES.CRC32, k.w(o.n), k.x(o.m), 1 << s.sz!)),
  },
  {
    name: 'MADD, MSUB',
    bits: 'sf:1 00 11011 000 Rm:5 o0:1 Ra:5 Rn:5 Rd:5',
    asm: ['<o0:mul|mneg> {R:Rd}, {R:Rn}, {R:Rm} ; Ra=31', '<o0:madd|msub> {R:Rd}, {R:Rn}, {R:Rm}, {R:Ra}'],
    shape: 'sf o0',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!), a: xzr(f.Ra!) }),
    meaning: (k, o, s) => {
      const w = ops(s.sf!);
      const product = w.mul(read(k, s.sf!, o.n), read(k, s.sf!, o.m));
      write(k, s.sf!, o.d, (s.o0 ? w.sub : w.add)(read(k, s.sf!, o.a), product));
    },
  },
  {
    name: 'SMADDL, SMSUBL, UMADDL, UMSUBL',
    bits: '1 00 11011 U:1 01 Rm:5 o0:1 Ra:5 Rn:5 Rd:5',
    asm: ['<U:s|u><o0:mull|mnegl> {X:Rd}, {W:Rn}, {W:Rm} ; Ra=31', '<U:s|u><o0:maddl|msubl> {X:Rd}, {W:Rn}, {W:Rm}, {X:Ra}'],
    shape: 'U o0',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!), a: xzr(f.Ra!) }),
    meaning: (k, o, s) => {
      const widen = s.U ? i64.extendU : i64.extendS;
      const product = i64.mul(widen(k.w(o.n)), widen(k.w(o.m)));
      k.setX(o.d, (s.o0 ? i64.sub : i64.add)(k.x(o.a), product));
    },
  },
  {
    name: 'SMULH, UMULH',
    bits: '1 00 11011 U:1 10 Rm:5 0 xxxxx Rn:5 Rd:5',
    asm: ['<U:s|u>mulh {X:Rd}, {X:Rn}, {X:Rm}'],
    shape: 'U',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    meaning: (k, o, s) => k.setX(o.d, (s.U ? mulHighUnsigned : mulHighSigned)(k, k.x(o.n), k.x(o.m))),
  },
];
