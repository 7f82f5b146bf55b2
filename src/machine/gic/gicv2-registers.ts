/**
 * Registers of a GICv2 by byte offset, as far as they are not where GICv3 has them (mmio-registers.ts).
 * Names and numbers: Arm Generic Interrupt Controller Architecture Specification, version 2.0 (IHI 0048), chapter 4.
 */

/** Distributor (GICD_*). */
export const GICD_V2 = {
  ITARGETSR: 0x800,
  SGIR: 0xf00,
  CPENDSGIR: 0xf10,
  SPENDSGIR: 0xf20,
  PIDR4: 0xfd0,
} as const;

export const GICD_TYPER_V2 = {
  /** CPU interfaces less one. */
  CPUNumberShift: 5,
} as const;

/** GICD_SGIR. */
export const GICD_SGIR = {
  TargetListFilterShift: 24,
  CPUTargetListShift: 16,
  SGIINTID: 0xf,
} as const;
/** GICD_SGIR.TargetListFilter. */
export const SGI_FILTER = { LIST: 0, OTHERS: 1, SELF: 2 } as const;

/** CPU interface (GICC_*). */
export const GICC = {
  CTLR: 0x00,
  PMR: 0x04,
  BPR: 0x08,
  IAR: 0x0c,
  EOIR: 0x10,
  RPR: 0x14,
  HPPIR: 0x18,
  ABPR: 0x1c,
  AIAR: 0x20,
  AEOIR: 0x24,
  AHPPIR: 0x28,
  APR: 0xd0,
  NSAPR: 0xe0,
  IIDR: 0xfc,
  DIR: 0x1000,
} as const;

export const GICC_CTLR = {
  EnableGrp0: 1 << 0,
  EnableGrp1: 1 << 1,
  /** IAR, EOIR and HPPIR are for interrupts of group 1, too. */
  AckCtl: 1 << 2,
  /** Group 0 is signalled as FIQ. */
  FIQEn: 1 << 3,
  /** Group 1 uses BPR, too. */
  CBPR: 1 << 4,
  /** Writing EOIR only drops the priority; DIR deactivates. */
  EOImode: 1 << 9,
} as const;

/** INTID in a value of IAR or EOIR; above it the number of the CPU that sent an SGI. */
export const INTID_MASK = 0x3ff;
export const SOURCE_SHIFT = 10;
/** IAR: the interrupt is of group 1, and not for this register. */
export const INTID_OTHER_GROUP = 1022;

/** All eight bits of a priority are there, as in QEMU's. */
export const PRIORITY_MASK_V2 = 0xff;

/** Sizes of what answers in the windows of 64 KiB that the device tree gives. */
export const GICD_V2_BYTES = 0x1000;
export const GICC_BYTES = 0x2000;

/** GICC_IIDR: architecture version 2, implementer Arm, as QEMU. */
export const GICC_IIDR_VALUE = 0x2043b;

/** PIDR4 to PIDR7, PIDR0 to PIDR3, CIDR0 to CIDR3, from PIDR4 on. PIDR2.ArchRev 2: GICv2. */
export const GICD_V2_IDENTIFICATION: readonly number[] = [0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1];
