/** A command of the guest's shell that has the port for bytes ({@link ByteStream}) while it runs, as descriptor 4. */
import { FILES_PORT } from '../machine/devices/virtio/port-names';
import type { ExecResult } from './agent';
import type { ByteStream, Passage } from './byte-stream';
import { type GuestShell, quoted } from './guest-shell';

/** The command ended before it began: its guest has no such port. It was saved by a Dormouse that had none. */
export const NO_PORT = 69;

/** A guest without udev has no /dev/virtio-ports. The kernel says which port is whose, and devtmpfs has them by number. */
const FIND_PORT = `port=; for n in /sys/class/virtio-ports/*/name; do read -r name <"$n" && [ "$name" = ${FILES_PORT} ] && n=\${n%/name} && port=/dev/\${n##*/}; done 2>/dev/null; [ -c "$port" ] || exit ${NO_PORT}`;
/** A command that an earlier host has left behind, or that was given up just now, keeps the port for itself. */
const FREE_PORT = `for n in /proc/[0-9]*/fd/*; do [ "$n" -ef "$port" ] && n=\${n#/proc/} && kill -KILL "\${n%%/*}" && sleep 1; done 2>/dev/null`;

export interface StreamCommand {
  /** For the guest's shell. */
  command: string;
  /** Gets what the command writes to the port; a promise says when it is ready for more. */
  take?: (bytes: Uint8Array) => void | Promise<unknown>;
  /** What the host does meanwhile. */
  meanwhile?: (passage: Passage) => Promise<void>;
  signal?: AbortSignal | undefined;
}

/**
 * Runs it. What it says and its status are as with `exec`; what it wrote to the port was all taken. `lost`: the guest slept meanwhile, and something
 * on the way did not arrive; then it was given up. Rejects as `exec` does.
 */
export async function runWithStream(
  shell: GuestShell,
  stream: ByteStream,
  { command, take, meanwhile, signal }: StreamCommand,
): Promise<ExecResult & { lost: boolean }> {
  const passage = stream.begin(take);
  const steps = [FIND_PORT, FREE_PORT, 'exec 4<>"$port" || exit', `echo ${quoted(passage.word)} >&4`, command];
  const given = new AbortController();
  const giveUp = (): void => given.abort();
  signal?.addEventListener('abort', giveUp);
  passage.onLost = giveUp;
  if (signal?.aborted) giveUp();
  try {
    const beside = meanwhile?.(passage);
    const result = shell.exec(steps.join('; '), { signal: given.signal }).finally(() => passage.end());
    // Whichever fails first is what went wrong; neither goes on without the other.
    const [done] = await Promise.all([result, beside?.catch(giveUpWith(giveUp))]);
    if (done.status === 0) await passage.drained();
    return { ...done, lost: passage.lost };
  } catch (error) {
    // Given up by us, and by nobody else.
    if (passage.lost && given.signal.aborted && !signal?.aborted) return { status: 255, output: new Uint8Array(), lost: true };
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** A host that cannot read its own file ends the command in the guest, too. */
const giveUpWith =
  (giveUp: () => void) =>
  (error: unknown): never => {
    giveUp();
    throw error;
  };
