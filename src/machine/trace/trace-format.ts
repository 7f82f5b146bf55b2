/**
 * What was traced of a machine, as it travels to whoever draws it: columns of numbers that survive structured clone. Times are nanoseconds of
 * machine time.
 */

/** What a vCPU does at a moment. */
export const LANE_STATE = {
  /** Powered off. */
  OFF: 0,
  /** CPU_ON was called for it, and it has not run yet. */
  PENDING: 1,
  /** SYSTEM_SUSPEND: until an interrupt wakes it. */
  SUSPENDED: 2,
  /** Waits for an interrupt (WFI, CPU_SUSPEND). */
  IDLE: 3,
  /** Could run, and waits for its turn: all vCPUs share one thread. */
  WAITING: 4,
  EL1: 5,
  EL0: 6,
} as const;
export type LaneState = (typeof LANE_STATE)[keyof typeof LANE_STATE];
export const LANE_STATES = 7;

/**
 * Width of the cells in which much is told as sums. More than {@link KEPT_IN_CELL} segments of one vCPU that begin in a cell are told as what they come to
 * for each state; more than as many exceptions as how many there were of each kind.
 */
export const CELL_NS = 100_000;
export const KEPT_IN_CELL = 4;

/** Stretches of one vCPU in one state, oldest first for each vCPU. Those of different vCPUs come as they were found. */
export interface TraceSegments {
  start: Float64Array;
  length: Float64Array;
  /** What all vCPUs together had retired at the start, or where a cell was cut off: when what goes on there began. */
  instructions: Float64Array;
  /** See {@link packSegment}. */
  what: Uint32Array;
}

/** Exceptions taken, oldest first for each vCPU. */
export interface TraceEvents {
  time: Float64Array;
  /** See {@link packEvent}. */
  what: Uint32Array;
  /** How many of the kind; of more than one, `time` is the first's and the others follow within the cell. */
  count: Uint32Array;
}

/** An address space of EL0, which segments name by `id` (from 1, in the order in which they were met). */
export interface AddressSpace {
  id: number;
  /** TTBR0_EL1 without its ASID field. */
  table: number;
  asid: number;
  /** CONTEXTIDR_EL1: the number of the process in a Linux that was built to tell it; 0: not told. */
  contextId: number;
}

export interface TraceBatch {
  /** The machine went back and takes another course: all of this happened from this machine time on, and what was told of later has not. */
  anew?: number;
  /** All that happened before this is told, and what all vCPUs had retired then. */
  until: number;
  instructions: number;
  segments: TraceSegments;
  events: TraceEvents;
  /** What is not settled yet, up to `until`: the next batch has it in its segments, or again in its tail. */
  tail: TraceSegments;
  /** Address spaces that were not told before. */
  spaces: AddressSpace[];
  /** Segments and exceptions that found no room, because nobody took what there was. */
  lost: number;
}

const [STATE_SHIFT, SPACE_SHIFT, CODE_SHIFT] = [4, 12, 8] as const;
/** The segment is one of several with the same start, which share the stretch that their lengths come to: in what order is not known. */
const GATHERED = 1 << 8;
/** Address spaces that are kept in mind at a time; a guest that starts many programs has any number of them. */
export const KEPT_SPACES = 4096;
export const MAX_SPACE = 2 ** (32 - SPACE_SHIFT) - 1;

/** @param space id of the address space at EL0; 0: none, several, or not known */
export const packSegment = (vcpu: number, state: LaneState, space: number, gathered = false): number =>
  (vcpu | (state << STATE_SHIFT) | (space << SPACE_SHIFT) | (gathered ? GATHERED : 0)) >>> 0;
export const segmentVcpu = (what: number): number => what & 15;
export const segmentState = (what: number): LaneState => ((what >>> STATE_SHIFT) & 15) as LaneState;
export const segmentSpace = (what: number): number => what >>> SPACE_SHIFT;
export const isGathered = (what: number): boolean => (what & GATHERED) !== 0;

export const EVENT_KINDS = ['sync', 'irq', 'fiq', 'serror'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
const KIND_NUMBERS: Readonly<Record<EventKind, number>> = { sync: 0, irq: 1, fiq: 2, serror: 3 };

/** @param code exception class (ESR_EL1.EC) of `sync` and `serror`, INTID of an interrupt */
export const packEvent = (vcpu: number, kind: EventKind, code: number): number =>
  (vcpu | (KIND_NUMBERS[kind] << STATE_SHIFT) | (code << CODE_SHIFT)) >>> 0;
export const eventVcpu = (what: number): number => what & 15;
export const eventKind = (what: number): EventKind => EVENT_KINDS[(what >>> STATE_SHIFT) & 15]!;
export const eventCode = (what: number): number => what >>> CODE_SHIFT;
