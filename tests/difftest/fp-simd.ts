import { fpSimd } from '../../src/isa/fp-simd';
import { compareRows } from './compare-rows';
import { fpcrOf, fpsrOf, memoryBytesOf } from './fp-simd-rules';
import { QemuUserOracle } from './oracle-qemu-user';

/** Floating point and Advanced SIMD against qemu-aarch64: `tsx tests/difftest/fp-simd.ts [cases per row] [seed] [name filter]`. */

const [cases = '60', seed = '1', filter = ''] = process.argv.slice(2);
/** PMULL on 64-bit lanes: cryptography, which the table does not have. */
const isPmull64 = (word: number): boolean => (word & 0xbfe0fc00) >>> 0 === 0x0ee0e000;

// cortex-a57 has no extension beyond Armv8.0 but CRC32 and cryptography, so that UNALLOCATED means the same on both sides.
const oracle = new QemuUserOracle('cortex-a57');
const rows = fpSimd.filter((row) => row.name.toLowerCase().includes(filter.toLowerCase()));
const reports = [false, true].map((shared) =>
  compareRows(fpSimd, rows, oracle, {
    seed: Number(seed) + (shared ? 1000 : 0),
    casesPerRow: Number(cases),
    fpsr: fpsrOf,
    fpcr: fpcrOf,
    memoryBytes: memoryBytesOf,
    foreign: isPmull64,
    shared,
    maxFailures: 3,
  }),
);
oracle.close();

let failed = 0;
let total = 0;
rows.forEach(({ name }, i) => {
  const [known, passed] = [reports[0]![i]!, reports[1]![i]!];
  const sum = (of: (report: typeof known) => number): number => of(known) + of(passed);
  const run = sum((r) => r.cases);
  const allocation = sum((r) => r.allocation);
  const good = sum((r) => r.passed);
  total += good;
  if (good < run || allocation) failed++;
  console.log(
    `${good < run || allocation || !run ? 'FAIL' : 'ok  '} ${good}/${run}${allocation ? ` (${allocation} allocation differences)` : ''} ${name}`,
  );
  for (const failure of [...known.failures, ...passed.failures].slice(0, 3)) console.log(`    ${failure}`);
});
console.log(failed ? `${failed} of ${rows.length} rows differ` : `all ${rows.length} rows agree in ${total} cases`);
process.exitCode = failed ? 1 : 0;
