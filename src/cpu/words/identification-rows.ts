/** Identification registers (Arm ARM, "AArch64 System Register Descriptions", General system control registers; ID_* as "Features" of the manual). */
import { FEATURE_FIELDS, ID_REGISTER_NAMES, type IdRegisterName } from '../models/id-registers';
import { bit, bits, type FieldRow, type Meaning, type RegisterGroup, register } from './register-fields';

/** Fields of four bits by name and lowest bit, from the top down. */
const ID_FIELDS: Readonly<Record<IdRegisterName, readonly [title: string, fields: string]>> = {
  ID_AA64PFR0_EL1: [
    'AArch64 Processor Feature Register 0',
    'CSV3:60 CSV2:56 RME:52 DIT:48 AMU:44 MPAM:40 SEL2:36 SVE:32 RAS:28 GIC:24 AdvSIMD:20 FP:16 EL3:12 EL2:8 EL1:4 EL0:0',
  ],
  ID_AA64PFR1_EL1: [
    'AArch64 Processor Feature Register 1',
    'PFAR:60 DF2:56 MTEX:52 THE:48 GCS:44 MTE_frac:40 NMI:36 CSV2_frac:32 RNDR_trap:28 SME:24 MPAM_frac:16 RAS_frac:12 MTE:8 SSBS:4 BT:0',
  ],
  ID_AA64ZFR0_EL1: ['SVE Feature ID Register 0', 'F64MM:56 F32MM:52 I8MM:44 SM4:40 SHA3:32 BF16:20 BitPerm:16 AES:4 SVEver:0'],
  ID_AA64SMFR0_EL1: ['SME Feature ID Register 0', 'SMEver:56 I16I64:52'],
  ID_AA64DFR0_EL1: [
    'AArch64 Debug Feature Register 0',
    'HPMN0:60 ExtTrcBuff:56 BRBE:52 MTPMU:48 TraceBuffer:44 TraceFilt:40 DoubleLock:36 PMSVer:32 CTX_CMPs:28 WRPs:20 BRPs:12 PMUVer:8 TraceVer:4 DebugVer:0',
  ],
  ID_AA64DFR1_EL1: ['AArch64 Debug Feature Register 1', ''],
  ID_AA64AFR0_EL1: ['AArch64 Auxiliary Feature Register 0', ''],
  ID_AA64AFR1_EL1: ['AArch64 Auxiliary Feature Register 1', ''],
  ID_AA64ISAR0_EL1: [
    'AArch64 Instruction Set Attribute Register 0',
    'RNDR:60 TLB:56 TS:52 FHM:48 DP:44 SM4:40 SM3:36 SHA3:32 RDM:28 TME:24 Atomic:20 CRC32:16 SHA2:12 SHA1:8 AES:4',
  ],
  ID_AA64ISAR1_EL1: [
    'AArch64 Instruction Set Attribute Register 1',
    'LS64:60 XS:56 I8MM:52 DGH:48 BF16:44 SPECRES:40 SB:36 FRINTTS:32 GPI:28 GPA:24 LRCPC:20 FCMA:16 JSCVT:12 API:8 APA:4 DPB:0',
  ],
  ID_AA64ISAR2_EL1: [
    'AArch64 Instruction Set Attribute Register 2',
    'CSSC:52 RPRFM:48 PRFMSLC:40 CLRBHB:28 PAC_frac:24 BC:20 MOPS:16 APA3:12 GPA3:8 RPRES:4 WFxT:0',
  ],
  ID_AA64MMFR0_EL1: [
    'AArch64 Memory Model Feature Register 0',
    'ECV:60 FGT:56 ExS:44 TGran4_2:40 TGran64_2:36 TGran16_2:32 TGran4:28 TGran64:24 TGran16:20 BigEndEL0:16 SNSMem:12 BigEnd:8 ASIDBits:4 PARange:0',
  ],
  ID_AA64MMFR1_EL1: [
    'AArch64 Memory Model Feature Register 1',
    'ECBHB:60 CMOW:56 TIDCP1:52 nTLBPA:48 AFP:44 HCX:40 ETS:36 TWED:32 XNX:28 SpecSEI:24 PAN:20 LO:16 HPDS:12 VH:8 VMIDBits:4 HAFDBS:0',
  ],
  ID_AA64MMFR2_EL1: [
    'AArch64 Memory Model Feature Register 2',
    'E0PD:60 EVT:56 BBM:52 TTL:48 FWB:40 IDS:36 AT:32 ST:28 NV:24 CCIDX:20 VARange:16 IESB:12 LSM:8 UAO:4 CnP:0',
  ],
};

