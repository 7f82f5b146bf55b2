import { printable } from '../storage/printable';
import type { DeviceState, StateValue } from './device';

/** The largest value a 32-bit register can hold. */
const MAX_U32 = 0xffff_ffff;

/**
 * Reads a {@link DeviceState} field by field and checks each: a snapshot comes from a file and may be anything.
 * Every method throws an Error with one sentence that names the device, the field and what was found.
 */
export class SavedState {
  constructor(
    private readonly owner: string,
    private readonly state: DeviceState,
  ) {}

  /** An integer from 0 to `max`. */
  number(field: string, max: number = MAX_U32): number {
    return this.checkNumber(field, this.state[field], max);
  }

  /** A number from `min` to `max`, not necessarily whole. */
  real(field: string, min: number, max: number): number {
    const value = this.state[field];
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw this.unfit(field, value, `a number from ${min} to ${max}`);
    return value;
  }

  boolean(field: string): boolean {
    const value = this.state[field];
    if (typeof value !== 'boolean') throw this.unfit(field, value, 'true or false');
    return value;
  }

  /** From 0 to `max`, or any if that is left out. */
  bigint(field: string, max?: bigint): bigint {
    const value = this.state[field];
    if (typeof value !== 'bigint') throw this.unfit(field, value, 'a bigint');
    if (max !== undefined && (value < 0n || value > max))
      throw this.unfit(field, value, `a bigint from 0 to 0x${max.toString(16)}`);
    return value;
  }

  /** One of these words. */
  word<Word extends string>(field: string, words: readonly Word[]): Word {
    const value = this.state[field];
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.unfit(field, value, words.join(' or '));
    return found;
  }

  /** At most `most` characters. */
  text(field: string, most: number): string {
    const value = this.state[field];
    if (typeof value !== 'string' || value.length > most) throw this.unfit(field, value, `text of up to ${most} characters`);
    return value;
  }

  /** At most `count` texts of at most `most` characters. */
  texts(field: string, most: number, count: number): string[] {
    return this.values(field, count).map((value, index) => {
      const name = `${field}[${index}]`;
      if (typeof value !== 'string' || value.length > most) throw this.unfit(name, value, `text of up to ${most} characters`);
      return value;
    });
  }

  /** A list of at most `most` elements, which are told apart by the caller. */
  values(field: string, most: number): StateValue[] {
    const value = this.state[field];
    if (!Array.isArray(value) || value.length > most) throw this.unfit(field, value, `a list of up to ${most}`);
    return value;
  }

  /** A copy of a byte array; of exactly `length` bytes where that is given. */
  bytes(field: string, length?: number): Uint8Array {
    const value = this.state[field];
    if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length)) {
      throw this.unfit(field, value, length === undefined ? 'bytes' : `${length} bytes`);
    }
    return value.slice();
  }

  /** Exactly `length` integers from 0 to `max`. */
  numbers(field: string, length: number, max: number = MAX_U32): number[] {
    const value = this.state[field];
    if (!Array.isArray(value) || value.length !== length) throw this.unfit(field, value, `${length} numbers`);
    return value.map((element, index) => this.checkNumber(`${field}[${index}]`, element, max));
  }

  object(field: string): DeviceState {
    return this.checkObject(field, this.state[field]);
  }

  /** Exactly `length` objects. */
  objects(field: string, length: number): DeviceState[] {
    const value = this.state[field];
    if (!Array.isArray(value) || value.length !== length) throw this.unfit(field, value, `${length} objects`);
    return this.list(field, length);
  }

  /** At most `most` objects. */
  list(field: string, most: number): DeviceState[] {
    const value = this.state[field];
    if (!Array.isArray(value) || value.length > most) throw this.unfit(field, value, `a list of up to ${most} objects`);
    return value.map((element, index) => this.checkObject(`${field}[${index}]`, element));
  }

  private checkNumber(field: string, value: StateValue | undefined, max: number): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
      throw this.unfit(field, value, `an integer from 0 to ${max}`);
    }
    return value;
  }

  private checkObject(field: string, value: StateValue | undefined): DeviceState {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
      throw this.unfit(field, value, 'an object');
    }
    return value;
  }

  private unfit(field: string, value: StateValue | undefined, expected: string): Error {
    return new Error(`The saved state of ${this.owner} has ${inWords(value)} as "${field}" where ${expected} should be.`);
  }
}

function inWords(value: StateValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? `“${printable(value, 40)}”` : String(value);
}
