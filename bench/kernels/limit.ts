import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from '../../guests/bench/kernels';
import { hasTool, runTool } from '../../guests/run-tool';
import type { Sample, Side } from './side';

const COMPILER = 'clang';
const LINKER = 'wasm-ld';
const FLAGS = [
  '--target=wasm32',
  '-O2',
  '-msimd128',
  '-mbulk-memory',
  '-ffreestanding',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-DNO_FMA',
];
const LINKED = ['--no-entry', '--export=kernel'];
/** As for arm64: not where the subject is integers. */
const VECTORS = '-msimd128';
/** A function that is entered once would stay in V8's baseline tier all its life: this is to be the limit, so there is no such tier. */
const OPTIMISED = '--no-liftoff';
/** WebAssembly has no fused multiply-add: these say something else there. */
const FUSED = ['matrix-double', 'n-body', 'fft', 'saxpy'];

const KERNELS = join(import.meta.dirname, '../../guests/bench/kernels');
const CHILD = join(import.meta.dirname, 'wasm-child.ts');
const ROOT = join(import.meta.dirname, '../..');

export const missingForLimit = (): string[] => [COMPILER, LINKER].filter((tool) => !hasTool(tool));

async function compile({ name, group }: Kernel, file: string): Promise<void> {
  const object = `${file}.o`;
  const vectors = group === 'integer' ? [] : [VECTORS];
  await runTool(COMPILER, [...FLAGS, ...vectors, '-c', '-o', object, join(KERNELS, `${name}.c`)]);
  await runTool(LINKER, [...LINKED, '-o', file, object]);
}

/** The limit: the same C compiled to WebAssembly for the given Node, without an arm64 in between. */
export function onWasm(node: string, folder: string): Side {
  return {
    name: 'C as Wasm',
    exact: ({ name }) => !FUSED.includes(name),
    async once(kernel) {
      const { name, laps } = kernel;
      const file = join(folder, `${name}.wasm`);
      if (!existsSync(file)) await compile(kernel, file);
      const output = await runTool(node, [OPTIMISED, '--import', 'tsx', CHILD, file, `${laps}`], { cwd: ROOT });
      return JSON.parse(output.toString()) as Sample;
    },
  };
}
