import { expect, it } from 'vitest';
import { downloadsAllowed, type FrameOf, savedWords } from './download-words';

const TOP = {};
const frame = (frameElement: FrameOf['frameElement'], parent: object = TOP): FrameOf => ({ parent, top: TOP, frameElement });
const element = (sandbox: string | null) => ({ getAttribute: () => sandbox });

it('downloads are known to come through, known not to, or not known', () => {
  const page = { parent: undefined as unknown, top: TOP, frameElement: null };
  page.parent = page;
  expect(downloadsAllowed(page)).toBe(true);
  expect(downloadsAllowed(frame(element(null)))).toBe(true);
  expect(downloadsAllowed(frame(element('allow-scripts allow-downloads')))).toBe(true);
  expect(downloadsAllowed(frame(element('allow-scripts allow-same-origin')))).toBe(false);
  expect(downloadsAllowed(frame(element('')))).toBe(false);
  // Of another site, or with more around it.
  expect(downloadsAllowed(frame(null))).toBeUndefined();
  expect(downloadsAllowed(frame(element(null), {}))).toBeUndefined();
});

it('a machine is said to be saved only where that is known', () => {
  expect(savedWords('lab.dormouse', true)).toBe('the whole machine is saved as lab.dormouse, with what is on its disk');
  expect(savedWords('lab.dormouse', undefined)).toContain('if it is not among your downloads');
});
