/** Runs programs of the machine (apt, xz, …) for the recipes. */
import { spawn, spawnSync } from 'node:child_process';

/** A recipe could not be followed; the message is one sentence for the person at the terminal. */
export class RecipeError extends Error {}

export function hasTool(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/**
 * Runs a program without a shell and without a terminal to ask questions on, and resolves with its standard output.
 * Throws a RecipeError with the program's own words if it cannot be started or fails.
 */
export function runTool(
  name: string,
  args: readonly string[],
  options: { cwd?: string; input?: Uint8Array; environment?: Readonly<Record<string, string>> } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...options.environment },
    });
    const out: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => complaints.push(bytes));
    child.on('error', (error) => reject(new RecipeError(`${name} could not be started (${error.message}).`)));
    child.on('close', (status) => {
      if (status === 0) return resolve(Buffer.concat(out));
      const words = Buffer.concat(complaints).toString().trim().split('\n').filter(Boolean);
      const errors = words.filter((line) => line.startsWith('E:'));
      const said = (errors[0] ?? words.at(-1) ?? 'it gave no reason').replace(/^E: */, '').replace(/\.$/, '');
      reject(new RecipeError(`${name} failed with status ${status}: ${said}.`));
    });
    // A program that ends before it has read everything says why by its status.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}
