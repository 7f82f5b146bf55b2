import { expect, it } from 'vitest';
import type { Question } from '../api/questions';
import { bareVm, PROGRAMS } from '../bare-vm.testkit';
import { inspect } from './inspectors';

it('answers a question with a copy', async () => {
  const { vm } = await bareVm(PROGRAMS.wait);
  const tree = inspect(vm, 'device-tree', {});
  expect(tree).toEqual(vm.deviceTree);
  tree.fill(0);
  expect(vm.deviceTree.some((byte) => byte !== 0)).toBe(true);
});

it('refuses a question that nobody can answer, and names those that somebody can', async () => {
  const { vm } = await bareVm(PROGRAMS.wait);
  expect(() => inspect(vm, 'constructor' as Question, {} as never)).toThrow(
    'A machine cannot be asked for “constructor”: it knows “device-tree”',
  );
});
