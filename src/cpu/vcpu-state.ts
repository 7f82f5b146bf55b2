/**
 * The state of a vCPU by name: what it is at reset, what is saved, restored, hashed and shown. Names are the manual's where it has one. Offsets are defined in
 * layout.ts and sysregs/storage.ts; a unit test holds that each of them is here or named in {@link ENGINE_FIELDS}.
 */
import type { Feature } from '../isa/features';
import { FPCR } from '../isa/pseudocode/fp-status';
import { SPSR } from './exceptions';
import { CNTFRQ_EL0, DBGCLAIM_TAGS, OSLSR_EL1_RESET, PSTATE_RESET, SCTLR_EL1_RESET } from './impdef';
import { CPU } from './layout';
import { clearTlbs } from './mmu/tlb-entries';
import { detachUserSpace } from './mmu/user-spaces';
import type { CpuModel } from './models';
import {
  CPACR,
  PM_COUNTERS,
  PM_MASK,
  PMCR,
  PMEVTYPER,
  PMUSERENR,
  sctlrWritable,
  TCR_WRITABLE_LO,
  tcrWritableHi,
} from './sysregs/fields';
import { PERFORMANCE_MONITORS } from './sysregs/performance-monitors';
import { POINTER_AUTHENTICATION } from './sysregs/pointer-authentication-keys';
import { FPCR_WRITABLE, FPSR_WRITABLE } from './sysregs/processor-state';
import { SYS } from './sysregs/storage';
import { SYSREGS } from './sysregs/table';
import type { Vcpu } from './vcpu';

/** Values by field name. */
export type VcpuValues = Readonly<Record<string, bigint>>;

/** One piece of a vCPU's state. */
export interface VcpuField {
  readonly name: string;
  /** Bytes from the start of the vCPU's block, and how many of them hold the value. */
  readonly offset: number;
  readonly size: 4 | 8 | 16 | 32;
  /** A guest can observe it: part of the state's hash. What is not (TLB contents, say) may differ between engines. */
  readonly architectural: boolean;
  /** False: it follows from the state of something else (the interrupt controller), which is restored after it. */
  readonly saved: boolean;
  /** The minor version of {@link VCPU_VERSION} that brought it: states saved before have it at reset. */
  readonly since: number;
  /** Its value after a cold reset or PSCI CPU_ON. */
  readonly reset: bigint;
  get(vcpu: Vcpu): bigint;
  /** The value must have passed `check`. */
  set(vcpu: Vcpu, value: bigint): void;
  /** What is wrong with a value, given the others: the end of “is …, …”; undefined if nothing is. */
  check(value: bigint, others: VcpuValues): string | undefined;
}

const ALL_64 = 0xffff_ffff_ffff_ffffn;
const bits32 = (mask: number): bigint => BigInt(mask >>> 0);

/** A value may have these bits set and no others. */
const within =
  (mask: bigint): VcpuField['check'] =>
  (value) =>
    value < 0n || (value & ~mask) !== 0n ? `but only bits 0x${mask.toString(16)} exist` : undefined;

const oneOf =
  (...values: bigint[]): VcpuField['check'] =>
  (value) =>
    values.includes(value) ? undefined : `not ${values.join(' or ')}`;

type Options = Partial<Omit<VcpuField, 'name' | 'offset' | 'size'>>;

function field(
  name: string,
  offset: number,
  size: VcpuField['size'],
  check: VcpuField['check'],
  options: Options = {},
): VcpuField {
  return {
    name,
    offset,
    size,
    check,
    architectural: true,
    saved: true,
    since: 0,
    reset: 0n,
    ...accessors(offset, size),
    ...options,
  };
}

function accessors(offset: number, size: VcpuField['size']): Pick<VcpuField, 'get' | 'set'> {
  if (size === 4) {
    return {
      get: (vcpu) => BigInt(vcpu.get32(offset) >>> 0),
      set: (vcpu, value) => vcpu.set32(offset, Number(value)),
    };
  }
  if (size === 8) return { get: (vcpu) => vcpu.get64(offset), set: (vcpu, value) => vcpu.set64(offset, value) };
  return {
    get: (vcpu) => (vcpu.get64(offset + 8) << 64n) | vcpu.get64(offset),
    set: (vcpu, value) => {
      vcpu.set64(offset, value & ALL_64);
      vcpu.set64(offset + 8, value >> 64n);
    },
  };
}

