import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgentWait, WORTH_A_WORD_MS, WORTH_ANOTHER_MS } from './agent-wait';

describe('a command that waits for the guest’s agent', () => {
  let said: string[] = [];
  const wait = (hints: Partial<ConstructorParameters<typeof AgentWait>[1]> = {}): AgentWait =>
    new AgentWait('uname -a', { verbose: false, ...hints }, (sentence) => said.push(sentence));
  beforeEach(() => {
    said = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says nothing of a short wait', () => {
    const short = wait();
    vi.advanceTimersByTime(WORTH_A_WORD_MS - 1);
    short.came();
    vi.advanceTimersByTime(10 * WORTH_ANOTHER_MS);
    expect(said).toEqual([]);
  });

  it('says once what it waits for, once that it goes on, and that it is over', () => {
    const long = wait();
    vi.advanceTimersByTime(WORTH_A_WORD_MS);
    const first =
      "“uname -a” waits for the guest's agent, which has not opened its port org.dormouse.agent.0 after 10 s; --verbose shows the guest’s console.";
    expect(said).toEqual([first]);
    vi.advanceTimersByTime(100 * WORTH_ANOTHER_MS);
    expect(said.slice(1)).toEqual([
      "“uname -a” still waits for the guest's agent after 60 s, and a guest without one never runs it; --max-seconds N would end the wait.",
    ]);
    long.came();
    long.came();
    expect(said.slice(2)).toEqual([expect.stringMatching(/^The guest's agent came after \d+ s\.$/)]);
  });

  it('advises nothing that was done already', () => {
    wait({ verbose: true, maxSeconds: 90 });
    vi.advanceTimersByTime(WORTH_ANOTHER_MS);
    expect(said).toHaveLength(2);
    expect(said.join()).not.toContain('--');
  });

  it('is quiet when the machine ends', () => {
    wait().end();
    vi.advanceTimersByTime(WORTH_ANOTHER_MS);
    expect(said).toEqual([]);
  });
});
