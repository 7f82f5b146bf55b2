import { Cursor } from './cursor';
import { type Assembly, DIRECTIVES } from './directives';
import { AssemblyError, type AssemblyProblem, MOST_PROBLEMS, reject, StatementError } from './errors';
import { a64Encoder, type Encoder } from './instruction';
import { LiteralPools } from './literals';
import { expandEach, expandMacro, findEnd, firstWord, type Macro, opens, parseMacro } from './macros';
import { Output } from './output';
import { type Statement, splitStatements } from './statements';
import { SymbolTable } from './symbols';

/** Where the bytes of a source line are. A line may have none (then it is not listed) or several statements. */
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
  lines: AssembledLine[];
}

const DEEPEST_MACRO = 64;
const MOST_REPEATS = 1 << 20;
const INSTRUCTION_BYTES = 4;
/** A source that repeats itself beyond this is a slip of the pen. */
const MOST_STATEMENTS = 500_000;
const LONGEST_QUOTE = 100;
const MOST_BYTES = 1n << 26n;

/**
 * Assembles A64 source in the syntax of GNU as into a flat binary for address `base` (default 0). Two passes: the first finds the
 * addresses of labels, the second encodes. Throws an AssemblyError with up to 20 problems, one sentence each.
 */
export function assemble(source: string, options: { base?: bigint } = {}): Assembled {
  return new Assembler(splitStatements(source), options.base ?? 0n, a64Encoder()).run();
}

const shortened = (text: string): string => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);

class Assembler implements Assembly {
  emitting = false;
  private readonly symbols = new SymbolTable();
  private readonly literals = new LiteralPools();
  private output = new Output();
  private macros = new Map<string, Macro>();
  private lines: AssembledLine[] = [];
  private serial = 0;
  private depth = 0;
  private statementsLeft = 0;
  private readonly problems = new Map<number, AssemblyProblem>();

  constructor(
    private readonly source: readonly Statement[],
    readonly base: bigint,
    private readonly encoder: Encoder,
  ) {}

  run(): Assembled {
    for (const emitting of [false, true]) {
      this.emitting = emitting;
      this.symbols.restart(this.base);
      this.literals.restart();
      this.output = new Output();
      this.macros = new Map();
      this.lines = [];
      this.serial = 0;
      this.statementsLeft = MOST_STATEMENTS;
      this.process(this.source);
      this.guarded({ line: this.source.at(-1)?.line ?? 1, text: '.ltorg' }, () => this.flushLiterals());
    }
    if (this.problems.size) {
      const sorted = [...this.problems.values()].sort((a, b) => a.line - b.line);
      throw new AssemblyError(sorted.slice(0, MOST_PROBLEMS));
    }
    return { bytes: this.output.bytes(), symbols: this.symbols.values, lines: this.lines };
  }

  get location(): bigint {
    return this.symbols.location;
  }

