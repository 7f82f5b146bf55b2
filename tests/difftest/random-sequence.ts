import type { Instruction } from '../../src/cpu/decoder';
import type { Row } from '../../src/isa/row';
import { assemble } from '../../src/isa/text/assemble';
import { disassemble } from '../../src/isa/text/disassemble';
import { BaseRegisters, type Distance } from './base-registers';
import { Random } from './random';
import { general } from './random-values';
import { COMPARED_FPSR, isAligned, WITH_FLUSHED_HALVES } from './rules';
import { FRAMES, MIDDLE, MOST_WORDS, padded, SEQUENCE_PLACES, type Sequence, SLOT_BYTES } from './sequence';
import { branchLines, CONDITIONS, flagSetter, flagUser, LITERALS, literalLine, neighbourLine } from './sequence-lines';
import { randomSequenceState } from './sequence-state';
import { COMMON, insert, registersIn, type SequenceRows, type SequenceWord, wordOf } from './sequence-words';

/**
 * Random programs of user mode that always end, and whose loads and stores stay in their memory: straight code from the rows of the table, branches forward, counted
 * loops, calls and returns, indirect branches to places that are known.
 */

/** Counters of loops, by depth, and of those in functions. */
const COUNTERS = [27, 26] as const;
const COUNTER_OF_FUNCTIONS = 25;
const LINK = 30;
const SP = 31;
/** Registers for addresses. Functions write the first two alone. */
const BASES = [19, 20, 21, 22, 23, 24, SP] as const;
const BASES_OF_FUNCTIONS = [19, 20] as const;
/** Written where an instruction needs an operand that is made for it. */
const SCRATCH = 14;
const OTHER_SCRATCH = 15;

/** Bytes from the middle of the memory to where a base is set. */
const FARTHEST = 640;
const TRIES = 200;
/** Instructions that a program runs, at most, but for what functions do. */
const MOST_RUN = 6000;

const asWord = (word: number): string => `.word 0x${word.toString(16)}`;
const nameOf = (register: number): string => (register === SP ? 'sp' : `x${register}`);

class Writer {
  /** A line is one instruction, or a label. */
  private readonly lines: string[] = [];
  private readonly bases = new BaseRegisters();
  private labels = 0;
  private count = 0;
  /** Laps of the loops around, multiplied. */
  private laps = 1;
  private depth = 0;
  private inFunction = false;
  /** Labels of functions, and where the innermost loops end. */
  private readonly functions: string[] = [];
  private readonly ends: string[] = [];

  constructor(
    private readonly random: Random,
    private readonly rows: SequenceRows,
    private readonly decode: (word: number) => Instruction | undefined,
  ) {}

  /** The whole program's source. */
  write(size: number): string {
    const { random } = this;
    const functions = random.below(3);
    for (let i = 0; i < functions; i++) this.functions.push(`function${i}`);
    const ofFunctions = functions ? Math.floor(size / 4 / functions) : 0;
    this.some(size - ofFunctions * functions);
    this.end();
    for (let i = functions - 1; i >= 0; i--) this.function(i, ofFunctions);
    this.place('literals');
    return this.lines.join('\n');
  }

  private emit(line: string): void {
    this.lines.push(line);
    this.count++;
  }
  private label(): string {
    return `l${this.labels++}`;
  }
  private place(label: string): void {
    this.lines.push(`${label}:`);
  }

  /** Whether nothing but the program's own machinery may write a register. */
  private isKept(register: number): boolean {
    if (register === MIDDLE || register === COUNTER_OF_FUNCTIONS || (COUNTERS as readonly number[]).includes(register))
      return true;
    if (this.bases.isFrozen(register)) return true;
    return this.inFunction && (register === LINK || (register >= 21 && register <= 24) || register === SP);
  }
  /** A register that may be written. */
  private target(): number {
    return this.random.below(COMMON);
  }
  private freeBase(): number {
    const own: readonly number[] = this.inFunction ? BASES_OF_FUNCTIONS : BASES;
    const free = own.filter((base) => !this.bases.isFrozen(base));
    return this.random.pick(free);
  }

  /** `size` instructions or a few more. */
  private some(size: number): void {
    const until = this.count + size;
    while (this.count < until) this.item(until - this.count);
  }

