import { expect, it } from 'vitest';
import type { TreeNode } from '../../vm/api/device-tree';
import { nodeSummary, pathsTo, treeRows } from './tree-rows';

const node = (path: string, properties: TreeNode['properties'] = [], children: TreeNode[] = []): TreeNode => ({
  name: path.split('/').at(-1) || '/',
  path,
  properties,
  children,
});
const uart = node('/uart@9000000', [
  { name: 'compatible', source: '"arm,pl011", "arm,primecell"' },
  { name: 'reg', source: '<0x0>', links: [{ text: '0x9000000, 4 KiB', address: 0x900_0000n }] },
]);
const cpu = node('/cpus/cpu@0', [{ name: 'enable-method', source: '"psci"' }]);
const root = node('/', [{ name: 'model', source: '"virt"' }], [uart, node('/cpus', [], [cpu])]);
const keys = (open: string[], filter = '') => treeRows(root, new Set(open), filter).map(({ key }) => key);

it('shows what is in open nodes', () => {
  expect(keys([])).toEqual(['/']);
  expect(keys(['/'])).toEqual(['/', '/:model', '/uart@9000000', '/cpus']);
  expect(keys(['/cpus'])).toEqual(['/']);
  expect(keys(pathsTo('/cpus/cpu@0'))).toContain('/cpus/cpu@0:enable-method');
});

it('shows what a filter finds, in names, values and words, with the way there', () => {
  expect(keys([], 'PSCI')).toEqual(['/', '/cpus', '/cpus/cpu@0', '/cpus/cpu@0:enable-method']);
  expect(keys([], '4 kib')).toEqual(['/', '/uart@9000000', '/uart@9000000:reg']);
  expect(keys([], 'cpu@')).toEqual(['/', '/cpus', '/cpus/cpu@0']);
  expect(keys([], 'nowhere')).toEqual([]);
});

it('tells in a few words what a node is', () => {
  expect(nodeSummary(uart)).toBe('arm,pl011 · 0x9000000, 4 KiB');
  expect(nodeSummary(cpu)).toBe('');
});
