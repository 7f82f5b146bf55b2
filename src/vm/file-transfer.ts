/**
 * Files of the guest, written and read by commands of its shell: any guest whose agent has `exec`, and a shell with cat, dd, mv, rm and wc, can take part.
 * Their bytes go as they are through a port of their own. A guest that has none, because it was saved or fell asleep before there was one, has them in the
 * agent's lines ({@link putByLines}).
 */
import type { TransferProgress } from './api';
import type { ByteStream, Source } from './byte-stream';
import { CollectedOutput } from './collected-output';
import { bytesInCommand, getByLines, putByLines, renameWhenWhole } from './file-lines';
import { checkPath, failure, type GuestShell, quoted, run, sizeOf } from './guest-shell';
import { NO_PORT, runWithStream } from './stream-command';

export interface TransferOptions {
  onProgress?: TransferProgress | undefined;
  /** Aborted: what is under way is given up, and what was written of a file removed. */
  signal?: AbortSignal | undefined;
  /** The port for bytes. Left out: the agent's lines. */
  stream?: ByteStream | undefined;
}

const sourceOf = (contents: Uint8Array | Blob): Source =>
  contents instanceof Uint8Array
    ? { size: contents.length, piece: async (at, length) => contents.subarray(at, at + length) }
    : {
        size: contents.size,
        piece: async (at, length) => new Uint8Array(await contents.slice(at, at + length).arrayBuffer()),
      };

/**
 * Writes a file of the guest, beside its place (`PATH.part`), and moves it there when all is written. A guest that sleeps meanwhile is given it from its
 * beginning when it is awake again. Rejects with one sentence, with what the guest's shell said.
 * @param path absolute
 */
export async function putFile(
  shell: GuestShell,
  path: string,
  contents: Uint8Array | Blob,
  options: TransferOptions = {},
): Promise<void> {
  checkPath(path);
  const { stream } = options;
  const what = `The file ${path} could not be written in the guest`;
  const names = `f=${quoted(path)} p="$f.part"`;
  const source = sourceOf(contents);
  try {
    const small = source.size <= bytesInCommand(names);
    const through = !small && stream && (await stream.alone(() => putThrough(stream, shell, what, names, source, options)));
    if (!through) await putByLines(shell, what, names, source, options);
  } catch (error) {
    // Whether that succeeds is of no use to anybody: the guest may be gone.
    await shell.exec(`${names}; rm -f "$p"`).catch(() => {});
    throw error;
  }
}

/** False: the guest has no port for it. */
async function putThrough(
  stream: ByteStream,
  shell: GuestShell,
  what: string,
  names: string,
  source: Source,
  { onProgress, signal }: TransferOptions,
): Promise<boolean> {
  const { size } = source;
  const command = [
    names,
    '[ ! -d "$f" ] || { echo "it is a directory"; exit 1; }',
    `dd bs=65536 count=${size} iflag=fullblock,count_bytes status=none <&4 >"$p" || exit`,
    ...renameWhenWhole(size),
  ].join('; ');
  for (;;) {
    const { status, output, lost } = await runWithStream(shell, stream, {
      command,
      signal,
      meanwhile: (passage) => passage.give(source, (given) => onProgress?.(given, size)),
    });
    if (status === 0) return true;
    if (status === NO_PORT) return false;
    if (!lost) throw failure(what, output, status);
  }
}

/**
 * Reads a file of the guest. Rejects with one sentence, with what the guest's shell said.
 * @param path absolute
 */
export async function getFile(shell: GuestShell, path: string, options: TransferOptions = {}): Promise<Uint8Array> {
  checkPath(path);
  const from = quoted(path);
  const what = `The file ${path} could not be read in the guest`;
  // Opens and reads it, so that what is wrong is said here, where it is not taken for contents.
  const said = await run(
    shell,
    what,
    `[ -f ${from} ] || { ls ${from} >/dev/null && echo "it is no file"; false; } && : <${from} && { ${sizeOf(from)}; }`,
    options.signal ? { signal: options.signal } : {},
  );
  const size = Number(new TextDecoder().decode(said));
  return getOutput(shell, what, `cat ${from}`, size, options);
}

/**
 * Reads a folder of the guest, and all that is in it, as one archive of its `tar`; in it the folder has its own name. How much that will be is
 * known roughly, from what it takes on its disk. Rejects with one sentence, with what the guest's shell said.
 * @param path absolute
 */
export async function getFolder(shell: GuestShell, path: string, options: TransferOptions = {}): Promise<Uint8Array> {
  checkPath(path);
  const from = quoted(path);
  const what = `The folder ${path} could not be read in the guest`;
  const said = await run(
    shell,
    what,
    `[ -d ${from} ] || { ls ${from} >/dev/null && echo "it is no folder"; exit 1; }; du -s -k ${from} 2>/dev/null; ls ${from} >/dev/null`,
    options.signal ? { signal: options.signal } : {},
  );
  const size = 1024 * Number.parseInt(new TextDecoder().decode(said), 10) || 0;
  const slash = path.lastIndexOf('/');
  const [parent, name] = [path.slice(0, slash) || '/', path.slice(slash + 1)];
  return getOutput(shell, what, `tar -c -f - -C ${quoted(parent)} ${quoted(`./${name}`)}`, size, options);
}

/** What a command writes to its standard output: some `size` bytes. */
async function getOutput(
  shell: GuestShell,
  what: string,
  command: string,
  size: number,
  options: TransferOptions,
): Promise<Uint8Array> {
  const { stream } = options;
  const through = stream && (await stream.alone(() => getThrough(stream, shell, what, command, size, options)));
  return through ?? getByLines(shell, what, command, size, options);
}

/** Undefined: the guest has no port for it. */
async function getThrough(
  stream: ByteStream,
  shell: GuestShell,
  what: string,
  command: string,
  size: number,
  { onProgress, signal }: TransferOptions,
): Promise<Uint8Array | undefined> {
  for (;;) {
    const contents = new CollectedOutput();
    const { status, output, lost } = await runWithStream(shell, stream, {
      command: `${command} >&4`,
      signal,
      take(bytes) {
        if (!contents.add(bytes)) throw new Error(`${what}: this host has no memory for its ${size} bytes.`);
        return onProgress?.(contents.length, Math.max(size, contents.length));
      },
    });
    if (status === NO_PORT) return undefined;
    if (lost) continue;
    if (status === 0) return contents.bytes;
    throw failure(what, output, status);
  }
}
