import { describe, expect, it } from 'vitest';
import * as s from '../syndrome';
import { describeSyndrome, exceptionClassName, faultStatusWords } from './syndrome-words';

const { EC, FSC } = s;
const words = (ec: number, iss = 0): string => describeSyndrome(BigInt(s.esr(ec, iss))).sentence;

describe('a syndrome in words', () => {
  it.each([
    [words(EC.SVC64, s.issImmediate(0)), 'SVC (system call): #0x0'],
    [words(EC.BRK64, s.issImmediate(0x800)), 'BRK instruction: #0x800'],
    [
      words(EC.DATA_ABORT_LOWER, s.issDataAbort(s.faultOf(FSC.TRANSLATION, 3), true)),
      'Data Abort from EL0: write, translation fault at level 3',
    ],
    [
      words(EC.DATA_ABORT_SAME, s.issDataAbort(s.faultOf(FSC.PERMISSION, 2), false)),
      'Data Abort from EL1: read, permission fault at level 2',
    ],
    [
      words(EC.DATA_ABORT_SAME, s.issDataAbort(s.faultOf(FSC.TRANSLATION, 0), false, true)),
      'Data Abort from EL1: cache maintenance, translation fault at level 0',
    ],
    [
      words(EC.INSTRUCTION_ABORT_LOWER, s.issInstructionAbort(s.faultOf(FSC.ACCESS_FLAG, 3))),
      'Instruction Abort from EL0: access flag fault at level 3',
    ],
    [words(EC.SYSTEM, s.issSystem(3, 0, 1, 0, 0, 4, true)), 'Trapped MSR, MRS or System instruction: MRS x4, SCTLR_EL1'],
    [words(EC.SYSTEM, s.issSystem(3, 3, 4, 2, 1, 31, false)), 'Trapped MSR, MRS or System instruction: MSR DAIF, xzr'],
    [words(EC.SYSTEM, s.issSystem(1, 3, 7, 14, 1, 2, false)), 'Trapped MSR, MRS or System instruction: DC CIVAC'],
    [words(EC.SYSTEM, s.issSystem(3, 7, 15, 15, 7, 2, true)), 'Trapped MSR, MRS or System instruction: MRS x2, S3_7_C15_C15_7'],
    [words(EC.WFX, s.issWfx(true)), 'Trapped WFI or WFE: WFE'],
    [words(EC.WFX, s.issWfx(false, 7)), 'Trapped WFI or WFE: WFIT x7'],
    [words(EC.SVE_SIMD_FP, s.ISS_FP_TRAP), 'Trapped SIMD or floating-point instruction'],
    [words(EC.WATCHPOINT_LOWER, s.issWatchpoint(true, false)), 'Watchpoint at EL0: write'],
    [words(EC.SOFTWARE_STEP_SAME, s.issSoftwareStep(true, true)), 'Software Step at EL1'],
    [words(EC.UNKNOWN), 'Unknown reason (an UNDEFINED instruction)'],
    [words(0x3f), 'Reserved exception class 0x3f'],
  ])('%s', (found, expected) => expect(found).toBe(expected));

  it('names a fault by its status code, as the manual lists them', () => {
    expect(faultStatusWords(0b000000)).toBe('address size fault at level 0');
    expect(faultStatusWords(0b010110)).toBe('synchronous External abort on the table walk at level 2');
    expect(faultStatusWords(0b100001)).toBe('alignment fault');
    expect(faultStatusWords(0b110001)).toBe('unsupported atomic hardware update of a descriptor');
    expect(faultStatusWords(0b111111)).toBe('reserved status code 0x3f');
  });

  it('has a name for every class that a vCPU raises', () => {
    for (const ec of Object.values(EC)) expect(exceptionClassName(ec)).not.toMatch(/^Reserved/);
  });
});

describe('the fields of a syndrome', () => {
  it('are named from the top down, with value and meaning', () => {
    const { fields } = describeSyndrome(BigInt(s.esr(EC.DATA_ABORT_LOWER, s.issDataAbort(s.faultOf(FSC.TRANSLATION, 1), true))));
    expect(fields.map(({ name, value, meaning }) => `${name}=${value} ${meaning}`)).toEqual([
      'EC=36 Data Abort from EL0',
      'IL=1 32-bit instruction',
      'ISV=0 bits 23:14 say nothing',
      'FnV=0 FAR holds the address',
      'EA=0 ',
      'CM=0 not cache maintenance',
      'S1PTW=0 not on a stage 2 walk',
      'WnR=1 write',
      'DFSC=5 translation fault at level 1',
    ]);
  });

  it('do not overlap and are in order, in every class with every kind of ISS', () => {
    for (let ec = 0; ec < 64; ec++)
      for (const iss of [0, 0x1ffffff, 0x1000000, 0xaaaaaa]) {
        const { fields } = describeSyndrome(BigInt(s.esr(ec, iss)));
        let next = 31;
        for (const { name, high, low, value } of fields) {
          expect([ec, name, high <= next && low <= high]).toEqual([ec, name, true]);
          expect(value).toBe((BigInt(s.esr(ec, iss)) >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));
          next = low - 1;
        }
      }
  });
});

it('says of a register that no exception has set that none was taken', () => {
  const { fields, sentence } = describeSyndrome(0n);
  expect(sentence).toBe('No exception that has a syndrome was taken yet');
  expect(fields.map(({ name }) => name)).toEqual(['EC']);
  expect(fields[0]!.meaning).toContain('no exception that has a syndrome was taken');
  // An UNDEFINED instruction is told as one.
  expect(describeSyndrome(1n << 25n).sentence).toContain('UNDEFINED');
});
