import { describe, expect, it } from 'vitest';
import { baseNameOf, type GivenDisk, pairDisks, type SavedDisk } from './pair-disks';

const saved = (name: string | undefined, size: number): SavedDisk => ({ size, ...(name === undefined ? {} : { name }) });
const present = (name: string, size: number): GivenDisk => ({ name, size, isNew: false });
const fresh = (name: string, size?: number): GivenDisk => ({ name, size, isNew: true });

const [A, B] = [saved('a.img', 1024), saved('b.img', 2048)];

describe('the disks of a saved machine, among those given', () => {
  it.each<[string, SavedDisk[], GivenDisk[], number[]]>([
    ['as they were', [A, B], [present('a.img', 1024), present('b.img', 2048)], [0, 1]],
    ['in another order', [A, B], [present('b.img', 2048), present('a.img', 1024)], [1, 0]],
    ['in other folders', [A, B], [present('there/b.img', 2048), present('C:\\here\\a.img', 1024)], [1, 0]],
    ['renamed, are told by their sizes', [A, B], [present('x', 2048), present('y', 1024)], [1, 0]],
    ['under exchanged names, are told by their sizes', [A, B], [present('a.img', 2048), present('b.img', 1024)], [1, 0]],
    ['of equal sizes, are told by their names', [A, saved('c', 1024)], [present('c', 1024), present('a.img', 1024)], [1, 0]],
    ['of equal sizes, one renamed', [A, saved('c', 1024)], [present('x', 1024), present('a.img', 1024)], [1, 0]],
    ['of equal sizes and names, come in order', [A, A], [present('1/a.img', 1024), present('2/a.img', 1024)], [0, 1]],
    [
      'of equal names, are told by their sizes',
      [A, saved('a.img', 512)],
      [present('a.img', 512), present('x/a.img', 1024)],
      [1, 0],
    ],
    ['with one more before them', [A, B], [present('z', 512), present('a.img', 1024), present('b.img', 2048)], [1, 2, 0]],
    ['with one more that looks like one of them', [A], [present('copy', 1024), present('a.img', 1024)], [1, 0]],
    ['with a new one more', [A], [fresh('z', 512), present('a.img', 1024)], [1, 0]],
    ['all new', [A, B], [fresh('x'), fresh('y')], [0, 1]],
    ['all new, under their names', [A, B], [fresh('b.img'), fresh('a.img')], [1, 0]],
    ['new in part: those take what is left', [A, B], [fresh('x'), present('a.img', 1024)], [1, 0]],
    ['new, of a size that was asked for', [A, B], [fresh('x', 2048), fresh('y')], [1, 0]],
    [
      'that do not say their names, by size in order',
      [saved(undefined, 1024), saved(undefined, 1024), B],
      [present('b', 2048), present('x', 1024), present('y', 1024)],
      [1, 2, 0],
    ],
    ['that are none, leave what is given', [], [present('x', 512), fresh('y', 512)], [0, 1]],
  ])('%s', (_, disks, given, order) => {
    expect(pairDisks(disks, given)).toEqual(order);
  });

  it.each<[string, SavedDisk[], GivenDisk[], string]>([
    ['not given', [A, B], [present('a.img', 1024)], 'the disk “b.img” of the saved machine, which has 2048 bytes'],
    ['of another size', [A], [present('a.img', 512)], 'the disk “a.img” of the saved machine, which has 1024 bytes'],
    ['new of another size', [A], [fresh('a.img', 512)], 'the disk “a.img” of the saved machine, which has 1024 bytes'],
    ['without a name', [saved(undefined, 1024)], [], 'disk 0 of the saved machine, which has 1024 bytes'],
    ['named for harm', [saved(`x\n${'y'.repeat(250)}`, 1024)], [], `the disk “x\ufffd${'y'.repeat(58)}” of`],
  ])('one that is %s is named, and what to do', (_, disks, given, words) => {
    expect(() => pairDisks(disks, given)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^None of the given disks fits [^\n]*: give that one, a name that is not taken, for a new disk that is filled from the save, or no disk at all\.$/,
        ),
      }),
    );
    expect(() => pairDisks(disks, given)).toThrow(words);
  });

  it('have names without folders, no longer than a file’s', () => {
    expect(['a', './a', '/x/y/a', 'C:\\x\\a', ''].map(baseNameOf)).toEqual(['a', 'a', 'a', 'a', '']);
    expect(baseNameOf('z'.repeat(300))).toHaveLength(255);
  });
});
