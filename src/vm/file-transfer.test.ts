import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_COMMAND_BYTES } from './agent-protocol';
import { getFile, putFile } from './file-transfer';
import type { GuestShell } from './guest-shell';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** This system's shell in the place of a guest's: the commands are what is tested. */
class LocalShell implements GuestShell {
  commands: string[] = [];

  constructor(private readonly input = false) {}

  async abilities() {
    return { input: this.input, bulk: false };
  }

  exec(command: string, { onOutput, signal, input }: Parameters<GuestShell['exec']>[1] = {}) {
    this.commands.push(command);
    if (signal?.aborted) return Promise.reject(new Error('The command was cancelled.'));
    return new Promise<{ status: number; output: Uint8Array }>((resolve) => {
      const child = spawn('sh', ['-c', `exec 2>&1; ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(input);
      const output: Uint8Array[] = [];
      child.stdout.on('data', (bytes: Uint8Array) => (onOutput ? onOutput(bytes) : output.push(bytes)));
      child.on('close', (status) => resolve({ status: status ?? 255, output: Buffer.concat(output) }));
    });
  }
}

const contents = Uint8Array.from({ length: 300_001 }, (_, index) => (index * 7919) >> 3);

describe('files of the guest', () => {
  it.each(['plain', 'with blanks', `it's "quoted" $HOME \`x\` \\ ; rm *`, '-n', 'naïve ☃'])(
    'come back as they went: %s',
    async (name) => {
      const shell = new LocalShell();
      const path = join(folder, name);
      const put: number[][] = [];
      const got: number[][] = [];
      await putFile(shell, path, contents, { onProgress: (...progress) => void put.push(progress) });
      expect(readFileSync(path).equals(contents)).toBe(true);
      expect(await getFile(shell, path, { onProgress: (...progress) => void got.push(progress) })).toEqual(contents);
      expect(put.at(-1)).toEqual([contents.length, contents.length]);
      expect(put.length).toBeGreaterThan(2);
      expect(got.at(-1)).toEqual([contents.length, contents.length]);
      expect(readdirSync(folder)).toEqual([name]);
      expect(Math.max(...shell.commands.map((command) => new TextEncoder().encode(command).length))).toBeLessThan(
        MAX_COMMAND_BYTES,
      );
    },
  );

  it('go as input of commands where the agent takes it', async () => {
    const shell = new LocalShell(true);
    const path = join(folder, 'large');
    await putFile(shell, path, contents);
    expect(readFileSync(path).equals(contents)).toBe(true);
    expect(Math.max(...shell.commands.map(({ length }) => length))).toBeLessThan(1000);
  });

  it('may be blobs, and empty', async () => {
    const shell = new LocalShell();
    await putFile(shell, join(folder, 'blob'), new Blob([contents]));
    await putFile(shell, join(folder, 'empty'), new Uint8Array());
    expect(readFileSync(join(folder, 'blob')).equals(contents)).toBe(true);
    expect(await getFile(shell, join(folder, 'empty'))).toEqual(new Uint8Array());
  });

  it('replace what was there only when they are whole', async () => {
    const path = join(folder, 'old');
    writeFileSync(path, 'old');
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    await expect(putFile(new LocalShell(), path, contents, { onProgress, signal: controller.signal })).rejects.toThrow(
      'cancelled',
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['old']);
  });

  it('are refused with what the shell says', async () => {
    const shell = new LocalShell();
    mkdirSync(join(folder, 'sub'));
    await expect(putFile(shell, join(folder, 'no/file'), contents)).rejects.toThrow(
      /^The file .*no\/file could not be written in the guest: .*no\/file/,
    );
    await expect(putFile(shell, join(folder, 'sub'), contents)).rejects.toThrow(/written in the guest: it is a directory\.$/);
    await expect(getFile(shell, join(folder, 'none'))).rejects.toThrow(
      /^The file .*none could not be read in the guest: ls: .*none/,
    );
    await expect(getFile(shell, join(folder, 'sub'))).rejects.toThrow(/read in the guest: it is no file\.$/);
    await expect(getFile(shell, 'relative')).rejects.toThrow('“relative” cannot be a file in the guest');
  });
});
