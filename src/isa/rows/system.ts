import { type Expr, i32, i64 } from '../../wasm';
import { PSTATE_BIT, CPU_STATE as STATE } from '../cpu-state';
import { type Emitter, SERVICE } from '../emitter';
import type { Feature } from '../features';
import { LANDING, type Row, xzr, xzrDst } from '../row';
import { HINT_ASM, SYSTEM_INSTRUCTION_ASM } from '../text/codecs/system-operands';

/** Barriers, hints, system register access and system instructions (Arm ARM C4.1, "System instructions"). */

/**
 * How MRS and MSR reach a register, decided by the engine's register table when decoding. Everything that is not plain storage or a
 * hot part of PSTATE goes through the SYSREG service, which knows all registers and all traps.
 */
export const SYSREG_ACCESS = {
  SERVICE: 0,
  /** Storage that EL0 and EL1 may use freely. */
  STORAGE: 1,
  /** Storage for EL1; EL0 goes through the service, which traps. */
  STORAGE_EL1: 2,
  /** SP_EL0: storage while EL1 uses SP_EL1, else the service. */
  SP_EL0: 3,
  DAIF: 4,
  NZCV: 5,
  /** FPCR and FPSR, to be read: 4 bytes, trapped as floating-point instructions are. */
  FP_STATUS: 6,
  /** Storage for EL1 of which only the low 32 bits are written. */
  LOW_EL1: 7,
} as const;

const encoding = { bits: 3, of: () => 0 };

export const sysregKeyOf = (f: { o0?: number; op1?: number; CRn?: number; CRm?: number; op2?: number }): number =>
  ((2 + f.o0!) << 14) | (f.op1! << 11) | (f.CRn! << 7) | (f.CRm! << 3) | f.op2!;

/**
 * Registers that say what the instructions after a write mean or where they are: traps, translation, memory types, SP, PAN, UAO, software step.
 * `op0_op1_CRn_CRm_op2`.
 */
const CONTEXT_REGISTERS: ReadonlySet<number> = new Set(
  [
    '3_0_1_0_0', // SCTLR_EL1
    '3_0_1_0_2', // CPACR_EL1
    '3_0_2_0_0', // TTBR0_EL1
    '3_0_2_0_1', // TTBR1_EL1
    '3_0_2_0_2', // TCR_EL1
    '3_0_10_2_0', // MAIR_EL1
    '3_0_4_2_0', // SPSel
    '3_0_4_2_3', // PAN
    '3_0_4_2_4', // UAO
    '2_0_0_2_2', // MDSCR_EL1
  ].map((text) => {
    const [op0, op1, CRn, CRm, op2] = text.split('_').map(Number);
    return sysregKeyOf({ o0: op0! - 2, op1: op1!, CRn: CRn!, CRm: CRm!, op2: op2! });
  }),
);

const atEl1 = (k: Emitter) => k.get('i32', STATE.EL);

/** Interrupts that became deliverable must be taken before the next instruction, and so must a software step that waited for PSTATE.D. */
function afterUnmasking(k: Emitter): void {
  const open = i32.and(k.get('i32', STATE.IRQ_LINES), i32.xor(k.get('i32', STATE.DAIF), i32.const(0x3c0)));
  k.if(open, () => k.leaveAfter());
}

/** Does `access` where no more need be asked than the EL and PSTATE.SP; leaves it to the service otherwise. */
function direct(k: Emitter, kind: number, access: () => void): void {
  const service = () => k.service(SERVICE.SYSREG);
  switch (kind) {
    case SYSREG_ACCESS.STORAGE:
    case SYSREG_ACCESS.NZCV:
      return access();
    case SYSREG_ACCESS.FP_STATUS:
      k.checkFp();
      return access();
    case SYSREG_ACCESS.STORAGE_EL1:
    case SYSREG_ACCESS.LOW_EL1:
    case SYSREG_ACCESS.DAIF:
      return k.if(atEl1(k), access, service);
    case SYSREG_ACCESS.SP_EL0:
      return k.if(i32.and(atEl1(k), k.get('i32', STATE.SPSEL)), access, service);
    default:
      return service();
  }
}

const low32 = (value: Expr): Expr => i64.and(value, i64.const(0xffffffffn));

const word = (base: number, f: Readonly<Record<string, number>>): number =>
  (base | ((f.op1 ?? 0) << 16) | ((f.CRn ?? 0) << 12) | ((f.CRm ?? 0) << 8) | ((f.op2 ?? 0) << 5) | (f.Rt ?? 0)) >>> 0;

/** MSR (immediate) to a bit of PSTATE that any EL may set and that changes nothing else. */
const pstateBit = (name: string, op2: string, bit: number, feature: Feature): Row => ({
  name: `MSR (immediate), ${name}`,
  bits: `1101010100 0 00 011 0100 CRm:4 ${op2} 11111`,
  feature,
  asm: [`msr ${name.toLowerCase()}, {hex:CRm:4}`],
  operands: (f) => ({ imm: f.CRm! & 1 ? bit : 0 }),
  meaning: (k, o) =>
    k.put('i32', STATE.PSTATE_OTHER, i32.or(i32.and(k.get('i32', STATE.PSTATE_OTHER), i32.const(~bit)), o.imm32)),
});

