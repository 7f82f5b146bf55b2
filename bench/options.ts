import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench [-- options]      how fast the machine is, in medians of runs taken in turn

Without --vs-qemu, --limit and --debian: the interpreter against the JIT.
  --only TEXT     only benchmarks with this in their names
  --runs N        runs of each (default 3)
  --list          the benchmarks' names
  --vs-qemu       the kernels against native QEMU (TCG, one thread) with the very same images; over 1 we are faster
  --limit         the kernels against the same C compiled to WebAssembly (needs clang and wasm-ld)
  --debian        boot of Debian and work in its shell, against native QEMU
  --node PATH     run our side of kernels and of Debian in another Node
  --json FILE     all figures as JSON`;

export interface BenchOptions {
  only: string;
  runs: number;
  list: boolean;
  vsQemu: boolean;
  limit: boolean;
  debian: boolean;
  node: string;
  json: string | undefined;
  help: boolean;
}

/** Throws one sentence for what is no option. */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      runs: { type: 'string', default: '3' },
      list: { type: 'boolean', default: false },
      'vs-qemu': { type: 'boolean', default: false },
      limit: { type: 'boolean', default: false },
      debian: { type: 'boolean', default: false },
      node: { type: 'string', default: process.execPath },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a number from 1 on, not “${values.runs}”.`);
  const { only, list, limit, debian, node, json, help } = values;
  return { only, runs, list, vsQemu: values['vs-qemu'], limit, debian, node, json, help };
}
