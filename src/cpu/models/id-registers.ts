import type { Feature } from '../../isa/features';
import { BREAKPOINTS, CONTEXT_BREAKPOINTS, WATCHPOINTS } from './implemented';

/** The AArch64 identification registers of a set of features (Arm ARM, "AArch64 System register descriptions"). */

export const ID_REGISTER_NAMES = [
  'ID_AA64PFR0_EL1',
  'ID_AA64PFR1_EL1',
  'ID_AA64ZFR0_EL1',
  'ID_AA64SMFR0_EL1',
  'ID_AA64DFR0_EL1',
  'ID_AA64DFR1_EL1',
  'ID_AA64AFR0_EL1',
  'ID_AA64AFR1_EL1',
  'ID_AA64ISAR0_EL1',
  'ID_AA64ISAR1_EL1',
  'ID_AA64ISAR2_EL1',
  'ID_AA64MMFR0_EL1',
  'ID_AA64MMFR1_EL1',
  'ID_AA64MMFR2_EL1',
] as const;
export type IdRegisterName = (typeof ID_REGISTER_NAMES)[number];
export type IdRegisters = Readonly<Record<IdRegisterName, bigint>>;

interface FeatureField {
  register: IdRegisterName;
  lsb: number;
  /** Values from the lowest on, each with the feature that makes it so; the highest whose feature is there counts. */
  values: readonly (readonly [value: number, feature: Feature])[];
}

