/** How far a person came in each story, kept in this browser. */
import type { StoryName } from '../state/parameters';

const KEY = 'dormouse.stories';

export interface Progress {
  /** The step that is on, from 0. */
  readonly step: number;
  /** It was told to its end, if only once. */
  readonly finished: boolean;
}

type Kept = Partial<Record<StoryName, Progress>>;

/** Of all stories that were ever opened. */
export function keptProgress(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept;
  } catch {
    // Storage may be forbidden, or hold something else: then every story is new.
    return {};
  }
}

export function keepProgress(name: StoryName, progress: Progress): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...keptProgress(), [name]: progress }));
  } catch {
    // Nothing to do: it is known as long as the story is open.
  }
}
