import { describe, expect, it } from 'vitest';
import { type Seen, stateWords, titleOf } from './state-words';

const RUNS: Seen = { state: 'running', saving: false, hibernating: false, failed: false, asleep: false };
const textOf = (seen: Partial<Seen>): string => stateWords({ ...RUNS, ...seen }).text;

describe('what the machine is doing', () => {
  it('is saving for as long as its file is read: it runs no instruction then, nor falls asleep', () => {
    expect(textOf({})).toBe('running');
    expect(textOf({ saving: true })).toBe('saving');
    expect(textOf({ saving: true, state: 'paused' })).toBe('saving');
    expect(textOf({ saving: true, hibernating: true })).toBe('saving');
    // A machine that ended meanwhile is not there to be saved.
    expect(textOf({ saving: true, state: 'crashed' })).toBe('crashed');
  });

  it('is sleep where the disk holds one, and a failed start before all', () => {
    expect(textOf({ state: 'off', asleep: true })).toBe('asleep on its disk');
    expect(textOf({ state: 'empty', asleep: true })).toBe('asleep on its disk');
    expect(textOf({ state: 'empty' })).toBe('not started');
    expect(textOf({ state: 'empty', asleep: true, failed: true })).toBe('could not start');
    expect(textOf({ hibernating: true })).toBe('falling asleep');
  });

  it('is rest where it runs and does nothing, unless it stands still anyway', () => {
    const [ram, idle] = (['ram', 'idle'] as const).map((how) => ({ how, listens: false }));
    expect(textOf({ rest: ram })).toBe('suspended to RAM');
    expect(textOf({ rest: idle })).toBe('suspended to idle');
    expect(textOf({ rest: ram, state: 'paused' })).toBe('paused');
    expect(textOf({ rest: ram, saving: true })).toBe('saving');
  });

  it('is off where it said that it hibernates and had nowhere to keep anything', () => {
    expect(textOf({ state: 'hibernated' })).toBe('hibernated');
    expect(textOf({ state: 'hibernated', nothingKept: true })).toBe('off');
  });

  it('is in the title of the window', () => {
    expect(titleOf(stateWords({ ...RUNS, saving: true }), 'Firmware lab')).toBe('Saving: Firmware lab · Dormouse');
  });
});
