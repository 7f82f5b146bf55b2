import { A64 } from '../../src/isa';
import { dpImmediate } from '../../src/isa/dp-immediate';
import { dpRegister } from '../../src/isa/dp-register';
import { atomics, loadsStores } from '../../src/isa/loads-stores';
import { compareRows } from './compare-rows';
import { QemuUserOracle } from './oracle-qemu-user';

/** Integer data processing, loads, stores and atomics against qemu-aarch64: `tsx tests/difftest/integer.ts [cases per row] [seed] [name filter]`. */

const [cases = '60', seed = '1', filter = ''] = process.argv.slice(2);

/** Not for single instructions in a place of their own: they depend on PC. */
const usesPc = (name: string): boolean => /^ADR|literal/.test(name);
const memory = new Set([...loadsStores, ...atomics]);
// neoverse-n1 has the large-system atomics, and nothing newer that takes encodings the table has UNALLOCATED.
const oracle = new QemuUserOracle('neoverse-n1');
const rows = [...dpImmediate, ...dpRegister, ...loadsStores, ...atomics].filter(
  ({ name }) => !usesPc(name) && name.toLowerCase().includes(filter.toLowerCase()),
);
const reports = compareRows(A64, rows, oracle, {
  seed: Number(seed),
  casesPerRow: Number(cases),
  fpsr: () => 0,
  fpcr: () => [0],
  // LDP of one register twice.
  unpredictable: ({ row, decoded }) => row.name.startsWith('LDP') && decoded.d === decoded.a,
  shared: false,
  memoryBytes: (row) => (memory.has(row) ? 1024 : 0),
  maxFailures: 3,
});
oracle.close();
let failed = 0;
for (const { name, cases: run, passed, allocation, failures } of reports) {
  const bad = passed < run || allocation > 0 || !run;
  if (bad) failed++;
  console.log(`${bad ? 'FAIL' : 'ok  '} ${passed}/${run}${allocation ? ` (${allocation} allocation differences)` : ''} ${name}`);
  for (const failure of failures) console.log(`    ${failure}`);
}
console.log(failed ? `${failed} of ${rows.length} rows differ` : `all ${rows.length} rows agree`);
process.exitCode = failed ? 1 : 0;
