/**
 * Exception syndromes in words. Source: Arm Architecture Reference Manual (DDI 0487), ESR_EL1 and its ISS encodings. All classes that an AArch64
 * processor can report are named, also those that no vCPU here raises: a guest may hold any value for one.
 */
import { registerName, SYSTEM_INSTRUCTIONS } from '../../isa/system-registers';
import { EC, ESR_EC_SHIFT, FSC } from '../syndrome';
import { sysregKey } from '../sysregs/encoding';
import { bitsOf, type FieldWords, hex } from './field-words';

export interface SyndromeWords {
  /** Exception class: a number of 6 bits, and what the manual calls it. */
  readonly ec: number;
  readonly className: string;
  /** EC, IL and the fields of the ISS, from the top down. Fields that say nothing for this class are left out. */
  readonly fields: readonly FieldWords[];
  /** All of it in one phrase, e.g. `Data Abort from EL0: write, translation fault at level 3`. */
  readonly sentence: string;
}

const CLASSES: Readonly<Record<number, string>> = {
  [EC.UNKNOWN]: 'Unknown reason (an UNDEFINED instruction)',
  [EC.WFX]: 'Trapped WFI or WFE',
  3: 'Trapped MCR or MRC (coprocessor 15)',
  4: 'Trapped MCRR or MRRC (coprocessor 15)',
  5: 'Trapped MCR or MRC (coprocessor 14)',
  6: 'Trapped LDC or STC',
  [EC.SVE_SIMD_FP]: 'Trapped SIMD or floating-point instruction',
  10: 'Trapped LD64B or ST64B',
  12: 'Trapped MRRC (coprocessor 14)',
  [EC.BRANCH_TARGET]: 'Branch Target Exception',
  [EC.ILLEGAL_STATE]: 'Illegal Execution state',
  17: 'SVC from AArch32',
  [EC.SVC64]: 'SVC (system call)',
  [EC.HVC64]: 'HVC (hypervisor call)',
  [EC.SMC64]: 'SMC (secure monitor call)',
  [EC.SYSTEM]: 'Trapped MSR, MRS or System instruction',
  25: 'Trapped SVE instruction',
  28: 'Pointer authentication failure',
  29: 'Trapped SME instruction',
  [EC.INSTRUCTION_ABORT_LOWER]: 'Instruction Abort from EL0',
  [EC.INSTRUCTION_ABORT_SAME]: 'Instruction Abort from EL1',
  [EC.PC_ALIGNMENT]: 'PC alignment fault',
  [EC.DATA_ABORT_LOWER]: 'Data Abort from EL0',
  [EC.DATA_ABORT_SAME]: 'Data Abort from EL1',
  [EC.SP_ALIGNMENT]: 'SP alignment fault',
  [EC.MEMORY_OPERATION]: 'Memory Operation exception',
  40: 'Trapped floating-point exception from AArch32',
  44: 'Trapped floating-point exception',
  45: 'Guarded Control Stack exception',
  [EC.SERROR]: 'SError interrupt',
  [EC.BREAKPOINT_LOWER]: 'Breakpoint at EL0',
  [EC.BREAKPOINT_SAME]: 'Breakpoint at EL1',
  [EC.SOFTWARE_STEP_LOWER]: 'Software Step at EL0',
  [EC.SOFTWARE_STEP_SAME]: 'Software Step at EL1',
  [EC.WATCHPOINT_LOWER]: 'Watchpoint at EL0',
  [EC.WATCHPOINT_SAME]: 'Watchpoint at EL1',
  56: 'BKPT from AArch32',
  [EC.BRK64]: 'BRK instruction',
};

/** The manual's words for EC, or that it is reserved. */
export const exceptionClassName = (ec: number): string => CLASSES[ec] ?? `Reserved exception class ${hex(ec)}`;

/** Fault status codes that have no level. */
const FAULTS: Readonly<Record<number, string>> = {
  [FSC.SYNC_EXTERNAL]: 'synchronous External abort',
  17: 'synchronous Tag Check Fault',
  24: 'synchronous parity or ECC error on memory access',
  [FSC.ALIGNMENT]: 'alignment fault',
  34: 'debug exception',
  48: 'TLB conflict abort',
  [FSC.UNSUPPORTED_ATOMIC_UPDATE]: 'unsupported atomic hardware update of a descriptor',
  52: 'IMPLEMENTATION DEFINED fault (lockdown)',
  53: 'IMPLEMENTATION DEFINED fault (unsupported exclusive or atomic access)',
};

/** Those whose bits 1:0 are the level of the lookup. */
const FAULTS_WITH_LEVEL: Readonly<Record<number, string>> = {
  [FSC.ADDRESS_SIZE]: 'address size fault',
  [FSC.TRANSLATION]: 'translation fault',
  [FSC.ACCESS_FLAG]: 'access flag fault',
  [FSC.PERMISSION]: 'permission fault',
  [FSC.SYNC_EXTERNAL_ON_WALK]: 'synchronous External abort on the table walk',
  28: 'synchronous parity or ECC error on the table walk',
};

