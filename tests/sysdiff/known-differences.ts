import type { Step, StepRecord } from './program';

/** Where the oracle (QEMU 7.2) is wrong, or the architecture leaves a choice and ours is another. Manual: DDI 0487. */

interface Known {
  readonly reason: string;
  /** The two records as they would be without the difference; unchanged if it is not this one. */
  readonly without: (step: Step, theirs: StepRecord, ours: StepRecord) => StepRecord;
}

const EC_SHIFT = 26n;
const ILLEGAL_STATE = 0x0en;
const PC_ALIGNMENT = 0x22n;
const INSTRUCTION_ABORTS = [0x20n, 0x21n];
const SYNC_EXTERNAL = 0x10n;
const PAN = 1n << 22n;
const BTYPE = 3n << 10n;
/** Classes of exceptions that need not save PSTATE.BTYPE: of those here, UNDEFINED, FP traps, SVC, system traps, Data Aborts, SP alignment. */
const WITHOUT_BTYPE = [0x00n, 0x07n, 0x15n, 0x18n, 0x24n, 0x25n, 0x26n];
const SH = 3n << 7n;

const isIllegal = ({ spsr }: Step): boolean => (spsr & 0x1fn) !== 0n && (spsr & 0x1fn) !== 4n && (spsr & 0x1fn) !== 5n;

const isImmediateTrap = (esr: bigint): boolean => esr >> EC_SHIFT === 0x18n && ((esr >> 20n) & 3n) === 0n;
const OP1_OP2 = 63n << 14n;
const exchanged = (esr: bigint): bigint => (esr & ~OP1_OP2) | ((esr >> 3n) & (7n << 14n)) | ((esr << 3n) & (7n << 17n));

/** Device memory, and Normal memory that is Inner and Outer Non-cacheable. */
const isAlwaysOuter = (par: bigint): boolean => par >> 60n === 0n || par >> 56n === 0x44n;

const SIGN = 1n << 55n;
const TOP_BYTE = 0xffn << 56n;
const BELOW_SIGN = SIGN - 1n;
/** Whether `ours` is `theirs` without its authentication code: what differs is, from some bit on, what bit 55 is. */
function isStripped(theirs: bigint, ours: bigint): boolean {
  const differing = theirs ^ ours;
  if (differing & SIGN) return false;
  const within = differing & BELOW_SIGN;
  const field = within ? BELOW_SIGN & ~((within & -within) - 1n) : 0n;
  const all = (differing & TOP_BYTE ? TOP_BYTE : 0n) | field;
  return (ours & all) === (ours & SIGN ? all : 0n);
}

export const KNOWN_DIFFERENCES: readonly Known[] = [
  {
    reason: 'PSTATE.BTYPE is saved or zero where an instruction raises an exception (TakeException); QEMU saves it, we do not',
    without: (_, theirs, ours) =>
      WITHOUT_BTYPE.includes(theirs.esr >> EC_SHIFT) && (ours.spsr & BTYPE) === 0n
        ? { ...theirs, spsr: theirs.spsr & ~BTYPE }
        : theirs,
  },
  {
    reason: 'An illegal return takes PSTATE.PAN from SPSR_EL1 all the same (SetPSTATEFromPSR); QEMU keeps it',
    without: (step, theirs, ours) =>
      isIllegal(step) || theirs.esr >> EC_SHIFT === ILLEGAL_STATE
        ? { ...theirs, spsr: (theirs.spsr & ~PAN) | (ours.spsr & PAN) }
        : theirs,
  },
  {
    reason: 'A misaligned PC goes before the Instruction Abort (Synchronous exception prioritization); QEMU translates first',
    without: (_, theirs, ours) =>
      ours.esr >> EC_SHIFT === PC_ALIGNMENT && INSTRUCTION_ABORTS.includes(theirs.esr >> EC_SHIFT)
        ? { ...theirs, esr: ours.esr }
        : theirs,
  },
  {
    reason:
      'FAR_EL1 of an External abort on a misaligned access or DC ZVA: QEMU makes aligned accesses of it, and names one of those',
    without: (_, theirs, ours) =>
      (theirs.esr & 0x3fn) === SYNC_EXTERNAL && theirs.far >> 6n === ours.far >> 6n ? { ...theirs, far: ours.far } : theirs,
  },
  {
    reason: 'ISS of a trapped MSR (immediate) has op1 and op2 in their places; QEMU has them exchanged',
    without: (_, theirs, ours) =>
      isImmediateTrap(ours.esr) && theirs.esr === exchanged(ours.esr) ? { ...theirs, esr: ours.esr } : theirs,
  },
  {
    reason: 'PAR_EL1.SH is 0b10 for Device and Non-cacheable memory (PAREncodeShareability); QEMU shows the descriptor’s',
    without: (step, theirs, ours) =>
      step.source.includes('par_el1')
        ? {
            ...theirs,
            x: theirs.x.map((value, n) =>
              (value & 1n) === 0n && isAlwaysOuter(value) && (value ^ ours.x[n]!) >> 9n === 0n
                ? (value & ~SH) | (ours.x[n]! & SH)
                : value,
            ),
          }
        : theirs,
  },
  {
    reason: 'XPAC strips whether or not a key is enabled (Strip asks SCTLR_EL1 for none); QEMU leaves the pointer where none is',
    without: (step, theirs, ours) =>
      step.source.includes('xpac') && isStripped(theirs.x[1]!, ours.x[1]!)
        ? { ...theirs, x: theirs.x.map((value, n) => (n === 1 ? ours.x[1]! : value)) }
        : theirs,
  },
];

export const withoutKnown = (step: Step, theirs: StepRecord, ours: StepRecord): StepRecord =>
  KNOWN_DIFFERENCES.reduce((record, { without }) => without(step, record, ours), theirs);