const EL_WORDS = ['not implemented', 'AArch64 only', 'AArch64 and AArch32'] as const;
const count: Meaning = (value) => `${value + 1n}`;

/** Fields whose value is no list of features. */
const SPECIAL: Readonly<Record<string, Meaning>> = {
  'ID_AA64PFR0_EL1.EL0': EL_WORDS,
  'ID_AA64PFR0_EL1.EL1': EL_WORDS,
  'ID_AA64PFR0_EL1.EL2': EL_WORDS,
  'ID_AA64PFR0_EL1.EL3': EL_WORDS,
  'ID_AA64PFR0_EL1.FP': { 0: 'single and double precision', 1: 'and half precision', 15: 'not implemented' },
  'ID_AA64PFR0_EL1.AdvSIMD': { 0: 'single and double precision', 1: 'and half precision', 15: 'not implemented' },
  'ID_AA64PFR0_EL1.GIC': ['no system registers of the GIC', 'system registers of GICv3 and v4.0', 'reserved', 'and of GICv4.1'],
  'ID_AA64DFR0_EL1.DebugVer': { 6: 'Armv8.0 debug', 7: 'and VHE', 8: 'Armv8.2 debug', 9: 'Armv8.4 debug', 10: 'Armv8.8 debug' },
  'ID_AA64DFR0_EL1.BRPs': count,
  'ID_AA64DFR0_EL1.WRPs': count,
  'ID_AA64DFR0_EL1.CTX_CMPs': count,
  'ID_AA64MMFR0_EL1.PARange': ['32 bits', '36 bits', '40 bits', '42 bits', '44 bits', '48 bits', '52 bits', '56 bits'],
  'ID_AA64MMFR0_EL1.ASIDBits': { 0: '8 bits', 2: '16 bits' },
  'ID_AA64MMFR0_EL1.TGran4': { 0: '4 KiB granule', 1: 'and 52-bit addresses', 15: 'no 4 KiB granule' },
  'ID_AA64MMFR0_EL1.TGran16': { 0: 'no 16 KiB granule', 1: '16 KiB granule', 2: 'and 52-bit addresses' },
  'ID_AA64MMFR0_EL1.TGran64': { 0: '64 KiB granule', 15: 'no 64 KiB granule' },
  'ID_AA64MMFR0_EL1.TGran4_2': ['stage 2: as TGran4', 'stage 2: no', 'stage 2: yes'],
  'ID_AA64MMFR0_EL1.TGran16_2': ['stage 2: as TGran16', 'stage 2: no', 'stage 2: yes'],
  'ID_AA64MMFR0_EL1.TGran64_2': ['stage 2: as TGran64', 'stage 2: no', 'stage 2: yes'],
  'ID_AA64MMFR2_EL1.VARange': ['48 bits', '52 bits with 64 KiB granule', '52 bits'],
};

/** Which features a value promises, from the table that the registers are made from. */
const features =
  (name: IdRegisterName, low: number): Meaning =>
  (value) => {
    if (value === 0n) return 'not implemented';
    const row = FEATURE_FIELDS.find((field) => field.register === name && field.lsb === low);
    const promised = row?.values.filter(([least]) => BigInt(least) <= value).map(([, feature]) => feature) ?? [];
    return promised.length === 0 ? 'implemented' : promised.join(', ');
  };

const idFields = (name: IdRegisterName, fields: string): FieldRow[] =>
  [...fields.matchAll(/(\w+):(\d+)/g)].map(([, field, place]) => {
    const low = Number(place);
    return bits(field!, low + 3, low, SPECIAL[`${name}.${field}`] ?? features(name, low));
  });

