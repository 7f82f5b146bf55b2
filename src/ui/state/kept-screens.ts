/**
 * Remembers what the console showed of a guest that hibernated, for whoever wakes it in another visit. By the name of its disk and the moment of its
 * sleep, as its belief is kept: where storage is forbidden, or full, the console begins empty.
 */
import type { DiskInfo, SavedScreen } from '../../vm/api';

const KEY = 'dormouse.screens';
/** The page and the worker note the moment of sleep separately; further apart (ms), the note is of another sleep. */
const SAME_SLEEP = 120_000;
/** Of so many disks; the oldest give way. */
const MOST_SCREENS = 6;

type Kept = Record<string, { screen: SavedScreen; when: number }>;

function read(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept;
  } catch {
    return {};
  }
}

/** @param when milliseconds since 1970 */
export function keepScreen(disk: string, screen: SavedScreen, when: number): void {
  const { [disk]: _before, ...others } = read();
  const newest = Object.entries(others)
    .sort(([, one], [, other]) => other.when - one.when)
    .slice(0, MOST_SCREENS - 1);
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...Object.fromEntries(newest), [disk]: { screen, when } }));
  } catch {
    // Nothing to do: it is a comfort.
  }
}

/** What the console showed when the machine that sleeps on `disk` went to sleep. */
export function screenOfSleeper({ name, hibernated }: DiskInfo): SavedScreen | undefined {
  const kept = hibernated && read()[name];
  return kept && Math.abs(kept.when - hibernated.when) < SAME_SLEEP ? kept.screen : undefined;
}
