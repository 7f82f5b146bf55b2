/**
 * Registers of the GICv3 distributor and redistributors by byte offset.
 * Names and numbers: Arm Generic Interrupt Controller Architecture Specification (IHI 0069), chapter 12.
 */

/** Distributor (GICD_*). Ranges name their first register. */
export const GICD = {
  CTLR: 0x0000,
  TYPER: 0x0004,
  IIDR: 0x0008,
  IGROUPR: 0x0080,
  ISENABLER: 0x0100,
  ICENABLER: 0x0180,
  ISPENDR: 0x0200,
  ICPENDR: 0x0280,
  ISACTIVER: 0x0300,
  ICACTIVER: 0x0380,
  IPRIORITYR: 0x0400,
  ITARGETSR: 0x0800,
  ICFGR: 0x0c00,
  IGRPMODR: 0x0d00,
  IROUTER: 0x6000,
  PIDR4: 0xffd0,
} as const;

export const GICD_CTLR = {
  EnableGrp0: 1 << 0,
  EnableGrp1: 1 << 1,
  /** Affinity routing: always on. */
  ARE: 1 << 4,
  /** Security disabled: always, as there is one Security state. */
  DS: 1 << 6,
} as const;

export const GICD_TYPER = {
  /** ITLinesNumber is in the bits from 0. */
  IDbitsShift: 19,
  /** Affinity 3 may be non-zero. */
  A3V: 1 << 24,
  /** "1 of N" routing of SPIs is not supported. */
  No1N: 1 << 25,
} as const;

/** Redistributor frame RD_base (GICR_*). */
export const GICR = {
  CTLR: 0x0000,
  IIDR: 0x0004,
  TYPER_LOW: 0x0008,
  TYPER_HIGH: 0x000c,
  WAKER: 0x0014,
  PIDR4: 0xffd0,
} as const;

export const GICR_TYPER = {
  /** This is the last redistributor of a run of frames. */
  Last: 1 << 4,
  ProcessorNumberShift: 8,
  /** Redistributors with the same Aff3 would share LPI tables (what QEMU says, although there are no LPIs). */
  CommonLPIAffAff3: 1 << 24,
} as const;

export const GICR_WAKER = {
  ProcessorSleep: 1 << 1,
  ChildrenAsleep: 1 << 2,
} as const;

/** The SGI_base frame follows RD_base; its registers have the distributor's offsets. */
export const GICR_SGI_FRAME = 0x10000;

/** Implementer Arm, as QEMU (GICD_IIDR and GICR_IIDR). */
export const IIDR_VALUE = 0x43b;

/** PIDR2.ArchRev 3: GICv3. */
const PIDR2_GICV3 = 0x3b;

/** PIDR4 to PIDR7, PIDR0 to PIDR3, CIDR0 to CIDR3, from offset PIDR4 on, for a part number's low byte. */
export function identificationRegisters(partLow: number): readonly number[] {
  return [0x44, 0, 0, 0, partLow, 0xb4, PIDR2_GICV3, 0, 0x0d, 0xf0, 0x05, 0xb1];
}

export const GICD_PART_LOW = 0x92;
export const GICR_PART_LOW = 0x93;

/** Implemented bits of a priority: 5, so 32 levels in steps of 8; 0 is the highest. */
export const PRIORITY_BITS = 5;
export const PRIORITY_MASK = (0xff << (8 - PRIORITY_BITS)) & 0xff;
/** Lower than any interrupt's priority: what the running priority is when nothing is active. */
export const IDLE_PRIORITY = 0xff;

/** INTID that IAR and HPPIR return when there is nothing to return. */
export const INTID_SPURIOUS = 1023;
