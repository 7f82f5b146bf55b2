/** What the machine is doing, in the few words of the chip above the console and of the window's title. */
import type { Rest, VmState } from '../../vm/api';

export interface Seen {
  state: VmState;
  /** Its file is being read: until that is done the machine stands still, whatever its state. */
  saving: boolean;
  /** The guest was asked to hibernate, and does. */
  hibernating: boolean;
  /** The last start came to nothing. */
  failed: boolean;
  /** A machine sleeps on the disk that the next start would wake. */
  asleep: boolean;
  /** A machine that runs rests. */
  rest?: Rest | undefined;
  /** It went off by SYSTEM_OFF2, and has no disk to wake from. */
  nothingKept?: boolean;
}

export interface StateWords {
  text: string;
  tone: 'amber' | 'faint' | 'hazel' | 'moss' | 'rose';
}

const ASLEEP: StateWords = { text: 'asleep on its disk', tone: 'amber' };

/** How a machine rests that is not off. */
export const REST_WORDS = { ram: 'suspended to RAM', idle: 'suspended to idle' } as const satisfies Record<Rest['how'], string>;

export function stateWords({ state, saving, hibernating, failed, asleep, rest, nothingKept = false }: Seen): StateWords {
  if (failed) return { text: 'could not start', tone: 'rose' };
  const live = state === 'running' || state === 'paused';
  if (live && saving) return { text: 'saving', tone: 'hazel' };
  if (hibernating) return { text: 'falling asleep', tone: 'amber' };
  switch (state) {
    case 'running':
      if (rest) return { text: REST_WORDS[rest.how], tone: 'amber' };
      return { text: 'running', tone: 'moss' };
    case 'paused':
      return { text: 'paused', tone: 'hazel' };
    case 'loading':
    case 'ready':
      return { text: 'loading', tone: 'hazel' };
    case 'hibernated':
      if (nothingKept) return { text: 'off', tone: 'faint' };
      return { text: 'hibernated', tone: 'amber' };
    case 'crashed':
      return { text: 'crashed', tone: 'rose' };
    case 'off':
      return asleep ? ASLEEP : { text: 'off', tone: 'faint' };
    case 'empty':
      return asleep ? ASLEEP : { text: 'not started', tone: 'faint' };
  }
}

/** Title of the window while there is a machine: what it is doing, and what it is. */
export function titleOf(words: StateWords, guest: string): string {
  return `${words.text[0]!.toUpperCase()}${words.text.slice(1)}: ${guest} · Dormouse`;
}
