/** System control and virtual memory control registers (Arm ARM, General system control registers). */
import { attributeWords, SHAREABILITY, sizeWords } from './memory-words';
import { bit, bits, type FieldRow, type RegisterGroup, register } from './register-fields';
import { faultStatusWords } from './syndrome-words';

const CACHEABILITY = [
  'Non-cacheable',
  'Write-Back, Read-Allocate, Write-Allocate',
  'Write-Through, Read-Allocate',
  'Write-Back, Read-Allocate',
] as const;
const TG0 = [sizeWords(12), sizeWords(16), sizeWords(14)] as const;
const TG1 = ['reserved', sizeWords(14), sizeWords(12), sizeWords(16)] as const;
const trapped = (name: string, place: number, what: string): FieldRow =>
  bit(name, place, `${what} at EL0 traps to EL1`, `${what} at EL0 is executed`);
const kept = (name: string, place: number): FieldRow => bits(name, place, place, () => 'keeps what is written, no effect here');

/** PAR_EL1 has two layouts, by its bit 0. */
const whenMapped =
  (words: (value: bigint) => string) =>
  (value: bigint, whole: bigint): string =>
    whole & 1n ? '' : words(value);

/** Fields of TCR_EL1 for one half of the address space. */
const half = (n: 0 | 1, low: number): FieldRow[] => [
  bits(`TG${n}`, low + 15, low + 14, n === 0 ? TG0 : TG1),
  bits(`SH${n}`, low + 13, low + 12, SHAREABILITY),
  bits(`ORGN${n}`, low + 11, low + 10, CACHEABILITY),
  bits(`IRGN${n}`, low + 9, low + 8, CACHEABILITY),
  bit(`EPD${n}`, low + 7, `walks by TTBR${n}_EL1`, `no walks by TTBR${n}_EL1`),
];
const tableWords = (n: 0 | 1): FieldRow[] => [
  bits('ASID', 63, 48),
  bits('BADDR', 47, 1, (value) => `table at 0x${(value << 1n).toString(16)}${n === 1 ? ' (upper half)' : ' (lower half)'}`),
  bit('CnP', 0, 'of this PE alone', 'common to all PEs'),
];

const KEYS = [
  ['APIA', 'Key A for Instruction'],
  ['APIB', 'Key B for Instruction'],
  ['APDA', 'Key A for Data'],
  ['APDB', 'Key B for Data'],
  ['APGA', 'Generic Key'],
].flatMap(([name, title]) => [
  register(`${name}KeyLo_EL1`, `Pointer Authentication ${title}, bits 63 to 0`),
  register(`${name}KeyHi_EL1`, `Pointer Authentication ${title}, bits 127 to 64`),
]);

