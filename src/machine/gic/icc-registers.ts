/**
 * The CPU interface's system registers (ICC_*_EL1, op0 = 3).
 * Names and encodings: Arm Generic Interrupt Controller Architecture Specification (IHI 0069), section 12.2.
 */

/** Our own numbers: dense, so that a switch over them is a jump table. */
export const ICC = {
  PMR: 0,
  IAR0: 1,
  EOIR0: 2,
  HPPIR0: 3,
  BPR0: 4,
  AP0R0: 5,
  AP1R0: 6,
  DIR: 7,
  RPR: 8,
  SGI1R: 9,
  ASGI1R: 10,
  SGI0R: 11,
  IAR1: 12,
  EOIR1: 13,
  HPPIR1: 14,
  BPR1: 15,
  CTLR: 16,
  SRE: 17,
  IGRPEN0: 18,
  IGRPEN1: 19,
} as const;
export type IccRegister = (typeof ICC)[keyof typeof ICC];

export type IccAccess = 'rw' | 'ro' | 'wo';

export interface IccDescription {
  readonly name: string;
  readonly register: IccRegister;
  readonly op1: number;
  readonly crn: number;
  readonly crm: number;
  readonly op2: number;
  /** The other direction is UNDEFINED. */
  readonly access: IccAccess;
}

function icc(name: keyof typeof ICC, crn: number, crm: number, op2: number, access: IccAccess): IccDescription {
  return { name: `ICC_${name}_EL1`, register: ICC[name], op1: 0, crn, crm, op2, access };
}

/** Every register there is. AP0R1 to AP0R3 and AP1R1 to AP1R3 are UNDEFINED with five bits of priority. */
export const ICC_REGISTERS: readonly IccDescription[] = [
  icc('PMR', 4, 6, 0, 'rw'),
  icc('IAR0', 12, 8, 0, 'ro'),
  icc('EOIR0', 12, 8, 1, 'wo'),
  icc('HPPIR0', 12, 8, 2, 'ro'),
  icc('BPR0', 12, 8, 3, 'rw'),
  icc('AP0R0', 12, 8, 4, 'rw'),
  icc('AP1R0', 12, 9, 0, 'rw'),
  icc('DIR', 12, 11, 1, 'wo'),
  icc('RPR', 12, 11, 3, 'ro'),
  icc('SGI1R', 12, 11, 5, 'wo'),
  icc('ASGI1R', 12, 11, 6, 'wo'),
  icc('SGI0R', 12, 11, 7, 'wo'),
  icc('IAR1', 12, 12, 0, 'ro'),
  icc('EOIR1', 12, 12, 1, 'wo'),
  icc('HPPIR1', 12, 12, 2, 'ro'),
  icc('BPR1', 12, 12, 3, 'rw'),
  icc('CTLR', 12, 12, 4, 'rw'),
  icc('SRE', 12, 12, 5, 'rw'),
  icc('IGRPEN0', 12, 12, 6, 'rw'),
  icc('IGRPEN1', 12, 12, 7, 'rw'),
];

const byEncoding = new Map(ICC_REGISTERS.map((entry) => [encoding(entry.op1, entry.crn, entry.crm, entry.op2), entry]));

/** The register that `S3_<op1>_C<crn>_C<crm>_<op2>` names; undefined where that is none of the CPU interface's. */
export function iccRegister(op1: number, crn: number, crm: number, op2: number): IccDescription | undefined {
  return byEncoding.get(encoding(op1, crn, crm, op2));
}

function encoding(op1: number, crn: number, crm: number, op2: number): number {
  return (op1 << 11) | (crn << 7) | (crm << 3) | op2;
}

/** Bits of ICC_CTLR_EL1. */
export const ICC_CTLR = {
  /** Group 1 uses BPR0, too. */
  CBPR: 1 << 0,
  /** Writing EOIR only drops the priority; DIR deactivates. */
  EOImode: 1 << 1,
  PRIbitsShift: 8,
  IDbitsShift: 11,
  A3V: 1 << 15,
} as const;

/** ICC_SRE_EL1: system registers in use, IRQ and FIQ bypass disabled; nothing else is implemented. */
export const ICC_SRE_VALUE = 0b111;
