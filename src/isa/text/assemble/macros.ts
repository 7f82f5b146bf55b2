import { reject } from './errors';
import { type Statement, splitOperands } from './statements';

/** A macro: `.macro name a, b=default, c:req … .endm`. */
export interface Macro {
  name: string;
  parameters: { name: string; fallback: string; required: boolean; rest: boolean }[];
  body: Statement[];
}

/** Blocks that end with a directive of their own, which may be nested. */
const BLOCK_ENDS: Readonly<Record<string, string>> = {
  '.macro': '.endm',
  '.rept': '.endr',
  '.irp': '.endr',
  '.irpc': '.endr',
  '.if': '.endif',
};

export const firstWord = (text: string): string => /^\S*/.exec(text)![0].toLowerCase();

/** Directives that open a block: every `.if…` is an `.if`. */
export const opens = (word: string): string | undefined =>
  word.startsWith('.if') ? '.if' : word in BLOCK_ENDS ? word : undefined;

/** The index of the statement that ends the block opened at `start`. */
export function findEnd(statements: readonly Statement[], start: number): number {
  const kind = opens(firstWord(statements[start]!.text))!;
  const stack = [BLOCK_ENDS[kind]!];
  for (let at = start + 1; at < statements.length; at++) {
    const word = firstWord(statements[at]!.text);
    const inner = opens(word);
    if (inner) stack.push(BLOCK_ENDS[inner]!);
    else if (word === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return at;
    }
  }
  return reject(`"${BLOCK_ENDS[kind]}" is missing`);
}

/** Reads what stands after `.macro`. */
export function parseMacro(header: string, body: Statement[]): Macro {
  const found = /^([A-Za-z_.][\w.]*)[\s,]*(.*)$/.exec(header) ?? reject('the macro has no name');
  const parameters = splitOperands(found[2]!.replace(/\s+(?=[A-Za-z_])/g, ',').replace(/,+/g, ',')).map((text) => {
    const [, name, qualifier, fallback] =
      /^(\w+)\s*(:req|:vararg)?\s*(?:=\s*(.*))?$/.exec(text) ?? reject(`"${text}" is not a macro parameter`);
    return { name: name!, fallback: fallback ?? '', required: qualifier === ':req', rest: qualifier === ':vararg' };
  });
  return { name: found[1]!.toLowerCase(), parameters, body };
}

/** Characters that one expansion may come to: a macro that doubles its argument does not eat the memory. */
const MOST_EXPANDED = 1 << 22;
/** What a statement takes besides its text, as characters. */
const STATEMENT_COST = 32;

/** The texts of one expansion: `\name`, `\@` (its number) and `\()` (nothing) replaced. */
class Expansion {
  private left = MOST_EXPANDED;

  constructor(private readonly serial: number) {}

  filledIn(text: string, values: ReadonlyMap<string, string>): string {
    this.charge(STATEMENT_COST + text.length);
    return text
      .replace(/\\(@|\(\)|\w+)/g, (whole, name: string) => {
        if (name === '@') return String(this.serial);
        const value = name === '()' ? '' : (values.get(name) ?? whole);
        this.charge(value.length);
        return value;
      })
      .trim();
  }

  private charge(characters: number): void {
    this.left -= characters;
    if (this.left < 0) reject(`what this stands for is longer than ${MOST_EXPANDED} characters`);
  }
}

/** Quotes around an argument only protect its commas and blanks. */
const unquoted = (argument: string): string => /^"(.*)"$/.exec(argument)?.[1] ?? argument;

/** Arguments are set apart by commas, or by blanks that no operator is beside. */
const splitArguments = (operands: string): string[] =>
  splitOperands(operands).flatMap((piece) => {
    const words: string[] = [];
    let word = '';
    let depth = 0;
    for (const token of piece.match(/"(?:\\.|[^"\\])*"|\s+|./g) ?? []) {
      if (/[([{]/.test(token)) depth++;
      if (/[)\]}]/.test(token)) depth--;
      const apart = /^\s/.test(token) && depth === 0;
      if (apart) {
        words.push(word);
        word = '';
      } else word += token;
    }
    words.push(word);
    // `1 + 2` is one argument, `1 2` are two.
    return words.reduce<string[]>((joined, next) => {
      const last = joined.at(-1);
      const binds = last !== undefined && (/[-+*/%&|^<>=!~(,]$/.test(last) || /^[-+*/%&|^<>=)]/.test(next));
      if (binds) joined[joined.length - 1] = `${last} ${next}`;
      else joined.push(next);
      return joined;
    }, []);
  });

/** The statements a call of a macro stands for; arguments may be given by place or as `name=value`. They belong to the line of the call. */
export function expandMacro(macro: Macro, operands: string, serial: number, line: number): Statement[] {
  const values = new Map(macro.parameters.map(({ name, fallback }) => [name, fallback]));
  let place = 0;
  const given = splitArguments(operands);
  for (const [index, argument] of given.entries()) {
    const named = /^(\w+)\s*=(?!=)\s*(.*)$/.exec(argument);
    if (named && values.has(named[1]!)) {
      values.set(named[1]!, unquoted(named[2]!));
      continue;
    }
    const parameter =
      macro.parameters[place++] ??
      reject(`the macro "${macro.name}" takes ${macro.parameters.length} argument${macro.parameters.length === 1 ? '' : 's'}`);
    if (parameter.rest) {
      values.set(parameter.name, given.slice(index).join(','));
      break;
    }
    if (argument) values.set(parameter.name, unquoted(argument));
  }
  for (const { name, required } of macro.parameters)
    if (required && !values.get(name)) reject(`the macro "${macro.name}" needs its argument "${name}"`);
  const expansion = new Expansion(serial);
  return macro.body.map(({ text }) => ({ line, text: expansion.filledIn(text, values) }));
}

function eachOf(name: string, values: readonly string[], body: readonly Statement[], serial: number): Statement[] {
  const expansion = new Expansion(serial);
  return values.flatMap((value) => {
    const given = new Map([[name, value]]);
    return body.map((statement) => ({ ...statement, text: expansion.filledIn(statement.text, given) }));
  });
}

/** `.irp name, a, b, c`: the body once per value. */
export function expandEach(operands: string, body: readonly Statement[], serial: number): Statement[] {
  const [name = '', ...values] = splitOperands(operands.replace(/^(\w+)\s+/, '$1, '));
  return eachOf(name, values.map(unquoted), body, serial);
}

/** `.irpc name, abc`: the body once per character. */
export function expandCharacters(operands: string, body: readonly Statement[], serial: number): Statement[] {
  const [name = '', text = ''] = splitOperands(operands);
  return eachOf(name, [...unquoted(text)], body, serial);
}
