import { type Expr, i32, i64 } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import { type Emitter, type Reg, SERVICE } from '../emitter';
import { callType, jumpTo, jumpType } from '../pseudocode/branch-type';
import { type DecodeContext, type Derived, type Fields, LANDING, needing, type Row, xsp, xzr, xzrDst } from '../row';
import { AUTHENTICATED_LOADS } from './loads-stores-asm';
import { sysregKeyOf } from './system';

/** Pointer authentication (Arm ARM C4.1, "Data-processing (1 source)", "Unconditional branch (register)", "Hints", "Load/store register (pac)"). */

/** Numbers of the keys: IA, IB, DA, DB, and the generic one. */
const KEY = { IA: 0, DA: 2, GA: 4 } as const;

const LINK = 30;
const SP = 31;

const sign = (k: Emitter, pointer: Expr, modifier: Expr, key: number): Expr =>
  k.helper('pac_sign', pointer, modifier, i32.const(key));
const authenticate = (k: Emitter, pointer: Expr, modifier: Expr, key: number): Expr =>
  k.helper('pac_authenticate', pointer, modifier, i32.const(key));
const signOrAuthenticate = (k: Emitter, aut: number, key: number, pointer: Expr, modifier: Expr): Expr =>
  (aut ? authenticate : sign)(k, pointer, modifier, key);

const NO_MODIFIER = i64.const(0);

/** A branch to an authenticated address, with the address behind it in `link` if it is a call. */
function branchTo(k: Emitter, s: Fields, target: Reg, modifier: Expr, link: Reg, type: Reg): void {
  const address = authenticate(k, k.x(target), modifier, KEY.IA + s.M!);
  if (s.op) {
    k.setX(link, i64.add(k.pc(), i64.const(4)));
    k.jump(address, k.byte(type));
  } else jumpTo(k, address, type);
}

const branchType = (f: Fields, context: DecodeContext): number => (f.op ? callType(context) : jumpType(f.Rn!, context));

/** What is among the hints is a NOP where there is no pointer authentication. */
const exists: Readonly<Record<string, Derived>> = {
  exists: { bits: 1, of: (_f: Fields, context: DecodeContext) => (context.has('FEAT_PAuth') ? 1 : 0) },
};

/** A hint that signs or authenticates the address in register `d` with the modifier in `n`. */
const hint = (
  name: string,
  bits: string,
  asm: string,
  shape: string,
  registers: (f: Fields) => { d: number; n: number },
): Row => ({
  name,
  bits: `1101010100 0 00 011 ${bits} 11111`,
  asm: [asm],
  shape,
  derived: exists,
  operands: registers,
  landing: (s) => (s.aut === 0 && s.sp === 1 ? LANDING.SIGNING : LANDING.NONE),
  meaning: (k, o, s) => {
    if (s.exists) k.setX(o.d, signOrAuthenticate(k, s.aut!, KEY.IA + s.B!, k.x(o.d), s.sp === 0 ? NO_MODIFIER : k.x(o.n)));
  },
});

const hints: Row[] = [
  hint(
    'PACIA1716, PACIB1716, AUTIA1716, AUTIB1716',
    '0010 0001 aut:1 B:1 0',
    '<aut.B:pacia|pacib|autia|autib>1716',
    'aut B',
    () => ({
      d: 17,
      n: 16,
    }),
  ),
  hint(
    'PACIASP, PACIAZ, PACIBSP, PACIBZ, AUTIASP, AUTIAZ, AUTIBSP, AUTIBZ',
    '0010 0011 aut:1 B:1 sp:1',
    '<aut.B:pacia|pacib|autia|autib><sp:z|sp>',
    'aut B sp',
    () => ({ d: LINK, n: SP }),
  ),
  {
    name: 'XPACLRI',
    bits: '1101010100 0 00 011 0010 0000 111 11111',
    asm: ['xpaclri'],
    derived: exists,
    operands: () => ({ d: LINK }),
    meaning: (k, o, s) => {
      if (s.exists) k.setX(o.d, k.helper('pac_strip', k.x(o.d), i32.const(0)));
    },
  },
];

