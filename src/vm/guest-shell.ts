/** Commands for the guest's shell that are to succeed, and the sentences that come of those that do not. */
import type { AgentAbilities, ExecOptions, ExecResult } from './agent';

/** Whoever runs commands in the guest: its agent. */
export interface GuestShell {
  /** Resolves with the command's status, whatever it is. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** What it can do besides. */
  abilities(): Promise<AgentAbilities>;
}

/** Linux takes no longer one (PATH_MAX), its end included. */
const LONGEST_PATH = 4095;
/** An error of a guest's program is told up to here. */
const LONGEST_COMPLAINT = 300;

/** For a shell: whatever is in it stands for itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that prints a file's size. BusyBox' wc takes some thirty instructions for each byte; whoever has no stat has wc. */
export const sizeOf = (file: string): string => `stat -L -c %s ${file} 2>/dev/null || wc -c <${file}`;

/** Throws one sentence if it is no absolute path of a file or folder. */
export function checkPath(path: string): void {
  const bytes = new TextEncoder().encode(path).length;
  if (!path.startsWith('/') || path.endsWith('/') || path.includes('\0') || bytes > LONGEST_PATH)
    throw new Error(
      `“${path.slice(0, 100)}” cannot be a file in the guest: give an absolute path of at most ${LONGEST_PATH} bytes.`,
    );
}

/** Runs a command that is to succeed; what it says if it does not ends the sentence that is thrown. */
export async function run(shell: GuestShell, what: string, command: string, options: ExecOptions = {}): Promise<Uint8Array> {
  const { status, output } = await shell.exec(command, options);
  if (status === 0) return output;
  throw failure(what, output, status);
}

export const failure = (what: string, output: Uint8Array, status: number): Error =>
  new Error(`${what}: ${complaintOf(output, status)}.`);

function complaintOf(output: Uint8Array, status: number): string {
  const said = new TextDecoder().decode(output).replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return said === '' ? `its command ended with status ${status}` : said.slice(0, LONGEST_COMPLAINT);
}
