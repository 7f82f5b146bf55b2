/**
 * Files of the guest, written and read through its agent: by commands of its shell, so that any guest whose agent has `exec`, and a shell with
 * base64, cat, mv, rm and wc, can take part.
 */
import type { AgentAbilities, ExecOptions, ExecResult } from './agent';
import { encodeBase64, MAX_COMMAND_BYTES, MAX_INPUT_BYTES } from './agent-protocol';
import type { TransferProgress } from './api';
import { CollectedOutput } from './collected-output';

/** Whoever runs commands in the guest: its agent. */
export interface GuestShell {
  /** Resolves with the command's status, whatever it is. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** What it can do besides: without it files go slowly. */
  abilities(): Promise<AgentAbilities>;
}

export interface TransferOptions {
  onProgress?: TransferProgress | undefined;
  /** Aborted: what is under way is given up, and what was written of a file removed. */
  signal?: AbortSignal | undefined;
}

/** What a command needs besides the file's path and its base64. */
const COMMAND_FRAME = 512;
/** Linux takes no longer one (PATH_MAX), its end included. */
const LONGEST_PATH = 4095;
/** An error of a guest's program is told up to here. */
const LONGEST_COMPLAINT = 300;

/** For a shell: whatever is in it stands for itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function checkPath(path: string): void {
  const bytes = new TextEncoder().encode(path).length;
  if (!path.startsWith('/') || path.endsWith('/') || path.includes('\0') || bytes > LONGEST_PATH)
    throw new Error(
      `“${path.slice(0, 100)}” cannot be a file in the guest: give an absolute path of at most ${LONGEST_PATH} bytes.`,
    );
}

/** Runs a command that is to succeed; what it says if it does not ends the sentence that is thrown. */
async function run(
  shell: GuestShell,
  what: string,
  command: string,
  { signal }: TransferOptions,
  input?: Uint8Array,
): Promise<Uint8Array> {
  const { status, output } = await shell.exec(command, { ...(signal ? { signal } : {}), ...(input ? { input } : {}) });
  if (status === 0) return output;
  throw new Error(`${what}: ${complaintOf(output, status)}.`);
}

function complaintOf(output: Uint8Array, status: number): string {
  const said = new TextDecoder().decode(output).replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return said === '' ? `its command ended with status ${status}` : said.slice(0, LONGEST_COMPLAINT);
}

const piecesOf = (contents: Uint8Array | Blob): { size: number; piece(at: number, length: number): Promise<Uint8Array> } =>
  contents instanceof Uint8Array
    ? { size: contents.length, piece: async (at, length) => contents.subarray(at, at + length) }
    : {
        size: contents.size,
        piece: async (at, length) => new Uint8Array(await contents.slice(at, at + length).arrayBuffer()),
      };

/**
 * Writes a file of the guest, piece by piece beside its place (`PATH.part`), and moves it there when all is written. Rejects with one sentence,
 * with what the guest's shell said. Each piece is a command, so that the guest can do something else in between; to start one takes much longer than to
 * give it a MiB, so there are no others.
 * @param path absolute
 */
export async function putFile(
  shell: GuestShell,
  path: string,
  contents: Uint8Array | Blob,
  options: TransferOptions = {},
): Promise<void> {
  checkPath(path);
  const { onProgress } = options;
  const what = `The file ${path} could not be written in the guest`;
  const names = `f=${quoted(path)} p="$f.part"`;
  const { size, piece } = piecesOf(contents);
  // Base64 has four letters for three bytes. The kernel ends the longest argument with a zero.
  const room = MAX_COMMAND_BYTES - 1 - COMMAND_FRAME - new TextEncoder().encode(names).length;
  const inCommand = Math.floor(room / 4) * 3;
  try {
    const asInput = size > inCommand && (await shell.abilities()).input;
    const length = asInput ? MAX_INPUT_BYTES : inCommand;
    let at = 0;
    do {
      const bytes = await piece(at, length);
      const steps = [
        names,
        ...(at === 0 ? ['[ ! -d "$f" ] || { echo "it is a directory"; exit 1; }', ': >"$p" || exit'] : []),
        asInput ? 'cat >>"$p" || exit' : `echo ${encodeBase64(bytes)} | base64 -d >>"$p" || exit`,
        // A pipe's status is that of its end: whether all came through is seen by the size.
        ...(at + bytes.length < size
          ? []
          : [`s=$(wc -c <"$p")`, `[ $s -eq ${size} ] || { echo "$s bytes of ${size} arrived"; exit 1; }`, 'mv -f "$p" "$f"']),
      ];
      await run(shell, what, steps.join('; '), options, asInput ? bytes : undefined);
      at += bytes.length;
      await onProgress?.(at, size);
    } while (at < size);
  } catch (error) {
    // Whether that succeeds is of no use to anybody: the guest may be gone.
    await shell.exec(`${names}; rm -f "$p"`).catch(() => {});
    throw error;
  }
}

/**
 * Reads a file of the guest. Rejects with one sentence, with what the guest's shell said.
 * @param path absolute
 */
export async function getFile(shell: GuestShell, path: string, options: TransferOptions = {}): Promise<Uint8Array> {
  checkPath(path);
  const { onProgress, signal } = options;
  const from = quoted(path);
  const what = `The file ${path} could not be read in the guest`;
  // Opens and reads it, so that what is wrong is said here, where it is not taken for contents.
  const said = await run(
    shell,
    what,
    `[ -f ${from} ] || { ls ${from} >/dev/null && echo "it is no file"; false; } && wc -c <${from}`,
    options,
  );
  const size = Number(new TextDecoder().decode(said));
  const { bulk } = await shell.abilities();
  const contents = new CollectedOutput();
  let tooMuch = false;
  const { status } = await shell.exec(`exec cat ${from} 2>/dev/null`, {
    ...(signal ? { signal } : {}),
    ...(bulk ? { bulk } : {}),
    onOutput(bytes) {
      tooMuch ||= !contents.add(bytes);
      return onProgress?.(contents.length, Math.max(size, contents.length));
    },
  });
  if (tooMuch) throw new Error(`${what}: this host has no memory for its ${size} bytes.`);
  if (status !== 0) throw new Error(`${what}: cat ended with status ${status}.`);
  return contents.bytes;
}
