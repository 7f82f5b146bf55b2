/** All system registers in one table, by encoding, and what of them Wasm handlers may access without a service call. */
import type { Feature } from '../../isa/features';
import { DEBUG } from './debug';
import { genericName } from './encoding';
import { GENERIC_TIMER } from './generic-timer';
import { GIC } from './gic';
import { IDENTIFICATION, isIdSpace } from './identification';
import { PERFORMANCE_MONITORS } from './performance-monitors';
import { POINTER_AUTHENTICATION } from './pointer-authentication-keys';
import { PROCESSOR_STATE } from './processor-state';
import { RANDOM_NUMBERS } from './random-numbers';
import { type Access, canRead, canWrite, constant, type SysregRow } from './register-row';
import { TRANSLATION_CONTROL } from './translation-control';

export const SYSREGS: readonly SysregRow[] = [
  ...IDENTIFICATION,
  ...PROCESSOR_STATE,
  ...TRANSLATION_CONTROL,
  ...GENERIC_TIMER,
  ...GIC,
  ...DEBUG,
  ...RANDOM_NUMBERS,
  ...PERFORMANCE_MONITORS,
  ...POINTER_AUTHENTICATION,
];

const byKey = new Map(SYSREGS.map((entry) => [entry.key, entry]));
const byName = new Map(SYSREGS.map((entry) => [entry.name, entry]));

/** The register with this encoding, reserved ID registers (read as zero) included; undefined if accesses are UNDEFINED. */
export function lookupSysreg(key: number): SysregRow | undefined {
  const found = byKey.get(key);
  if (found || !isIdSpace(key)) return found;
  const reserved: SysregRow = { name: genericName(key), key, el0: 'none', el1: 'ro', behaviour: constant(0n), guards: {} };
  byKey.set(key, reserved);
  return reserved;
}

/** The register with this name as the manual writes it. */
export const sysregNamed = (name: string): SysregRow | undefined => byName.get(name);

/** The name for a disassembler or a trace. */
export const sysregName = (key: number): string => byKey.get(key)?.name ?? genericName(key);

/** Byte offset of a plain register's 8 bytes in the vCPU's state, or undefined if it is not plain storage. */
export function plainOffset(key: number): number | undefined {
  const behaviour = lookupSysreg(key)?.behaviour;
  return behaviour?.kind === 'plain' ? behaviour.offset : undefined;
}

/** How a handler may access a register directly. */
export interface InlineAccess {
  offset: number;
  /** Whether the access is allowed at each EL (index 0, 1) without asking anything else. */
  read: readonly [el0: boolean, el1: boolean];
  write: readonly [el0: boolean, el1: boolean];
  /** Bits to keep when writing. */
  maskLo: number;
  maskHi: number;
  /** SP_EL0: only while PSTATE.SP is 1, else UNDEFINED. */
  needsSpsel: boolean;
  /** It exists only with this. */
  feature?: Feature;
  /** FPCR, FPSR: 4 bytes, and only while floating-point instructions are not trapped. */
  floatingPoint: boolean;
}

/**
 * What may be done inline with a plain register, or with a stored one, which can only be read so; undefined for all others. A trap-guarded
 * register is not inline at EL0.
 */
export function inlineAccess(key: number): InlineAccess | undefined {
  const entry = lookupSysreg(key);
  if (!entry) return undefined;
  const { behaviour, guards } = entry;
  const open = guards.trapAtEl0 === undefined;
  const common = {
    read: [open && canRead(entry.el0), canRead(entry.el1)],
    needsSpsel: guards.undefinedNow !== undefined,
    floatingPoint: guards.floatingPoint === true,
    ...(guards.feature && { feature: guards.feature }),
  } as const;
  if (behaviour.kind === 'plain') {
    const { offset, maskLo, maskHi, write } = behaviour;
    const mayWrite = (access: Access): boolean => !write && canWrite(access);
    return { ...common, offset, write: [open && mayWrite(entry.el0), mayWrite(entry.el1)], maskLo, maskHi };
  }
  if (behaviour.kind !== 'handled' || behaviour.stored === undefined) return undefined;
  return { ...common, offset: behaviour.stored, write: [false, false], maskLo: 0, maskHi: 0 };
}
