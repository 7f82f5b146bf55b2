import { Cursor } from './cursor';
import { type Assembly, DIRECTIVES } from './directives';
import { AssemblyError, type AssemblyProblem, closed, MOST_PROBLEMS, type ProblemSpan, reject, StatementError } from './errors';
import { a64Encoder, type Encoder } from './instruction';
import { expandCharacters, expandEach, expandMacro, findEnd, firstWord, type Macro, opens, parseMacro } from './macros';
import { meant, nearestWord } from './near-words';
import { RegisterNames } from './register-names';
import { Sections } from './section';
import { LONGEST_STATEMENT, type Statement, splitOperands, splitStatements } from './statements';
import { slipOfThePen } from './suggestions';
import { type AssembledLabel, SymbolTable } from './symbols';

/** Where the bytes of a source line are. A line may have none (then it is not listed), several statements, or be at several places. */
export interface AssembledLine {
  line: number;
  address: bigint;
  /** Bytes. */
  size: number;
}

export interface Assembled {
  bytes: Uint8Array;
  /** Labels and constants; labels are addresses from `base` on. */
  symbols: Map<string, bigint>;
  /** In the order of the source. */
  labels: readonly AssembledLabel[];
  /** In the order of the source. What a macro or a header stands for belongs to the line that calls it. */
  lines: AssembledLine[];
}

export interface AssembleOptions {
  /** Address of the first byte. Default 0. */
  base?: bigint;
  /** The text of what `.include` names, if there is such a file. Left out: there is none. */
  include?: (name: string) => string | undefined;
}

const DEEPEST_MACRO = 64;
const MOST_REPEATS = 1 << 20;
const INSTRUCTION_BYTES = 4;
/** A source that repeats itself beyond this is a slip of the pen. */
const MOST_STATEMENTS = 500_000;
/** A sum takes time for each of its terms: where it may be repeated, what is longer than people write counts as one more for each so many characters. */
const LONG_STATEMENT = 256;
const TERM_CHARACTERS = 16;
const LONGEST_QUOTE = 100;
/** Of all sections together, with the gaps between them. */
const MOST_BYTES = 1n << 26n;
const TOO_LARGE = `the binary would be larger than ${MOST_BYTES} bytes`;

/**
 * Assembles A64 source in the syntax of GNU as into a flat binary. Two passes: the first finds the addresses of labels, the second encodes; where there
 * is more than one section another pass between them gives them their places. Throws an AssemblyError with up to 20 problems, one sentence each.
 */
export function assemble(source: string, { base = 0n, include = () => undefined }: AssembleOptions = {}): Assembled {
  return new Assembler(splitStatements(source), base, include, a64Encoder()).run();
}

const shortened = (text: string): string => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);

/** The word of a statement that a clause begins with, or all of the statement. */
function spanNamedIn(clause: string, text: string): ProblemSpan {
  const [, word, number] = /^(?:"([^"]+)"|(-?\d+) does not fit)/.exec(clause) ?? [];
  const named = word ?? number;
  const at = named === undefined ? -1 : text.indexOf(named);
  if (at < 0) return { at: 0, length: text.length };
  const instead = /; did you mean "(.+)"\?$/.exec(clause)?.[1];
  return { at, length: named!.length, instead };
}

/** Ends the work at once, where to go on would take too long or too much. */
function giveUp(line: number, clause: string): never {
  throw new AssemblyError([{ line, sentence: closed(clause), clause }]);
}

const LABEL = /^([A-Za-z_.$][\w.$]*|\d+)\s*:(?!\w*:)\s*/;
const ASSIGNMENT = /^([A-Za-z_.$][\w.$]*)\s*=(?!=)\s*(.*)$/;
const NEW_REGISTER_NAME = /^([A-Za-z_.$][\w.$]*)\s+\.req\s+(\S+)$/i;

class Assembler implements Assembly {
  emitting = false;
  private readonly sections: Sections;
  private readonly symbols: SymbolTable;
  private readonly registerNames = new RegisterNames();
  private macros = new Map<string, Macro>();
  private lines: AssembledLine[] = [];
  private serial = 0;
  private depth = 0;
  private statementsLeft = 0;
  /** The one at hand. */
  private at: Statement = { line: 1, text: '' };
  private readonly problems = new Map<number, AssemblyProblem>();

