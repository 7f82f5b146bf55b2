import { parseArgs } from 'node:util';
import { CPU_MODEL_NAMES, type CpuModelName } from '../src/cpu/models';

export const USAGE = `Usage: npm run bench [-- options]      how fast the machine is, in medians of runs taken in turn

Without --vs-qemu, --limit, --debian and --browser: the interpreter against the JIT.
  --only TEXT     only benchmarks with this in their names
  --runs N        runs of each (default 3)
  --list          the benchmarks' names
  --vs-qemu       the kernels against native QEMU (TCG, one thread) with the very same images; over 1 we are faster
  --limit         the kernels against the same C compiled to WebAssembly (needs clang and wasm-ld)
  --debian        boot of Debian and work in its shell, against native QEMU
  --cpu NAME      the CPU model that both sides of --debian have (default: max, QEMU's without SVE)
  --append WORDS  more words for the kernel's command line of --debian, on both sides, such as arm64.nopauth
  --browser       the kernels in Chromium (with --vs-qemu against QEMU), and the built page: from click to shell, an idle
                  guest’s host CPU, memory, bytes before the guest, how long the worker does not answer
  --minutes N     how long the guest works in the browser while its memory is read (default 2)
  --node PATH     run our side of kernels and of Debian in another Node
  --json FILE     all figures as JSON`;

const MINUTES = 2;

export interface BenchOptions {
  only: string;
  runs: number;
  list: boolean;
  vsQemu: boolean;
  limit: boolean;
  debian: boolean;
  /** Of Debian on both sides; undefined: the richest that both have. */
  cpu: CpuModelName | undefined;
  /** More words for its kernel on both sides. */
  append: string;
  browser: boolean;
  /** Of work in the browser. */
  minutes: number;
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
      cpu: { type: 'string' },
      append: { type: 'string', default: '' },
      browser: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      node: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a number from 1 on, not “${values.runs}”.`);
  const { only, list, limit, debian, browser, node, json, help, append } = values;
  const minutes = Number(values.minutes ?? MINUTES);
  if (!(minutes > 0 && minutes < Number.POSITIVE_INFINITY))
    throw new Error(`--minutes takes a number above 0, not “${values.minutes}”.`);
  if (values.minutes !== undefined && !browser)
    throw new Error('--minutes says how long the guest works under --browser: give both.');
  const cpu = CPU_MODEL_NAMES.find((name) => name === values.cpu);
  if (values.cpu !== undefined && !cpu) throw new Error(`--cpu takes ${CPU_MODEL_NAMES.join(', ')}, not “${values.cpu}”.`);
  if (append && !debian) throw new Error('--append says what Debian’s kernel is told under --debian: give both.');
  if (cpu && !debian) throw new Error('--cpu says what Debian runs on under --debian: give both.');
  const elsewhere = Object.entries({ '--debian': debian, '--limit': limit, '--node': node }).find(([, given]) => given)?.[0];
  if (browser && elsewhere)
    throw new Error(`--browser measures in Chromium, where ${elsewhere} has no meaning: run one after the other.`);
  return {
    only,
    runs,
    list,
    vsQemu: values['vs-qemu'],
    limit,
    debian,
    cpu,
    append,
    browser,
    minutes,
    node: node ?? process.execPath,
    json,
    help,
  };
}
