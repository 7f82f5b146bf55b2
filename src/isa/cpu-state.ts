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
  /** PSTATE.IL, SS, SSBS, UAO and DIT: SPSR bits as they are, masked. i32. */
  PSTATE_OTHER: 0x1c8,
  /** 1 when SCTLR_EL1.DZE forbids DC ZVA at EL0. i32. */
  ZVA_TRAP: 0x1cc,
  /** PSTATE.BTYPE while no handler runs. i32. */
  BTYPE: 0x1fc,
  /** Keys for pointer authentication: IA, IB, DA, DB and GA, 16 bytes each. */
  PAC_KEYS: 0x7c0,
  /**
   * Bits of a pointer that hold its authentication code, but for bit 55, as TCR_EL1 has it. i64 each: of code in the lower and in the upper half of the
   * address space, of data in the same way.
   */
  PAC_FIELDS: 0xc00,
  /** Where an exception return leads that authenticates its address. i64. */
  RETURN_ADDRESS: 0xc20,
  /** Which keys are enabled (SCTLR_EL1.EnIA, EnIB, EnDA, EnDB), and more: {@link PAUTH_FLAG}. i32. */
  PAC_FLAGS: 0xc28,
  /**
   * What the last indirect branch left in PSTATE.BTYPE ({@link BTYPE}), and the count (cpu/abi.ts) behind it: as long as that has not changed, the next
   * instruction has not run, and nobody needs to clear BTYPE when it has. i32 each; and the branch's own address, i64.
   */
  BTYPE_AT: 0xc30,
  BTYPE_NEXT: 0xc34,
  BTYPE_FROM: 0xc38,
  /** 1 when SCTLR_EL1.MSCEn keeps EL0 from CPYP and its like. i32. */
  MOPS_TRAP: 0xc2c,
} as const;

/**
 * Bits of PAC_FLAGS: the keys by their numbers, and from BIT_55_SHIFT on for pointers to code and to data whether bit 55, and not bit 63, says in which half one
 * lies that has no code yet.
 */
export const PAUTH_FLAG = { IA: 1, IB: 2, DA: 4, DB: 8, KEYS: 15, BIT_55_SHIFT: 4 } as const;

/**
 * Values of BTYPE_NEXT: those of PSTATE.BTYPE. JUMP stands for 0b01 where the branch did not lie in a guarded page (FEAT_BTI), which is looked at when it matters,
 * but with KNOWN.
 */
export const BTYPE = { NONE: 0, JUMP_BY_IP: 1, CALL: 2, JUMP: 3, MASK: 3, KNOWN: 4 } as const;

/** Bits of PSTATE_OTHER that meanings set. */
export const PSTATE_BIT = { SSBS: 1 << 12, DIT: 1 << 24 } as const;
