import type { Instruction } from '../../src/cpu/decoder';
import type { Row } from '../../src/isa/row';
import { type Case, OUTCOME, type Result, slotAddress } from './case';
import { same } from './differences';
import type { EngineName, EngineUnderTest } from './engine-under-test';
import type { QemuUserOracle } from './oracle-qemu-user';
import { Random } from './random';
import { randomCase, unallocatedCase } from './random-case';
import { randomWord } from './random-word';
import { cpuModel, exclusionOfWord, type OracleAge, settled, usesMemory } from './rules';

/** Random instruction words of rows, executed by the oracle and by the engines, and compared. */

export interface Difference {
  row: Row;
  engine: EngineName;
  one: Case;
  expected: Result;
  actual: Result;
}

export interface RowReport {
  row: Row;
  /** Allocated words that the oracle executed, or found UNDEFINED or a breakpoint, as was to be expected of the row. */
  executed: number;
  /** Of those, how many compiled code completed. */
  compiled: number;
  /** Words of the row's pattern that must be UNDEFINED. */
  unallocated: number;
  /** Cases that say nothing: a load or store faulted in the oracle. */
  faulted: number;
  differences: number;
  /** The first few of them. */
  examples: Difference[];
}

export interface CompareOptions {
  seed: number;
  casesPerRow: number;
  age: OracleAge;
  engines: readonly EngineName[];
}

/** Cases per process of the oracle and per compiled module. */
const BATCH = 4096;
/** Words tried for each case wanted: some belong to other rows or are left out. */
const TRIES = 40;
/** Rounds of making up for cases that faulted. */
const ROUNDS = 4;
const EXAMPLES = 3;

interface Planned {
  report: RowReport;
  one: Case;
  allocated: boolean;
}

/** False if the oracle's result says nothing about the word. */
export const isTelling = ({ outcome }: Result): boolean => outcome !== OUTCOME.FAULT && outcome !== OUTCOME.NOT_REACHED;

/** A random word of the row that can be tested at `pc`; `instruction` is undefined if it is UNALLOCATED. */
export function pickWord(
  random: Random,
  row: Row,
  pc: bigint,
  decode: EngineUnderTest['decode'],
  age: OracleAge = 'installed',
): { word: number; instruction: Instruction | undefined } | undefined {
  const word = settled(row, randomWord(random, row, pc), age);
  const instruction = decode(word);
  if (!instruction) return { word, instruction };
  return instruction.row === row && !exclusionOfWord(instruction, word, pc, age) ? { word, instruction } : undefined;
}

export class Comparison {
  private readonly random: Random;
  private readonly batches = new Map<string, Planned[]>();

  constructor(
    private readonly engine: EngineUnderTest,
    private readonly oracle: QemuUserOracle,
    private readonly options: CompareOptions,
  ) {
    this.random = new Random(options.seed);
  }

  async compare(rows: readonly Row[]): Promise<RowReport[]> {
    const reports = rows.map(
      (row): RowReport => ({ row, executed: 0, compiled: 0, unallocated: 0, faulted: 0, differences: 0, examples: [] }),
    );
    for (let round = 0; round < ROUNDS; round++) {
      const { casesPerRow } = this.options;
      for (const report of reports) {
        const missing = casesPerRow - report.executed;
        if (missing > 0) await this.plan(report, round ? missing + 20 : missing);
      }
      for (const key of this.batches.keys()) await this.flush(key);
    }
    return reports;
  }

  /** Adds cases of a row to its batch. */
  private async plan(report: RowReport, wanted: number): Promise<void> {
    const { random, engine } = this;
    const { age } = this.options;
    const { row } = report;
    const key = `${cpuModel(row)} ${usesMemory(row)}`;
    let unallocated = 0;
    for (let made = 0, tries = 0; made < wanted && tries < wanted * TRIES; tries++) {
      const batch = this.batches.get(key) ?? [];
      this.batches.set(key, batch);
      const pc = slotAddress(batch.length);
      const picked = pickWord(random, row, pc, (word) => engine.decode(word), age);
      if (!picked) continue;
      const { word, instruction } = picked;
      if (!instruction) {
        // Nothing of the state matters: few suffice.
        if (unallocated++ > wanted / 8) continue;
        batch.push({ report, one: unallocatedCase(random, word, row, pc), allocated: false });
      } else {
        batch.push({ report, one: randomCase(random, word, instruction, pc, age), allocated: true });
        made++;
      }
      if (batch.length >= BATCH) await this.flush(key);
    }
  }

  private async flush(key: string): Promise<void> {
    const batch = this.batches.get(key)!;
    this.batches.delete(key);
    if (!batch.length) return;
    const cases = batch.map(({ one }) => one);
    const oracle = this.oracle.run(cases, cpuModel(batch[0]!.report.row));
    const results = this.options.engines.map((by) => ({ by, results: this.engine.run(cases, by) }));
    const expected = await oracle;
    batch.forEach(({ report, one, allocated }, i) => {
      const want = expected[i]!;
      if (!isTelling(want)) {
        report.faulted++;
        return;
      }
      if (allocated) report.executed++;
      else report.unallocated++;
      for (const { by, results: all } of results) {
        const actual = all[i]!;
        if (actual.compiled) report.compiled++;
        if (same(want, actual)) continue;
        report.differences++;
        if (report.examples.length < EXAMPLES) report.examples.push({ row: report.row, engine: by, one, expected: want, actual });
      }
    });
  }
}
