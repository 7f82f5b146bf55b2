import { expect, it } from 'vitest';
import { textOf } from './story';
import { story } from './tales/hibernate';

it('a step speaks of the button that is there', () => {
  expect(textOf(story.steps[0], 'Start the machine')).toBe(story.steps[0].text);
  expect(textOf(story.steps[0], 'Start fresh…')).toContain('press “Start fresh…”');
});