/** A bit of PSTATE that is kept where SPSR has it. */
const otherBit = (name: string, bit: number, since = 0): VcpuField =>
  field(name, CPU.PSTATE_OTHER, 4, oneOf(0n, 1n), {
    since,
    get: (vcpu) => (vcpu.get32(CPU.PSTATE_OTHER) & bit ? 1n : 0n),
    set: (vcpu, value) => vcpu.set32(CPU.PSTATE_OTHER, (vcpu.get32(CPU.PSTATE_OTHER) & ~bit) | (value ? bit : 0)),
  });

/** A banked stack pointer lives in its bank, or in CPU.SP while it is selected: so PSTATE.EL and PSTATE.SP come first. */
function stackPointer(name: string, bank: number, isSelected: (vcpu: Vcpu) => boolean): VcpuField {
  const place = (vcpu: Vcpu): number => (isSelected(vcpu) ? CPU.SP : bank);
  return field(name, bank, 8, within(ALL_64), {
    get: (vcpu) => vcpu.get64(place(vcpu)),
    set: (vcpu, value) => vcpu.set64(place(vcpu), value),
  });
}

/** PSTATE at reset, as SPSR bits in their places. */
const pstateReset = (mask: number): bigint => bits32(PSTATE_RESET & mask);

const usesSpEl1 = (vcpu: Vcpu): boolean => vcpu.el === 1 && vcpu.get32(CPU.SPSEL) === 1;

const PROCESSOR: readonly VcpuField[] = [
  field('PSTATE.EL', CPU.EL, 4, oneOf(0n, 1n), { reset: BigInt((PSTATE_RESET >>> SPSR.M_EL_SHIFT) & 1) }),
  field(
    'PSTATE.SP',
    CPU.SPSEL,
    4,
    (value, others) => (value === 1n && others['PSTATE.EL'] === 0n ? 'but EL0 uses SP_EL0' : oneOf(0n, 1n)(value, others)),
    { reset: pstateReset(SPSR.M_SP) },
  ),
  field('PSTATE.NZCV', CPU.NF, 32, within(bits32(SPSR.NZCV)), {
    reset: pstateReset(SPSR.NZCV),
    get: (vcpu) => BigInt(vcpu.nzcv),
    set: (vcpu, value) => {
      vcpu.nzcv = Number(value);
    },
  }),
  field('PSTATE.DAIF', CPU.DAIF, 4, within(bits32(SPSR.DAIF)), { reset: pstateReset(SPSR.DAIF) }),
  field('PSTATE.PAN', CPU.PAN, 4, oneOf(0n, 1n)),
  otherBit('PSTATE.IL', SPSR.IL),
  otherBit('PSTATE.SS', SPSR.SS),
  otherBit('PSTATE.SSBS', SPSR.SSBS, 1),
  otherBit('PSTATE.UAO', SPSR.UAO, 3),
  otherBit('PSTATE.DIT', SPSR.DIT, 1),
  field('PSTATE.BTYPE', CPU.BTYPE, 4, oneOf(0n, 1n, 2n, 3n), { since: 2 }),
  field('PC', CPU.PC, 8, within(ALL_64)),
  ...Array.from({ length: 31 }, (_, n) => field(`X${n}`, CPU.X + n * 8, 8, within(ALL_64))),
  stackPointer('SP_EL0', SYS.SP_EL0, (vcpu) => !usesSpEl1(vcpu)),
  stackPointer('SP_EL1', SYS.SP_EL1, usesSpEl1),
  ...Array.from({ length: 32 }, (_, n) => field(`V${n}`, CPU.V + n * 16, 16, within((1n << 128n) - 1n))),
  field('FPCR', CPU.FPCR, 4, within(bits32(FPCR_WRITABLE))),
  field('FPSR', CPU.FPSR, 4, within(bits32(FPSR_WRITABLE))),
  // The exclusive monitor: an address of all ones is an open one. The size is in bytes.
  field('exclusive.address', CPU.EXCL_ADDR, 8, within(ALL_64), { reset: ALL_64 }),
  field('exclusive.low', CPU.EXCL_LO, 8, within(ALL_64)),
  field('exclusive.high', CPU.EXCL_HI, 8, within(ALL_64)),
  field('exclusive.size', CPU.EXCL_SIZE, 4, oneOf(0n, 1n, 2n, 4n, 8n, 16n)),
  field('waiting', CPU.WAITING, 4, oneOf(0n, 1n)),
  field('event', CPU.EVENT, 4, oneOf(0n, 1n)),
  field('interrupt lines', CPU.IRQ_LINES, 4, within(bits32(SPSR.I | SPSR.F)), {
    saved: false,
    get: (vcpu) => BigInt(vcpu.interruptLines),
    set: (vcpu, value) => {
      vcpu.interruptLines = Number(value);
    },
  }),
];