/** MSR (immediate) to a bit of PSTATE, at EL1 only, that says what accesses after it may touch. */
const accessRights = (name: string, op2: number, feature: Feature): Row => ({
  name: `MSR (immediate), ${name}`,
  bits: `1101010100 0 00 000 0100 CRm:4 ${op2.toString(2).padStart(3, '0')} 11111`,
  feature,
  synchronises: true,
  asm: [`msr ${name.toLowerCase()}, {hex:CRm:4}`],
  operands: (f) => ({ m: f.CRm!, imm: word(0xd500401f, { CRm: f.CRm!, op2 }) }),
  meaning: (k) => k.service(SERVICE.MSR_IMMEDIATE),
});

export const system: Row[] = [
  {
    // NOP, YIELD, WFE, WFI, SEV, SEVL and all unallocated hints, which are NOPs.
    name: 'HINT',
    bits: '1101010100 0 00 011 0010 CRm:4 op2:3 11111',
    asm: HINT_ASM,
    derived: {
      hint: {
        bits: 3,
        of: (f) => (f.CRm === 0 && f.op2! <= 5 ? f.op2! : 0),
      },
    },
    reserved: (s) => s.hint! > 5,
    operands: () => ({}),
    meaning: (k, _o, s) => {
      const service = [undefined, SERVICE.YIELD, SERVICE.WFE, SERVICE.WFI, SERVICE.SEV, SERVICE.SEV][s.hint!];
      if (service !== undefined) k.service(service);
    },
  },
  {
    // Where an indirect branch may go into a guarded page (FEAT_BTI); a NOP in itself.
    name: 'BTI',
    bits: '1101010100 0 00 011 0010 0100 op:2 0 11111',
    asm: ['bti ; op=0', 'bti <op:-|c|j|jc>'],
    shape: 'op',
    operands: () => ({}),
    landing: (s) => [LANDING.NONE, LANDING.CALLS, LANDING.JUMPS, LANDING.ALL][s.op!]!,
    meaning: () => {},
  },
  {
    name: 'WFET, WFIT',
    bits: '1101010100 0 00 011 0001 0000 00 op:1 Rd:5',
    feature: 'FEAT_WFxT',
    asm: ['<op:wfet|wfit> {X:Rd}'],
    shape: 'op',
    operands: (f) => ({ n: xzr(f.Rd!) }),
    meaning: (k, _o, s) => k.service(s.op ? SERVICE.WFIT : SERVICE.WFET),
  },
  {
    name: 'CLREX',
    bits: '1101010100 0 00 011 0011 CRm:4 010 11111',
    asm: ['clrex ; CRm=15', 'clrex {option}'],
    operands: () => ({}),
    meaning: (k) => k.put('i64', STATE.EXCL_ADDR, i64.const(-1)),
  },
  {
    // One worker runs all vCPUs in turn: memory order is already what these ask for.
    name: 'DSB, DMB',
    bits: '1101010100 0 00 011 0011 CRm:4 1 0 opc:1 11111',
    asm: ['ssbb ; opc=0 CRm=0', 'pssbb ; opc=0 CRm=4', '<opc:dsb|dmb> {barrier}'],
    operands: () => ({}),
    meaning: () => {},
  },
  {
    // Nothing speculates here.
    name: 'SB',
    bits: '1101010100 0 00 011 0011 0000 1 11 11111',
    feature: 'FEAT_SB',
    asm: ['sb'],
    operands: () => ({}),
    meaning: () => {},
  },
  {
    // Code is invalidated when it is written, but what is at the next address may have changed: the page is looked up anew.
    name: 'ISB',
    bits: '1101010100 0 00 011 0011 CRm:4 1 10 11111',
    asm: ['isb ; CRm=15', 'isb {option}'],
    synchronises: true,
    operands: () => ({}),
    meaning: (k) => k.jump(i64.add(k.pc(), i64.const(4))),
  },
  {
    name: 'MSR (immediate)',
    bits: '1101010100 0 00 op1:3 0100 CRm:4 op2:3 11111',
    asm: ['msr spsel, {hex:CRm:4} ; op1=0 op2=5', 'msr daif<op2:-|-|-|-|-|-|set|clr>, {hex:CRm:4} ; op1=3'],
    // DAIF masks interrupts and debug exceptions, which are looked for behind it (afterUnmasking), and changes nothing else.
    synchronises: (f) => !f.daif,
    derived: { daif: { bits: 2, of: (f) => (f.op1 === 3 && f.op2! >= 6 ? f.op2! - 5 : 0) } },
    reserved: (s) => s.daif === 3,
    operands: (f) => {
      const key = (f.op1! << 3) | f.op2!;
      // SPSel, DAIFSet, DAIFClr.
      if (![0b000_101, 0b011_110, 0b011_111].includes(key)) return undefined;
      return { m: f.CRm!, imm: word(0xd500401f, f) };
    },
    meaning: (k, o, s) => {
      if (!s.daif) return k.service(SERVICE.MSR_IMMEDIATE);
      k.if(
        atEl1(k),
        () => {
          const bits = i32.shl(k.byte(o.m), i32.const(6));
          const daif = k.get('i32', STATE.DAIF);
          if (s.daif === 1) k.put('i32', STATE.DAIF, i32.or(daif, bits));
          else {
            k.put('i32', STATE.DAIF, i32.and(daif, i32.xor(bits, i32.const(-1))));
            afterUnmasking(k);
          }
        },
        () => k.service(SERVICE.MSR_IMMEDIATE),
      );
    },
  },
  accessRights('UAO', 0b011, 'FEAT_UAO'),
  accessRights('PAN', 0b100, 'FEAT_PAN'),
  // Nothing here speculates, or takes a time that depends on data: the bits are kept.
  pstateBit('SSBS', '001', PSTATE_BIT.SSBS, 'FEAT_SSBS2'),
  pstateBit('DIT', '010', PSTATE_BIT.DIT, 'FEAT_DIT'),
  {
    name: 'MRS',
    bits: '1101010100 1 1 o0:1 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    asm: ['mrs {X:Rt}, {sysreg:read}'],
    derived: { access: { ...encoding, of: (f, context) => context.sysreg(sysregKeyOf(f), false).access } },
    reserved: (s) => s.access! > SYSREG_ACCESS.FP_STATUS,
    operands: (f, context) => ({
      d: xzrDst(f.Rt!),
      imm: (BigInt(context.sysreg(sysregKeyOf(f), false).offset) << 32n) | BigInt(word(0xd5300000 | (f.o0! << 19), f)),
    }),
    meaning: (k, o, s) =>
      direct(k, s.access!, () => {
        if (s.access === SYSREG_ACCESS.DAIF) k.setX(o.d, i64.extendU(k.get('i32', STATE.DAIF)));
        else if (s.access === SYSREG_ACCESS.NZCV) k.setX(o.d, i64.extendU(k.nzcv()));
        else if (s.access === SYSREG_ACCESS.FP_STATUS) k.setX(o.d, low32(k.sysreg(o.immHi)));
        else k.setX(o.d, k.sysreg(o.immHi));
      }),
  },
  {
    name: 'MSR (register)',
    bits: '1101010100 0 1 o0:1 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    asm: ['msr {sysreg:write}, {X:Rt}'],
    synchronises: (f) => CONTEXT_REGISTERS.has(sysregKeyOf(f)),
    derived: { access: { ...encoding, of: (f, context) => context.sysreg(sysregKeyOf(f), true).access } },
    reserved: (s) => s.access! === SYSREG_ACCESS.FP_STATUS,
    operands: (f, context) => ({
      n: xzr(f.Rt!),
      imm: (BigInt(context.sysreg(sysregKeyOf(f), true).offset) << 32n) | BigInt(word(0xd5100000 | (f.o0! << 19), f)),
    }),
    meaning: (k, o, s) =>
      direct(k, s.access!, () => {
        if (s.access === SYSREG_ACCESS.DAIF) {
          k.put('i32', STATE.DAIF, i32.and(k.w(o.n), i32.const(0x3c0)));
          afterUnmasking(k);
        } else if (s.access === SYSREG_ACCESS.NZCV) k.setNzcv(k.w(o.n));
        else k.setSysreg(o.immHi, s.access === SYSREG_ACCESS.LOW_EL1 ? low32(k.x(o.n)) : k.x(o.n));
      }),
  },
  {
    name: 'DC ZVA',
    bits: '1101010100 0 01 011 0111 0100 001 Rt:5',
    asm: ['dc zva, {X:Rt}'],
    operands: (f) => ({ n: xzr(f.Rt!), imm: word(0xd50b7420, { Rt: f.Rt! }) }),
    farIsOperand: true,
    meaning: (k, o) => {
      k.if(i32.and(i32.eqz(atEl1(k)), k.get('i32', STATE.ZVA_TRAP)), () => k.service(SERVICE.SYS_TRAP));
      const block = k.let(i64.and(k.x(o.n), i64.const(-64)));
      for (let i = 0; i < 64; i += 8) k.store('i64', i64.add(block, i64.const(i)), i64.const(0));
    },
  },
  {
    name: 'SYS, SYSL',
    bits: '1101010100 L:1 01 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    asm: [
      ...SYSTEM_INSTRUCTION_ASM,
      'sys {uimm:op1:3}, {creg:CRn}, {creg:CRm}, {uimm:op2:3} ; L=0 Rt=31',
      'sys {uimm:op1:3}, {creg:CRn}, {creg:CRm}, {uimm:op2:3}, {X:Rt} ; L=0',
      'sysl {X:Rt}, {uimm:op1:3}, {creg:CRn}, {creg:CRm}, {uimm:op2:3} ; L=1',
    ],
    shape: 'L',
    // TLBI.
    synchronises: (f) => f.L === 0 && f.CRn === 8,
    operands: (f) => ({ d: xzrDst(f.Rt!), n: xzr(f.Rt!), imm: word(0xd5080000 | (f.L! << 21), f) }),
    meaning: (k) => k.service(SERVICE.SYSREG),
  },
];
