import { fpSimd } from '../../src/isa/fp-simd';
import { compareRows } from './compare-rows';
import { QemuUserOracle } from './oracle-qemu-user';

/** Floating point and Advanced SIMD against qemu-aarch64: `tsx tests/difftest/fp-simd.ts [cases per row] [seed] [name filter]`. */

const [cases = '60', seed = '1', filter = ''] = process.argv.slice(2);
const QC = 1 << 27;
const DEFAULT_NAN = 1 << 25;
// cortex-a57 has no extension beyond Armv8.0 but CRC32 and cryptography, so that UNALLOCATED means the same on both sides.
const oracle = new QemuUserOracle('cortex-a57');
const rows = fpSimd.filter((row) => row.name.toLowerCase().includes(filter.toLowerCase()));
let failed = 0;
for (const shared of [false, true]) {
  const reports = compareRows(fpSimd, rows, oracle, {
    seed: Number(seed) + (shared ? 1000 : 0),
    casesPerRow: Number(cases),
    fpsr: QC,
    fpcr: [0, 0, 0, DEFAULT_NAN],
    shared,
    memoryBytes: (row) => (/^(LD|ST)\d/.test(row.name) ? 512 : 0),
    maxFailures: 3,
  });
  for (const { name, passed, cases: run, allocation, failures } of reports) {
    const bad = run - passed + allocation;
    if (bad) failed++;
    console.log(
      `${bad ? 'FAIL' : 'ok  '} ${passed}/${run}${allocation ? ` (${allocation} allocation differences)` : ''} ${name}`,
    );
    for (const failure of failures) console.log(`    ${failure}`);
  }
}
oracle.close();
console.log(failed ? `${failed} rows differ` : 'all rows agree');
process.exitCode = failed ? 1 : 0;
