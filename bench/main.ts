/**
 * How fast the machine is: `npm run bench -- --help`. Machines are noisy: compare ratios of runs taken in turn, never single figures of
 * different days.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KERNELS } from '../guests/bench/kernels';
import { runTool } from '../guests/run-tool';
import { debianSuite } from './debian/suite';
import { WORKLOADS } from './debian/workloads';
import { engineBenchmarkNames, engineSuite } from './engines';
import { kernelSuite } from './kernels/suite';
import { type BenchOptions, benchOptions, USAGE } from './options';

async function list(): Promise<void> {
  for (const name of await engineBenchmarkNames()) console.log(name);
  for (const { name, group } of KERNELS) console.log(`${name} (kernel, ${group})`);
  for (const { name } of WORKLOADS) console.log(`${name} (--debian)`);
}

async function bench(options: BenchOptions, folder: string): Promise<void> {
  const node = (await runTool(options.node, ['--version'])).toString().trim();
  console.log(`Node ${node.slice(1)} on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}`);
  const engineOnly = !options.vsQemu && !options.limit && !options.debian;
  const results = {
    node,
    runs: options.runs,
    engines: engineOnly ? await engineSuite(options) : undefined,
    kernels: engineOnly || options.vsQemu || options.limit ? await kernelSuite(options, folder) : undefined,
    debian: options.debian ? await debianSuite(options, folder) : undefined,
  };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

function optionsOrExit(): BenchOptions {
  try {
    return benchOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
if (options.help) console.log(USAGE);
else if (options.list) await list();
else {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-bench-'));
  try {
    await bench(options, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
