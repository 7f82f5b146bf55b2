import { A64 } from '../../src/isa';
import { compareCopies } from './compare-copies';
import { compareSequences, type SequenceDifference } from './compare-sequences';
import { describeState } from './differences';
import type { QemuUserOracle } from './oracle-qemu-user';
import type { OracleAge } from './rules';
import { SEQUENCE_ENGINES, SequenceEngines } from './sequence-engines';
import { describeSequenceDifferences } from './sequence-results';
import { sequenceRows } from './sequence-words';
import { listing, shrinkSequence } from './shrink-sequence';

/** Differences that are shrunk and shown. */
const SHOWN = 3;
/** Seeds of two runs do not overlap if theirs differ. */
const SEEDS_OF_A_RUN = 1_000_000;
const MOST_LINES = 8;
/** Programs after which a line tells how far it is. */
const TOLD = 20_480;

function print({ sequence, engine, choices, expected, actual }: SequenceDifference): void {
  console.log(`program ${sequence.seed} on ${engine}, choices ${choices}:`);
  for (const line of listing(sequence)) console.log(`    ${line}`);
  console.log(`  before ${describeState(sequence.state)}`);
  for (const line of describeSequenceDifferences(expected, actual).slice(0, MOST_LINES)) console.log(`  ${line}`);
}

/** Compares `count` copies and sets of memory (FEAT_MOPS) and prints what differs. True if nothing does. */
export async function runCopies(oracle: QemuUserOracle, seed: number, count: number): Promise<boolean> {
  const differences = await compareCopies(await SequenceEngines.create(), oracle, seed * SEEDS_OF_A_RUN, count);
  for (const difference of differences.slice(0, SHOWN)) print(difference);
  console.log(`${count} copies and sets of memory on ${SEQUENCE_ENGINES.join(', ')}; ${differences.length} differ`);
  return differences.length === 0;
}

/** Compares `count` random programs and prints what differs. True if nothing does. */
export async function runSequences(oracle: QemuUserOracle, age: OracleAge, seed: number, count: number): Promise<boolean> {
  const start = process.hrtime.bigint();
  const seconds = (): string => (Number(process.hrtime.bigint() - start) / 1e9).toFixed(0);
  const engines = await SequenceEngines.create();
  const first = seed * SEEDS_OF_A_RUN;
  const report = await compareSequences(engines, oracle, sequenceRows(A64, age), { first, count }, ({ programs }) => {
    if (programs % TOLD === 0) console.log(`${programs} programs, ${seconds()} s`);
  });
  for (const difference of report.differences.slice(0, SHOWN)) print(await shrinkSequence(difference, engines, oracle));
  const { programs, instructions, run, compiled, endings, differences } = report;
  const million = (n: number): string => `${(n / 1e6).toFixed(1)} million`;
  const ends = Object.entries(endings).map(([name, n]) => `${n} ${name}`);
  console.log(
    `${programs} programs of ${Math.round(instructions / programs)} instructions on ${SEQUENCE_ENGINES.join(', ')}: ${million(run)} instructions run ` +
      `(${million(compiled.regions)} and ${million(compiled.jit)} compiled), ended by ${ends.join(', ')}; ${differences.length} differ; ${seconds()} s`,
  );
  return differences.length === 0;
}