  private item(left: number): void {
    const { random } = this;
    const dice = random.below(100);
    if (dice < 36) this.straight(this.rows.integer);
    else if (dice < 52) this.straight(this.rows.vector);
    else if (dice < 54) this.straight(this.rows.other);
    else if (dice < 57) this.control();
    else if (dice < 69) this.access();
    else if (dice < 73) this.neighbours();
    else if (dice < 75) this.exclusive();
    else if (dice < 78) this.emit(literalLine(this.random));
    else if (dice < 80) this.moveBase();
    else if (dice < 83) this.compareAndUse();
    else if (dice < 89 && left > 4) this.forward(left);
    else if (dice < 91 && left > 6) this.indirect(left);
    else if (dice < 94) this.call();
    else if (dice < 95 && this.ends.length) this.leaveLoop();
    else if (left > 8) this.loop(left);
  }

  private word(rows: readonly Row[], adapt?: (word: number, row: Row) => number): SequenceWord | undefined {
    return wordOf(this.random, rows, this.decode, this.rows.age, adapt);
  }

  private straight(rows: readonly Row[]): void {
    for (let i = 0; i < TRIES; i++) {
      const found = this.word(rows);
      if (!found) return;
      const named = registersIn(found.text);
      if (named.some((register) => this.isKept(register))) continue;
      for (const register of named) this.bases.forget(register);
      return this.emit(asWord(found.word));
    }
  }

  /** FPCR or FPSR is written. */
  private control(): void {
    const { random } = this;
    const isStatus = random.oneIn(3);
    const value = isStatus ? random.u32() & COMPARED_FPSR : random.pick(WITH_FLUSHED_HALVES);
    this.emit(`movz x${SCRATCH}, #${value & 0xffff}`);
    this.emit(`movk x${SCRATCH}, #${value >>> 16}, lsl #16`);
    this.emit(`msr ${isStatus ? 'fpsr' : 'fpcr'}, x${SCRATCH}`);
  }

  /** Gives a base an address in the memory: one that is fixed, or one by what a register holds. */
  private rebase(base: number, aligned = false): void {
    const { random, bases } = this;
    const name = nameOf(base);
    if (random.oneIn(3)) {
      const mask = aligned || random.oneIn(2) ? '0x1f0' : '0xff';
      this.emit(`and x${SCRATCH}, x${this.target()}, #${mask}`);
      this.emit(`add ${name}, x${MIDDLE}, x${SCRATCH}${base === SP ? ', uxtx' : ''}`);
      bases.set(base, { lo: 0, hi: mask === '0xff' ? 255 : 0x1f0, aligned: mask !== '0xff' });
      return;
    }
    const step = aligned || random.oneIn(3) ? 16 : random.pick([1, 4, 8]);
    const at = Math.floor((random.below(2 * FARTHEST) - FARTHEST) / step) * step;
    this.emit(at < 0 ? `sub ${name}, x${MIDDLE}, #${-at}` : `add ${name}, x${MIDDLE}, #${at}`);
    bases.set(base, { lo: at, hi: at, aligned: at % 16 === 0 });
  }

  /** A base with an address, one of those that are there or a new one. */
  private base(aligned: boolean): number {
    const { random, bases } = this;
    const own: readonly number[] = this.inFunction ? BASES_OF_FUNCTIONS : BASES;
    const usable = bases.usable.filter((base) => own.includes(base) && (!aligned || bases.get(base)!.aligned));
    if (usable.length && !random.oneIn(3)) return random.pick(usable);
    const base = this.freeBase();
    this.rebase(base, aligned);
    return base;
  }

  private moveBase(): void {
    const { random, bases } = this;
    const base = this.freeBase();
    const distance = bases.get(base);
    const step = (random.below(16) - 8) * random.pick([1, 8, 16]);
    if (!distance || !BaseRegisters.reaches(distance, step - 256, step + 256)) return this.rebase(base);
    const name = nameOf(base);
    this.emit(step < 0 ? `sub ${name}, ${name}, #${-step}` : `add ${name}, ${name}, #${step}`);
    bases.set(base, moved(distance, step));
  }