  constructor(
    private readonly source: readonly Statement[],
    base: bigint,
    private readonly include: (name: string) => string | undefined,
    private readonly encoder: Encoder,
  ) {
    this.sections = new Sections(base);
    this.symbols = new SymbolTable(() => this.location);
  }

  run(): Assembled {
    this.pass(false);
    // Before, only the first section was where it will be.
    if (this.sections.count > 1) this.pass(false);
    this.pass(true);
    if (this.problems.size) {
      const sorted = [...this.problems.values()].sort((a, b) => a.line - b.line);
      throw new AssemblyError(sorted.slice(0, MOST_PROBLEMS));
    }
    if (this.sections.extent > MOST_BYTES) giveUp(this.at.line, TOO_LARGE);
    return {
      bytes: this.sections.bytes(),
      symbols: this.symbols.values,
      labels: [...this.symbols.labels.values()],
      lines: this.lines,
    };
  }

  private pass(emitting: boolean): void {
    this.emitting = emitting;
    this.sections.restart();
    this.symbols.restart();
    this.registerNames.clear();
    this.macros = new Map();
    this.lines = [];
    this.serial = 0;
    this.statementsLeft = MOST_STATEMENTS;
    this.process(this.source);
    const end = { line: this.source.at(-1)?.line ?? 1, text: '.ltorg' };
    for (const section of this.sections.inOrder()) {
      this.sections.enter(section.name);
      this.guarded(end, () => this.flushLiterals());
    }
  }

  get location(): bigint {
    return this.sections.current.location;
  }

  get base(): bigint {
    return this.sections.current.base;
  }

  get fillsWithNops(): boolean {
    return this.sections.current.code;
  }