/** Bits of system registers whose writes do more than store: what those leave to be stored. */
const STORED_BITS: Readonly<Record<string, bigint>> = {
  SCTLR_EL1: (bits32(sctlrWritable(() => true).hi) << 32n) | bits32(sctlrWritable(() => true).lo),
  CPACR_EL1: bits32(CPACR.FPEN),
  TTBR0_EL1: ALL_64,
  TTBR1_EL1: ALL_64,
  TCR_EL1: (bits32(tcrWritableHi(() => true)) << 32n) | bits32(TCR_WRITABLE_LO),
  MAIR_EL1: ALL_64,
  MDSCR_EL1: bits32(0xffffffff),
  DBGCLAIM: bits32(DBGCLAIM_TAGS),
  PMCR_EL0: bits32(PMCR.E),
  PMCNTENSET_EL0: bits32(PM_MASK),
  PMOVSSET_EL0: bits32(PM_MASK),
  PMINTENSET_EL1: bits32(PM_MASK),
  PMSELR_EL0: 0x1fn,
  PMUSERENR_EL0: bits32(PMUSERENR.WRITABLE),
  PMCCNTR_EL0: ALL_64,
  PMCCFILTR_EL0: bits32(PMEVTYPER.P | PMEVTYPER.U),
  ...Object.fromEntries(
    Array.from({ length: PM_COUNTERS }, (_, n) => [
      [`PMEVCNTR${n}_EL0`, bits32(0xffffffff)],
      [`PMEVTYPER${n}_EL0`, bits32(PMEVTYPER.WRITABLE)],
    ]).flat(),
  ),
};

/** System registers that are not zero at reset. */
const SYSTEM_RESET: Readonly<Record<string, bigint>> = {
  SCTLR_EL1: bits32(SCTLR_EL1_RESET),
  OSLSR_EL1: bits32(OSLSR_EL1_RESET),
  CNTFRQ_EL0,
};

/** Registers of the Performance Monitors, which came with 1.1. */
const MONITORS: ReadonlySet<string> = new Set(PERFORMANCE_MONITORS.map(({ name }) => name));

/** Keys of pointer authentication, which came with 1.2. */
const KEYS: ReadonlySet<string> = new Set(POINTER_AUTHENTICATION.map(({ name }) => name));

/** Every system register that has storage of its own. */
function systemRegisters(): VcpuField[] {
  const register = (name: string, offset: number, mask: bigint): VcpuField =>
    field(name, offset, 8, within(mask), {
      reset: SYSTEM_RESET[name] ?? 0n,
      since: KEYS.has(name) ? 2 : MONITORS.has(name) ? 1 : 0,
    });
  const plain = SYSREGS.flatMap(({ name, behaviour }) =>
    behaviour.kind === 'plain' && name !== 'SP_EL0'
      ? [register(name, behaviour.offset, (bits32(behaviour.maskHi) << 32n) | bits32(behaviour.maskLo))]
      : [],
  );
  const handled = Object.entries(STORED_BITS).map(([name, mask]) => register(name, SYS[name as keyof typeof SYS], mask));
  return [...plain, ...handled];
}