  private access(): void {
    const { random, bases, rows } = this;
    for (let i = 0; i < TRIES; i++) {
      const row = random.pick(rows.access);
      // Chosen before an address may have to be made for it.
      const aligned = isAligned(row);
      const base = this.base(aligned);
      const distance = bases.get(base)!;
      if (aligned && !distance.aligned) continue;
      if (this.accessBy(row, base, distance)) return;
    }
  }

  /** An access of a row by a base. False if none was found that stays in the memory. */
  private accessBy(row: Row, base: number, distance: Distance): boolean {
    const { random, bases } = this;
    const byRt = row.name === 'DC ZVA' || row.name === 'SYS, SYSL';
    const small = (word: number): number => {
      let adapted = insert(word, row, byRt ? 'Rt' : 'Rn', base);
      if (random.oneIn(2)) adapted = insert(adapted, row, 'imm12', random.below(16));
      if (random.oneIn(2)) adapted = insert(adapted, row, 'imm7', (random.below(16) - 8) & 0x7f);
      if (row.name === 'LDAPUR, STLUR') adapted = insert(adapted, row, 'imm9', ((random.below(8) - 4) * 16) & 0x1ff);
      return adapted;
    };
    const found = this.word([row], small);
    if (!found) return false;
    const { word, instruction, text } = found;
    if (byRt && base === SP) return false;
    const inside = /\[[^\]]*\]/.exec(text)?.[0] ?? '';
    const outside = byRt ? [] : registersIn(text.replace(inside, ''));
    if (outside.some((register) => this.isKept(register))) return false;
    const { fields, decoded } = instruction;
    const hasIndex = fields.option !== undefined && fields.Rm !== undefined;
    const isPost = /post-indexed/.test(row.name) || (row.name.startsWith('LDP') && fields.mode === 1);
    const isPre = /pre-indexed/.test(row.name) || (row.name.startsWith('LDP') && fields.mode === 3);
    const isOffset = fields.imm12 !== undefined || fields.imm9 !== undefined || fields.imm7 !== undefined;
    const writesBack = isPost || isPre || /\]!|\],/.test(text);
    if (writesBack && bases.isFrozen(base)) return false;
    const imm = isOffset ? Number(BigInt.asIntN(64, BigInt(decoded.imm ?? 0))) : 0;
    if (byRt) {
      if (!BaseRegisters.reaches(distance, -64, 64)) return false;
      this.emit(asWord(word));
      return true;
    }
    if (hasIndex) return this.indexed(row, word, distance, instruction);
    const offset = isPost ? 0 : imm;
    if (!BaseRegisters.reaches(distance, offset, offset)) return false;
    if (isAligned(row) && offset % 16 !== 0) return false;
    // Half of the comparisons succeed.
    if (row.name === 'CAS' && random.oneIn(2) && fields.Rs !== undefined && fields.Rs < COMMON)
      this.emit(`ldr x${fields.Rs}, [${nameOf(base)}]`);
    if (row.name === 'CASP' && random.oneIn(2) && fields.Rs !== undefined && fields.Rs < COMMON - 1)
      this.emit(
        fields.sz
          ? `ldp x${fields.Rs}, x${fields.Rs + 1}, [${nameOf(base)}]`
          : `ldp w${fields.Rs}, w${fields.Rs + 1}, [${nameOf(base)}]`,
      );
    this.emit(asWord(word));
    for (const register of outside) bases.forget(register);
    if (!writesBack || outside.includes(base)) return true;
    if (isOffset) bases.set(base, moved(distance, imm));
    else bases.forget(base);
    return true;
  }

  private indexed(row: Row, word: number, distance: Distance, { fields, decoded }: Instruction): boolean {
    const { random } = this;
    const scale = Number(decoded.imm ?? 0);
    const negative = fields.option! >= 6 && random.oneIn(2);
    const [from, to] = negative ? [-(31 << scale), 0] : [0, 31 << scale];
    if (!BaseRegisters.reaches(distance, from, to)) return false;
    this.emit(`and x${SCRATCH}, x${this.target()}, #31`);
    if (negative) this.emit(`neg x${SCRATCH}, x${SCRATCH}`);
    const indexed = insert(word, row, 'Rm', SCRATCH);
    this.emit(asWord(indexed));
    for (const register of registersIn(disassemble(indexed).replace(/\[[^\]]*\]/, ''))) this.bases.forget(register);
    return true;
  }

  /** Several accesses by one base, near each other. */
  private neighbours(): void {
    const { random, bases } = this;
    const base = this.base(false);
    bases.freeze([base], () => {
      for (let i = 2 + random.below(5); i > 0; i--) {
        if (random.oneIn(4)) this.straight(this.rows.integer);
        if (!BaseRegisters.reaches(bases.get(base)!, -128, 128)) return;
        this.emit(neighbourLine(random, nameOf(base)));
      }
    });
  }

  /** A load-exclusive and a store-exclusive of its size, or a store-exclusive that must fail. */
  private exclusive(): void {
    const { random, bases } = this;
    const base = this.base(true);
    for (let i = 0; i < TRIES; i++) {
      const found = this.word(this.rows.storeExclusive, (word, row) => insert(word, row, 'Rn', base));
      if (!found) return;
      const { word, text } = found;
      const inside = /\[[^\]]*\]/.exec(text)?.[0] ?? '';
      const outside = registersIn(text.replace(inside, ''));
      if (outside.includes(base) || outside.some((register) => this.isKept(register))) continue;
      bases.freeze([base], () => {
        if (random.oneIn(5)) this.emit('clrex');
        else {
          const isPair = (word >>> 21) & 1;
          const load = (word & 0xffe083e0) | 0x00400000 | (31 << 16) | ((isPair ? COMMON : 31) << 10) | this.target();
          this.emit(asWord(load >>> 0));
        }
        for (let n = random.below(4); n > 0; n--) this.straight(this.rows.integer);
      });
      this.emit(asWord(word));
      for (const register of outside) bases.forget(register);
      return;
    }
  }

  /** Flags are set and asked for, with something between or not. */
  private compareAndUse(): void {
    this.emit(flagSetter(this.random));
    if (this.random.oneIn(2)) this.straight(this.rows.integer);
    this.emit(flagUser(this.random));
  }
  /** Where ways meet: flags that come from all of them. */
  private useFlags(): void {
    if (this.random.oneIn(3)) this.emit(flagUser(this.random));
  }
  private setFlags(): void {
    if (this.random.oneIn(3)) this.emit(flagSetter(this.random));
  }

  /** A branch on a condition, now and then behind a comparison. */
  private branch(to: string): void {
    for (const line of branchLines(this.random, to, this.rows.age)) this.emit(line);
  }

  /** Something that is done or not, or one of two things. */
  private forward(left: number): void {
    const { random, bases } = this;
    const [other, end] = [this.label(), this.label()];
    this.branch(other);
    const before = bases.snapshot();
    this.some(1 + random.below(Math.min(left - 2, 14)));
    this.setFlags();
    if (random.oneIn(2)) {
      this.place(other);
      bases.meet(before);
      return this.useFlags();
    }
    this.emit(`b ${end}`);
    const first = bases.snapshot();
    this.place(other);
    bases.restore(before);
    this.some(1 + random.below(Math.min(left - 2, 14)));
    this.setFlags();
    this.place(end);
    bases.meet(first);
    this.useFlags();
  }

  /** BR or RET to one of two places. */
  private indirect(left: number): void {
    const { random, bases } = this;
    const [one, other, end] = [this.label(), this.label(), this.label()];
    this.emit(`adr x${SCRATCH}, ${one}`);
    this.emit(`adr x${OTHER_SCRATCH}, ${other}`);
    this.emit(`csel x${SCRATCH}, x${SCRATCH}, x${OTHER_SCRATCH}, ${random.pick(CONDITIONS)}`);
    this.emit(`${random.pick(['br', 'ret'])} x${SCRATCH}`);
    const before = bases.snapshot();
    this.place(one);
    this.some(1 + random.below(Math.min(left - 4, 8)));
    if (random.oneIn(2)) {
      this.emit(`b ${end}`);
      const first = bases.snapshot();
      this.place(other);
      bases.restore(before);
      this.some(1 + random.below(Math.min(left - 4, 8)));
      this.place(end);
      bases.meet(first);
    } else {
      this.place(other);
      bases.meet(before);
    }
  }

  private leaveLoop(): void {
    this.branch(this.ends.at(-1)!);
  }

  private loop(left: number): void {
    const { random, bases } = this;
    const counters = this.inFunction ? [COUNTER_OF_FUNCTIONS] : COUNTERS;
    const depth = this.depth;
    const counter = counters[depth];
    const most = Math.floor(MOST_RUN / this.laps / 30);
    if (counter === undefined || most < 2) return this.straight(this.rows.integer);
    const laps = 1 + random.below(Math.min(most, this.inFunction ? 4 : depth ? 10 : 60));
    const [head, middle, tail, end] = [this.label(), this.label(), this.label(), this.label()];
    const up = random.oneIn(4);
    this.emit(`mov x${counter}, #${up ? 0 : laps}`);
    // An address that goes on with each lap: nothing else writes its register.
    const own: readonly number[] = this.inFunction ? BASES_OF_FUNCTIONS : BASES;
    const free = own.filter((base) => !bases.isFrozen(base)).length;
    const steps = random.oneIn(2) && free > 1 ? this.freeBase() : undefined;
    const step = random.pick([1, 2, 4, 8, 16, -4, -8, -16]);
    const walks = steps !== undefined && Math.abs(step) * laps < 700;
    if (walks) {
      this.emit(`add ${nameOf(steps)}, x${MIDDLE}, #${step < 0 ? 0 : 16}`);
      if (step > 0) this.emit(`sub ${nameOf(steps)}, ${nameOf(steps)}, #320`);
      const [from, to] = step < 0 ? [step * laps, 0] : [-304, -304 + step * laps];
      bases.set(steps, { lo: from, hi: to, aligned: step % 16 === 0 });
    }
    const others = bases.usable.filter((base) => base !== steps && !bases.isFrozen(base) && !random.oneIn(3));
    // One is left to write.
    const frozen = [...(walks ? [steps] : []), ...others].slice(0, free - 1);
    // Into the middle of the loop, now and then.
    const isEnteredInside = random.oneIn(8);
    if (isEnteredInside) this.emit(`b ${middle}`);
    this.place(head);
    this.depth++;
    this.laps *= laps;
    this.ends.push(end);
    bases.freeze(frozen, () => {
      bases.forgetAll();
      const size = 1 + random.below(Math.min(left - 6, 40));
      const first = random.below(size);
      this.useFlags();
      this.some(first);
      if (isEnteredInside) {
        bases.forgetAll();
        this.place(middle);
      }
      if (walks) this.walk(steps, step);
      this.some(size - first);
      if (random.oneIn(6)) this.branch(tail);
      this.some(random.below(3));
      this.place(tail);
    });
    this.ends.pop();
    this.laps /= laps;
    this.depth--;
    this.back(counter, up ? laps : undefined, head, end);
    this.place(end);
    bases.forgetAll();
    if (walks) bases.forget(steps);
  }

  /** An access by a base that goes on. */
  private walk(base: number, step: number): void {
    const { random } = this;
    const name = nameOf(base);
    const register = random.pick([`x${this.target()}`, `w${this.target()}`, `d${random.below(32)}`, `q${random.below(32)}`]);
    const operation = random.pick(['ldr', 'str']);
    this.emit(`${operation} ${register}, ${random.oneIn(2) ? `[${name}], #${step}` : `[${name}, #${step}]!`}`);
  }

  /** Counts a lap and goes on with the next, or out. `to`: counted up to that, else down to 0. */
  private back(counter: number, to: number | undefined, head: string, end: string): void {
    const { random } = this;
    const w = random.pick(['x', 'w']);
    if (to !== undefined) {
      this.emit(`add x${counter}, x${counter}, #1`);
      this.emit(`cmp ${w}${counter}, #${to}`);
      this.emit(`b.${random.pick(['ne', 'lt', 'cc'])} ${head}`);
      return;
    }
    switch (random.below(4)) {
      case 0:
        this.emit(`subs ${w}${counter}, ${w}${counter}, #1`);
        this.emit(`b.${random.pick(['ne', 'gt', 'hi'])} ${head}`);
        break;
      case 1:
        this.emit(`sub ${w}${counter}, ${w}${counter}, #1`);
        this.emit(`cbz ${w}${counter}, ${end}`);
        this.emit(`b ${head}`);
        break;
      case 2:
        this.emit(`sub x${counter}, x${counter}, #1`);
        this.emit(`sub x${OTHER_SCRATCH}, x${counter}, #1`);
        this.emit(`tbz x${OTHER_SCRATCH}, #63, ${head}`);
        break;
      default:
        this.emit(`sub ${w}${counter}, ${w}${counter}, #1`);
        this.emit(`cbnz ${w}${counter}, ${head}`);
    }
  }

  private call(): void {
    const { random, bases } = this;
    // Of functions, the second calls the first.
    const name = this.inFunction ? undefined : this.functions.length ? random.pick(this.functions) : undefined;
    if (!name || bases.isFrozen(SP) || BASES_OF_FUNCTIONS.some((base) => bases.isFrozen(base)))
      return this.straight(this.rows.integer);
    this.emit(`add sp, x${MIDDLE}, #${FRAMES}`);
    if (random.oneIn(3)) {
      this.emit(`adr x${SCRATCH}, ${name}`);
      this.emit(`blr x${SCRATCH}`);
    } else this.emit(`bl ${name}`);
    for (const base of [...BASES_OF_FUNCTIONS, SP]) bases.forget(base);
  }

  private function(index: number, size: number): void {
    const { random, bases } = this;
    const name = this.functions[index]!;
    bases.forgetAll(() => false);
    this.inFunction = true;
    this.depth = 0;
    // It may be called in the innermost loop.
    this.laps = MOST_RUN / 150;
    this.place(name);
    const callee = index > 0 && random.oneIn(2) ? this.functions[0]! : undefined;
    if (!callee) {
      this.some(size);
      this.emit(random.oneIn(3) ? `ret x${LINK}` : 'ret');
    } else {
      this.emit('stp x29, x30, [sp, #-16]!');
      this.some(Math.floor(size / 2));
      this.emit(`bl ${callee}`);
      for (const base of BASES_OF_FUNCTIONS) bases.forget(base);
      this.some(Math.floor(size / 2));
      this.emit('ldp x29, x30, [sp], #16');
      this.emit(random.oneIn(3) ? `b ${callee}` : 'ret');
    }
    this.inFunction = false;
  }

  /** What the program ends with. */
  private end(): void {
    const { random } = this;
    switch (random.below(16)) {
      case 0:
        this.emit('udf #0');
        break;
      case 1: {
        // Nothing is there, before what is written and behind what has been.
        this.emit(`mov x${SCRATCH}, #16`);
        this.emit(random.pick(['ldr', 'str', 'ldrb']) === 'ldr' ? `ldr x0, [x${SCRATCH}, #8]!` : `str w1, [x${SCRATCH}], #4`);
        break;
      }
      default:
    }
    this.emit('brk #0');
  }
}