  private guarded(statement: Statement, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      if (!this.problems.has(statement.line)) this.problems.set(statement.line, this.problemOf(statement, error));
    }
  }

  private problemOf({ line, text, column, from }: Statement, { message, span }: StatementError): AssemblyProblem {
    const quoted = `"${shortened(text)}": ${closed(message)}`;
    if (column === undefined) {
      // What went wrong is not what stands there, so it has to be said.
      const sentence = from ? `in ${from}: ${quoted}` : quoted;
      return { line, sentence, clause: sentence };
    }
    const { at, length, instead } = span ?? spanNamedIn(message, text);
    const place = { column: column + at, length, ...(instead === undefined ? {} : { instead }) };
    return { line, sentence: quoted, clause: message, place };
  }

  private process(statements: readonly Statement[]): void {
    for (let at = 0; at < statements.length; at++) {
      const statement = statements[at]!;
      this.charge(statement.line);
      this.guarded(statement, () => {
        const { length } = statement.text;
        if (length > LONGEST_STATEMENT) reject(`the statement is longer than ${LONGEST_STATEMENT} characters`);
        // Only in a block or a macro it may come again.
        if (this.depth > 0 && length > LONG_STATEMENT) this.charge(statement.line, Math.floor(length / TERM_CHARACTERS));
        if (opens(firstWord(statement.text))) at = this.block(statements, at);
        else this.statement(statement);
      });
    }
  }

  /** Every statement is charged, those too that are skipped or kept, and every repetition of nothing: what would not end in time is given up. */
  private charge(line: number, statements = 1): void {
    this.statementsLeft -= statements;
    if (this.statementsLeft < 0) giveUp(line, `the source repeats itself beyond what ${MOST_STATEMENTS} statements take`);
  }

  /** A block of statements that is kept, repeated or chosen; answers where it ends. */
  private block(statements: readonly Statement[], start: number): number {
    const { text } = statements[start]!;
    const word = firstWord(text);
    const operands = text.slice(word.length).trim();
    let end = statements.length;
    // If the end is missing everything up to the end of the source belongs to the block.
    try {
      end = findEnd(statements, start);
      const body = statements.slice(start + 1, end);
      const skip = (taken: number): void => this.charge(statements[start]!.line, Math.max(0, body.length - taken));
      if (word === '.macro') {
        skip(0);
        const macro = parseMacro(operands, [...body]);
        this.macros.set(macro.name, macro);
      } else if (word === '.rept') {
        const count = this.known(operands);
        if (count < 0n || count > MOST_REPEATS) reject(`cannot repeat ${count} times`);
        if (count === 0n) skip(0);
        for (let i = 0n; i < count; i++) {
          if (body.length === 0) this.charge(statements[start]!.line);
          this.nested(body);
        }
      } else if (word === '.irp') this.nested(expandEach(operands, body, this.serial++));
      else if (word === '.irpc') this.nested(expandCharacters(operands, body, this.serial++));
      else {
        const chosen = this.chosen(statements.slice(start, end));
        skip(chosen.length);
        this.nested(chosen);
      }
    } catch (error) {
      this.guarded(statements[start]!, () => {
        throw error;
      });
    }
    return end;
  }

  private nested(statements: readonly Statement[]): void {
    if (this.depth >= DEEPEST_MACRO) reject('macros and blocks are nested too deeply');
    this.depth++;
    try {
      this.process(statements);
    } finally {
      this.depth--;
    }
  }

  /** The branch of an `.if` block whose condition holds. */
  private chosen(block: readonly Statement[]): Statement[] {
    const branches: { condition: string; body: Statement[] }[] = [];
    let depth = 0;
    block.forEach((statement, index) => {
      const word = firstWord(statement.text);
      if (index > 0 && word.startsWith('.if')) depth++;
      const divides = depth === 0 && (index === 0 || word === '.else' || word === '.elseif');
      if (divides) branches.push({ condition: statement.text, body: [] });
      else branches.at(-1)!.body.push(statement);
      if (word === '.endif') depth--;
    });
    return branches.find(({ condition }) => this.holds(condition))?.body ?? [];
  }

  private holds(condition: string): boolean {
    const word = firstWord(condition);
    const operands = condition.slice(word.length).trim();
    const same = (): boolean => {
      const [a = '', b = ''] = splitOperands(operands);
      return a === b;
    };
    switch (word) {
      case '.else':
        return true;
      case '.if':
      case '.ifne':
      case '.elseif':
        return this.known(operands) !== 0n;
      case '.ifeq':
        return this.known(operands) === 0n;
      case '.ifgt':
        return this.known(operands) > 0n;
      case '.ifge':
        return this.known(operands) >= 0n;
      case '.iflt':
        return this.known(operands) < 0n;
      case '.ifle':
        return this.known(operands) <= 0n;
      case '.ifdef':
        return this.symbols.lookup(operands) !== undefined;
      case '.ifndef':
      case '.ifnotdef':
        return this.symbols.lookup(operands) === undefined;
      case '.ifb':
        return operands === '';
      case '.ifnb':
        return operands !== '';
      case '.ifc':
      case '.ifeqs':
        return same();
      case '.ifnc':
      case '.ifnes':
        return !same();
      default:
        return reject(`there is no directive "${word}"`);
    }
  }

  private statement(statement: Statement): void {
    const { text, line } = statement;
    this.at = statement;
    let rest = text;
    for (let label = LABEL.exec(rest); label; label = LABEL.exec(rest)) {
      this.defineLabel(label[1]!);
      rest = rest.slice(label[0].length);
    }
    if (!rest) return;
    const word = firstWord(rest);
    const at = text.length - rest.length;
    const operands = rest.slice(word.length).trim();
    const macro = this.macros.get(word);
    const alias = NEW_REGISTER_NAME.exec(rest);
    const assignment = ASSIGNMENT.exec(rest);
    if (assignment) DIRECTIVES['.set']!(this, `${assignment[1]}, ${assignment[2]}`, '.set');
    else if (alias) this.registerNames.add(alias[1]!, alias[2]!);
    else if (macro) this.nested(expandMacro(macro, operands, this.serial++, line));
    else if (word === '.include') this.includeFile(operands, line);
    else this.leaf(word, operands, { at, length: text.length });
  }

  /** What stands for bytes. */
  private leaf(word: string, operands: string, { at, length }: { at: number; length: number }): void {
    const start = this.location;
    const section = this.sections.current;
    const directive = DIRECTIVES[word];
    if (directive) directive(this, operands, word);
    else if (this.encoder.knows(word)) this.within(length - operands.length, () => this.instruction(word, operands));
    else this.unknown(word, at);
    if (this.emitting && this.sections.current === section) this.note(this.at.line, start, Number(this.location - start));
  }

  private unknown(word: string, at: number): never {
    const isDirective = word.startsWith('.');
    const nearest = nearestWord(word, isDirective ? Object.keys(DIRECTIVES) : [...this.encoder.mnemonics, ...this.macros.keys()]);
    const clause = isDirective ? `there is no directive "${word}"` : `there is no instruction or macro "${word}"`;
    return reject(meant(clause, nearest), { at, length: word.length, instead: nearest });
  }

  /** Makes what is said of a part of the statement speak of the statement. */
  private within(offset: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StatementError) || !error.span) throw error;
      throw new StatementError(error.message, { ...error.span, at: error.span.at + offset });
    }
  }

  private note(line: number, address: bigint, size: number): void {
    const last = this.lines.at(-1);
    if (size === 0) return;
    if (last?.line === line && last.address + BigInt(last.size) === address) last.size += size;
    else this.lines.push({ line, address, size });
  }

  private includeFile(operands: string, line: number): void {
    const name = /^"(.+)"$/.exec(operands)?.[1] ?? reject('.include wants the name of a file in double quotes');
    const text = this.include(name) ?? reject(`there is no header "${name}"`);
    this.nested(splitStatements(text).map((each) => ({ text: each.text, line, from: `“${name}”, line ${each.line}` })));
  }

  private instruction(mnemonic: string, written: string): void {
    if (this.location % 4n)
      reject(`instructions must be at multiples of 4, not at 0x${this.location.toString(16)}: write .balign 4 before`);
    const operands = this.registerNames.resolve(written);
    const literal = /^([wxsdq]\w+|lr|fp|ip[01])\s*,\s*=\s*(.+)$/i.exec(operands);
    let text = operands;
    if (mnemonic === 'ldr' && literal) {
      const size = { w: 4, s: 4, x: 8, d: 8, q: 16 }[literal[1]![0]!.toLowerCase()] ?? 8;
      text = `${literal[1]}, ${this.sections.current.literals.want(literal[2]!, size, this.at) ?? 0n}`;
    }
    this.emit(this.emitting ? BigInt(this.encoder.encode(mnemonic, text, this.location, this.symbols)) : 0n, INSTRUCTION_BYTES);
  }

  flushLiterals(): void {
    this.sections.current.literals.flush(({ text, size, statement }) => {
      this.alignTo(BigInt(size));
      this.fill(Number(-this.location & BigInt(size - 1)), 0);
      const address = this.location;
      let value = 0n;
      this.guarded(statement, () => (value = this.value(text)));
      this.emit(BigInt.asUintN(size * 8, value), size);
      return address;
    });
  }

  private evaluate(text: string): bigint | string {
    const c = new Cursor(text, this.symbols);
    const value = c.expression();
    return typeof value === 'bigint' && !c.atEnd() ? `"${c.rest()}" is left over` : value;
  }

  known(text: string): bigint {
    const value = this.evaluate(text);
    if (typeof value === 'bigint') return value;
    return reject(meant(value, slipOfThePen(value, this.symbols)?.instead));
  }

  ifKnown(text: string): bigint | undefined {
    const value = this.evaluate(text);
    return typeof value === 'string' ? undefined : value;
  }

  value(text: string): bigint {
    return this.emitting ? this.known(text) : 0n;
  }

  assign(name: string, value: bigint): void {
    this.symbols.assign(name, value);
  }

  defineLabel(name: string): void {
    this.symbols.defineLabel(name, this.at.line);
  }

  enterSection(name: string, code?: boolean): void {
    this.sections.enter(name, code);
  }

  leaveSection(how: 'previous' | 'pop'): void {
    if (how === 'previous') this.sections.swap();
    else if (!this.sections.pop()) reject('.popsection without .pushsection');
  }

  pushSection(): void {
    this.sections.push();
  }

  forgetMacro(name: string): void {
    if (!this.macros.delete(name.toLowerCase())) reject(`there is no macro "${name}"`);
  }

  forgetRegisterName(name: string): void {
    this.registerNames.delete(name);
  }

  alignTo(alignment: bigint): void {
    const { current } = this.sections;
    if (alignment > current.alignment) current.alignment = alignment;
  }

  private grow(size: number): void {
    this.sections.grow(BigInt(size));
    if (this.sections.size > MOST_BYTES) giveUp(this.at.line, TOO_LARGE);
  }

  repeat(value: bigint, size: number, count: number): void {
    this.grow(size * count);
    if (this.emitting) this.sections.current.output.repeat(value, size, count);
  }

  write(bytes: Uint8Array): void {
    this.grow(bytes.length);
    if (this.emitting) this.sections.current.output.write(bytes);
  }

  emit(value: bigint, size: number): void {
    this.grow(size);
    if (this.emitting) this.sections.current.output.value(value, size);
  }

  fill(count: number, byte: number): void {
    this.grow(count);
    if (this.emitting) this.sections.current.output.fill(count, byte);
  }
}
