import { writeFileSync } from 'node:fs';
import { runOnQemu } from './program-runners';
import { packResult, RECORDED_FILE, recordedPrograms } from './recorded-programs';

/** `npx tsx tests/sysdiff/record.ts` writes tests/vectors/system.json: after a change of the generator or the monitor. Needs QEMU. */
const programs = recordedPrograms();
const results = runOnQemu(programs).map((result, i) => packResult(programs[i]!, result));
writeFileSync(RECORDED_FILE, `[\n${results.map((result) => JSON.stringify(result)).join(',\n')}\n]\n`);
