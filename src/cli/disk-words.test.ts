import { expect, it } from 'vitest';
import { exchangedDiskWords, memoryDiskWords, smallDiskWords } from './disk-words';

it('disks in memory are counted and named', () => {
  expect(memoryDiskWords(['root.img'])).toBe(
    'Its disk “root.img” is in memory, filled from the save: what is written to it is gone when the machine ends, unless it is saved again (or restored with --disk FILE).',
  );
  expect(memoryDiskWords(['a.img', 'b.img', 'disk 2'])).toMatch(
    /^Its 3 disks “a\.img”, “b\.img” and “disk 2” are in memory, filled from the save: what is written to them is gone .* \(or restored with --disk FILE for each\)\.$/,
  );
});

it('a disk that is too small for files says what would be enough', () => {
  expect(smallDiskWords('nap.img', 'debian', 1625 * 2 ** 20)).toBe(
    'The new disk “nap.img” has room for hibernation only: with 1625M or more (nap.img:size=1625M) the guest debian keeps files on it, too.',
  );
});

it('disks that changed places are named', () => {
  expect(exchangedDiskWords(['a.img', 'b.img'])).toBe(
    'The disks “a.img” and “b.img” have other names or places than when the machine was saved: each is taken for the one whose contents it has.',
  );
});
