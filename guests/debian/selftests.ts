/** Linux's own tests of what arm64 gives to programs (tools/testing/selftests/arm64), compiled here from Debian's source of a kernel. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CpioEntry, writeCpio } from '../cpio';
import { json, sha256 } from '../guest-files';
import { hasTool, RecipeError, runTool } from '../run-tool';
import type { KernelFetcher } from './more-kernels';
import { KERNELS } from './more-kernels';

/** The suite whose source it is, and the kernel of kernel-list.ts that belongs to it. */
const SUITE = 'trixie';
export const SELFTESTS_KERNEL = 'trixie';
const SOURCE = 'linux-source-6.12';
/** The headers that the kernel shows to programs: the compiler's own may be older. */
const HEADERS = 'linux-libc-dev';

const FOLDER = join(KERNELS, 'selftests');
/** To be put behind an initramfs: all lies in /selftests, and /selftests/init is to be the first program. */
export const SELFTESTS = join(FOLDER, 'selftests.cpio.gz');

/** Folders of the suite. Not MTE, whose tests need it, and GCS, which came later. */
const PARTS = ['fp', 'signal', 'abi', 'pauth', 'bti', 'tags'] as const;

/** What is run; the folders hold programs besides that the tests start. `signal` has nothing but tests. */
const TESTS: Readonly<Record<Exclude<(typeof PARTS)[number], 'signal'>, readonly string[]>> = {
  fp: ['fp-ptrace', 'fp-stress', 'sve-ptrace', 'sve-probe-vls', 'vec-syscfg', 'za-fork', 'za-ptrace', 'zt-ptrace'],
  abi: ['hwcap', 'ptrace', 'syscall-abi', 'tpidr2'],
  pauth: ['pac'],
  bti: ['btitest', 'nobtitest'],
  tags: ['tags_test'],
};

const TOOLS = ['make', 'tar', 'xz', 'dpkg-deb', 'aarch64-linux-gnu-gcc', 'aarch64-linux-gnu-strip'];

/** Of the source's archive. */
const NEEDED = ['tools/testing/selftests', 'tools/include', 'tools/scripts', 'tools/arch', 'tools/build', 'scripts'];

async function compile(source: string, headers: string, output: string): Promise<CpioEntry[]> {
  const suite = join(source, 'tools/testing/selftests/arm64');
  const uapi = `-isystem ${headers}/usr/include/aarch64-linux-gnu -isystem ${headers}/usr/include`;
  const entries: CpioEntry[] = [];
  for (const part of PARTS) {
    const made = join(output, part);
    await mkdir(made, { recursive: true });
    await runTool(
      'make',
      [
        ...['-C', join(suite, part), 'all', 'ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'],
        // There are no libraries in the machine.
        'CC=aarch64-linux-gnu-gcc -static -no-pie',
        ...[`OUTPUT=${made}`, `top_srcdir=${source}`],
      ],
      {
        environment: {
          KHDR_INCLUDES: uapi,
          CFLAGS: `-Wall -O2 -I${join(source, 'tools/testing/selftests')} ${uapi} -I${join(source, 'tools/include')}`,
        },
      },
    );
    for (const name of (await readdir(made)).sort()) {
      if (name.endsWith('.o')) continue;
      await runTool('aarch64-linux-gnu-strip', [join(made, name)]);
      entries.push({ kind: 'file', path: `selftests/${part}/${name}`, content: await readFile(join(made, name)), mode: 0o755 });
    }
  }
  return entries;
}

/** The tests as the machine is to run them, e.g. `fp/fp-ptrace`. Throws a RecipeError if one was not compiled. */
function testsOf(entries: readonly CpioEntry[]): string[] {
  const made = entries.map(({ path }) => path.slice('selftests/'.length));
  const signal = made.filter((path) => path.startsWith('signal/'));
  const others = Object.entries(TESTS).flatMap(([part, names]) => names.map((name) => `${part}/${name}`));
  const missing = others.find((test) => !made.includes(test));
  if (missing !== undefined || signal.length === 0)
    throw new RecipeError(`the selftest ${missing ?? 'signal'} was not compiled: the source is of another shape.`);
  return [...signal, ...others];
}

/** Makes the archive unless it is there. Throws a RecipeError if packages or tools are missing. */
export async function buildSelftests(fetcher: KernelFetcher, say: (line: string) => void, update = false): Promise<void> {
  const init = await readFile(join(import.meta.dirname, 'selftests-init'));
  const recipe = sha256(JSON.stringify([SUITE, SOURCE, PARTS, TESTS, init.toString()]));
  const note = join(FOLDER, 'selftests.json');
  if (!update && existsSync(note) && (JSON.parse(await readFile(note, 'utf8')) as { recipe: string }).recipe === recipe) return;
  const missing = TOOLS.find((tool) => !hasTool(tool));
  if (missing !== undefined) throw new RecipeError(`the selftests are compiled here, and this machine has no ${missing}.`);
  const packages = await fetcher.packages([SUITE], async (lists) => {
    const wanted = [SOURCE, HEADERS].map(async (name) => {
      const [newest] = await lists.versions(name);
      if (newest === undefined) throw new RecipeError(`${SUITE} (arm64) of this mirror has no package ${name}.`);
      return newest;
    });
    return Promise.all(wanted);
  });
  const work = await mkdtemp(join(tmpdir(), 'dormouse-selftests-'));
  try {
    say('compiling the selftests (a minute)');
    for (const { file } of packages) await runTool('dpkg-deb', ['-x', file, join(work, 'packages')]);
    const archive = join(work, 'packages/usr/src', `${SOURCE}.tar.xz`);
    await runTool('tar', ['-C', work, '-xf', archive, ...NEEDED.map((path) => `${SOURCE}/${path}`)]);
    const entries = await compile(join(work, SOURCE), join(work, 'packages'), join(work, 'made'));
    const list = new TextEncoder().encode(`${testsOf(entries).join('\n')}\n`);
    const whole = writeCpio([
      ...entries,
      { kind: 'file', path: 'selftests/init', content: init, mode: 0o755 },
      { kind: 'file', path: 'selftests/list', content: list },
    ]);
    await mkdir(FOLDER, { recursive: true });
    await writeFile(`${SELFTESTS}.new`, gzipSync(whole));
    await rename(`${SELFTESTS}.new`, SELFTESTS);
    await writeFile(note, json({ packages: packages.map(({ name, version }) => ({ name, version })), recipe }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
