/** Files of the guest in the lines of its agent, as base64 or as a command's input: some five times slower than through a port of their own. */
import { encodeBase64, MAX_COMMAND_BYTES, MAX_INPUT_BYTES } from './agent-protocol';
import type { Source } from './byte-stream';
import { CollectedOutput } from './collected-output';
import type { TransferOptions } from './file-transfer';
import { type GuestShell, run, sizeOf } from './guest-shell';

/** What a command needs besides the file's path and its base64. */
const COMMAND_FRAME = 512;

/** How many bytes fit into a command that begins with `names`. */
export function bytesInCommand(names: string): number {
  // Base64 has four letters for three bytes. The kernel ends the longest argument with a zero.
  const room = MAX_COMMAND_BYTES - 1 - COMMAND_FRAME - new TextEncoder().encode(names).length;
  return Math.floor(room / 4) * 3;
}

/** A pipe's status is that of its end: whether all came through is seen by the size. */
export const renameWhenWhole = (size: number): string[] => [
  `s=$(${sizeOf('"$p"')})`,
  `[ $s -eq ${size} ] || { echo "$s bytes of ${size} arrived"; exit 1; }`,
  'mv -f "$p" "$f"',
];

/**
 * Writes `$p` and moves it to `$f`, which `names` sets. Each piece is a command, so that the guest can do something else in between; to start one takes
 * much longer than to give it a MiB, so there are no others.
 */
export async function putByLines(
  shell: GuestShell,
  what: string,
  names: string,
  { size, piece }: Source,
  { onProgress, signal }: TransferOptions,
): Promise<void> {
  const inCommand = bytesInCommand(names);
  const asInput = size > inCommand && (await shell.abilities()).input;
  const length = asInput ? MAX_INPUT_BYTES : inCommand;
  let at = 0;
  do {
    const bytes = await piece(at, length);
    const steps = [
      names,
      ...(at === 0 ? ['[ ! -d "$f" ] || { echo "it is a directory"; exit 1; }', ': >"$p" || exit'] : []),
      asInput ? 'cat >>"$p" || exit' : `echo ${encodeBase64(bytes)} | base64 -d >>"$p" || exit`,
      ...(at + bytes.length < size ? [] : renameWhenWhole(size)),
    ];
    await run(shell, what, steps.join('; '), { ...(signal ? { signal } : {}), ...(asInput ? { input: bytes } : {}) });
    at += bytes.length;
    await onProgress?.(at, size);
  } while (at < size);
}

/** What `command` writes to its standard output, which is expected to be `size` bytes. */
export async function getByLines(
  shell: GuestShell,
  what: string,
  command: string,
  size: number,
  { onProgress, signal }: TransferOptions,
): Promise<Uint8Array> {
  const { bulk } = await shell.abilities();
  const contents = new CollectedOutput();
  let tooMuch = false;
  const { status } = await shell.exec(`exec ${command} 2>/dev/null`, {
    ...(signal ? { signal } : {}),
    ...(bulk ? { bulk } : {}),
    onOutput(bytes) {
      tooMuch ||= !contents.add(bytes);
      return onProgress?.(contents.length, Math.max(size, contents.length));
    },
  });
  if (tooMuch) throw new Error(`${what}: this host has no memory for its ${size} bytes.`);
  if (status !== 0) throw new Error(`${what}: ${command.split(' ', 1)[0]} ended with status ${status}.`);
  return contents.bytes;
}
