/** An address as a person writes it: numbers and names added up, e.g. `0xffff_8000_1000_0000`, `sp`, `x0 + 16`; sixteen hexadecimal digits are one as the page shows it. */

export type FoundAddress =
  | { readonly address: bigint /** It is made of names, whose values change. */; readonly follows: boolean }
  | { readonly problem: string };

const TOKEN = /\s*(?:([+-])|(0[xX][\da-fA-F][\da-fA-F_]*|[\da-fA-F]{16}|\d[\d_]*)(?![\w.])|([A-Za-z_.$][\w.$]*))/y;

/** An address as panels show it. */
const SHOWN = /^[\da-fA-F]{16}$/;

/** @param lookUp the value of a register or symbol; undefined if nothing is called so */
export function findAddress(text: string, lookUp: (name: string) => bigint | undefined): FoundAddress {
  if (text.trim() === '') return { problem: 'Give an address, such as 0x40080000, sp, or x0+16.' };
  let sum = 0n;
  let sign: 1n | -1n | undefined = 1n;
  let follows = false;
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found)
      return { problem: `“${text.slice(at).trim()}” is no number and no name: write for example 0x40080000, sp, or x0+16.` };
    const [, operator, number, name] = found;
    if (operator) {
      // A sign may begin it, but not follow another.
      if (sign !== undefined && at > 0) return { problem: `Something is missing before “${operator}”.` };
      sign = operator === '+' ? 1n : -1n;
      continue;
    }
    if (sign === undefined) return { problem: `Write + or - before “${number ?? name}”.` };
    const value = number === undefined ? lookUp(name!) : BigInt(SHOWN.test(number) ? `0x${number}` : number.replaceAll('_', ''));
    if (value === undefined) return { problem: unknownName(name!) };
    if (number === undefined) follows = true;
    sum += sign * value;
    sign = undefined;
  }
  if (sign !== undefined) return { problem: 'Something is missing at the end.' };
  if (!follows && (sum < 0n || sum >> 64n !== 0n)) return { problem: `${sum} is not in the address space of 64 bits.` };
  return { address: BigInt.asUintN(64, sum), follows };
}

/** The same, where names that `lookUp` does not know have to be asked for. Rejects as `ask` does. */
export async function findAddressAsking(
  text: string,
  lookUp: (name: string) => bigint | undefined,
  ask: (name: string) => Promise<bigint | undefined>,
): Promise<FoundAddress> {
  const asked = new Map<string, bigint | undefined>();
  findAddress(text, (name) => {
    const known = lookUp(name);
    if (known === undefined) asked.set(name, undefined);
    return known ?? 0n;
  });
  for (const name of asked.keys()) asked.set(name, await ask(name));
  return findAddress(text, (name) => lookUp(name) ?? asked.get(name));
}

const unknownName = (name: string): string =>
  /^[\da-fA-F_]+$/.test(name)
    ? `“${name}” is called nothing here: write 0x${name} if it is a number.`
    : `Nothing is called “${name}”: x0 to x30, sp and pc are.`;

/** What {@link registerValue} reads. */
export interface NamedRegisters {
  readonly x: readonly bigint[];
  readonly sp: bigint;
  readonly pc: bigint;
}

/** The value of a general-purpose register by its name in either case, `fp` and `lr` included. */
export function registerValue({ x, sp, pc }: NamedRegisters, name: string): bigint | undefined {
  const lower = name.toLowerCase();
  if (lower === 'sp') return sp;
  if (lower === 'pc') return pc;
  const number = lower === 'fp' ? 29 : lower === 'lr' ? 30 : Number(/^x(\d|[12]\d|30)$/.exec(lower)?.[1] ?? Number.NaN);
  return x[number];
}