/** What a fault status code says (DFSC, IFSC, PAR_EL1.FST), e.g. `translation fault at level 3`. */
export function faultStatusWords(fsc: number): string {
  const alone = FAULTS[fsc];
  if (alone) return alone;
  const withLevel = FAULTS_WITH_LEVEL[fsc & ~3];
  return withLevel ? `${withLevel} at level ${fsc & 3}` : `reserved status code ${hex(fsc)}`;
}

type Read = (name: string, high: number, low: number, meaning?: string | ((value: number) => string)) => number;
/** Names the fields of one class's ISS through `read`, in the order of their bits from the top down, and returns what they come to, if more than the class says. */
type Decode = (read: Read) => string;

const yesNo =
  (yes: string, no: string) =>
  (value: number): string =>
    value ? yes : no;

const condition = (read: Read): void => {
  const valid = read('CV', 24, 24, yesNo('COND is valid', 'COND is not valid'));
  if (valid) read('COND', 23, 20, (value) => (value === 0xe ? 'always' : ''));
};

const WF_NAMES = ['WFI', 'WFE', 'WFIT', 'WFET'] as const;
const waitFor: Decode = (read) => {
  condition(read);
  const timed = read('RV', 2, 2, yesNo('RN is valid', 'RN is not valid'));
  const rn = timed ? read('RN', 9, 5, registerWords) : undefined;
  const what = WF_NAMES[read('TI', 1, 0, (value) => WF_NAMES[value]!)]!;
  return rn === undefined ? what : `${what} ${registerWords(rn)}`;
};

const registerWords = (number: number): string => (number === 31 ? 'xzr' : `x${number}`);

const floatingPoint: Decode = (read) => {
  condition(read);
  return '';
};

const immediate =
  (name: string): Decode =>
  (read) =>
    `#${hex(read(name, 15, 0))}`;

const SYSTEM_NAMES: ReadonlyMap<number, string> = new Map(
  SYSTEM_INSTRUCTIONS.map(({ mnemonic, name, key }) => [(1 << 14) | key, `${mnemonic} ${name}`.toUpperCase()]),
);

const system: Decode = (read) => {
  const op0 = read('Op0', 21, 20);
  const op2 = read('Op2', 19, 17);
  const op1 = read('Op1', 16, 14);
  const crn = read('CRn', 13, 10);
  const rt = read('Rt', 9, 5, registerWords);
  const crm = read('CRm', 4, 1);
  const isRead = read('Direction', 0, 0, yesNo('read', 'write')) === 1;
  const key = sysregKey(op0, op1, crn, crm, op2);
  const generic = `S${op0}_${op1}_C${crn}_C${crm}_${op2}`;
  if (op0 === 1) return SYSTEM_NAMES.get(key) ?? generic;
  const name = registerName(key, !isRead)?.toUpperCase() ?? generic;
  if (op0 === 0) return 'MSR (immediate)';
  return isRead ? `MRS ${registerWords(rt)}, ${name}` : `MSR ${name}, ${registerWords(rt)}`;
};

const externalDetails = (read: Read): void => {
  read('FnV', 10, 10, yesNo('FAR is not valid', 'FAR holds the address'));
  read('EA', 9, 9);
};

const instructionAbort: Decode = (read) => {
  externalDetails(read);
  read('S1PTW', 7, 7, yesNo('on a stage 2 walk for stage 1', 'not on a stage 2 walk'));
  return faultStatusWords(read('IFSC', 5, 0, faultStatusWords));
};

const SIZES = ['byte', 'halfword', 'word', 'doubleword'] as const;
const dataAbort: Decode = (read) => {
  const described = read('ISV', 24, 24, yesNo('the access is described in bits 23:14', 'bits 23:14 say nothing'));
  if (described) {
    read('SAS', 23, 22, (value) => SIZES[value]!);
    read('SSE', 21, 21, yesNo('sign-extended', 'not sign-extended'));
    read('SRT', 20, 16, registerWords);
    read('SF', 15, 15, yesNo('64-bit register', '32-bit register'));
    read('AR', 14, 14, yesNo('acquire or release', 'no acquire or release'));
  }
  externalDetails(read);
  const maintenance = read('CM', 8, 8, yesNo('cache maintenance or address translation', 'not cache maintenance'));
  read('S1PTW', 7, 7, yesNo('on a stage 2 walk for stage 1', 'not on a stage 2 walk'));
  const write = read('WnR', 6, 6, yesNo('write', 'read'));
  const status = faultStatusWords(read('DFSC', 5, 0, faultStatusWords));
  return `${maintenance ? 'cache maintenance' : write ? 'write' : 'read'}, ${status}`;
};

const sError: Decode = (read) => {
  if (read('IDS', 24, 24, yesNo('IMPLEMENTATION DEFINED syndrome', 'the syndrome of the architecture'))) return '';
  read('IESB', 13, 13, yesNo('synchronised by an implicit barrier', ''));
  read('AET', 12, 10);
  read('EA', 9, 9);
  const status = read('DFSC', 5, 0, (value) =>
    value === 0b010001 ? 'asynchronous SError interrupt' : value === 0 ? 'uncategorized' : '',
  );
  return status === 0b010001 ? 'asynchronous' : 'uncategorized';
};

