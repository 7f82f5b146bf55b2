import type { Feature } from '../../isa/features';
import type { CpuModelName } from './names';

/** What a real core is, from its Technical Reference Manual. */
export interface CpuDescription {
  readonly name: CpuModelName;
  /** With the revision whose manual the values are from. */
  readonly title: string;
  /** `compatible` of its device tree node. */
  readonly compatible: string;
  /** MIDR_EL1 and REVIDR_EL1. */
  readonly midr: number;
  readonly revidr: number;
  /** PMCR_EL0.IMP and IDCODE, in their places. */
  readonly pmcr: number;
  /** Features it has, at EL0 and EL1 and beyond the base of Armv8.0: implemented here or not. */
  readonly features: readonly Feature[];
  /** Bits of a physical address. */
  readonly paBits: 40 | 44 | 48;
  /** CTR_EL0. */
  readonly ctr: number;
  /** DCZID_EL0.BS: log2 of the words that DC ZVA clears. All have 64 bytes; the handler does, too. */
  readonly dczid: 4;
  readonly clidr: number;
  /** CCSIDR_EL1 by CSSELR_EL1 (level in bits 3:1, instruction cache in bit 0). A cache that is not here does not exist. */
  readonly ccsidr: Readonly<Record<number, number>>;
  readonly breakpoints: number;
  readonly watchpoints: number;
}