  private guarded(statement: Statement, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      if (!this.problems.has(statement.line))
        this.problems.set(statement.line, {
          line: statement.line,
          sentence: `"${shortened(statement.text)}": ${error.message}.`,
        });
    }
  }

  private process(statements: readonly Statement[]): void {
    for (let at = 0; at < statements.length; at++) {
      const statement = statements[at]!;
      const start = this.location;
      if (this.statementsLeft-- <= 0) {
        throw new AssemblyError([
          { line: statement.line, sentence: `the source repeats itself beyond ${MOST_STATEMENTS} statements.` },
        ]);
      }
      this.guarded(statement, () => {
        if (opens(firstWord(statement.text))) at = this.block(statements, at);
        else this.statement(statement);
      });
      const size = Number(this.location - start);
      if (size > 0 && this.emitting && this.depth === 0) this.lines.push({ line: statement.line, address: start, size });
    }
  }

  /** A block of statements that is kept, repeated or chosen; answers where it ends. */
  private block(statements: readonly Statement[], start: number): number {
    const { text, line } = statements[start]!;
    const word = firstWord(text);
    const operands = text.slice(word.length).trim();
    let end = statements.length;
    // If the end is missing everything up to the end of the source belongs to the block.
    try {
      end = findEnd(statements, start);
      const body = statements.slice(start + 1, end);
      if (word === '.macro') {
        const macro = parseMacro(operands, [...body]);
        this.macros.set(macro.name, macro);
      } else if (word === '.rept') {
        const count = this.known(operands);
        if (count < 0n || count > MOST_REPEATS) reject(`cannot repeat ${count} times`);
        for (let i = 0n; i < count; i++) this.nested(body);
      } else if (word === '.irp') this.nested(expandEach(operands, body, this.serial++, line));
      else this.nested(this.chosen(statements.slice(start, end)));
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
    block.forEach(({ text, line }, index) => {
      const word = firstWord(text);
      if (index > 0 && word.startsWith('.if')) depth++;
      const divides = depth === 0 && (index === 0 || word === '.else' || word === '.elseif');
      if (divides) branches.push({ condition: text, body: [] });
      else branches.at(-1)!.body.push({ text, line });
      if (word === '.endif') depth--;
    });
    return branches.find(({ condition }) => this.holds(condition))?.body ?? [];
  }

  private holds(condition: string): boolean {
    const word = firstWord(condition);
    const operands = condition.slice(word.length).trim();
    switch (word) {
      case '.else':
        return true;
      case '.if':
      case '.elseif':
        return this.known(operands) !== 0n;
      case '.ifdef':
        return this.symbols.lookup(operands) !== undefined;
      case '.ifndef':
        return this.symbols.lookup(operands) === undefined;
      case '.ifb':
        return operands === '';
      case '.ifnb':
        return operands !== '';
      default:
        return reject(`there is no directive "${word}"`);
    }
  }

  private statement({ text, line }: Statement): void {
    let rest = text;
    for (;;) {
      const label = /^([A-Za-z_.$][\w.$]*|\d+)\s*:(?!\w*:)\s*/.exec(rest);
      if (!label) break;
      this.symbols.defineLabel(label[1]!);
      rest = rest.slice(label[0].length);
    }
    if (!rest) return;
    const assignment = /^([A-Za-z_.$][\w.$]*)\s*=(?!=)\s*(.*)$/.exec(rest);
    if (assignment) {
      DIRECTIVES['.set']!(this, `${assignment[1]}, ${assignment[2]}`, '.set');
      return;
    }
    const word = firstWord(rest);
    const operands = rest.slice(word.length).trim();
    const macro = this.macros.get(word);
    const directive = DIRECTIVES[word];
    if (macro) this.nested(expandMacro(macro, operands, this.serial++, line));
    else if (directive) directive(this, operands, word);
    else if (this.encoder.knows(word)) this.instruction(word, operands);
    else reject(word.startsWith('.') ? `there is no directive "${word}"` : `there is no instruction or macro "${word}"`);
  }

  private instruction(mnemonic: string, operands: string): void {
    if (this.location % 4n) reject(`instructions must be at multiples of 4, not at 0x${this.location.toString(16)}`);
    const literal = /^([wxsdq]\w+)\s*,\s*=\s*(.+)$/i.exec(operands);
    let text = operands;
    if (mnemonic === 'ldr' && literal) {
      const size = { w: 4, s: 4, x: 8, d: 8, q: 16 }[literal[1]![0]!.toLowerCase()]!;
      text = `${literal[1]}, ${this.literals.want(literal[2]!, size) ?? 0n}`;
    }
    this.emit(this.emitting ? BigInt(this.encoder.encode(mnemonic, text, this.location, this.symbols)) : 0n, INSTRUCTION_BYTES);
  }

  flushLiterals(): void {
    this.literals.flush(({ text, size }) => {
      this.fill(Number(-this.location & BigInt(size - 1)), 0);
      const address = this.location;
      this.emit(BigInt.asUintN(size * 8, this.value(text)), size);
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
    return typeof value === 'string' ? reject(value) : value;
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

  private grow(size: number): void {
    this.symbols.location += BigInt(size);
    if (this.location - this.base > MOST_BYTES) reject(`the binary would be larger than ${MOST_BYTES} bytes`);
  }

  emit(value: bigint, size: number): void {
    this.grow(size);
    if (this.emitting) this.output.value(value, size);
  }

  fill(count: number, byte: number): void {
    this.grow(count);
    if (this.emitting) this.output.fill(count, byte);
  }
}