const breakpoint: Decode = (read) => {
  read('IFSC', 5, 0, faultStatusWords);
  return '';
};

const softwareStep: Decode = (read) => {
  if (read('ISV', 24, 24, yesNo('EX is valid', 'EX is not valid')))
    read('EX', 6, 6, yesNo('a load-exclusive was stepped', 'what was stepped is no load-exclusive'));
  read('IFSC', 5, 0, faultStatusWords);
  return '';
};

const watchpoint: Decode = (read) => {
  read('FnV', 10, 10, yesNo('FAR is not valid', 'FAR holds the address'));
  const maintenance = read('CM', 8, 8, yesNo('cache maintenance', 'not cache maintenance'));
  const write = read('WnR', 6, 6, yesNo('write', 'read'));
  read('DFSC', 5, 0, faultStatusWords);
  return maintenance ? 'cache maintenance' : write ? 'write' : 'read';
};

const FP_EXCEPTIONS = [
  ['IDF', 7, 'Input Denormal'],
  ['IXF', 4, 'Inexact'],
  ['UFF', 3, 'Underflow'],
  ['OFF', 2, 'Overflow'],
  ['DZF', 1, 'Divide by Zero'],
  ['IOF', 0, 'Invalid Operation'],
] as const;
const floatingPointException: Decode = (read) => {
  if (!read('TFV', 23, 23, yesNo('the exceptions are named in bits 7 to 0', 'which exception is not said'))) return '';
  const raised = FP_EXCEPTIONS.filter(([name, bit, words]) => read(name, bit, bit, yesNo(words, 'no')));
  return raised.map(([, , words]) => words).join(', ');
};

const branchTarget: Decode = (read) => {
  read('BTYPE', 1, 0);
  return '';
};

const nothing: Decode = () => '';
const whole: Decode = (read) => {
  read('ISS', 24, 0);
  return '';
};

/** How the ISS of a class is read; of the others it is shown as one number. */
const DECODERS: Readonly<Record<number, Decode>> = {
  [EC.UNKNOWN]: nothing,
  [EC.WFX]: waitFor,
  [EC.SVE_SIMD_FP]: floatingPoint,
  [EC.BRANCH_TARGET]: branchTarget,
  [EC.ILLEGAL_STATE]: nothing,
  17: immediate('imm16'),
  [EC.SVC64]: immediate('imm16'),
  [EC.HVC64]: immediate('imm16'),
  [EC.SMC64]: immediate('imm16'),
  [EC.SYSTEM]: system,
  25: nothing,
  [EC.INSTRUCTION_ABORT_LOWER]: instructionAbort,
  [EC.INSTRUCTION_ABORT_SAME]: instructionAbort,
  [EC.PC_ALIGNMENT]: nothing,
  [EC.DATA_ABORT_LOWER]: dataAbort,
  [EC.DATA_ABORT_SAME]: dataAbort,
  [EC.SP_ALIGNMENT]: nothing,
  44: floatingPointException,
  [EC.SERROR]: sError,
  [EC.BREAKPOINT_LOWER]: breakpoint,
  [EC.BREAKPOINT_SAME]: breakpoint,
  [EC.SOFTWARE_STEP_LOWER]: softwareStep,
  [EC.SOFTWARE_STEP_SAME]: softwareStep,
  [EC.WATCHPOINT_LOWER]: watchpoint,
  [EC.WATCHPOINT_SAME]: watchpoint,
  56: immediate('Comment'),
  [EC.BRK64]: immediate('Comment'),
};

/** No exception leaves 0: of this class IL is always set. It is what a vCPU has after a reset. */
const NOTHING_TAKEN: SyndromeWords = {
  ec: EC.UNKNOWN,
  className: 'No exception yet',
  fields: [
    {
      name: 'EC',
      high: 31,
      low: ESR_EC_SHIFT,
      value: 0n,
      meaning: 'nothing yet: no exception that has a syndrome was taken (interrupts have none), or the guest wrote 0',
    },
  ],
  sentence: 'No exception that has a syndrome was taken yet',
};

/** A value of ESR_EL1 in words. Takes the register's 64 bits, of which the low 32 are looked at. */
export function describeSyndrome(esr: bigint): SyndromeWords {
  if (bitsOf(esr, 31, 0) === 0n) return NOTHING_TAKEN;
  const fields: FieldWords[] = [];
  const read: Read = (name, high, low, meaning = '') => {
    const value = Number(bitsOf(esr, high, low));
    fields.push({ name, high, low, value: BigInt(value), meaning: typeof meaning === 'string' ? meaning : meaning(value) });
    return value;
  };
  const ec = read('EC', 31, ESR_EC_SHIFT, exceptionClassName);
  read('IL', 25, 25, yesNo('32-bit instruction', '16-bit instruction'));
  const details = (DECODERS[ec] ?? whole)(read);
  const className = exceptionClassName(ec);
  fields.sort((a, b) => b.low - a.low);
  return { ec, className, fields, sentence: details === '' ? className : `${className}: ${details}` };
}
