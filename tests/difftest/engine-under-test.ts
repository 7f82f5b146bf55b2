import type { Instruction } from '../../src/cpu/decoder';
import type { Engine } from '../../src/cpu/engine';
import { compileRegions } from '../../src/cpu/jit/compile';
import type { Region } from '../../src/cpu/jit/region';
import { MEMORY as LAYOUT, RECORD } from '../../src/cpu/layout';
import { EC, ESR_EC_SHIFT } from '../../src/cpu/syndrome';
import { SYS } from '../../src/cpu/sysregs/storage';
import type { Vcpu } from '../../src/cpu/vcpu';
import { type Case, OUTCOME, type Outcome, type Result, WORD_OFFSET } from './case';
import { CASE_PLACES } from './oracle-qemu-user';
import { UserEngine } from './user-engine';

/** Compiled regions after which their modules are let go of. */
const MOST_COMPILED = 4000;

/** Runs cases on a real engine, at EL0 with the MMU off, one after the other: by the interpreter, or as compiled regions. */

export const ENGINES = ['interpreter', 'jit'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface EngineResult extends Result {
  /** True if compiled code retired both instructions, rather than leaving to the interpreter. */
  compiled: boolean;
}

const RAM_BYTES = 4 << 20;
const PAGE = 4096;
/** Prelude and word. */
const INSTRUCTIONS = 2;

export class EngineUnderTest {
  private readonly engine: Engine;
  private readonly vcpu: Vcpu;
  /** Compiled cases by their entries. */
  private readonly compiled = new Set<number>();

  private constructor(private readonly user: UserEngine) {
    this.engine = user.engine;
    this.vcpu = user.vcpu;
  }

  static async create(): Promise<EngineUnderTest> {
    return new EngineUnderTest(await UserEngine.create(RAM_BYTES, CASE_PLACES));
  }

  /** The engine's own decoding of a word; undefined if it is UNALLOCATED. */
  decode(word: number): Instruction | undefined {
    return this.engine.decoder.decode(word);
  }

  /** Runs every case on its own state. All cases have addresses of their own. */
  run(cases: readonly Case[], by: EngineName): EngineResult[] {
    const { engine } = this;
    for (const { pc, prelude, word } of cases) {
      const at = this.user.host(Number(pc)) >>> 2;
      engine.views.u32[at] = prelude;
      engine.views.u32[at + 1] = word;
    }
    for (const entry of this.compiled) engine.records.handlers.clearCompiled(entry);
    this.compiled.clear();
    if (engine.handlerTable.taken > MOST_COMPILED) engine.dropModules();
    engine.dropAllCode();
    if (by === 'jit') this.compile(cases);
    return cases.map((one) => this.runOne(one));
  }

  /** Decodes the cases' pages and puts a compiled region at each case whose word is allocated: one module for all. */
  private compile(cases: readonly Case[]): void {
    const { engine } = this;
    const regions: { entry: number; region: Region }[] = [];
    for (const { pc, prelude, word } of cases) {
      const [first, second] = [this.decode(prelude), this.decode(word)];
      if (!first || !second) continue;
      const base = this.recordsOf(Number(pc) - (Number(pc) % PAGE));
      const entry = base + ((Number(pc) % PAGE) / 4) * RECORD.SIZE;
      for (let i = 0; i < INSTRUCTIONS; i++) {
        const record = entry + i * RECORD.SIZE;
        const filled = engine.decoder.fill(engine.views, record, i ? word : prelude, (record - base) >>> 2);
        engine.records.handlers.setOriginal(record, filled.handler);
        engine.ram.addCode(Number(pc) + i * WORD_OFFSET, 4);
      }
      const start = (entry - base) / RECORD.SIZE;
      regions.push({
        entry,
        region: { blocks: [{ start, instructions: [first, second], taken: undefined, next: undefined, returns: [] }] },
      });
    }
    if (!regions.length) return;
    const all = regions.map(({ region }) => region);
    const slots = engine.handlerTable.take(all.length);
    engine.instantiate(compileRegions(all, engine.handlers).code, slots, LAYOUT.CELLS);
    for (const [i, { entry }] of regions.entries()) {
      engine.records.handlers.setCompiled(entry, slots + i);
      this.compiled.add(entry);
    }
  }

  private recordsOf(page: number): number {
    const { records } = this.engine;
    const base = records.find(page) || records.allocate(page);
    if (!base) throw new Error('The pool of records is too small for this many cases.');
    return base;
  }

  private runOne(one: Case): EngineResult {
    const { engine, vcpu, user } = this;
    user.load(one);
    const compiledBefore = vcpu.get32(engine.compiledCounter);
    engine.runSlice(vcpu, INSTRUCTIONS);
    const compiled = ((vcpu.get32(engine.compiledCounter) - compiledBefore) | 0) === INSTRUCTIONS;
    return { ...user.save(one.memory.length), outcome: this.outcome(one), compiled };
  }

  private outcome({ pc }: Case): Outcome {
    const { vcpu, user } = this;
    if (!user.tookException) return OUTCOME.DONE;
    if (vcpu.get64(SYS.ELR_EL1) === pc) return OUTCOME.NOT_REACHED;
    switch (vcpu.lo(SYS.ESR_EL1) >>> ESR_EC_SHIFT) {
      case EC.UNKNOWN:
      case EC.SYSTEM:
      case EC.SVE_SIMD_FP:
        return OUTCOME.UNDEFINED;
      case EC.BRK64:
        return OUTCOME.BREAKPOINT;
      default:
        return OUTCOME.FAULT;
    }
  }
}
