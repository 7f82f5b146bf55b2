/**
 * The few fields of a vCPU's state that meanings touch by themselves: offsets in bytes from the vCPU's block. The full layout,
 * which contains these, is the engine's (cpu/layout.ts takes them from here).
 */
export const CPU_STATE = {
  /** Exclusive monitor: virtual address (all ones: open), value, size in bytes. */
  EXCL_ADDR: 0x180,
  EXCL_LO: 0x188,
  EXCL_HI: 0x190,
  EXCL_SIZE: 0x198,
  /** PSTATE.DAIF as in SPSR bits 9..6. i32. */
  DAIF: 0x1a0,
  /** PSTATE.EL, i32. */
  EL: 0x1a4,
  /** PSTATE.SP, i32. */
  SPSEL: 0x1a8,
  /** Interrupt lines, in the places of their masks in DAIF; and in the place of D, that software step at EL1 waits for D to be clear. i32. */
  IRQ_LINES: 0x1b0,
  /** FPCR and FPSR, i32 each. */
  FPCR: 0x1c0,
  FPSR: 0x1c4,
  /** PSTATE.IL, SS, SSBS and DIT: SPSR bits as they are, masked. i32. */
  PSTATE_OTHER: 0x1c8,
  /** 1 when SCTLR_EL1.DZE forbids DC ZVA at EL0. i32. */
  ZVA_TRAP: 0x1cc,
} as const;

/** Bits of PSTATE_OTHER that meanings set. */
export const PSTATE_BIT = { SSBS: 1 << 12, DIT: 1 << 24 } as const;
