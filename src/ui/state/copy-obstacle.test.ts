import { expect, it } from 'vitest';
import { copyObstacle } from './copy-obstacle';

const DEBIAN = { title: 'Debian 13', agent: true };
const LAB = { title: 'Lab', agent: false };

it('says what a person can do about it', () => {
  expect(copyObstacle({ state: 'running', guest: DEBIAN, agentReady: true })).toBeUndefined();
  expect(copyObstacle({ state: 'running', guest: DEBIAN, agentReady: false })).toContain('as soon as the guest is up');
  expect(copyObstacle({ state: 'paused', guest: DEBIAN, agentReady: true })).toContain('resume it');
  expect(copyObstacle({ state: 'running', guest: LAB, agentReady: false })).toContain('“Lab” has none');
  expect(copyObstacle({ state: 'running', guest: undefined, agentReady: false })).toContain('none answers');
  expect(copyObstacle({ state: 'paused', guest: undefined, agentReady: false })).toContain('none has answered');
  expect(copyObstacle({ state: 'paused', guest: LAB, agentReady: false })).toContain('“Lab” has none');
  expect(copyObstacle({ state: 'off', guest: DEBIAN, agentReady: false })).toContain('as soon as a machine runs');
});
