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
  expect(savedWords('debian.dormouse', 23 << 20, true, 1)).toBe(
    'the whole machine is saved as debian.dormouse, 23 MiB, with what is on its disk',
  );
  expect(savedWords('lab.dormouse', 1, undefined, 0)).toContain('if it is not among your downloads');
});

it('a disk is spoken of where there is one', () => {
  expect(savedWords('lab.dormouse', 1 << 20, true, 0)).toBe('the whole machine is saved as lab.dormouse, 1 MiB');
  expect(savedWords('two.dormouse', 1 << 20, true, 2)).toBe(
    'the whole machine is saved as two.dormouse, 1 MiB, with what is on its 2 disks',
  );
});
