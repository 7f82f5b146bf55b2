/** A project that uses the library as anybody would: it installs the packed tarball, and has nothing of this repository but its tools. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PATIENCE } from '../patience';

const ROOT = join(import.meta.dirname, '../..');
const TOOLS = join(ROOT, 'node_modules/.bin');
const GUESTS = join(ROOT, 'public/guests');

/** What npm installs beside the package. */
const DEPENDENCIES = ['@noble/ciphers', 'comlink', 'fzstd', 'pako'] as const;

export interface Ran {
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. Rejects with what it wrote if it fails. */
export async function run(file: string, args: readonly string[], cwd: string): Promise<Ran> {
  const options = { cwd, timeout: PATIENCE.TEST, maxBuffer: 64 << 20, env: { ...process.env, NODE_OPTIONS: '' } };
  try {
    return await promisify(execFile)(file, args, options);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Partial<Ran>;
    throw new Error(`${file} ${args.join(' ')} failed: ${(error as Error).message.split('\n')[0]}\n${stdout}\n${stderr}`);
  }
}

export class Consumer {
  private constructor(readonly folder: string) {}

  /** Builds what is to be packed (nothing, if nothing has changed), packs and installs it. */
  static async create(): Promise<Consumer> {
    const folder = mkdtempSync(join(tmpdir(), 'dormouse-consumer-'));
    const consumer = new Consumer(folder);
    await run(join(TOOLS, 'tsx'), ['scripts/build.ts'], ROOT);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    const project = { name: 'consumer', private: true, type: 'module', dependencies: { dormouse: `file:${tarball}` } };
    consumer.write('package.json', JSON.stringify(project));
    try {
      await run('npm', install, folder);
    } catch {
      // Without a network: what the package depends on is here, too.
      const overrides = Object.fromEntries(DEPENDENCIES.map((name) => [name, `file:${join(ROOT, 'node_modules', name)}`]));
      consumer.write('package.json', JSON.stringify({ ...project, overrides }));
      await run('npm', [...install, '--install-links'], folder);
    }
    symlinkSync(GUESTS, join(folder, 'guests'));
    return consumer;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  copy(from: string, name: string): void {
    cpSync(from, this.path(name), { recursive: true });
  }

  /** Runs one of this repository's tools in the project. */
  tool(name: 'tsc' | 'vite' | 'esbuild', ...args: string[]): Promise<Ran> {
    return run(join(TOOLS, name), args, this.folder);
  }

  /** Runs a TypeScript program of the project in Node, which gets its types stripped and nothing else. Resolves with what it printed. */
  async node(name: string): Promise<string> {
    const script = name.replace(/\.ts$/, '.js');
    await this.tool('esbuild', name, `--outfile=${script}`, '--format=esm', '--log-level=warning');
    return (await run(process.execPath, [script], this.folder)).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
