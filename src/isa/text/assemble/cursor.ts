import { parseExpression } from './expression';

/** What an expression may refer to. */
export interface SymbolScope {
  /** Value of a symbol, `.` or a numeric local label such as `1f`; undefined if there is none (yet). */
  lookup(name: string): bigint | undefined;
  /** All there are, for whoever mistyped one. */
  names(): Iterable<string>;
}

export const NO_SYMBOLS: SymbolScope = { lookup: () => undefined, names: () => [] };

/** A reading position in one line of assembly. Every reader skips blanks first. */
export class Cursor {
  at = 0;
  constructor(
    readonly text: string,
    readonly scope: SymbolScope = NO_SYMBOLS,
  ) {}

  skipBlanks(): void {
    while (this.at < this.text.length && (this.text[this.at] === ' ' || this.text[this.at] === '\t')) this.at++;
  }

  atEnd(): boolean {
    this.skipBlanks();
    return this.at >= this.text.length;
  }

  /** The text from here on, for error messages. */
  rest(): string {
    this.skipBlanks();
    return this.text.slice(this.at).trimEnd();
  }

  peek(text: string): boolean {
    this.skipBlanks();
    return this.text.startsWith(text, this.at);
  }

  /** Takes `text` if it comes next. */
  take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes what a sticky expression matches here, or nothing. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    this.skipBlanks();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    this.at += found[0].length;
    return found;
  }

  /** Takes an identifier (letters, digits, `_`, `.`), in lower case. */
  word(): string | undefined {
    return this.match(/[A-Za-z_.][\w.]*/y)?.[0].toLowerCase();
  }

  /** Takes an expression and gives its value, or a sentence saying why there is none. */
  expression(): bigint | string {
    return parseExpression(this);
  }
}
