import { expect, it, vi } from 'vitest';
import { Focus } from './focus.svelte';
import { takeHash } from './hash-arrival';
import { packText } from './packed-text';

const page = () => ({ focus: new Focus(() => 1), notice: vi.fn() });

it('a program in the hash comes into the editor', async () => {
  const vm = page();
  await takeHash(vm, `#layout=x&program=${await packText('wfi\n')}&title=Two%20mice`);
  expect(vm.focus).toMatchObject({ program: { linked: 'wfi\n', title: 'Two mice' }, wanted: 'editor' });
});

it('a comparison comes into the compatibility lab', async () => {
  const vm = page();
  await takeHash(vm, `#compare=${await packText('{}')}`);
  expect(vm.focus.wanted).toBe('compare');
});

it('what is damaged is told, and what says nothing changes nothing', async () => {
  const vm = page();
  await takeHash(vm, '#program=H4sI');
  expect(vm.notice).toHaveBeenCalledWith(expect.stringContaining('is damaged'), 'warning');
  // Where it is told.
  expect(vm.focus.wanted).toBe('console');
  const other = page();
  await takeHash(other, '');
  expect(other.focus.wanted).toBeUndefined();
});