/** Fields that say whether features are there. Those of FP and AdvSIMD are 0 where they are, so they are not here: FP16 is. */
export const FEATURE_FIELDS: readonly FeatureField[] = [
  { register: 'ID_AA64PFR0_EL1', lsb: 16, values: [[1, 'FEAT_FP16']] },
  { register: 'ID_AA64PFR0_EL1', lsb: 20, values: [[1, 'FEAT_FP16']] },
  { register: 'ID_AA64PFR0_EL1', lsb: 28, values: [[1, 'FEAT_RAS']] },
  { register: 'ID_AA64PFR0_EL1', lsb: 48, values: [[1, 'FEAT_DIT']] },
  { register: 'ID_AA64PFR0_EL1', lsb: 56, values: [[1, 'FEAT_CSV2']] },
  { register: 'ID_AA64PFR0_EL1', lsb: 60, values: [[1, 'FEAT_CSV3']] },
  { register: 'ID_AA64PFR1_EL1', lsb: 0, values: [[1, 'FEAT_BTI']] },
  {
    register: 'ID_AA64PFR1_EL1',
    lsb: 4,
    values: [
      [1, 'FEAT_SSBS'],
      [2, 'FEAT_SSBS2'],
    ],
  },
  { register: 'ID_AA64DFR0_EL1', lsb: 8, values: [[1, 'FEAT_PMUv3']] },
  {
    register: 'ID_AA64ISAR0_EL1',
    lsb: 4,
    values: [
      [1, 'FEAT_AES'],
      [2, 'FEAT_PMULL'],
    ],
  },
  { register: 'ID_AA64ISAR0_EL1', lsb: 8, values: [[1, 'FEAT_SHA1']] },
  {
    register: 'ID_AA64ISAR0_EL1',
    lsb: 12,
    values: [
      [1, 'FEAT_SHA256'],
      [2, 'FEAT_SHA512'],
    ],
  },
  { register: 'ID_AA64ISAR0_EL1', lsb: 16, values: [[1, 'FEAT_CRC32']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 20, values: [[2, 'FEAT_LSE']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 28, values: [[1, 'FEAT_RDM']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 32, values: [[1, 'FEAT_SHA3']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 36, values: [[1, 'FEAT_SM3']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 40, values: [[1, 'FEAT_SM4']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 44, values: [[1, 'FEAT_DotProd']] },
  { register: 'ID_AA64ISAR0_EL1', lsb: 48, values: [[1, 'FEAT_FHM']] },
  {
    register: 'ID_AA64ISAR0_EL1',
    lsb: 52,
    values: [
      [1, 'FEAT_FlagM'],
      [2, 'FEAT_FlagM2'],
    ],
  },
  {
    register: 'ID_AA64ISAR0_EL1',
    lsb: 56,
    values: [
      [1, 'FEAT_TLBIOS'],
      [2, 'FEAT_TLBIRANGE'],
    ],
  },
  { register: 'ID_AA64ISAR0_EL1', lsb: 60, values: [[1, 'FEAT_RNG']] },
  {
    register: 'ID_AA64ISAR1_EL1',
    lsb: 0,
    values: [
      [1, 'FEAT_DPB'],
      [2, 'FEAT_DPB2'],
    ],
  },
  // QARMA5: APA and GPA.
  { register: 'ID_AA64ISAR1_EL1', lsb: 4, values: [[1, 'FEAT_PAuth']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 12, values: [[1, 'FEAT_JSCVT']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 16, values: [[1, 'FEAT_FCMA']] },
  {
    register: 'ID_AA64ISAR1_EL1',
    lsb: 20,
    values: [
      [1, 'FEAT_LRCPC'],
      [2, 'FEAT_LRCPC2'],
    ],
  },
  { register: 'ID_AA64ISAR1_EL1', lsb: 24, values: [[1, 'FEAT_PAuth']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 32, values: [[1, 'FEAT_FRINTTS']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 36, values: [[1, 'FEAT_SB']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 40, values: [[1, 'FEAT_SPECRES']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 44, values: [[1, 'FEAT_BF16']] },
  { register: 'ID_AA64ISAR1_EL1', lsb: 52, values: [[1, 'FEAT_I8MM']] },
  { register: 'ID_AA64ISAR2_EL1', lsb: 0, values: [[2, 'FEAT_WFxT']] },
  { register: 'ID_AA64ISAR2_EL1', lsb: 16, values: [[1, 'FEAT_MOPS']] },
  { register: 'ID_AA64ISAR2_EL1', lsb: 20, values: [[1, 'FEAT_HBC']] },
  { register: 'ID_AA64ISAR2_EL1', lsb: 52, values: [[1, 'FEAT_CSSC']] },
  { register: 'ID_AA64MMFR0_EL1', lsb: 20, values: [[1, 'FEAT_TGran16K']] },
  { register: 'ID_AA64MMFR1_EL1', lsb: 0, values: [[2, 'FEAT_HAFDBS']] },
  {
    register: 'ID_AA64MMFR1_EL1',
    lsb: 12,
    values: [
      [1, 'FEAT_HPDS'],
      [2, 'FEAT_HPDS2'],
    ],
  },
  { register: 'ID_AA64MMFR1_EL1', lsb: 16, values: [[1, 'FEAT_LOR']] },
  {
    register: 'ID_AA64MMFR1_EL1',
    lsb: 20,
    values: [
      [1, 'FEAT_PAN'],
      [2, 'FEAT_PAN2'],
      [3, 'FEAT_PAN3'],
    ],
  },
  { register: 'ID_AA64MMFR2_EL1', lsb: 0, values: [[1, 'FEAT_TTCNP']] },
  { register: 'ID_AA64MMFR2_EL1', lsb: 4, values: [[1, 'FEAT_UAO']] },
  { register: 'ID_AA64MMFR2_EL1', lsb: 12, values: [[1, 'FEAT_IESB']] },
  { register: 'ID_AA64MMFR2_EL1', lsb: 28, values: [[1, 'FEAT_TTST']] },
  { register: 'ID_AA64MMFR2_EL1', lsb: 32, values: [[1, 'FEAT_LSE2']] },
  { register: 'ID_AA64MMFR2_EL1', lsb: 60, values: [[1, 'FEAT_E0PD']] },
];

const PA_RANGE = { 40: 2, 44: 4, 48: 5 } as const;

const field = (lsb: number, value: number): bigint => BigInt(value) << BigInt(lsb);

/** The fields that features decide, the others zero. */
export function featureFields(has: (feature: Feature) => boolean): Record<IdRegisterName, bigint> {
  const registers = Object.fromEntries(ID_REGISTER_NAMES.map((name) => [name, 0n])) as Record<IdRegisterName, bigint>;
  for (const { register, lsb, values } of FEATURE_FIELDS) {
    const value = values.reduce((highest, [one, feature]) => (has(feature) ? one : highest), 0);
    registers[register] |= field(lsb, value);
  }
  return registers;
}

/**
 * What a model's registers read: EL0 and EL1 in AArch64 only, no EL2 and EL3, the GIC's system registers (they are added if the board has
 * them: {@link PFR0_GIC}); Armv8.0 debug without trace; 16-bit ASIDs, little-endian, granules of 4 KiB and 64 KiB.
 */
export function idRegistersOf(has: (feature: Feature) => boolean, paBits: keyof typeof PA_RANGE): IdRegisters {
  const registers = featureFields(has);
  registers.ID_AA64PFR0_EL1 |= field(0, 1) | field(4, 1);
  registers.ID_AA64DFR0_EL1 |=
    field(0, 6) | field(12, BREAKPOINTS - 1) | field(20, WATCHPOINTS - 1) | field(28, CONTEXT_BREAKPOINTS - 1);
  registers.ID_AA64MMFR0_EL1 |= field(0, PA_RANGE[paBits]) | field(4, 2);
  return registers;
}

/** ID_AA64PFR0_EL1.GIC. */
export const PFR0_GIC = 1 << 24;
