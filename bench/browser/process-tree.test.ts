import { describe, expect, it } from 'vitest';
import { descendants } from './process-tree';

const process = (pid: number, parent: number) => ({ pid, parent, name: '', cpuSeconds: 0 });

describe('a tree of processes', () => {
  it('has all that descend from its root, in whatever order they are listed', () => {
    const processes = [process(9, 7), process(7, 5), process(5, 1), process(6, 1), process(8, 6)];
    expect(descendants(5, processes).map(({ pid }) => pid)).toEqual([9, 7, 5]);
  });
});
