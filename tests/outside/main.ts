/**
 * `npm run outside [-- --only PART] [-- --cpu MODEL] [-- --seed S] [-- --made N] [-- --show]`: programs that nobody here wrote, in our machine and on QEMU's. What they print must be the
 * same to the byte. What QEMU's said is kept in guests/.cache/outside. Exit status 1 on a difference.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { sha256 } from '../../guests/guest-files';
import { runTool } from '../../guests/run-tool';
import { ExecError } from '../../src/vm/agent';
import { CPU_MODEL_NAMES, type CpuModelName } from '../../src/vm/api';
import { debian } from '../guest/harness';
import { compare } from '../qemu/diff';
import { type Linux, ours, qemuCpu, qemus } from './machines';
import { type RootFileSystem, rootFileSystem } from './root-file-system';
import { madePrograms, programText, type Workload, workloads } from './workloads';

const SAID = join(import.meta.dirname, '../../guests/.cache/outside/said');
/** Lines of a difference that are shown. */
const SHOWN = 12;
/** The last line of an outcome that ended well. */
const WELL = 'status 0';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    cpu: { type: 'string', default: 'max' },
    /** Of the programs in C. */
    seed: { type: 'string', default: '1' },
    made: { type: 'string', default: '3' },
    /** Show what our machine's programs print, too. */
    show: { type: 'boolean', default: false },
  },
});
const cpu = CPU_MODEL_NAMES.find((name) => name === values.cpu);
if (cpu === undefined) throw new Error(`--cpu “${values.cpu}” is no model: give one of ${CPU_MODEL_NAMES.join(', ')}.`);
const [seed, count] = [values.seed, values.made].map((text) => {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`“${text}” is not a number of at most six digits.`);
  return Number(text);
}) as [number, number];

const root = await rootFileSystem((line) => console.log(`Programs: ${line}`));
const made = madePrograms(seed, count);
const chosen = workloads([...made.keys()]).filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) throw new Error(`--only “${values.only}” is part of no workload's name.`);
const textOf = (name: string): string => made.get(name) ?? programText(name);
const names = [...new Set(chosen.flatMap(({ files }) => files))];
const archive = await archived(names);

/** All else that QEMU's answers depend on. */
const ORACLE = [
  qemuCpu(cpu),
  sha256(debian().kernel),
  sha256(debian().initrd),
  String(await runTool('qemu-system-aarch64', ['--version'])),
];

let failed = 0;
const mine = await ours(root.image, archive, cpu as CpuModelName);
let oracle: Linux | undefined;
try {
  for (const workload of chosen) await compared(workload);
} finally {
  await mine.stop();
  await oracle?.stop();
}
const peak = process.resourceUsage().maxRSS / 1024;
console.log(`\nThis process took ${peak.toFixed(0)} MiB at most, of which the guest's memory is 2048.`);
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** A tar archive of these files. */
async function archived(files: readonly string[]): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'dormouse-outside-'));
  try {
    for (const name of files) await writeFile(join(folder, name), textOf(name));
    return await runTool('tar', ['c', '-C', folder, '.']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compared(workload: Workload): Promise<void> {
  const start = performance.now();
  const said = await outcome(mine, workload);
  const seconds = (performance.now() - start) / 1000;
  if (values.show) console.log(said);
  if (workload.whole && lines(said).every((line) => workload.whole!.test(line) || line === WELL)) {
    return console.log(`ok    ${workload.name}: ${seconds.toFixed(0)} s, as it should be`);
  }
  const file = join(SAID, keyOf(workload, root));
  const expected = await expectedOf(workload, `${file}.txt`);
  const { differences, moved } = compare(lines(expected), lines(said));
  const end = lines(expected).slice(-2).join(' ');
  if (differences.length + moved.length === 0 && end.endsWith(WELL)) {
    return console.log(`ok    ${workload.name}: ${seconds.toFixed(0)} s, ${lines(said).length} lines as on QEMU`);
  }
  failed++;
  await writeFile(`${file}-dormouse.txt`, said);
  const words = [`${differences.length} lines differ`, `${moved.length} in another order`];
  console.log(
    `FAIL  ${workload.name}: ${seconds.toFixed(0)} s, ${words.join(', ')} (- QEMU, + Dormouse); all of it: ${file}-dormouse.txt`,
  );
  if (!end.endsWith(WELL)) console.log(`      on QEMU it ends with “${end}”, so it says little`);
  for (const { onlyIn, line } of differences.slice(0, SHOWN)) console.log(`      ${onlyIn === 'qemu' ? '-' : '+'} ${line}`);
}

/** What it printed, and its status as the last line. */
async function outcome(linux: Linux, { command, minutes }: Workload): Promise<string> {
  try {
    // Not by `timeout`: the harness, under which nobody is late, gives each of those a quarter of an hour.
    const { status, output } = await linux.run(command, { signal: AbortSignal.timeout(minutes * 60_000), bulk: true });
    return `${new TextDecoder().decode(output)}\nstatus ${status}`;
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    return `${new TextDecoder().decode(error.output)}\nnot finished after at most ${minutes} minutes: ${error.message}`;
  }
}

/** Changes with all that decides what it says. */
function keyOf({ command, files }: Workload, { recipe, packages }: RootFileSystem): string {
  return sha256(JSON.stringify([recipe, packages, command, files.map(textOf), ORACLE])).slice(0, 24);
}

/** What QEMU's machine says to it, asked unless the file has it from an earlier run. */
async function expectedOf(workload: Workload, file: string): Promise<string> {
  await mkdir(SAID, { recursive: true });
  if (existsSync(file)) return readFile(file, 'utf8');
  oracle ??= await qemus(root.image, archive, cpu as CpuModelName);
  const said = await outcome(oracle, workload);
  if (said.endsWith(WELL)) await writeFile(file, said);
  return said;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
