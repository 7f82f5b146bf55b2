/**
 * What every device of the board is: the contract between devices, the bus, the interrupt controller and the clock.
 *
 * A device never reads a host clock, host entropy or a host file: whatever it needs is handed to its constructor.
 */
import type { Version } from '../storage/snapshot-format';
import type { DeviceState } from '../storage/state-value';

export type { DeviceState, StateValue } from '../storage/state-value';

/** Width of one device access in bytes. The bus splits 8-byte accesses into two 4-byte ones, low word first. */
export type AccessSize = 1 | 2 | 4;

/** Puts a state that was checked in its place. Never throws. */
export type Apply = () => void;

/** A device that can be reset, saved and restored. `check(save())()` is the identity; `reset()` is the power-on state. */
export interface Persistent {
  /** Of the saved state; 1.0 unless given. */
  readonly stateVersion?: Version;
  reset(): void;
  save(): DeviceState;
  /** Looks at a saved state and touches nothing. Throws an Error with one clear sentence if it is not one this device can take. */
  check(state: DeviceState): Apply;
}

/** A device behind a window of physical addresses. Offsets are bytes from the window's base. Values are unsigned. */
export interface MmioDevice extends Persistent {
  /** Short name for logs and errors, e.g. `pl011`. */
  readonly name: string;
  read(offset: number, size: AccessSize): number;
  write(offset: number, size: AccessSize, value: number): void;
}

/** A level-sensitive interrupt wire into the interrupt controller. */
export interface IrqLine {
  set(asserted: boolean): void;
}

/** RAM as devices see it (DMA). Addresses are guest-physical bytes. Ranges outside RAM throw a NoRamError (cpu/ram.ts) naming the address. */
export interface GuestMemory {
  /** A live view (no copy) for reading. Only valid until control returns to the machine. */
  view(address: number, length: number): Uint8Array;
  /** Copies `bytes` to `address`; decoded instructions of what was there are dropped. */
  write(address: number, bytes: Uint8Array): void;
  read16(address: number): number;
  read32(address: number): number;
  read64(address: number): bigint;
  write16(address: number, value: number): void;
  write32(address: number, value: number): void;
  write64(address: number, value: bigint): void;
}

/** A pending callback of a {@link Clock}. */
export interface Alarm {
  cancel(): void;
}

/** The machine's time, injected. Under the virtual clock both readings are functions of the instruction count. */
export interface Clock {
  /** Nanoseconds since the machine was switched on (time in hibernation and pauses excluded). */
  now(): bigint;
  /** Nanoseconds since 1970-01-01 UTC as the RTC should show it. */
  wallTime(): bigint;
  /** Calls `fire` once, between two guest instructions, when `now()` has reached `deadline`. */
  at(deadline: bigint, fire: () => void): Alarm;
  /** Calls `listener` whenever {@link wallTime} was set to another value than it would have had: the host was asleep, or its clock put right. */
  onWallStep(listener: () => void): void;
}
