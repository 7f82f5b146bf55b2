import { i32, i64 } from '../../wasm';
import { SERVICE } from '../emitter';
import { constant, ops, read } from '../pseudocode/arithmetic';
import { callType, jumpTo, jumpType } from '../pseudocode/branch-type';
import { LANDING, needing, type Row, signed, xzr } from '../row';

/** Branches and exception generation (Arm ARM C4.1, "Branches, Exception Generating and System instructions"). */

const LINK = 30;
/** `BR, RET`: op of RET. */
const RETURN = 2;

/** Exception-generating instructions carry their whole word as immediate; TypeScript takes the syndrome from it. */
const exception = (name: string, opc: string, ll: string, service: number): Row => ({
  name,
  bits: `11010100 ${opc} imm16:16 000 ${ll}`,
  asm: [`${name.toLowerCase()} {hex:imm16:16}`],
  synchronises: true,
  operands: (f) => ({ imm: f.imm16! }),
  meaning: (k) => k.service(service),
});

const conditional = (name: string, mnemonic: string, o0: string): Row => ({
  name,
  bits: `01010100 imm19:19 ${o0} cond:4`,
  asm: [
    `${mnemonic}.<cond:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al|nv> {label:imm19:19}`,
    `~${mnemonic}.<cond:-|-|hs|lo> {label:imm19:19}`,
    `~${mnemonic}<cond:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al|nv> {label:imm19:19}`,
    `~${mnemonic}<cond:-|-|hs|lo> {label:imm19:19}`,
  ],
  shape: 'cond',
  branch: 'conditional',
  operands: (f) => ({ imm: signed(f.imm19!, 19) * 4 }),
  meaning: (k, _o, s) => k.if(k.condition(s.cond!), () => k.branch()),
});

export const branches: Row[] = [
  {
    name: 'B',
    bits: '0 00101 imm26:26',
    asm: ['b {label:imm26:26}'],
    branch: 'always',
    operands: (f) => ({ imm: signed(f.imm26!, 26) * 4 }),
    meaning: (k) => k.branch(),
  },
  {
    name: 'BL',
    bits: '1 00101 imm26:26',
    asm: ['bl {label:imm26:26}'],
    branch: 'always',
    operands: (f) => ({ d: LINK, imm: signed(f.imm26!, 26) * 4 }),
    meaning: (k, o) => {
      k.setX(o.d, i64.add(k.pc(), i64.const(4)));
      k.branch();
    },
  },
  conditional('B.cond', 'b', '0'),
  // The hint that the branch goes the same way as always says nothing here.
  ...needing('FEAT_HBC', [conditional('BC.cond', 'bc', '1')]),
  {
    name: 'CBZ, CBNZ',
    bits: 'sf:1 011010 op:1 imm19:19 Rt:5',
    asm: ['<op:cbz|cbnz> {R:Rt}, {label:imm19:19}'],
    shape: 'sf op',
    branch: 'conditional',
    operands: (f) => ({ n: xzr(f.Rt!), imm: signed(f.imm19!, 19) * 4 }),
    meaning: (k, o, s) => {
      const value = read(k, s.sf!, o.n);
      k.if(s.op ? ops(s.sf!).ne(value, constant(s.sf!, 0)) : ops(s.sf!).eqz(value), () => k.branch());
    },
  },
  {
    name: 'TBZ, TBNZ',
    bits: 'b5:1 011011 op:1 b40:5 imm14:14 Rt:5',
    asm: [
      '<op:tbz|tbnz> {R:Rt:b5}, {bitnumber}, {label:imm14:14}',
      '~<op:tbz|tbnz> {X:Rt}, {uimm:b40:5}, {label:imm14:14} ; b5=0',
    ],
    shape: 'op',
    branch: 'conditional',
    operands: (f) => ({ n: xzr(f.Rt!), m: (f.b5! << 5) | f.b40!, imm: signed(f.imm14!, 14) * 4 }),
    meaning: (k, o, s) => {
      const bit = i32.and(i32.wrap(i64.shrU(k.x(o.n), i64.extendU(k.byte(o.m)))), i32.const(1));
      k.if(s.op ? bit : i32.eqz(bit), () => k.branch());
    },
  },
  {
    name: 'BR, RET',
    bits: '1101011 00 op:2 11111 000000 Rn:5 00000',
    asm: ['br {X:Rn} ; op=0', 'ret ; op=2 Rn=30', 'ret {X:Rn} ; op=2'],
    shape: 'op',
    indirect: true,
    reserved: (s) => s.op !== 0 && s.op !== 2,
    operands: (f, context) => ({ n: xzr(f.Rn!), m: jumpType(f.Rn!, context) }),
    meaning: (k, o, s) => {
      if (s.op === RETURN) k.jump(k.x(o.n));
      else jumpTo(k, k.x(o.n), o.m);
    },
  },
  {
    name: 'BLR',
    bits: '1101011 0001 11111 000000 Rn:5 00000',
    asm: ['blr {X:Rn}'],
    indirect: true,
    operands: (f, context) => ({ d: LINK, n: xzr(f.Rn!), m: callType(context) }),
    meaning: (k, o) => {
      const target = k.let(k.x(o.n));
      k.setX(o.d, i64.add(k.pc(), i64.const(4)));
      k.jump(target, k.byte(o.m));
    },
  },
  {
    name: 'ERET',
    bits: '1101011 0100 11111 000000 11111 00000',
    asm: ['eret'],
    synchronises: true,
    operands: () => ({}),
    meaning: (k) => k.service(SERVICE.ERET),
  },
  exception('SVC', '000', '01', SERVICE.SVC),
  exception('HVC', '000', '10', SERVICE.HVC),
  exception('SMC', '000', '11', SERVICE.SMC),
  { ...exception('BRK', '001', '00', SERVICE.BRK), landing: () => LANDING.ALL },
  { ...exception('HLT', '010', '00', SERVICE.HLT), landing: () => LANDING.ALL },
  {
    name: 'UDF',
    bits: '0000000000000000 imm16:16',
    asm: ['udf {uimm:imm16:16}'],
    synchronises: true,
    operands: (f) => ({ imm: f.imm16! }),
    meaning: (k) => k.service(SERVICE.UNDEFINED),
  },
];