const rows: Row[] = [
  {
    name: 'PACIA, PACIB, PACDA, PACDB, AUTIA, AUTIB, AUTDA, AUTDB',
    bits: '1 1 0 11010110 00001 000 aut:1 key:2 Rn:5 Rd:5',
    asm: ['<aut.key:pacia|pacib|pacda|pacdb|autia|autib|autda|autdb> {X:Rd}, {Xsp:Rn}'],
    shape: 'aut key',
    operands: (f) => ({ d: xzrDst(f.Rd!), a: xzr(f.Rd!), n: xsp(f.Rn!) }),
    meaning: (k, o, s) => k.setX(o.d, signOrAuthenticate(k, s.aut!, s.key!, k.x(o.a), k.x(o.n))),
  },
  {
    name: 'PACIZA, PACIZB, PACDZA, PACDZB, AUTIZA, AUTIZB, AUTDZA, AUTDZB',
    bits: '1 1 0 11010110 00001 001 aut:1 key:2 11111 Rd:5',
    asm: ['<aut.key:paciza|pacizb|pacdza|pacdzb|autiza|autizb|autdza|autdzb> {X:Rd}'],
    shape: 'aut key',
    operands: (f) => ({ d: xzrDst(f.Rd!), a: xzr(f.Rd!) }),
    meaning: (k, o, s) => k.setX(o.d, signOrAuthenticate(k, s.aut!, s.key!, k.x(o.a), NO_MODIFIER)),
  },
  {
    name: 'XPACI, XPACD',
    bits: '1 1 0 11010110 00001 01000 D:1 11111 Rd:5',
    asm: ['<D:xpaci|xpacd> {X:Rd}'],
    shape: 'D',
    operands: (f) => ({ d: xzrDst(f.Rd!), a: xzr(f.Rd!) }),
    meaning: (k, o, s) => k.setX(o.d, k.helper('pac_strip', k.x(o.a), i32.const(s.D!))),
  },
  {
    name: 'PACGA',
    bits: '1 0 0 11010110 Rm:5 001100 Rn:5 Rd:5',
    asm: ['pacga {X:Rd}, {X:Rn}, {Xsp:Rm}'],
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xsp(f.Rm!) }),
    meaning: (k, o) =>
      k.setX(o.d, i64.and(k.helper('pac_compute', k.x(o.n), k.x(o.m), i32.const(KEY.GA)), i64.const(~0xffff_ffffn))),
  },
  {
    name: 'BRAA, BRAB, BLRAA, BLRAB',
    bits: '1101011 1 00 op:1 11111 00001 M:1 Rn:5 Rm:5',
    asm: ['<op:br|blr>a<M:a|b> {X:Rn}, {Xsp:Rm}'],
    shape: 'op M',
    indirect: true,
    operands: (f, context) => ({ d: LINK, n: xzr(f.Rn!), m: xsp(f.Rm!), a: branchType(f, context) }),
    meaning: (k, o, s) => branchTo(k, s, o.n, k.x(o.m), o.d, o.a),
  },
  {
    name: 'BRAAZ, BRABZ, BLRAAZ, BLRABZ',
    bits: '1101011 0 00 op:1 11111 00001 M:1 Rn:5 11111',
    asm: ['<op:br|blr>a<M:a|b>z {X:Rn}'],
    shape: 'op M',
    indirect: true,
    operands: (f, context) => ({ d: LINK, n: xzr(f.Rn!), a: branchType(f, context) }),
    meaning: (k, o, s) => branchTo(k, s, o.n, NO_MODIFIER, o.d, o.a),
  },
  {
    name: 'RETAA, RETAB',
    bits: '1101011 0010 11111 00001 M:1 11111 11111',
    asm: ['reta<M:a|b>'],
    shape: 'M',
    indirect: true,
    operands: () => ({ n: LINK, m: SP }),
    meaning: (k, o, s) => k.jump(authenticate(k, k.x(o.n), k.x(o.m), KEY.IA + s.M!)),
  },
  {
    name: 'ERETAA, ERETAB',
    bits: '1101011 0100 11111 00001 M:1 11111 11111',
    asm: ['ereta<M:a|b>'],
    shape: 'M',
    synchronises: true,
    operands: (_f, context) => ({ m: SP, imm: context.sysreg(ELR_EL1, false).offset }),
    meaning: (k, o, s) => {
      k.put('i64', STATE.RETURN_ADDRESS, authenticate(k, k.sysreg(o.imm32), k.x(o.m), KEY.IA + s.M!));
      k.service(SERVICE.ERET_AUTHENTICATED);
    },
  },
  {
    name: 'LDRAA, LDRAB',
    bits: '11 111 0 00 M:1 S:1 1 imm9:9 W:1 1 Rn:5 Rt:5',
    asm: AUTHENTICATED_LOADS,
    shape: 'M W',
    operands: (f) => ({ d: xzrDst(f.Rt!), n: xsp(f.Rn!), imm: (f.imm9! - (f.S! << 9)) * 8 }),
    meaning: (k, o, s) => {
      const base = authenticate(k, k.base(o.n), NO_MODIFIER, KEY.DA + s.M!);
      const address = k.let(i64.add(base, o.imm));
      k.setX(o.d, k.load('i64', address));
      if (s.W) k.setX(o.n, address);
    },
  },
];

const ELR_EL1 = sysregKeyOf({ o0: 1, op1: 0, CRn: 4, CRm: 0, op2: 1 });

export const pointerAuthentication: Row[] = [...hints, ...needing('FEAT_PAuth', rows)];
