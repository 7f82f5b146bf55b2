/** What the strip says of vCPUs and of exceptions, in few words. Pure functions. */
import { type AddressSpace, type EventKind, LANE_STATE, LANE_STATES, type LaneState } from '../../../vm/api/traced';
import { percent } from '../format';

/** By `LANE_STATE`. */
export const STATE_WORDS: readonly string[] = ['off', 'CPU_ON pending', 'suspended', 'idle', 'waits for its turn', 'EL1', 'EL0'];

/** The order in which shares are told, and drawn from below. */
export const STATE_ORDER: readonly LaneState[] = [
  LANE_STATE.EL1,
  LANE_STATE.EL0,
  LANE_STATE.WAITING,
  LANE_STATE.PENDING,
  LANE_STATE.SUSPENDED,
  LANE_STATE.IDLE,
  LANE_STATE.OFF,
];

/** `space 3`, or the process by the number that the guest gives it (CONTEXTIDR_EL1.PROCID): `process 412`. */
export function spaceWords(space: AddressSpace | undefined, id: number): string {
  return space && space.contextId !== 0 ? `process ${space.contextId}` : `space ${id}`;
}

/** `EL0 · space 3`, `EL1 62 % · EL0 30 %`, `off`; undefined if nothing is known. @param shares by state, of a stretch of time */
export function sharesWords(shares: ArrayLike<number>, space?: string): string | undefined {
  const met = STATE_ORDER.filter((state) => shares[state]! > 0.0005);
  const told = met.filter((state) => shares[state]! >= 0.005);
  if (met.length === 0) return undefined;
  const words = (state: LaneState) => (state === LANE_STATE.EL0 && space ? `EL0 · ${space}` : STATE_WORDS[state]!);
  if (met.length === 1) return words(met[0]!);
  return (told.length > 0 ? told : met).map((state) => `${STATE_WORDS[state]} ${percent(shares[state]!)}`).join(' · ');
}

/** ESR_EL1.EC in words (DDI 0487, ESR_EL1). */
const CLASSES: Readonly<Record<number, string>> = {
  0: 'UNDEFINED',
  1: 'trapped WFI or WFE',
  7: 'trapped SIMD or FP',
  14: 'illegal execution state',
  21: 'SVC',
  24: 'trapped system register',
  32: 'instruction abort from EL0',
  33: 'instruction abort',
  34: 'misaligned PC',
  36: 'data abort from EL0',
  37: 'data abort',
  38: 'misaligned SP',
  47: 'SError',
  48: 'breakpoint from EL0',
  49: 'breakpoint',
  50: 'software step from EL0',
  51: 'software step',
  52: 'watchpoint from EL0',
  53: 'watchpoint',
  60: 'BRK',
};

/** INTIDs of the board: those of the architecture, and of QEMU's `virt`. */
const INTERRUPTS: Readonly<Record<number, string>> = {
  23: 'PMU',
  27: 'virtual timer',
  30: 'physical timer',
  33: 'UART',
  34: 'real-time clock',
  39: 'power keys',
};

function interruptWords(intid: number): string {
  if (intid < 16) return `SGI ${intid}`;
  if (intid >= 48 && intid < 80) return `${intid}, virtio ${intid - 48}`;
  if (intid >= 1020) return 'that was gone';
  return INTERRUPTS[intid] ? `${intid}, ${INTERRUPTS[intid]}` : String(intid);
}

/** `IRQ 27, virtual timer`, `SVC`, `data abort from EL0`. */
export function exceptionWords(kind: EventKind, code: number): string {
  if (kind === 'irq' || kind === 'fiq') return `${kind.toUpperCase()} ${interruptWords(code)}`;
  return CLASSES[code] ?? `exception class 0x${code.toString(16)}`;
}

/** `12 µs`, `3.4 ms`, `1.25 s`, `2 min 05 s`. */
export function lengthWords(ns: number): string {
  const figure = (value: number) => (value >= 99.5 ? value.toFixed(0) : value >= 9.95 ? value.toFixed(1) : value.toFixed(2));
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${figure(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${figure(ns / 1e6)} ms`;
  if (ns < 60e9) return `${figure(ns / 1e9)} s`;
  const seconds = Math.floor(ns / 1e9);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Machine time to so many ns: `1.204 s`, `2:05.000 250`. @param step what must be told apart */
export function timeWords(ns: number, step: number): string {
  const digits = step >= 1e9 ? 0 : step >= 1e6 ? 3 : step >= 1e3 ? 6 : 9;
  const whole = Math.floor(ns / 1e9);
  const rest = String(Math.floor(ns - whole * 1e9))
    .padStart(9, '0')
    .slice(0, digits);
  const seconds = whole < 60 ? String(whole) : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  const groups = rest.replace(/(\d{3})(?=\d)/g, '$1\u202f');
  return `${seconds}${groups && `.${groups}`}${whole < 60 ? ' s' : ''}`;
}

/** Sum of shares: what is less than 1 is not known. */
export const knownShare = (shares: ArrayLike<number>): number => {
  let sum = 0;
  for (let state = 0; state < LANE_STATES; state++) sum += shares[state]!;
  return sum;
};
