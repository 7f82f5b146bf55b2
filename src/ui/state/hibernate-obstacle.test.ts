import { describe, expect, it } from 'vitest';
import { hibernateObstacle } from './hibernate-obstacle';

const ready = { state: 'running', hibernating: false, agentReady: true, guest: { agent: true } } as const;

describe('what keeps a machine from being asked to hibernate', () => {
  it('is nothing when it runs and its agent answers', () => {
    expect(hibernateObstacle(ready)).toBeUndefined();
  });

  it.each([
    [{ ...ready, hibernating: true }, /has been asked/],
    [{ ...ready, state: 'paused' }, /resume it first/],
    [{ ...ready, agentReady: false, rest: { how: 'ram', listens: false } }, /suspended to RAM and hears nobody: wake it first/],
    [{ ...ready, state: 'hibernated' }, /sleeps already/],
    [{ ...ready, state: 'off' }, /Start a machine first/],
    [{ ...ready, agentReady: false }, /still starting/],
    [{ ...ready, agentReady: false, guest: { agent: false } }, /no agent to ask/],
    [{ ...ready, agentReady: false, guest: undefined }, /own kernel has no agent/],
  ] as const)('%o', (machine, sentence) => {
    expect(hibernateObstacle(machine)).toMatch(sentence);
  });
});
