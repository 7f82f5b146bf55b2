/**
 * How fast the machine is: `npm run bench -- --help`. Machines are noisy: compare ratios of runs taken in turn, never single figures of
 * different days.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KERNELS } from '../guests/bench/kernels';
import { RecipeError, runTool } from '../guests/run-tool';
import type { BrowserResults } from './browser/browser-suite';
import { MEASUREMENT_NAMES } from './browser/measurement-names';
import { debianSuite } from './debian/suite';
import { BOOTS, WORKLOADS } from './debian/workloads';
import { engineBenchmarkNames, engineSuite } from './engines';
import { kernelSuite } from './kernels/suite';
import { type BenchOptions, benchOptions, USAGE } from './options';

interface Benchmark {
  name: string;
  /** What runs it. */
  where: string;
}

/** All benchmarks; with `--browser` those there. */
async function benchmarks({ browser }: BenchOptions): Promise<Benchmark[]> {
  const kernels = KERNELS.map(({ name, group }) => ({ name, where: `kernels, ${group}` }));
  const inPage = MEASUREMENT_NAMES.map((name) => ({ name, where: '--browser' }));
  if (browser) return [...kernels, ...inPage];
  return [
    ...(await engineBenchmarkNames()).map((name) => ({ name, where: 'engines' })),
    ...kernels,
    ...[...BOOTS, ...WORKLOADS].map(({ name }) => ({ name, where: '--debian' })),
    ...inPage,
  ];
}

/** Loaded when it is asked for: nobody else needs what drives a browser. */
async function inBrowser(options: BenchOptions, folder: string): Promise<BrowserResults> {
  const { browserSuite } = await import('./browser/browser-suite');
  return browserSuite(options, folder);
}

async function bench(options: BenchOptions, folder: string): Promise<void> {
  const node = (await runTool(options.node, ['--version'])).toString().trim();
  console.log(`Node ${node.slice(1)} on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}`);
  const compared = options.vsQemu || options.limit;
  const results = {
    node,
    runs: options.runs,
    ...(options.browser
      ? { browser: await inBrowser(options, folder) }
      : {
          engines: compared || options.debian ? undefined : await engineSuite(options),
          kernels: compared || !options.debian ? await kernelSuite(options, folder) : undefined,
          debian: options.debian ? await debianSuite(options, folder) : undefined,
        }),
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

async function run(options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-bench-'));
  try {
    await bench(options, folder);
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = optionsOrExit();
const chosen = (await benchmarks(options)).filter(({ name }) => name.includes(options.only));
if (options.help) console.log(USAGE);
else if (options.list) for (const { name, where } of chosen) console.log(`${name} (${where})`);
else if (chosen.length === 0) {
  console.error(`No benchmark has “${options.only}” in its name; --list shows them.`);
  process.exitCode = 2;
} else await run(options);
