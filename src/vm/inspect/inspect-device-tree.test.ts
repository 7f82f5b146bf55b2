import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readFdt } from '../../machine/fdt/reader';
import type { TreeNode } from '../api/device-tree';
import { bareVm, PROGRAMS } from '../bare-vm.testkit';
import { inspectDeviceTree } from './inspect-device-tree';

const { vm } = await bareVm(PROGRAMS.wait, { config: { vcpus: 2, psci: '0.1' } });

function find(root: TreeNode, path: string): TreeNode {
  if (root.path === path) return root;
  const next = root.children.find((child) => path === child.path || path.startsWith(`${child.path}/`));
  if (!next) throw new Error(`There is no ${path} in ${root.path}.`);
  return find(next, path);
}
const told = inspectDeviceTree(vm.deviceTree);
if ('unchanged' in told) throw new Error('Nobody said that this tree is known.');
const { root, source, checksum } = told;
const property = (path: string, name: string) => find(root, path).properties.find((each) => each.name === name);

it('tells addresses, interrupts, phandles and texts in words', () => {
  expect(property('/pl011@9000000', 'compatible')?.source).toBe('"arm,pl011", "arm,primecell"');
  expect(property('/pl011@9000000', 'reg')?.links).toEqual([{ text: '0x9000000, 4 KiB', address: 0x900_0000n }]);
  expect(property('/pl011@9000000', 'interrupts')?.words).toBe('SPI 1 = INTID 33, level high');
  expect(property('/pl011@9000000', 'clocks')?.links).toEqual([
    { text: '/apb-pclk', path: '/apb-pclk' },
    { text: '/apb-pclk', path: '/apb-pclk' },
  ]);
  expect(property('/timer', 'interrupts')?.words).toContain('PPI 11 = INTID 27, level high, virtual timer');
  expect(property('/gpio-keys/poweroff', 'gpios')?.links).toEqual([{ text: '/pl061@9030000 3 0', path: '/pl061@9030000' }]);
  expect(property('/cpus/cpu@1', 'reg')?.words).toBe('MPIDR_EL1 affinity 0x1');
  expect(property('/chosen', 'stdout-path')?.links).toEqual([{ text: '/pl011@9000000', path: '/pl011@9000000' }]);
  expect(property('/chosen', 'rng-seed')?.words).toBe('32 random bytes');
  expect(property('/memory@40000000', 'reg')?.links?.[0]?.text).toBe('0x40000000, 16 MiB');
  expect(property('/psci', 'cpu_on')?.source).toMatch(/^<0x/);
  expect(property('/', 'interrupt-parent')?.links?.[0]?.path).toMatch(/^\/intc/);
});

function hasDtc(): boolean {
  try {
    execFileSync('dtc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const dtc = hasDtc();
it.skipIf(!dtc)(`says in source what dtc reads as the same tree${dtc ? '' : ' (skipped: no dtc here)'}`, () => {
  const compiled = execFileSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb'], { input: source });
  expect(readFdt(new Uint8Array(compiled)).root).toEqual(readFdt(vm.deviceTree).root);
});

it('does not tell again what is known', () => {
  expect(inspectDeviceTree(vm.deviceTree, checksum)).toEqual({ unchanged: true });
  expect(inspectDeviceTree(vm.deviceTree, checksum + 1)).toMatchObject({ checksum });
});

it('refuses what is no device tree', () => {
  expect(() => inspectDeviceTree(new Uint8Array(64))).toThrow('A device tree blob does not begin with 0x0.');
});
