/**
 * `npm test`: every check there is, one after the other, even when an earlier one fails. The last line of its output is
 * `N passed, N failed`: unit and browser tests counted one by one, each static check as one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from '../tests/browser/support/chromium';
import { type Counts, countsOf, playwrightCounts, vitestCounts } from './test-counts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');
const LAB_BUILD = 'guests/lab/build.ts';
const scratch = mkdtempSync(join(tmpdir(), 'dormouse-test-'));

interface Stage {
  name: string;
  seconds: number;
  counts: Counts;
}
const stages: Stage[] = [];

/** The longest stage takes about ten minutes on two idle processors; on slow ones it may take several times that. What takes longer is a loop without end. */
const LIMIT_MINUTES = 75;

/** Ends a program and all it has started. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Runs a program with its output on this terminal; resolves with its exit status, 124 if it took too long. */
function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
      // A group of its own, so that a worker that never listens can be ended, too.
      detached: true,
    });
    const interrupted = (): void => {
      killGroup(child.pid);
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    const timer = setTimeout(() => {
      console.error(`${command} did not end within ${LIMIT_MINUTES} minutes.`);
      killGroup(child.pid);
      done(124);
    }, LIMIT_MINUTES * 60_000);
    const done = (status: number): void => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      resolve(status);
    };
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}.`);
      done(1);
    });
    child.on('close', (status, signal) => {
      if (signal !== null) console.error(`${command} was ended by ${signal}.`);
      done(status ?? 1);
    });
  });
}

const tool = (name: string, ...args: string[]): Promise<number> => run(join(BIN, name), args);

async function stage(name: string, work: () => Promise<Counts>): Promise<void> {
  console.log(`\n━━ ${name}`);
  const start = performance.now();
  const counts = await work();
  stages.push({ name, seconds: (performance.now() - start) / 1000, counts });
}

/** A static check is one test. */
const check = (name: string, work: () => Promise<number>): Promise<void> =>
  stage(name, async () => ((await work()) === 0 ? countsOf(1, 0) : countsOf(0, 1)));

/** The report a test runner wrote, if it came that far. */
function readReport(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const isRoot = (): boolean => process.getuid?.() === 0;
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** A browser to test with, installed if there is none: from the system's packages, else Playwright's own. */
async function provideBrowser(): Promise<boolean> {
  const present = () => findChromium() !== undefined || existsSync(chromium.executablePath());
  if (present()) return true;
  const elevate = isRoot() ? [] : ['sudo', '-n'];
  const mayInstall = has('apt-get', '--version') && (isRoot() || has('sudo', '-n', 'true'));
  if (mayInstall) {
    console.log('There is no Chromium here: installing the one of the system (apt-get install chromium).');
    const apt = (...args: string[]) => {
      const [command = '', ...rest] = [...elevate, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args];
      return run(command, rest);
    };
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', 'chromium');
  }
  if (present()) return true;
  console.log("There is no Chromium here: installing Playwright's own.");
  // The libraries it needs come from the system, too.
  await tool('playwright', 'install', ...(mayInstall ? ['--with-deps'] : []), 'chromium');
  if (present()) return true;
  console.error('The browser tests need Chromium or Chrome: install one, or name it in CHROME_PATH.');
  return false;
}

async function vitest(name: string, ...options: string[]): Promise<Counts> {
  const report = join(scratch, `${name}.json`);
  const status = await tool('vitest', 'run', ...options, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  return vitestCounts(readReport(report), status, ROOT);
}

/** The lab guest is assembled first: tests of the machine boot it. */
async function unitTests(): Promise<Counts> {
  if ((await tool('tsx', LAB_BUILD)) !== 0) return countsOf(0, 1);
  return vitest('unit');
}

const guestTests = (): Promise<Counts> => vitest('guest', '--config', 'vitest.guest.config.ts');

async function browserTests(): Promise<Counts> {
  if (!(await provideBrowser())) return countsOf(0, 1);
  if ((await tool('tsx', 'scripts/build.ts')) !== 0) return countsOf(0, 1);
  const report = join(scratch, 'playwright.json');
  const status = await run(join(BIN, 'playwright'), ['test'], { DORMOUSE_BROWSER_REPORT: report });
  return playwrightCounts(readReport(report), status);
}

function summarise(): void {
  console.log('\n━━ Summary');
  const width = Math.max(...stages.map(({ name }) => name.length));
  for (const { name, seconds, counts } of stages) {
    const { passed, failed, skipped } = counts;
    const skips = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(
      `${failed > 0 ? '✗' : '✓'} ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${passed} passed, ${failed} failed${skips}`,
    );
  }
  for (const failure of stages.flatMap(({ counts }) => counts.failures)) console.log(`✗ ${failure}`);
}

try {
  await check('Types (tsc)', () => tool('tsc', '--noEmit'));
  await check('Types of components (svelte-check)', () => tool('svelte-check', '--threshold', 'error', '--output', 'human'));
  await check('Style (biome)', () => tool('biome', 'check', '.'));
  await check('Direction of imports', () => tool('tsx', 'scripts/lint-imports.ts'));
  await stage('Unit tests (vitest)', unitTests);
  await stage('Firmware seen from Linux (vitest)', guestTests);
  await stage('Browser tests (playwright)', browserTests);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
summarise();
const sum = (key: 'passed' | 'failed') => stages.reduce((total, { counts }) => total + counts[key], 0);
process.exitCode = sum('failed') > 0 ? 1 : 0;
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
