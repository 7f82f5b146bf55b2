/**
 * Where system registers with plain storage live in a vCPU's state: byte offsets from its base, 8 bytes each, inside
 * CPU.SYS..CPU.SYS_END. Snapshots store this area as it is: never move an entry, add new ones at the end.
 */
import { CPU } from '../layout';

const at = (index: number): number => CPU.SYS + index * 8;

export const SYS = {
  /** Banked stack pointers. Each is only valid while it is not the selected one: CPU.SP holds that. */
  SP_EL0: at(0),
  SP_EL1: at(1),
  ELR_EL1: at(2),
  SPSR_EL1: at(3),
  ESR_EL1: at(4),
  FAR_EL1: at(5),
  VBAR_EL1: at(6),
  SCTLR_EL1: at(7),
  CPACR_EL1: at(8),
  TTBR0_EL1: at(9),
  TTBR1_EL1: at(10),
  TCR_EL1: at(11),
  MAIR_EL1: at(12),
  CONTEXTIDR_EL1: at(13),
  TPIDR_EL0: at(14),
  TPIDRRO_EL0: at(15),
  TPIDR_EL1: at(16),
  PAR_EL1: at(17),
  CSSELR_EL1: at(18),
  CNTFRQ_EL0: at(19),
  CNTKCTL_EL1: at(20),
  MDSCR_EL1: at(21),
  MDCCINT_EL1: at(22),
  OSLSR_EL1: at(23),
  OSDLR_EL1: at(24),
  OSECCR_EL1: at(25),
  OSDTRRX_EL1: at(26),
  OSDTRTX_EL1: at(27),
  DBGPRCR_EL1: at(28),
  DBGCLAIM: at(29),
  /** Room for 16 of each, though fewer exist. */
  DBGBVR0_EL1: at(32),
  DBGBCR0_EL1: at(48),
  DBGWVR0_EL1: at(64),
  DBGWCR0_EL1: at(80),
} as const;
