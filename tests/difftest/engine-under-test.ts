import type { Instruction } from '../../src/cpu/decoder';
import { Engine } from '../../src/cpu/engine';
import { clearExclusive, SPSR, setPstate } from '../../src/cpu/exceptions';
import { compileRegions } from '../../src/cpu/jit/compile';
import type { Region } from '../../src/cpu/jit/region';
import { CPU, MEMORY as LAYOUT, RECORD } from '../../src/cpu/layout';
import { EC, ESR_EC_SHIFT } from '../../src/cpu/syndrome';
import { CPACR, SCTLR } from '../../src/cpu/sysregs/fields';
import { SYS } from '../../src/cpu/sysregs/storage';
import type { Vcpu } from '../../src/cpu/vcpu';
import { resetVcpu } from '../../src/cpu/vcpu-state';
import { type Case, MEMORY, NOP, OUTCOME, type Outcome, PAGES, PAGES_BYTES, type Result, type State, WORD_OFFSET } from './case';

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
const RAM_BASE = 0x4000_0000;
const VECTORS = RAM_BASE;
/** Prelude and word. */
const INSTRUCTIONS = 2;
const EL0 = SPSR.DAIF;

/** All that EL0 may be allowed is allowed, as Linux does for its processes. */
const SCTLR_FOR_EL0 = SCTLR.DZE | SCTLR.UCT | SCTLR.UCI | SCTLR.NTWE | SCTLR.NTWI | SCTLR.SPAN;
/** The oracle never checks the alignment of SP (Linux has it checked): src/cpu/alignment.test.ts tests that. */
const UNCHECKED = SCTLR.SA | SCTLR.SA0;

export class EngineUnderTest {
  private readonly vcpu: Vcpu;
  /** Compiled cases by their entries. */
  private readonly compiled = new Set<number>();

  private constructor(private readonly engine: Engine) {
    this.vcpu = engine.vcpus[0]!;
    this.engine.views.u32.fill(NOP, this.host(VECTORS) >>> 2, (this.host(VECTORS) + PAGE) >>> 2);
    resetVcpu(this.vcpu, { pc: 0n });
    this.vcpu.set64(SYS.VBAR_EL1, BigInt(VECTORS));
    this.vcpu.set32(SYS.SCTLR_EL1, (this.vcpu.get32(SYS.SCTLR_EL1) & ~UNCHECKED) | SCTLR_FOR_EL0);
    this.vcpu.set32(SYS.CPACR_EL1, CPACR.FPEN);
  }

  static async create(): Promise<EngineUnderTest> {
    const engine = await Engine.create({
      vcpus: 1,
      ram: { base: RAM_BASE, size: RAM_BYTES },
      recordBytes: 4 << 20,
      mmio: { high: 0, read: () => undefined, write: () => false },
      ports: {
        gic: { readIcc: () => 0, writeIcc: () => {} },
        timer: { high: 0, read: () => 0, write: () => {} },
        pmuInterrupt: () => {},
        firmwareCall: () => false,
      },
    });
    return new EngineUnderTest(engine);
  }

  /** The engine's own decoding of a word; undefined if it is UNALLOCATED. */
  decode(word: number): Instruction | undefined {
    return this.engine.decoder.decode(word);
  }

  /** Runs every case on its own state. All cases have addresses of their own. */
  run(cases: readonly Case[], by: EngineName): EngineResult[] {
    const { engine } = this;
    for (const { pc, prelude, word } of cases) {
      const at = this.host(Number(pc)) >>> 2;
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

  private host(address: number): number {
    return this.engine.ram.host(address);
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
    const { engine, vcpu } = this;
    this.load(one);
    const compiledBefore = vcpu.get32(engine.compiledCounter);
    engine.runSlice(vcpu, INSTRUCTIONS);
    const compiled = ((vcpu.get32(engine.compiledCounter) - compiledBefore) | 0) === INSTRUCTIONS;
    return { ...this.save(one.memory.length), outcome: this.outcome(one), compiled };
  }

  private load(state: State): void {
    const { vcpu, engine } = this;
    const { u8, u64 } = engine.views;
    setPstate(vcpu, (state.nzcv | EL0) >>> 0);
    u64.set(state.x, (vcpu.base + CPU.X) >>> 3);
    vcpu.set64(CPU.SP, state.sp);
    vcpu.pc = state.pc;
    vcpu.set32(CPU.FPCR, state.fpcr);
    vcpu.set32(CPU.FPSR, state.fpsr);
    u8.set(state.v, vcpu.base + CPU.V);
    clearExclusive(vcpu);
    vcpu.set32(CPU.WAITING, 0);
    vcpu.set32(CPU.EVENT, 0);
    if (!state.memory.length) return;
    u8.fill(0, this.host(PAGES), this.host(PAGES) + PAGES_BYTES);
    u8.set(state.memory, this.host(MEMORY));
  }

  private save(memoryBytes: number): State {
    const { vcpu, engine } = this;
    const { u8, u64 } = engine.views;
    return {
      x: u64.slice((vcpu.base + CPU.X) >>> 3, ((vcpu.base + CPU.X) >>> 3) + 31),
      sp: vcpu.get64(CPU.SP),
      pc: vcpu.pc,
      nzcv: vcpu.nzcv,
      fpcr: vcpu.get32(CPU.FPCR) >>> 0,
      fpsr: vcpu.get32(CPU.FPSR) >>> 0,
      v: u8.slice(vcpu.base + CPU.V, vcpu.base + CPU.V + 512),
      memory: u8.slice(this.host(MEMORY), this.host(MEMORY) + memoryBytes),
    };
  }

  private outcome({ pc }: Case): Outcome {
    const { vcpu } = this;
    if (vcpu.get32(CPU.EL) === 0) return OUTCOME.DONE;
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
