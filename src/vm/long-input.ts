import type { TransferProgress } from './api';

/** The machine that is typed at. */
export interface Typewriter {
  /** Bytes that were typed and that the guest has not taken yet. */
  readonly typed: number;
  /** Set when it has ended. */
  readonly end: unknown;
  input(bytes: Uint8Array): void;
}

export interface LongInputOptions {
  onProgress?: TransferProgress | undefined;
  /** Aborted: the rest is not typed. */
  signal?: Pick<AbortSignal, 'aborted'> | undefined;
  /** Settles after a few milliseconds. */
  rest(): Promise<void>;
}

/** So much waits for the guest at most: what it has not taken can still be kept back. A terminal's line discipline holds as much. */
const AHEAD_BYTES = 4096;

/**
 * Types what is too long to be typed at once, as fast as the guest takes it. Rejects with one sentence if it was given up, or the machine ended; what was
 * typed by then stays typed.
 */
export async function typeLong(
  machine: Typewriter,
  bytes: Uint8Array,
  { onProgress, signal, rest }: LongInputOptions,
): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    if (signal?.aborted) throw new Error(`What was pasted was cut off after ${at} of ${bytes.length} bytes.`);
    if (machine.end !== undefined) throw new Error(`The machine ended when ${at} of ${bytes.length} bytes were typed at it.`);
    const room = AHEAD_BYTES - machine.typed;
    if (room <= 0) {
      await rest();
      continue;
    }
    const piece = bytes.subarray(at, at + room);
    machine.input(piece);
    at += piece.length;
    await onProgress?.(at, bytes.length);
    await rest();
  }
}