/** All of a vCPU's state, in the order in which it must be restored. */
export const VCPU_STATE: readonly VcpuField[] = [...PROCESSOR, ...systemRegisters()];

const byName = new Map(VCPU_STATE.map((each) => [each.name, each]));

/** The field with this name, if there is one. */
export const vcpuField = (name: string): VcpuField | undefined => byName.get(name);

/** The value of the field with this name. Throws if there is none. */
export function readField(vcpu: Vcpu, name: string): bigint {
  const found = byName.get(name);
  if (!found) throw new RangeError(`A vCPU has no “${name}”.`);
  return found.get(vcpu);
}

/** Fields of the layout that are no state: engines make them anew. */
export const ENGINE_FIELDS: readonly (keyof typeof CPU)[] = [
  'SP', // the selected one of SP_EL0 and SP_EL1
  'ZERO',
  'SINK',
  'PC_DELTA',
  'REC',
  'ACC',
  'EXIT',
  'PLANTED_REC',
  'PLANTED_HANDLER',
  'KERNEL_SPACE',
  'DTLB',
  'DTLB_UNPRIV',
  'DTLB_EL0',
  'WINDOW',
  'CTLB',
  'CTLB_EL0',
  'HEAT_LIMIT',
  'COMPILED',
  'SCRATCH',
  'FP_TRAP', // follow from PSTATE.EL, CPACR_EL1 and SCTLR_EL1
  'ZVA_TRAP',
  'MOPS_TRAP',
  'DCZID',
  'CTR',
  'SP_CHECK',
  'ATOMIC_REACH', // follow from the CPU model and SCTLR_EL1
  'ORDERED_REACH',
  'PAC_FLAGS', // follow from TCR_EL1 and SCTLR_EL1
  'PAC_FIELDS',
  'RETURN_ADDRESS',
  'BTYPE_AT', // stand for PSTATE.BTYPE while handlers run
  'BTYPE_NEXT',
  'BTYPE_FROM',
  'CODE_LINES',
  'SLOW_VA',
];

/**
 * Of what {@link saveVcpu} gives. 1.1: PSTATE.SSBS and DIT, the Performance Monitors; of breakpoints and watchpoints only the bits that
 * exist. 1.2: PSTATE.BTYPE, the keys of pointer authentication. 1.3: PSTATE.UAO.
 */
export const VCPU_VERSION = { major: 1, minor: 3 } as const;

/** A vCPU's state, to be given to {@link checkVcpu}. */
export function saveVcpu(vcpu: Vcpu): Record<string, bigint> {
  return Object.fromEntries(VCPU_STATE.filter(({ saved }) => saved).map(({ name, get }) => [name, get(vcpu)]));
}

/**
 * The values of a saved state, all checked; nothing is touched. `owner` is whose it is, for errors, e.g. `vCPU 0`; `minor` the minor version of
 * {@link VCPU_VERSION} that it was saved with.
 * Throws an Error with one sentence: a field is missing, unknown, no bigint, or cannot have its value.
 */
export function checkVcpu(
  owner: string,
  state: Readonly<Record<string, unknown>>,
  model?: CpuModel,
  minor: number = VCPU_VERSION.minor,
): VcpuValues {
  for (const name of Object.keys(state)) {
    if (!byName.get(name)?.saved) throw new Error(`The saved state of ${owner} has ${nameInWords(name)}, which is unknown here.`);
  }
  const values: Record<string, bigint> = {};
  for (const { name, since, reset } of VCPU_STATE.filter(({ saved }) => saved)) {
    const value = since > minor ? reset : state[name];
    if (typeof value !== 'bigint') {
      throw new Error(
        `The saved state of ${owner} has ${value === undefined ? 'no' : 'something else than a bigint as'} ${name}.`,
      );
    }
    values[name] = minor === 0 && DEBUG_REGISTERS.has(name) ? value & DEBUG_REGISTERS.get(name)! : value;
  }
  for (const [name, value] of Object.entries(values)) {
    const complaint = byName.get(name)!.check(value, values);
    if (complaint) throw new Error(`The saved state of ${owner} cannot be: ${name} is ${inHex(value)}, ${complaint}.`);
  }
  for (const [name, feature] of Object.entries(NEEDED)) {
    if ((values[name]! & (NEEDED_BITS[name] ?? ALL_64)) !== 0n && model && !model.has(feature))
      throw new Error(
        `The saved state of ${owner} cannot be: ${name} is ${inHex(values[name]!)}, and ${model.name} has no ${feature}.`,
      );
  }
  return values;
}