export const TRANSLATION_ROWS: RegisterGroup = {
  name: 'Control and virtual memory',
  registers: [
    register(
      'SCTLR_EL1',
      'System Control Register',
      bit('EPAN', 57, 'PAN leaves alone what EL0 may only execute', 'PAN is for what EL0 may only execute, too'),
      bit('DSSBS', 44, 'an exception clears PSTATE.SSBS', 'an exception sets PSTATE.SSBS'),
      bit('BT1', 36, 'PACIASP may be jumped to at EL1', 'PACIASP may be called only, at EL1'),
      bit('BT0', 35, 'PACIASP may be jumped to at EL0', 'PACIASP may be called only, at EL0'),
      bit('MSCEn', 33, 'CPYP, SETP and their like are UNDEFINED at EL0', 'CPYP, SETP and their like are allowed at EL0'),
      bit('EnIA', 31, 'pointers to code are not signed with key A', 'pointers to code are signed with key A'),
      bit('EnIB', 30, 'pointers to code are not signed with key B', 'pointers to code are signed with key B'),
      kept('LSMAOE', 29),
      kept('nTLSMD', 28),
      bit('EnDA', 27, 'pointers to data are not signed with key A', 'pointers to data are signed with key A'),
      trapped('UCI', 26, 'cache maintenance'),
      bit('SPAN', 23, 'an exception sets PSTATE.PAN', 'an exception leaves PSTATE.PAN'),
      kept('EIS', 22),
      kept('RES1', 20),
      bit('WXN', 19, 'what is writable may be executable', 'what is writable is not executable'),
      trapped('nTWE', 18, 'WFE'),
      trapped('nTWI', 16, 'WFI'),
      trapped('UCT', 15, 'reading CTR_EL0'),
      trapped('DZE', 14, 'DC ZVA'),
      bit('EnDB', 13, 'pointers to data are not signed with key B', 'pointers to data are signed with key B'),
      bit('I', 12, 'instructions: Non-cacheable', 'instructions: cacheable'),
      kept('EOS', 11),
      trapped('EnRCTX', 10, 'CFP, CPP and DVP RCTX'),
      trapped('UMA', 9, 'access to DAIF'),
      kept('SED', 8),
      kept('ITD', 7),
      bit('nAA', 6, 'misaligned acquire and release fault', 'misaligned acquire and release within 16 bytes are allowed'),
      kept('CP15BEN', 5),
      bit('SA0', 4, 'SP is not checked at EL0', 'SP is checked for alignment at EL0'),
      bit('SA', 3, 'SP is not checked at EL1', 'SP is checked for alignment at EL1'),
      bit('C', 2, 'data: Non-cacheable', 'data: cacheable'),
      bit('A', 1, 'alignment is not checked', 'misaligned accesses fault'),
      bit('M', 0, 'the MMU is off', 'the MMU is on'),
    ),
    register('ACTLR_EL1', 'Auxiliary Control Register'),
    register(
      'CPACR_EL1',
      'Architectural Feature Access Control Register',
      bits('FPEN', 21, 20, [
        'SIMD and floating point trap at EL0 and EL1',
        'SIMD and floating point trap at EL0',
        'SIMD and floating point trap at EL0 and EL1',
        'SIMD and floating point are allowed',
      ]),
    ),
    register(
      'TCR_EL1',
      'Translation Control Register',
      bit('E0PD1', 56, 'EL0 may have access to the upper half', 'EL0 has no access to the upper half'),
      bit('E0PD0', 55, 'EL0 may have access to the lower half', 'EL0 has no access to the lower half'),
      bit('TBID1', 52, 'TBI1 is for code, too', 'TBI1 is for data only'),
      bit('TBID0', 51, 'TBI0 is for code, too', 'TBI0 is for data only'),
      bits('HWU', 50, 43, () => 'bits of descriptors for hardware: none here'),
      bit('HPD1', 42, 'tables limit what is below them', 'permissions of tables are ignored (upper half)'),
      bit('HPD0', 41, 'tables limit what is below them', 'permissions of tables are ignored (lower half)'),
      bit('HD', 40, 'dirty state by software', 'dirty state by hardware'),
      bit('HA', 39, 'access flag by software', 'access flag by hardware'),
      bit('TBI1', 38, 'the top byte counts (upper half)', 'the top byte is ignored (upper half)'),
      bit('TBI0', 37, 'the top byte counts (lower half)', 'the top byte is ignored (lower half)'),
      bit('AS', 36, 'ASIDs of 8 bits', 'ASIDs of 16 bits'),
      bits('IPS', 34, 32, [
        '32-bit physical addresses',
        '36 bits',
        '40 bits',
        '42 bits',
        '44 bits',
        '48 bits',
        '52 bits',
        '56 bits',
      ]),
      ...half(1, 16).slice(0, -1),
      bit('EPD1', 23, 'walks by TTBR1_EL1', 'no walks by TTBR1_EL1'),
      bit('A1', 22, 'the ASID is in TTBR0_EL1', 'the ASID is in TTBR1_EL1'),
      bits('T1SZ', 21, 16, (value) => `${64n - value} bits of address in the upper half`),
      ...half(0, 0),
      bits('T0SZ', 5, 0, (value) => `${64n - value} bits of address in the lower half`),
    ),
    register('TTBR0_EL1', 'Translation Table Base Register 0', ...tableWords(0)),
    register('TTBR1_EL1', 'Translation Table Base Register 1', ...tableWords(1)),
    register(
      'MAIR_EL1',
      'Memory Attribute Indirection Register',
      ...[7, 6, 5, 4, 3, 2, 1, 0].map((n) => bits(`Attr${n}`, n * 8 + 7, n * 8, (value) => attributeWords(Number(value)))),
    ),
    register('AMAIR_EL1', 'Auxiliary Memory Attribute Indirection Register'),
    register('CONTEXTIDR_EL1', 'Context ID Register', bits('PROCID', 31, 0)),
    register(
      'PAR_EL1',
      'Physical Address Register',
      bits(
        'ATTR',
        63,
        56,
        whenMapped((value) => attributeWords(Number(value))),
      ),
      bits(
        'PA',
        47,
        12,
        whenMapped((value) => `0x${(value << 12n).toString(16)}`),
      ),
      bits('RES1', 11, 11),
      bit('NS', 9, 'Secure', 'Non-secure'),
      bits(
        'SH',
        8,
        7,
        whenMapped((value) => SHAREABILITY[Number(value)]!),
      ),
      bits('FST', 6, 1, (value, whole) => (whole & 1n ? faultStatusWords(Number(value)) : '')),
      bit('F', 0, 'the translation succeeded', 'the translation failed'),
    ),
    register('LORSA_EL1', 'LORegion Start Address'),
    register('LOREA_EL1', 'LORegion End Address'),
    register('LORN_EL1', 'LORegion Number'),
    register('LORC_EL1', 'LORegion Control'),
    register('LORID_EL1', 'LORegionID', bits('LD', 23, 16), bits('LR', 7, 0)),
    ...KEYS,
  ],
};
