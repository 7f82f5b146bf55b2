import { expect, it } from 'vitest';
import type { Recognised } from '../../vm/api';
import { offerFor } from './drop-choices';

const file = (name: string, kind: Recognised['kind'], what = `a ${kind}`) => ({ name, recognised: { kind, what } });
const NOWHERE = { fixed: false, copies: 'No machine is running.', folder: '/root' } as const;
const GUEST = { fixed: true, copies: true, folder: '/root' } as const;
const does = (offer: ReturnType<typeof offerFor>): string[] => offer.choices.map((choice) => choice.does);

it('offers each kind what it is good for', () => {
  expect(does(offerFor([file('Image', 'kernel')], NOWHERE))).toEqual(['boot']);
  expect(does(offerFor([file('initrd', 'initrd')], NOWHERE))).toEqual(['initrd']);
  expect(does(offerFor([file('x.dormouse', 'saved')], NOWHERE))).toEqual(['restore']);
  expect(does(offerFor([file('hello.s', 'source')], NOWHERE))).toEqual(['edit', 'run']);
  expect(does(offerFor([file('cat.png', 'other')], NOWHERE))).toEqual([]);
});

it('boots a kernel with the initramfs that came with it, in any order', () => {
  const { choices } = offerFor([file('initrd', 'initrd'), file('Image', 'kernel')], NOWHERE);
  expect(choices).toEqual([{ does: 'boot', words: 'Boot it, with the initramfs', kernel: 1, initrd: 0 }]);
});

it('offers a guest all files, and says what the rest would cost its machine', () => {
  const copy = offerFor([file('a', 'other'), file('b', 'other')], GUEST);
  expect(copy.choices).toEqual([{ does: 'copy', words: 'Copy all 2 into the guest (/root)' }]);
  expect(copy.note).toBeUndefined();
  const kernel = offerFor([file('Image', 'kernel')], GUEST);
  expect(does(kernel)).toEqual(['boot', 'copy']);
  expect(kernel.note).toContain('switches the machine off');
});

it('says in a sentence why there is nothing to choose', () => {
  const { what, note } = offerFor([file('cat.png', 'other', 'a PNG picture')], NOWHERE);
  expect(what).toBe('“cat.png” is a PNG picture.');
  expect(note).toBe('Nothing here boots or restores that. No machine is running.');
});
