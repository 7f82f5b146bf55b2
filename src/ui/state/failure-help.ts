/** What can be done about a start that failed: first what helps with a failure of that kind, then what else there is. */
import { DISK_ERROR, DOWNLOAD_FAILED, LIMITS, UNKNOWN_KERNEL, WAKE_REFUSAL } from '../../vm/api';

export interface Failed {
  /** Name of the error, and its sentence. */
  name: string | undefined;
  sentence: string;
  /** The worker is there and has told what it can do. */
  known: boolean;
  /** One's own kernel was to boot; `flat`: as code, whatever it looks like. */
  own: boolean;
  flat: boolean;
  /** It was to have one disk, a kept one. */
  keepsDisk: boolean;
}

export type Help =
  /** The same again: what was wrong lies outside of what was chosen, and may be over. */
  | { does: 'retry'; words: string }
  /** To where the machine is put together. */
  | { does: 'back'; words: string }
  /** The same kernel as code, whatever it looks like. */
  | { does: 'flat'; words: string }
  | { does: 'resize'; words: string; memoryMiB: number }
  /** A machine whose disk is gone with the page. */
  | { does: 'in-memory'; words: string }
  /** Boots over what sleeps on the disk, which is lost: to be asked about. */
  | { does: 'wake-anyway'; words: string };

const RETRY: Help = { does: 'retry', words: 'Try again' };
const BACK: Help = { does: 'back', words: 'Back' };
const OTHER_KERNEL: Help = { does: 'back', words: 'Choose another kernel' };
const FLAT: Help = { does: 'flat', words: 'Run it as flat code' };
const IN_MEMORY: Help = { does: 'in-memory', words: 'Start with a disk in memory' };
const WAKE_ANYWAY: Help = { does: 'wake-anyway', words: 'Wake anyway…' };

/** The memory that a refusal to wake says to start with; undefined if it speaks of something else. Only the words come through from the worker. */
function memoryToWake(refusal: string): number | undefined {
  const [, memoryMiB] = /: start with (\d+) MiB, or /.exec(refusal) ?? [];
  return memoryMiB === undefined ? undefined : Number(memoryMiB);
}

/** The first is the main one. */
export function helpFor({ name, sentence, known, own, flat, keepsDisk }: Failed): [Help, ...Help[]] {
  // Without its worker the page has nothing to go back to.
  if (!known) return [RETRY];
  switch (name) {
    // A network that is back, a disk that another tab has closed, storage that was freed.
    case DOWNLOAD_FAILED:
      return [RETRY, BACK];
    case DISK_ERROR:
      return keepsDisk ? [RETRY, IN_MEMORY, BACK] : [RETRY, BACK];
    case UNKNOWN_KERNEL:
      return own && !flat ? [OTHER_KERNEL, FLAT] : [OTHER_KERNEL];
    case WAKE_REFUSAL: {
      const memoryMiB = memoryToWake(sentence);
      if (memoryMiB !== undefined && memoryMiB >= LIMITS.minMemoryMiB && memoryMiB <= LIMITS.maxMemoryMiB)
        return [{ does: 'resize', words: `Wake with ${memoryMiB} MiB`, memoryMiB }, WAKE_ANYWAY, BACK];
      return [own ? OTHER_KERNEL : BACK, WAKE_ANYWAY];
    }
    // Something that was chosen is refused, and would be again.
    default:
      return [{ ...BACK, words: 'Change the machine' }, RETRY];
  }
}
