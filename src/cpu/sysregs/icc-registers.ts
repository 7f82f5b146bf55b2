/** The GIC's CPU interface registers (ICC_<name>_EL1) as the GicCpuPort knows them. */

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
