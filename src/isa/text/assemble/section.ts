import { LiteralPools } from './literals';
import { Output } from './output';

/** In the order in which they follow one another in a flat binary, as a linker has them; others lie with the data. */
const ORDER = ['.text', '.rodata', '.data', '.bss'];
const DATA = ORDER.indexOf('.data');
/** Until it is known where a section is, each is this far from the last: aligned as anything may be aligned. */
const PROVISIONAL_STRIDE = 1n << 40n;
const INSTRUCTION_BYTES = 4n;

/** A part of the binary that is written at a place of its own. */
export class Section {
  base = 0n;
  /** Bytes so far. */
  size = 0n;
  alignment: bigint;
  output = new Output();
  readonly literals = new LiteralPools();

  constructor(
    readonly name: string,
    /** It is filled up with NOPs. */
    readonly code: boolean,
  ) {
    this.alignment = code ? INSTRUCTION_BYTES : 1n;
  }

  get location(): bigint {
    return this.base + this.size;
  }

  get rank(): number {
    const rank = ORDER.findIndex((name) => this.name === name || this.name.startsWith(`${name}.`));
    return rank < 0 ? DATA : rank;
  }
}

/** The sections of one source. */
export class Sections {
  private readonly all = new Map<string, Section>();
  current: Section;
  private last: Section;
  /** Bytes so far, of all of them; the gaps between them are not counted. */
  size = 0n;
  private readonly stack: { current: Section; last: Section }[] = [];

  /** @param base address of the first byte of the binary */
  constructor(private readonly base: bigint) {
    this.current = this.last = this.section('.text', true);
  }

  private section(name: string, code: boolean): Section {
    const known = this.all.get(name);
    if (known) return known;
    const made = new Section(name, code);
    made.base = this.base + BigInt(this.all.size) * PROVISIONAL_STRIDE;
    this.all.set(name, made);
    return made;
  }

  get count(): number {
    return this.all.size;
  }

  /** Call before each pass: the sections are where the pass before found that they are to be. */
  restart(): void {
    let end = this.base;
    for (const section of this.inOrder()) {
      if (end > this.base) end += -end & (section.alignment - 1n);
      section.base = end;
      end = section.base + section.size;
    }
    this.size = 0n;
    for (const section of this.all.values()) {
      section.size = 0n;
      section.output = new Output();
      section.literals.restart();
    }
    this.current = this.last = this.all.get('.text')!;
    this.stack.length = 0;
  }

  /** Writes to the section at hand are told here. */
  grow(bytes: bigint): void {
    this.current.size += bytes;
    this.size += bytes;
  }

  /** Bytes from the first section to the end of the last, where they are now. */
  get extent(): bigint {
    return this.inOrder().at(-1)!.location - this.base;
  }

  enter(name: string, code = name === '.text' || name.startsWith('.text.')): void {
    const next = this.section(name, code);
    this.last = this.current;
    this.current = next;
  }

  /** Back to the section before; and there again. */
  swap(): void {
    [this.current, this.last] = [this.last, this.current];
  }

  push(): void {
    this.stack.push({ current: this.current, last: this.last });
  }

  /** False if nothing was pushed. */
  pop(): boolean {
    const found = this.stack.pop();
    if (found) ({ current: this.current, last: this.last } = found);
    return found !== undefined;
  }

  inOrder(): Section[] {
    return [...this.all.values()].sort((a, b) => a.rank - b.rank);
  }

  /** All of them, one after the other. */
  bytes(): Uint8Array {
    const sections = this.inOrder();
    const whole = new Uint8Array(Number(this.extent));
    for (const { base, output } of sections) whole.set(output.bytes(), Number(base - this.base));
    return whole;
  }
}
