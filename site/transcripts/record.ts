/**
 * Records what the machines of the docs say, for readers whose page runs no script: every text beside this file is the console of a real run.
 *
 *     npx tsx site/transcripts/record.ts            # all of them; those of Debian take a minute each
 *     npx tsx site/transcripts/record.ts lab-1.1    # those whose name has this in it
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RUNS, type Run } from './runs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'src/cli/main.ts');
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');

/** Dormouse's own words reach standard error; in the console of a page they are lines of its own. */
const OWN = /^dormouse: (.*)$/gm;

/** One machine from start to end: each line is typed when the prompt is there. Resolves with console and own words in their order. */
function play(args: readonly string[], prompt: RegExp, typed: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [TSX, CLI, 'run', ...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
    const left = [...typed];
    let text = '';
    let seen = 0;
    const hear = (bytes: Buffer): void => {
      text += bytes.toString('utf8').replaceAll('\r', '');
      if (!prompt.test(text.slice(seen))) return;
      seen = text.length;
      const line = left.shift();
      if (line === undefined) child.kill('SIGINT');
      else child.stdin.write(`${line}\n`);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8').replace(OWN, '── $1 ──');
    });
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

/** Without what surrounds the part that is of interest: escape codes, the recorder's own end, and the time before `from`. */
function trim(text: string, { from, drop }: Run): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes of terminals are made of them.
  const plain = text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u0007/g, '');
  const start = from === undefined ? 0 : plain.search(from);
  if (start < 0) throw new Error(`The console never showed ${from}.`);
  return plain
    .slice(start)
    .split('\n')
    .filter((line) => !/SIGINT|signal/.test(line) && !drop?.test(line))
    .join('\n')
    .replace(/(\n(lab> ?|[^\n]*# ?))$/, '')
    .trim();
}

const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'dormouse-record-'));
try {
  for (const run of RUNS) {
    if (wanted.length > 0 && !wanted.some((name) => run.name.includes(name))) continue;
    let text = '';
    for (const { args, typed } of run.machines) {
      const given = args.map((arg) => arg.replace('DISK', join(scratch, `${run.disk ?? run.name}.img`)));
      // The reader's disk is not in our folder.
      text += (await play(given, run.prompt, typed)).replaceAll(`${scratch}/`, '');
    }
    writeFileSync(join(ROOT, 'site/transcripts', `${run.name}.txt`), `${trim(text, run)}\n`);
    console.log(`${run.name}: recorded`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
