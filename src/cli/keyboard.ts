/** Standard input as the guest's keyboard. */
import { fstatSync, readFileSync } from 'node:fs';
import { EscapeKeys, type KeyCommand } from './escape-keys';

export interface Keyboard {
  /** Gives the terminal back as it was and stops listening. Safe to call twice. */
  close(): void;
}

export interface KeyboardOptions {
  /** Bytes for the guest. */
  deliver(bytes: Uint8Array): void;
  /** Bytes the guest has not taken yet. */
  waiting(): number;
  command(command: KeyCommand): void;
}

/** A file this small is delivered whole before the machine starts, so that runs under the virtual clock repeat. */
const WHOLE_FILE_BYTES = 1 << 20;
/** Bytes waiting for the guest from which on no more are read, and milliseconds until the next look. */
const HIGH_WATER_BYTES = 64 * 1024;
const LOOK_AGAIN_MS = 50;

function wholeFile(): Uint8Array | undefined {
  try {
    const status = fstatSync(0);
    return status.isFile() && status.size <= WHOLE_FILE_BYTES ? readFileSync(0) : undefined;
  } catch {
    return undefined;
  }
}

/** Opens standard input: a terminal becomes raw, with Ctrl-A as our own key; anything else is passed on byte by byte. */
export function openKeyboard({ deliver, waiting, command }: KeyboardOptions): Keyboard {
  const file = process.stdin.isTTY ? undefined : wholeFile();
  if (file !== undefined) {
    deliver(file);
    return { close: () => {} };
  }
  const { stdin } = process;
  const keys = stdin.isTTY ? new EscapeKeys() : undefined;
  let later: NodeJS.Timeout | undefined;
  const drained = (): void => {
    later = undefined;
    if (waiting() < HIGH_WATER_BYTES) stdin.resume();
    else later = setTimeout(drained, LOOK_AGAIN_MS);
  };
  const received = (chunk: Buffer): void => {
    const { bytes, commands } = keys ? keys.take(chunk) : { bytes: chunk, commands: [] };
    if (bytes.length > 0) deliver(bytes);
    for (const one of commands) command(one);
    // At a terminal our own keys must work however little the guest reads.
    if (!keys && !later && waiting() >= HIGH_WATER_BYTES) {
      stdin.pause();
      later = setTimeout(drained, LOOK_AGAIN_MS);
    }
  };
  const restore = (): void => {
    if (keys) stdin.setRawMode(false);
  };
  if (keys) stdin.setRawMode(true);
  // Whatever takes the process down, the shell gets its terminal back.
  process.once('exit', restore);
  stdin.on('data', received);
  // A keyboard that breaks is one that says nothing more; the machine goes on.
  stdin.on('error', () => {});
  return {
    close() {
      clearTimeout(later);
      stdin.off('data', received);
      stdin.pause();
      stdin.unref?.();
      restore();
      process.off('exit', restore);
    },
  };
}
