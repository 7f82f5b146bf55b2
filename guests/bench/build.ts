/**
 * Compiles the kernels anew: `npm run bench:guests`. Writes their assembly (`asm/`), which is kept in the repository so that nobody else needs
 * the cross compiler, and the checksums that this machine's own compiler and processor find (`expected.json`).
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasTool, RecipeError, runTool } from '../run-tool';
import { clean } from './clean';
import { type Checksums, EXPECTED_FILE } from './expected';
import { KERNELS, type Kernel, testLaps } from './kernels';

const CROSS_COMPILER = 'aarch64-linux-gnu-gcc';
const HOST_COMPILER = 'cc';

/** For both compilers: rounding as written (bench.h has the fused operations), and nothing that a library would have to provide. */
const SAME_RESULTS = ['-O2', '-ffp-contract=off', '-fno-math-errno'];
const FREESTANDING = [
  ...['-ffreestanding', '-fno-pic', '-fno-pie', '-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fno-ident'],
  // A loop that copies shall not become a call of memcpy.
  ...['-fno-tree-loop-distribute-patterns', '-march=armv8-a'],
];
const NO_VECTORS = '-mgeneral-regs-only';

const sourceOf = ({ name }: Kernel): string => join(import.meta.dirname, 'kernels', `${name}.c`);

async function compile(kernel: Kernel, version: string): Promise<void> {
  const flags = [...SAME_RESULTS, ...FREESTANDING, ...(kernel.group === 'integer' ? [NO_VECTORS] : [])];
  const assembly = await runTool(CROSS_COMPILER, ['-S', ...flags, '-o', '-', sourceOf(kernel)]);
  const header = [
    `// Made by \`npm run bench:guests\` from kernels/${kernel.name}.c; do not edit.`,
    `// ${version}`,
    `// ${flags.join(' ')}`,
    '',
  ];
  await writeFile(join(import.meta.dirname, 'asm', `${kernel.name}.s`), header.join('\n') + clean(assembly.toString()));
}

/** The checksums of a kernel on this machine, from plain C: where a kernel has intrinsics for arm64, it says the same without. */
async function runHere(kernel: Kernel, folder: string): Promise<Record<string, string>> {
  const program = join(folder, kernel.name);
  const host = join(import.meta.dirname, 'host.c');
  await runTool(HOST_COMPILER, [...SAME_RESULTS, '-DPORTABLE', '-o', program, host, sourceOf(kernel), '-lm']);
  const checksums: Record<string, string> = {};
  for (const laps of [testLaps(kernel), kernel.laps]) checksums[laps] = (await runTool(program, [`${laps}`])).toString().trim();
  return checksums;
}

async function build(): Promise<void> {
  const missing = [CROSS_COMPILER, HOST_COMPILER].filter((tool) => !hasTool(tool));
  if (missing.length > 0) {
    throw new RecipeError(
      `To compile the kernels anew ${missing.join(' and ')} must be installed; what is in guests/bench/asm stays.`,
    );
  }
  const version = (await runTool(CROSS_COMPILER, ['--version'])).toString().split('\n')[0]!;
  const folder = await mkdtemp(join(tmpdir(), 'dormouse-kernels-'));
  try {
    await mkdir(join(import.meta.dirname, 'asm'), { recursive: true });
    const expected: Checksums = {};
    for (const kernel of KERNELS) {
      await compile(kernel, version);
      expected[kernel.name] = await runHere(kernel, folder);
    }
    await writeFile(EXPECTED_FILE, `${JSON.stringify(expected, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`${KERNELS.length} kernels compiled by ${version}.`);
}

try {
  await build();
} catch (error) {
  if (!(error instanceof RecipeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
