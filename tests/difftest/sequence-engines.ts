import type { Instruction } from '../../src/cpu/decoder';
import { compileRegions } from '../../src/cpu/jit/compile';
import { Jit, type JitOptions } from '../../src/cpu/jit/jit';
import { formRegion, type Region } from '../../src/cpu/jit/region';
import { CPU, MEMORY as LAYOUT, RECORD } from '../../src/cpu/layout';
import { EC, ESR_EC_SHIFT } from '../../src/cpu/syndrome';
import { SYS } from '../../src/cpu/sysregs/storage';
import { Random } from './random';
import { type Ending, MOST_STEPS, SEQUENCE_PLACES, SEQUENCE_RAM_BYTES, type Sequence, type SequenceResult } from './sequence';
import { sameResult } from './sequence-results';
import { UserEngine } from './user-engine';

/**
 * Runs programs: by the interpreter; with all of them compiled beforehand, as regions of random size from random places on (`regions`); or as a machine would, with the
 * JIT that compiles what gets hot (`jit`).
 */
export const SEQUENCE_ENGINES = ['interpreter', 'regions', 'jit'] as const;
export type SequenceEngineName = (typeof SEQUENCE_ENGINES)[number];

export interface EngineSequenceResult extends SequenceResult {
  /** Instructions retired, and those of them by compiled code. */
  readonly retired: number;
  readonly compiled: number;
  /** False if it did not end alike each time it was run. */
  readonly isSteady: boolean;
}

const PAGE = 4096;
/** Compiled regions after which their modules are let go of. */
const MOST_COMPILED = 3000;
/** Runs of a program with the JIT, of which the last are mostly compiled. */
const ROUNDS = 3;

/** What the JIT is told, by the seed of a batch: whole loops, tiny regions that are let go of all the time, and something between. */
const JITS: readonly JitOptions[] = [
  { heat: 2, batch: 1, patience: 1, modules: 64 },
  { heat: 3, batch: 1, patience: 1, instructions: 3, modules: 24 },
  { heat: 8, batch: 3, patience: 4, instructions: 12, modules: 64 },
  { heat: 5, batch: 2, patience: 2, instructions: 50, modules: 64 },
];

/** A region of a program, by its seed, and the address it begins at. */
interface Planted {
  readonly of: number;
  readonly entry: number;
  readonly region: Region;
}

/** What is compiled of a program, and where slices end: the same whatever runs before it. */
const choicesOf = ({ seed }: Sequence, choices: number): Random => new Random(Math.imul(choices, 0x85ebca6b) ^ seed);

export class SequenceEngines {
  /** Records with a compiled region that was put there beforehand. */
  private readonly planted = new Set<number>();

  private constructor(private readonly user: UserEngine) {}

  static async create(): Promise<SequenceEngines> {
    return new SequenceEngines(await UserEngine.create(SEQUENCE_RAM_BYTES, SEQUENCE_PLACES));
  }

  decode = (word: number): Instruction | undefined => this.user.engine.decoder.decode(word);

  /** Runs each program on its own state. No two lie at the same place. `seed`: of what is compiled, and where slices end. */
  run(sequences: readonly Sequence[], by: SequenceEngineName, seed: number): EngineSequenceResult[] {
    const { user } = this;
    const { engine } = user;
    this.clean();
    for (const { state, words } of sequences)
      words.forEach((word, i) => {
        engine.views.u32[(user.host(Number(state.pc)) >>> 2) + i] = word;
      });
    if (by === 'regions') this.plant(sequences, seed);
    engine.compiler = by === 'jit' ? new Jit(engine, new Random(seed).pick(JITS)) : undefined;
    return sequences.map((one) => {
      const random = choicesOf(one, seed);
      const first = this.runOne(one, random);
      if (by !== 'jit') return first;
      const rounds = [first, ...Array.from({ length: ROUNDS - 1 }, () => this.runOne(one, random))];
      const isSteady = rounds.every((round) => round.retired === first.retired && sameResult(round, first));
      return { ...rounds.at(-1)!, isSteady };
    });
  }

  /** Forgets all code. */
  private clean(): void {
    const { engine } = this.user;
    for (const entry of this.planted) engine.records.handlers.clearCompiled(entry);
    this.planted.clear();
    engine.dropAllCode();
    if (engine.compiler || engine.handlerTable.taken > MOST_COMPILED) engine.dropModules();
    engine.compiler = undefined;
  }