const moved = ({ lo, hi, aligned }: Distance, by: number): Distance => ({
  lo: lo + by,
  hi: hi + by,
  aligned: aligned && by % 16 === 0,
});

/** The program of a seed, in a slot. */
export function randomSequence(
  seed: number,
  slot: number,
  rows: SequenceRows,
  decode: (word: number) => Instruction | undefined,
): Sequence {
  const random = new Random(Math.imul(seed, 0x9e3779b1));
  const size = 20 + random.below(random.oneIn(3) ? 181 : 60);
  const source = new Writer(random, rows, decode).write(size);
  const literals = Array.from({ length: LITERALS }, () => `.quad 0x${general(random).toString(16)}`).join('\n');
  const place = random.u32();
  const state = randomSequenceState(random);
  const start = (words: number): number => SEQUENCE_PLACES.code + slot * SLOT_BYTES + 4 * (place % (SLOT_BYTES / 4 - words));
  const most = BigInt(start(MOST_WORDS));
  const { bytes, symbols } = assemble(`${source}\n${literals}\n`, { base: most });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
  if (words.length > MOST_WORDS) throw new Error(`The program of seed ${seed} has ${words.length} words.`);
  const labels = [...symbols.values()].map((address) => Number(address - most) / 4);
  return {
    seed,
    words: padded(words),
    instructions: words.length - 2 * LITERALS,
    labels: [...new Set(labels)].filter((label) => label < words.length - 2 * LITERALS),
    state: { ...state, pc: most },
  };
}
