/** What the programs of the file system are asked to do; all of it says itself whether it is right, or says the same wherever it runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomProgram } from './random-c';

export interface Workload {
  name: string;
  /** For bash, in the folder of the files. */
  command: string;
  /** Names of the files it needs. */
  files: readonly string[];
  /** Host minutes it may take. */
  minutes: number;
  /** Each line of output is like this if all went well: then there is nothing to compare. */
  whole?: RegExp;
}

/** Python's own tests of what is computed, of what the processor's exceptions become, of processes, signals and threads. */
const PYTHON: readonly (readonly string[])[] = [
  [
    'test_float',
    'test_math',
    'test_cmath',
    'test_complex',
    'test_numeric_tower',
    'test_struct',
    'test_int',
    'test_long',
    'test_bool',
  ],
  ['test_fractions', 'test_statistics', 'test_random', 'test_array', 'test_memoryview', 'test_binascii', 'test_strtod'],
  ['test_decimal'],
  ['test_hashlib', 'test_hmac', 'test_zlib', 'test_bz2', 'test_lzma', 'test_gzip', 'test_marshal', 'test_pickle'],
  [
    'test_signal',
    'test_threading',
    'test_thread',
    'test_queue',
    'test_mmap',
    'test_select',
    'test_fork1',
    'test_faulthandler',
    'test_ctypes',
  ],
  [
    'test_re',
    'test_json',
    'test_set',
    'test_dict',
    'test_list',
    'test_sort',
    'test_bytes',
    'test_str',
    'test_unicode_identifiers',
  ],
  [
    'test_generators',
    'test_coroutines',
    'test_exceptions',
    'test_gc',
    'test_weakref',
    'test_itertools',
    'test_heapq',
    'test_bisect',
    'test_sqlite3',
  ],
];

/** Of stress-ng, by what it stresses: name, operations, options. An operation is about as much work as a tenth of a second lets one do here. */
const STRESS: Readonly<Record<string, readonly string[]>> = {
  computing: [
    ...['cpu:95', 'bitops:100', 'intmath:30', 'factor:50', 'prime:50', 'rotate:50', 'hash:30', 'crypt:4', 'jpeg:4', 'zlib:4'],
    ...[
      'str:100',
      'wcs:100',
      'funccall:40',
      'funcret:40',
      'regs:200',
      'matrix:60:matrix-size=32',
      'matrix-3d:60:matrix-3d-size=16',
    ],
  ],
  'floating point and vectors': [
    ...[
      'fp:30',
      'fp-error:100',
      'fma:40',
      'trig:20',
      'vecfp:30',
      'vecmath:20',
      'vecshuf:30',
      'vecwide:30',
      'veccmp:30',
      'vnni:20',
    ],
    ...[
      'besselmath:20',
      'expmath:20',
      'logmath:20',
      'powmath:20',
      'hyperbolic:20',
      'dfp:20',
      'eigen:10',
      'monte-carlo:4',
      'mpfr:10',
      'fractal:4',
    ],
  ],
  memory: [
    ...[
      'memcpy:40',
      'memrate:4:memrate-bytes=4m',
      'stream:4',
      'mremap:40',
      'vm:70:vm-bytes=4m',
      'vm-rw:20',
      'vm-segv:40',
      'vm-addr:40',
    ],
    ...[
      'vm-splice:100',
      'mmap:20:mmap-bytes=4m',
      'mmapfork:4',
      'mmapmany:20',
      'mmapaddr:50',
      'mmapfixed:50',
      'mmaphuge:20',
      'mprotect:50',
    ],
    ...[
      'madvise:20',
      'mincore:50',
      'mlock:50',
      'msync:50',
      'munmap:10',
      'remap:50',
      'shm:10',
      'shm-sysv:10',
      'stack:20',
      'stackmmap:10',
    ],
    ...[
      'tlb-shootdown:50',
      'userfaultfd:100',
      'prefetch:20',
      'cacheline:50',
      'cache:20',
      'icache:100',
      'misaligned:100',
      'flushcache:20',
    ],
    ...['lockbus:50', 'membarrier:200', 'fault:200', 'pagemove:20', 'malloc:2000', 'brk:2000', 'bigheap:20', 'randlist:10'],
  ],
  'signals and threads': [
    ...[
      'sigabrt:40',
      'sigbus:200',
      'sigchld:100',
      'sigfd:200',
      'sigfpe:200',
      'sighup:40',
      'sigill:200',
      'sigio:50',
      'signal:200',
      'signest:60',
    ],
    ...[
      'sigpending:100',
      'sigpipe:40',
      'sigq:200',
      'sigrt:200',
      'sigsegv:300',
      'sigsuspend:200',
      'sigtrap:200',
      'sigurg:100',
      'sigxcpu:100',
    ],
    ...[
      'timer:100',
      'itimer:50',
      'bad-altstack:50',
      'context:300',
      'atomic:200',
      'futex:200',
      'rseq:200',
      'spinmem:200',
      'dekker:300',
    ],
    ...[
      'peterson:300',
      'mutex:200',
      'pthread:50',
      'sem:200',
      'clone:50',
      'vfork:50',
      'fork:50',
      'exec:20',
      'ptrace:100',
      'switch:300',
    ],
  ],
  'code and searching': [
    ...[
      'branch:200',
      'goto:200',
      'longjmp:200',
      'opcode:200',
      'easy-opcode:50',
      'far-branch:50',
      'nop:200',
      'syncload:50',
      'null:100',
      'vdso:200',
    ],
    ...[
      'priv-instr:50',
      'bsearch:20',
      'qsort:10',
      'heapsort:10',
      'mergesort:10',
      'radixsort:10',
      'tree:4',
      'skiplist:4',
      'hsearch:4',
    ],
    ...['tsearch:4', 'sparsematrix:4', 'list:10', 'judy:10', 'ptr-chase:40', 'cachehammer:40', 'l1cache:10', 'memthrash:10'],
  ],
};

