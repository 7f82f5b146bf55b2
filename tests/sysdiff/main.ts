import { parseArgs } from 'node:util';
import { compare, type ProgramDifference } from './compare-programs';
import { tallyPointers } from './pointer-tally';
import { type EngineName, qemuInstalled } from './program-runners';
import { ONLY, randomProgram } from './random-program';
import { shrinkProgram } from './shrink-program';

/**
 * The system-level differential test: random programs over random page tables at EL1 and EL0, on QEMU's `virt` and on both engines.
 *
 *     npm run sysdiff -- [--cases N] [--seed S] [--engine both|interpreter|jit] [--only pauth]
 *
 * `--only pauth`: programs that sign, authenticate and use pointers; how often each instruction of FEAT_PAuth came is counted.
 * Prints each difference as the smallest program that shows it. Exit status 1 if there is one.
 */

const BATCH = 1000;
/** Differences that are shrunk and shown. */
const SHOWN = 5;
/** Seeds of two runs do not overlap if theirs differ. */
const SEEDS_OF_A_RUN = 1_000_000;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'both' },
    only: { type: 'string' },
  },
});
const engines = (['interpreter', 'jit'] as const).filter(
  (name: EngineName) => values.engine === 'both' || values.engine === name,
);
const cases = Number(values.cases);
const seed = Number(values.seed);
const only = ONLY.find((name) => name === values.only);
if (!engines.length || !(cases > 0 && cases <= SEEDS_OF_A_RUN) || !Number.isInteger(seed) || only !== values.only) {
  console.error('Usage: npm run sysdiff -- [--cases N] [--seed S] [--engine both|interpreter|jit] [--only pauth]');
  process.exit(2);
}
if (!qemuInstalled()) {
  console.error('The system-level differential test needs qemu-system-aarch64 (Debian: qemu-system-arm).');
  process.exit(2);
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

function print({ program, engine, step, what }: ProgramDifference): void {
  const { tcr, sctlr, mair, monitorHigh } = program;
  console.log(`program ${program.seed} on ${engine}, ${step === undefined ? 'at its end' : `in step ${step}`}:`);
  console.log(
    `  TCR_EL1 ${hex(tcr)}, SCTLR_EL1 ${hex(sctlr)}, MAIR_EL1 ${hex(mair)}, monitor in the ${monitorHigh ? 'upper' : 'lower'} half`,
  );
  for (const { va, level, leaf, tableBits } of program.mappings)
    console.log(`  ${hex(va)}: ${hex(leaf)} at level ${level}${tableBits ? `, tables ${hex(tableBits)}` : ''}`);
  program.steps.forEach(({ source, at, spsr, x }, i) => {
    const values = x.map((value, n) => (value ? `x${n} ${hex(value)}` : '')).filter(Boolean);
    console.log(`  step ${i}, SPSR_EL1 ${hex(spsr)}, ${values.join(', ')}`);
    for (const line of at === undefined ? source.split('\n') : [`go to ${hex(at)}`])
      if (line.trim()) console.log(`    ${line.trim()}`);
  });
  for (const line of what) console.log(`  ${line}`);
}

let differing = 0;
const tally = new Map<string, number>();
for (let first = 0; first < cases; first += BATCH) {
  const count = Math.min(BATCH, cases - first);
  const programs = Array.from({ length: count }, (_, i) => randomProgram(seed * SEEDS_OF_A_RUN + first + i, only));
  for (const program of programs) tallyPointers(tally, program);
  for (const difference of await compare(programs, engines)) {
    differing++;
    if (differing <= SHOWN) print(await shrinkProgram(difference));
  }
}
if (only === 'pauth') for (const [form, count] of [...tally].sort()) console.log(`${String(count).padStart(8)}  ${form}`);
console.log(`${cases} programs on ${engines.join(' and ')}, ${differing} differ`);
process.exitCode = differing ? 1 : 0;
