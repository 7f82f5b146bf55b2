/** What a row of the system register table says, and short forms to write rows with. */

import type { Feature } from '../../isa/features';
import { systemKey } from '../../isa/system-registers';
import type { SystemContext } from './context';

export type Access = 'rw' | 'ro' | 'wo' | 'none';

/** Returns the low word and sets context.hi (already 0) if the high word is not zero. */
export type ReadFunction = (context: SystemContext) => number;
/** Returns EFFECT bits. */
export type WriteFunction = (context: SystemContext, lo: number, hi: number) => number;

export type Behaviour =
  /** 8 bytes at `offset` of the vCPU; bits outside the mask are written as zero. `write`, if it is there, stores what the mask leaves. */
  | { kind: 'plain'; offset: number; maskLo: number; maskHi: number; write?: WriteFunction }
  | { kind: 'constant'; value: bigint }
  /** `stored`: what a read gives is at this offset of the vCPU, too: 8 bytes, or 4 of a register for floating point. */
  | { kind: 'handled'; read?: ReadFunction; write?: WriteFunction; stored?: number };

/** Exceptions to a row's access rights. */
export interface Guards {
  /** True: the access at EL0 is trapped to EL1 (EC 0x18). */
  trapAtEl0?: (context: SystemContext, isRead: boolean) => boolean;
  /** True: the access is UNDEFINED now. */
  undefinedNow?: (context: SystemContext) => boolean;
  /** It exists only with this. */
  feature?: Feature;
  /** Subject to CPACR_EL1.FPEN. */
  floatingPoint?: boolean;
  /** EFFECT bits every successful read causes. */
  readEffect?: number;
}

export interface SysregRow {
  name: string;
  key: number;
  el0: Access;
  el1: Access;
  behaviour: Behaviour;
  guards: Guards;
}

/** `name` is the manual's; its encoding is looked up in isa/system-registers.ts. Throws if no register or SYS instruction is called so. */
export const row = (name: string, el0: Access, el1: Access, behaviour: Behaviour, guards: Guards = {}): SysregRow => {
  const key = systemKey(name);
  if (key === undefined) throw new Error(`No system register or instruction is called ${name}.`);
  return { name, key, el0, el1, behaviour, guards };
};

const ALL = 0xffffffff;
export const plain = (offset: number, maskLo = ALL, maskHi = ALL): Behaviour => ({ kind: 'plain', offset, maskLo, maskHi });
/** A 32-bit register: the high word is RES0. */
export const plain32 = (offset: number, mask = ALL): Behaviour => plain(offset, mask, 0);
/** The same where a write may do more than store, which it does, too. */
export const plainWith = (offset: number, write: WriteFunction, maskLo = ALL, maskHi = ALL): Behaviour => ({
  kind: 'plain',
  offset,
  maskLo,
  maskHi,
  write,
});
export const constant = (value: bigint): Behaviour => ({ kind: 'constant', value });
export const handled = (read?: ReadFunction, write?: WriteFunction): Behaviour => ({
  kind: 'handled',
  ...(read ? { read } : {}),
  ...(write ? { write } : {}),
});
/** The same for a register whose value is kept at an offset of the vCPU, where handlers may read it by themselves. */
export const stored = (offset: number, read: ReadFunction, write?: WriteFunction): Behaviour => ({
  ...handled(read, write),
  kind: 'handled',
  stored: offset,
});
/** Reads as zero, ignores writes. */
export const razWi: Behaviour = {
  kind: 'handled',
  read: () => 0,
  write: () => 0,
};

export const canRead = (access: Access): boolean => access === 'rw' || access === 'ro';
export const canWrite = (access: Access): boolean => access === 'rw' || access === 'wo';
