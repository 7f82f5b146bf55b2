import { type Output, type QemuUserOracle, SIGNAL } from './oracle-qemu-user';
import { randomSequence } from './random-sequence';
import { LATEST_MODEL } from './rules';
import { type Ending, MOST_SEQUENCES, SEQUENCE_PLACES, type Sequence, type SequenceResult } from './sequence';
import { type EngineSequenceResult, SEQUENCE_ENGINES, type SequenceEngineName, type SequenceEngines } from './sequence-engines';
import { sameResult } from './sequence-results';
import type { SequenceRows } from './sequence-words';

/** Random programs on the oracle and on the engines. */

export interface SequenceDifference {
  readonly sequence: Sequence;
  readonly engine: SequenceEngineName;
  /** What chose the regions and the ends of slices. */
  readonly choices: number;
  readonly expected: SequenceResult;
  readonly actual: SequenceResult;
}

export interface SequenceReport {
  programs: number;
  /** Instructions of the programs, those that were run by the interpreter, and those that compiled code ran, by engine. */
  instructions: number;
  run: number;
  compiled: Record<SequenceEngineName, number>;
  /** Programs by what ended them in the oracle. */
  endings: Partial<Record<Ending, number>>;
  differences: SequenceDifference[];
}

const ENDINGS: Readonly<Record<number, Ending>> = {
  [SIGNAL.TRAP]: 'breakpoint',
  [SIGNAL.ILL]: 'undefined',
  [SIGNAL.SEGV]: 'fault',
  [SIGNAL.BUS]: 'fault',
};

/** Programs for each process of the oracle and each compiled module. */
const BATCH = 512;
/** Differences that are kept. */
const EXAMPLES = 4;

export async function expectedOf(sequences: readonly Sequence[], oracle: QemuUserOracle): Promise<SequenceResult[]> {
  const outputs = await oracle.execute(sequences, LATEST_MODEL, SEQUENCE_PLACES);
  return outputs.map(({ state, signal }: Output) => ({ ...state, ending: ENDINGS[signal] ?? 'endless' }));
}

/** Programs of `count` seeds from `first` on. Told is what was done after each batch. */
export async function compareSequences(
  engines: SequenceEngines,
  oracle: QemuUserOracle,
  rows: SequenceRows,
  { first, count, by = SEQUENCE_ENGINES }: { first: number; count: number; by?: readonly SequenceEngineName[] },
  say: (report: SequenceReport) => void = () => {},
): Promise<SequenceReport> {
  const report: SequenceReport = {
    programs: 0,
    instructions: 0,
    run: 0,
    compiled: { interpreter: 0, regions: 0, jit: 0 },
    endings: {},
    differences: [],
  };
  for (let from = 0; from < count; from += BATCH) {
    const sequences = Array.from({ length: Math.min(BATCH, MOST_SEQUENCES, count - from) }, (_, i) =>
      randomSequence(first + from + i, i, rows, engines.decode),
    );
    const choices = first + from;
    const asked = expectedOf(sequences, oracle);
    const results = by.map((engine) => ({ engine, results: engines.run(sequences, engine, choices) }));
    const expected = await asked;
    sequences.forEach((sequence, i) => {
      const want = expected[i]!;
      report.programs++;
      report.instructions += sequence.instructions;
      report.endings[want.ending] = (report.endings[want.ending] ?? 0) + 1;
      let lengths: EngineSequenceResult | undefined;
      for (const { engine, results: all } of results) {
        const actual = all[i]!;
        report.compiled[engine] += actual.compiled;
        if (engine === 'interpreter') report.run += actual.retired;
        lengths ??= actual;
        const isAsLong = actual.retired === lengths.retired && actual.isSteady;
        if (sameResult(want, actual) && isAsLong) continue;
        report.differences.push({ sequence, engine, choices, expected: want, actual });
        if (!isAsLong)
          console.log(
            `program ${sequence.seed}: ${engine} retired ${actual.retired} instructions, the interpreter ${lengths.retired}`,
          );
      }
    });
    say(report);
    if (report.differences.length >= EXAMPLES) break;
  }
  return report;
}