const IMPLEMENTERS: Readonly<Record<number, string>> = { 0: 'reserved for software', 65: 'Arm Limited' };
const PARTS: Readonly<Record<number, string>> = { 3331: 'Cortex-A53', 3336: 'Cortex-A72', 3340: 'Neoverse N1' };
const CACHE_TYPES = ['no cache', 'instructions only', 'data only', 'instructions and data apart', 'unified'] as const;

export const IDENTIFICATION_ROWS: RegisterGroup = {
  name: 'Identification',
  registers: [
    register(
      'MIDR_EL1',
      'Main ID Register',
      bits('Implementer', 31, 24, (value) => IMPLEMENTERS[Number(value)] ?? ''),
      bits('Variant', 23, 20),
      bits('Architecture', 19, 16, (value) => (value === 15n ? 'as the ID registers say' : '')),
      bits('PartNum', 15, 4, (value) => PARTS[Number(value)] ?? ''),
      bits('Revision', 3, 0),
    ),
    register(
      'MPIDR_EL1',
      'Multiprocessor Affinity Register',
      bits('Aff3', 39, 32),
      bits('RES1', 31, 31),
      bit('U', 30, 'part of a multiprocessor system', 'a single processor'),
      bit('MT', 24, 'the lowest level is cores', 'the lowest level is threads'),
      bits('Aff2', 23, 16),
      bits('Aff1', 15, 8),
      bits('Aff0', 7, 0, (value) => `vCPU ${value}`),
    ),
    register('REVIDR_EL1', 'Revision ID Register'),
    register('AIDR_EL1', 'Auxiliary ID Register'),
    ...ID_REGISTER_NAMES.map((name) => register(name, ID_FIELDS[name][0], ...idFields(name, ID_FIELDS[name][1]))),
    register(
      'CTR_EL0',
      'Cache Type Register',
      bits('RES1', 31, 31),
      bit('DIC', 29, 'instruction caches need IC IVAU', 'instruction caches need no invalidation'),
      bit('IDC', 28, 'data caches need DC CVAU', 'data caches need no cleaning for instructions'),
      bits('CWG', 27, 24, wordsOfLine),
      bits('ERG', 23, 20, wordsOfLine),
      bits('DminLine', 19, 16, wordsOfLine),
      bits('L1Ip', 15, 14, ['VPIPT', 'AIVIVT', 'VIPT', 'PIPT']),
      bits('IminLine', 3, 0, wordsOfLine),
    ),
    register(
      'CLIDR_EL1',
      'Cache Level ID Register',
      bits('ICB', 32, 30),
      bits('LoUU', 29, 27),
      bits('LoC', 26, 24),
      bits('LoUIS', 23, 21),
      ...[7, 6, 5, 4, 3, 2, 1].map((level) => bits(`Ctype${level}`, level * 3 - 1, level * 3 - 3, CACHE_TYPES)),
    ),
    register(
      'CSSELR_EL1',
      'Cache Size Selection Register',
      bits('Level', 3, 1, (value) => `level ${value + 1n}`),
      bit('InD', 0, 'data or unified cache', 'instruction cache'),
    ),
    register(
      'CCSIDR_EL1',
      'Current Cache Size ID Register',
      bits('UNKNOWN', 31, 28, () => 'once said how writes and allocation work'),
      bits('NumSets', 27, 13, (value) => `${value + 1n} sets`),
      bits('Associativity', 12, 3, (value) => `${value + 1n} ways`),
      bits('LineSize', 2, 0, (value) => `${16n << value} bytes`),
    ),
    register(
      'DCZID_EL0',
      'Data Cache Zero ID Register',
      bit('DZP', 4, 'DC ZVA is allowed', 'DC ZVA is prohibited'),
      bits('BS', 3, 0, (value) => `${4n << value} bytes`),
    ),
    register('RVBAR_EL1', 'Reset Vector Base Address Register'),
  ],
};

/** log2 of a number of words. */
function wordsOfLine(value: bigint): string {
  return `${4n << value} bytes`;
}