/** The programs made for a seed, by the names of their files. */
export function madePrograms(seed: number, count: number): Map<string, string> {
  return new Map(Array.from({ length: count }, (_, at) => [`made-${seed + at}.c`, randomProgram(seed + at)]));
}

export function workloads(made: readonly string[]): Workload[] {
  const simple = (name: string, command: string, files: readonly string[], minutes = 30): Workload => ({
    name,
    command,
    files,
    minutes,
  });
  return [
    simple('shells, awk, bc and compressors', 'bash shells.sh', ['shells.sh', 'fixed.sh']),
    simple('Perl', 'perl perl.pl', ['perl.pl']),
    simple('Ruby', 'ruby ruby.rb', ['ruby.rb']),
    simple('SQLite', 'bash sqlite.sh', ['sqlite.sh']),
    simple('OpenSSL', 'bash openssl.sh', ['openssl.sh', 'fixed.sh'], 60),
    simple('NumPy', 'python3 arrays.py', ['arrays.py']),
    ...['numbers', 'typedArrays bigNumbers', 'text objects', 'webAssembly', 'compression threads'].map((parts) =>
      simple(`Node: ${parts}`, `node node.mjs ${parts}`, ['node.mjs']),
    ),
    simple('GCC', 'bash compiler.sh', ['compiler.sh', ...made], 120),
    simple('gdb', 'bash debugger.sh', ['debugger.sh'], 60),
    ...PYTHON.map((tests) => simple(`Python: ${tests.join(', ')}`, `bash python.sh ${tests.join(' ')}`, ['python.sh'], 60)),
    ...Object.entries(STRESS).map(([name, items]) => ({
      ...simple(`stress-ng: ${name}`, `bash stress.sh ${items.join(' ')}`, ['stress.sh'], 90),
      whole: /^\S+ [12]: status 0$/,
    })),
  ];
}

const texts = new Map<string, string>();

/** The text of one of the files of {@link workloads}, as it was when it was first asked for. */
export function programText(name: string): string {
  const text = texts.get(name) ?? readFileSync(join(import.meta.dirname, 'programs', name), 'utf8');
  texts.set(name, text);
  return text;
}
