/** What callers give beside the options of a machine: checked here, so that a mistake is one sentence with the value, and no TypeError of our own code. */

const MOST_CHARACTERS = 60;

/** A value as the sentence of an error shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `“${cut(value)}”`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return isPlain ? asJson(value) : `an object (${value.constructor?.name})`;
}

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

function asJson(value: object): string {
  try {
    return cut(JSON.stringify(value));
  } catch {
    // It has a BigInt, or itself, in it.
    return Array.isArray(value) ? 'an array' : 'an object';
  }
}

/** @param what ends “… cannot be the”: `command` */
export function requireString(value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string') throw new Error(`${shown(value)} cannot be the ${what}: give a string.`);
}

/** A number of any size. What stands in quotes is none, however much it looks like one. */
export function requireNumber(value: unknown, what: string): asserts value is number {
  const beside = typeof value === 'string' ? ', not a string' : '';
  if (typeof value !== 'number') throw new Error(`${shown(value)} cannot be the ${what}: give a number${beside}.`);
}

/** @param example what may be given instead */
export function requireObject(value: unknown, what: string, example: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${shown(value)} cannot be the ${what}: give an object such as ${example}.`);
}

/** An object that has no names but these. */
export function requireOptions(
  value: unknown,
  { what, names, example }: { what: string; names: readonly string[]; example: string },
): void {
  requireObject(value, what, example);
  const strange = Object.keys(value).find((name) => !names.includes(name));
  if (strange !== undefined) throw new Error(`There is no “${cut(strange)}” among the ${what}; there are ${names.join(', ')}.`);
}

export function requireChoice(value: unknown, what: string, choices: readonly unknown[]): void {
  if (!choices.includes(value)) throw new Error(`${shown(value)} cannot be the ${what}: choose ${choices.join(', ')}.`);
}

export function requireFunction(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== 'function')
    throw new Error(`${shown(value)} cannot be the ${what}: give a function.`);
}

export function requireSignal(value: unknown): void {
  if (value !== undefined && !(value instanceof AbortSignal))
    throw new Error(`${shown(value)} cannot be the signal: give the signal of an AbortController.`);
}

/** Bytes, or where they are. */
export function requireSource(value: unknown, what: string): void {
  const isAddress = (typeof value === 'string' && value !== '') || value instanceof URL;
  if (!isAddress && !(value instanceof Uint8Array) && !(value instanceof ArrayBuffer) && !(value instanceof Blob))
    throw new Error(
      `${shown(value)} cannot be the ${what}: give its bytes (Uint8Array, ArrayBuffer, Blob) or its address (URL, string).`,
    );
}

const TOP = 1n << 64n;

export function requireAddress(value: unknown, what: string): void {
  if (typeof value !== 'bigint' || value < 0n || value >= TOP)
    throw new Error(
      `${shown(value)} cannot be the ${what}: give an address from 0 to 2^64 - 1, as a BigInt such as 0x40080000n.`,
    );
}

/** 32 bits, whether they are taken for a signed number or not. */
export function requireWord(value: unknown, what: string): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32)
    throw new Error(`${shown(value)} cannot be the ${what}: give a whole number of 32 bits.`);
}
