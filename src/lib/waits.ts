import { requireOptions, requireSignal, shown } from './check-values';
import type { WaitOptions } from './public-types';

interface Wait {
  /** Looks whether it is over, and settles it then. */
  look(): void;
  fail(error: unknown): void;
}

/** Waits for something that is looked at whenever something has happened. */
export class Waits {
  private readonly waits = new Set<Wait>();

  /** Something has happened. */
  look(): void {
    for (const wait of this.waits) wait.look();
  }

  /** Nothing will happen any more. */
  fail(error: unknown): void {
    for (const wait of this.waits) wait.fail(error);
  }

  /**
   * Resolves with what `look` finds: undefined means not yet, and what it throws rejects. Rejects with the signal's reason, or after the time limit with
   * an error of the name TimeoutError.
   * @param what is waited for, to end “within 3 s there was no …”
   */
  until<T>(what: string, look: () => T | undefined, options: WaitOptions = {}): Promise<T> {
    checkWait(options);
    const { timeout, signal } = options;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = (action: () => void): void => {
        this.waits.delete(wait);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        action();
      };
      const wait: Wait = {
        look: () => {
          try {
            const found = look();
            if (found !== undefined) settle(() => resolve(found));
          } catch (error) {
            wait.fail(error);
          }
        },
        fail: (error) => settle(() => reject(error)),
      };
      const abort = (): void => wait.fail(signal?.reason);
      if (signal?.aborted) return abort();
      this.waits.add(wait);
      signal?.addEventListener('abort', abort);
      if (timeout !== undefined) timer = setTimeout(() => wait.fail(timeoutError(timeout, `there was no ${what}`)), timeout);
      wait.look();
    });
  }
}

/** Longest time a host's timer takes. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

const WAIT = {
  what: 'options',
  names: ['timeout', 'signal'] satisfies (keyof WaitOptions)[],
  example: '{ timeout: 60_000 }',
};

function checkWait(options: WaitOptions): void {
  requireOptions(options, WAIT);
  requireSignal(options.signal);
  const timeout: unknown = options.timeout;
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0 && timeout <= LONGEST_TIMEOUT))
    throw new Error(
      `${shown(timeout)} cannot be a timeout: give milliseconds, at most ${LONGEST_TIMEOUT}, or leave it out for no limit.`,
    );
}

export function timeoutError(milliseconds: number, what: string): Error {
  const error = new Error(`Within ${milliseconds / 1000} s ${what}.`);
  error.name = 'TimeoutError';
  return error;
}

/** A promise that rejects when a signal is aborted and never resolves, until it is let go of: a signal may outlive what it is given to by far. */
export function abortOf(signal: AbortSignal | undefined): { rejects: Promise<never>; release(): void } {
  let abort!: () => void;
  const rejects = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason);
  });
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  return { rejects, release: () => signal?.removeEventListener('abort', abort) };
}

/**
 * Gives a call a signal that is aborted when the caller's is, or after the time limit, and rejects as {@link Waits.until} does then: at once, whatever
 * becomes of the call.
 */
export async function limited<T>(
  what: string,
  options: WaitOptions,
  call: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  checkWait(options);
  const { timeout, signal } = options;
  signal?.throwIfAborted();
  if (timeout === undefined && !signal) return call(undefined);
  const controller = new AbortController();
  const over = abortOf(controller.signal);
  const aborted = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', aborted);
  const timer = timeout === undefined ? undefined : setTimeout(() => controller.abort(timeoutError(timeout, what)), timeout);
  try {
    // First: a call that rejects because it is aborted says less of why.
    return await Promise.race([over.rejects, call(controller.signal)]);
  } finally {
    over.release();
    clearTimeout(timer);
    signal?.removeEventListener('abort', aborted);
  }
}
