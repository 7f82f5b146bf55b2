/**
 * Remembers what a hibernated guest believes of its firmware, beside the disk it sleeps on. The disk knows only the version in force
 * when it fell asleep, and that may not be the one the guest was told.
 */
import type { DiskInfo } from '../../vm/api';
import { assumedBelief, type Belief } from './belief';

const KEY = 'dormouse.beliefs';
/** The page and the worker note the moment of sleep separately; further apart (ms), the note is of another sleep. */
const SAME_SLEEP = 120_000;

type Kept = Record<string, { belief: Belief; when: number }>;

function read(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept;
  } catch {
    return {};
  }
}

export function keepBelief(disk: string, belief: Belief, when: number): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), [disk]: { belief, when } }));
  } catch {
    // Storage may be forbidden; then the version it slept under stands in for what it believes.
  }
}

/** What the guest that sleeps on `disk` believes. */
export function beliefOfSleeper({ name, hibernated }: DiskInfo): Belief | undefined {
  if (!hibernated) return undefined;
  const kept = read()[name];
  if (kept && Math.abs(kept.when - hibernated.when) < SAME_SLEEP) return kept.belief;
  return assumedBelief(hibernated.psci, hibernated.call);
}
