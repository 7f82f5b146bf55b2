import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { A64 } from '../../src/isa';
import { disassemble } from '../../src/isa/text/disassemble';
import { WORD_OFFSET } from './case';
import { Comparison, type Difference, type RowReport } from './compare-rows';
import { describeDifferences, describeState } from './differences';
import { ENGINES, EngineUnderTest } from './engine-under-test';
import { newerOracle } from './newer-oracle';
import { QemuUserOracle } from './oracle-qemu-user';
import { exclusionOfRow } from './rules';
import { runCopies, runSequences } from './sequences';
import { shrink } from './shrink';

/**
 * The differential test: random instructions of every row of the table on random state, executed by qemu-aarch64 and by both engines.
 *
 *     npm run difftest -- [--cases N] [--rows PART] [--seed S] [--engine both|interpreter|jit]
 *     npm run difftest -- --sequences N [--seed S]
 *
 * `--oracle newer` fetches a newer QEMU from Debian, and keeps it: newer-oracle.ts. With `--sequences` random programs instead: random-sequence.ts.
 *
 * Prints a line per row and each difference as one shrunk instruction; then compares the disassembler with objdump on random words of the
 * same rows. Exit status 1 if anything differs or a row has fewer cases than asked for.
 */

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '500' },
    rows: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'both' },
    sequences: { type: 'string' },
    oracle: { type: 'string', default: 'installed' },
  },
});
const engines = ENGINES.filter((name) => values.engine === 'both' || values.engine === name);
const casesPerRow = Number(values.cases);
const programs = Number(values.sequences ?? 1);
const age = (['installed', 'newer'] as const).find((name) => name === values.oracle);
if (!age || !engines.length || !(casesPerRow > 0) || !(programs > 0)) {
  console.error(
    'Usage: npm run difftest -- [--cases N] [--rows PART] [--seed S] [--engine both|interpreter|jit] [--oracle installed|newer], or --sequences N [--seed S] [--oracle …]',
  );
  process.exit(2);
}
const wanted = A64.filter(({ name }) => name.toLowerCase().includes(values.rows.toLowerCase()));
if (!wanted.length) {
  console.error(`No encoding's name has "${values.rows}" in it.`);
  process.exit(2);
}
if (!QemuUserOracle.available()) {
  console.error(
    'The differential test needs qemu-aarch64 (Debian: qemu-user) and aarch64-linux-gnu-gcc (gcc-aarch64-linux-gnu).',
  );
  process.exit(2);
}

/** Copies and sets of memory, for each case of an encoding: they are three encodings each, of many options. */
const COPIES = 6;

function print({ engine, one, expected, actual }: Difference): void {
  const hex = (word: number): string => word.toString(16).padStart(8, '0');
  const prelude = disassemble(one.prelude, one.pc);
  console.log(`    ${engine}: ${hex(one.word)} ${disassemble(one.word, one.pc + BigInt(WORD_OFFSET))}`);
  if (prelude !== 'nop') console.log(`      after  ${hex(one.prelude)} ${prelude}`);
  console.log(`      before ${describeState(one)}`);
  for (const line of describeDifferences(expected, actual).slice(0, 6)) console.log(`      ${line}`);
}

const number = (value: number, width: number): string => String(value).padStart(width);
function printRow({ row, executed, compiled, unallocated, faulted, differences }: RowReport): void {
  const verdict = differences ? 'DIFFERS' : executed < casesPerRow ? 'FEW' : 'ok';
  const counts = [executed, compiled, unallocated, faulted, differences].map((value) => number(value, 8)).join('');
  console.log(`${verdict.padEnd(8)}${counts}  ${row.name}`);
}

/** Disassembler against objdump over random words of the same rows: what differs and the last line. False if something does. */
function compareDisassembler(): boolean {
  const script = fileURLToPath(new URL('../disasm/against-objdump.ts', import.meta.url));
  const { cases, rows, seed } = values;
  const done = spawnSync(process.execPath, [...process.execArgv, script, cases, rows, seed], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for (const line of done.stdout.split('\n')) if (line && !/ words, 0 different/.test(line)) console.log(line);
  return done.status === 0;
}

const start = process.hrtime.bigint();
const tested = wanted.filter((row) => exclusionOfRow(row, age) === undefined);
const oracle = new QemuUserOracle(age === 'newer' ? await newerOracle((line) => console.log(line)) : undefined);
if (values.sequences !== undefined) {
  const same = await runSequences(oracle, age, Number(values.seed), programs).finally(() => oracle.close());
  process.exit(same ? 0 : 1);
}
const engine = await EngineUnderTest.create();
try {
  const comparison = new Comparison(engine, oracle, { seed: Number(values.seed), casesPerRow, engines, age });
  const reports = await comparison.compare(tested);
  console.log(
    `        ${['executed', 'compiled', 'undefd', 'faulted', 'differ'].map((name) => name.padStart(8)).join('')}  encoding`,
  );
  for (const report of reports) {
    printRow(report);
    for (const example of report.examples) print(await shrink(example, engine, oracle));
  }
  for (const row of wanted) {
    const reason = exclusionOfRow(row, age);
    if (reason) console.log(`not tested: ${row.name}: ${reason}`);
  }
  const sum = (of: (report: RowReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const few = reports.filter(({ executed }) => executed < casesPerRow).length;
  const differing = reports.filter(({ differences }) => differences > 0).length;
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(
    `${reports.length} encodings, ${sum((r) => r.executed)} cases on ${engines.join(' and ')} (${sum((r) => r.compiled)} compiled), ` +
      `${sum((r) => r.unallocated)} UNALLOCATED words, ${sum((r) => r.faulted)} faulted; ` +
      `${differing} encodings differ, ${few} have fewer than ${casesPerRow} cases; ${seconds.toFixed(0)} s`,
  );
  const copiesAgree = age !== 'newer' || (await runCopies(oracle, Number(values.seed), COPIES * casesPerRow));
  const textAgrees = compareDisassembler();
  process.exitCode = differing || few || !copiesAgree || !textAgrees ? 1 : 0;
} finally {
  oracle.close();
}
