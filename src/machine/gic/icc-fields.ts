/**
 * Fields of the CPU interface's system registers (ICC_*_EL1).
 * Source: Arm Generic Interrupt Controller Architecture Specification (IHI 0069), section 12.2.
 */

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