/** Bits of breakpoints and watchpoints: until 1.1 the others were kept, too. */
const DEBUG_REGISTERS: ReadonlyMap<string, bigint> = new Map(
  SYSREGS.flatMap(({ name, behaviour }) =>
    /^DBG[BW][CV]R/.test(name) && behaviour.kind === 'plain'
      ? [[name, (bits32(behaviour.maskHi) << 32n) | bits32(behaviour.maskLo)] as const]
      : [],
  ),
);

/** Of which fields below only some bits need the feature. */
const NEEDED_BITS: Readonly<Record<string, bigint>> = { FPCR: bits32(FPCR.FZ16) };

/** Fields that are zero on a CPU without a feature: what it runs could not clear them. */
const NEEDED: Readonly<Record<string, Feature>> = {
  FPCR: 'FEAT_FP16',
  'PSTATE.PAN': 'FEAT_PAN',
  'PSTATE.SSBS': 'FEAT_SSBS',
  'PSTATE.UAO': 'FEAT_UAO',
  'PSTATE.DIT': 'FEAT_DIT',
  'PSTATE.BTYPE': 'FEAT_BTI',
  ...Object.fromEntries([...KEYS].map((name) => [name, 'FEAT_PAuth' as const])),
};

/** A name out of a file: no more of it than fits into a line. */
const nameInWords = (name: string): string => (/^[\w. ]{1,40}$/.test(name) ? `“${name}”` : 'a field with a damaged name');

const inHex = (value: bigint): string => (value < 0n ? '-' : '') + `0x${(value < 0n ? -value : value).toString(16)}`;

/**
 * Puts checked values into a vCPU; what is left out has its reset value. Its TLBs are empty afterwards, the engine's own fields (records,
 * exit reason) zero, and its interrupt lines, which belong to the GIC, as they were.
 */
export function applyVcpu(vcpu: Vcpu, values: VcpuValues): void {
  const lines = vcpu.interruptLines;
  vcpu.views.u8.fill(0, vcpu.base, vcpu.base + CPU.SYS_END);
  vcpu.interruptLines = lines;
  for (const { name, saved, reset, set } of VCPU_STATE) if (saved) set(vcpu, values[name] ?? reset);
  detachUserSpace(vcpu);
  clearTlbs(vcpu);
}

/** How a vCPU starts: entry point and x0 (context id, or the device tree's address for the boot CPU). */
export interface ResetState {
  pc: bigint;
  x0?: bigint;
}

/** Puts a vCPU into the state of cold reset or PSCI CPU_ON: EL1h, all masked, MMU off, registers zero. */
export function resetVcpu(vcpu: Vcpu, { pc, x0 = 0n }: ResetState): void {
  applyVcpu(vcpu, { PC: pc, X0: x0 });
}

/** Calls `word` with 32 bits after the other of everything a guest can observe of the vCPU. */
export function eachObservableWord(vcpu: Vcpu, word: (bits: number) => void): void {
  for (const { architectural, size, get } of VCPU_STATE) {
    if (!architectural) continue;
    const value = get(vcpu);
    word(Number(value & 0xffff_ffffn));
    if (size === 4) continue;
    word(Number((value >> 32n) & 0xffff_ffffn));
    if (size !== 16) continue;
    word(Number((value >> 64n) & 0xffff_ffffn));
    word(Number(value >> 96n));
  }
}