  /** Compiles regions of all programs: from their first instruction and from some of those where branches arrive, or anywhere. */
  private plant(sequences: readonly Sequence[], seed: number): void {
    const { engine } = this.user;
    const planted: Planted[] = [];
    for (const sequence of sequences) {
      const { state, words, instructions, labels } = sequence;
      const random = choicesOf(sequence, seed);
      const first = Number(state.pc) / 4;
      const decoded = words.slice(0, instructions).map((word) => this.decode(word));
      const most = random.pick([2, 5, 12, 40, 200, 200, 200]);
      const chill = random.pick([0, 0, 0, 4]);
      const cold = new Set(labels.filter(() => chill && random.oneIn(chill)));
      const entries = new Set([0, ...labels.filter(() => !random.oneIn(3))]);
      for (let n = random.below(3); n > 0; n--) entries.add(random.below(instructions));
      for (const entry of entries) {
        const page = Math.floor((first + entry) / (PAGE / 4)) * (PAGE / 4);
        const index = (place: number): number => place + page - first;
        const formed = formRegion(
          first + entry - page,
          {
            // What lies in another page is left to the interpreter here: the JIT knows where its records are.
            instructionAt: (place) => (place >= 0 && place < RECORD.PER_PAGE ? decoded[index(place)] : undefined),
            isWarm: (place) => index(place) === entry || !cold.has(index(place)),
          },
          most,
        );
        if (formed) planted.push({ of: sequence.seed, entry: 4 * (first + entry), region: formed });
      }
      decoded.forEach((instruction, i) => {
        if (instruction) this.fill(4 * (first + i), words[i]!);
      });
    }
    if (!planted.length) return;
    const slots = engine.handlerTable.take(planted.length);
    engine.instantiate(this.compile(planted), slots, LAYOUT.CELLS);
    for (const [i, { entry }] of planted.entries()) {
      const record = this.recordOf(entry);
      engine.records.handlers.setCompiled(record, slots + i);
      this.planted.add(record);
    }
  }

  /** One module for all. Throws naming the program, if one cannot be compiled. */
  private compile(planted: readonly Planted[]): Uint8Array<ArrayBuffer> {
    const { handlers } = this.user.engine;
    const made = (some: readonly Planted[]) =>
      compileRegions(
        some.map(({ region }) => region),
        handlers,
      ).code;
    try {
      return made(planted);
    } catch (all) {
      for (const one of planted) {
        try {
          made([one]);
        } catch (cause) {
          const at = (one.entry & (PAGE - 1)).toString(16);
          throw new Error(`Program ${one.of} cannot be compiled from 0x${at} of its page on.`, { cause });
        }
      }
      throw all;
    }
  }

  private recordOf(address: number): number {
    const { records } = this.user.engine;
    const page = address - (address % PAGE);
    const base = records.find(page) || records.allocate(page);
    if (!base) throw new Error('The pool of records is too small for this many programs.');
    return base + ((address % PAGE) / 4) * RECORD.SIZE;
  }
  private fill(address: number, word: number): void {
    const { engine } = this.user;
    const record = this.recordOf(address);
    const filled = engine.decoder.fill(engine.views, record, word, address % PAGE);
    engine.records.handlers.setOriginal(record, filled.handler);
    engine.ram.addCode(address, 4);
  }

  private runOne({ state }: Sequence, random: Random): EngineSequenceResult {
    const { user } = this;
    const { engine, vcpu } = user;
    user.load(state);
    const before = vcpu.get32(engine.compiledCounter);
    let retired = 0;
    // Ends of slices are in the middle of things.
    const short = random.pick([0, 0, 0, 10, 300]);
    while (!user.tookException && retired < MOST_STEPS) {
      engine.runSlice(vcpu, short ? 1 + random.below(short) : MOST_STEPS);
      retired += engine.slice.retired;
    }
    // The WFI at the vectors, if the slice went on to it.
    if (vcpu.get32(CPU.WAITING)) retired--;
    const compiled = (vcpu.get32(engine.compiledCounter) - before) | 0;
    return { ...user.save(state.memory.length), ending: this.ending(), retired, compiled, isSteady: true };
  }

  private ending(): Ending {
    const { user } = this;
    if (!user.tookException) return 'endless';
    switch (user.vcpu.lo(SYS.ESR_EL1) >>> ESR_EC_SHIFT) {
      case EC.BRK64:
        return 'breakpoint';
      case EC.UNKNOWN:
      case EC.SYSTEM:
      case EC.SVE_SIMD_FP:
        return 'undefined';
      default:
        return 'fault';
    }
  }
}
