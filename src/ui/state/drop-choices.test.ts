import { expect, it } from 'vitest';
import type { Recognised } from '../../vm/api';
import { offerFor } from './drop-choices';

const file = (name: string, kind: Recognised['kind'], what = `a ${kind}`) => ({
  name,
  size: 1 << 20,
  recognised: { kind, what },
});
const HEADER = { title: 'Debian', hasDisk: true } as const;
const NOWHERE = { ...HEADER, fixed: false, copies: 'No machine is running.', folder: '/root' } as const;
const GUEST = { ...HEADER, fixed: true, copies: true, folder: '/root' } as const;
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
  expect(choices).toEqual([
    { does: 'boot', words: 'Boot it, with the initramfs', kernel: 1, initrd: 0, disk: undefined, memoryMiB: 512 },
  ]);
});

it('offers a guest all files, and says what the rest would cost its machine', () => {
  const copy = offerFor([file('a', 'other'), file('b', 'other')], GUEST);
  expect(copy.choices).toEqual([{ does: 'copy', words: 'Copy all 2 into the guest (/root)' }]);
  expect(copy.note).toBeUndefined();
  const kernel = offerFor([file('Image', 'kernel')], GUEST);
  expect(does(kernel)).toEqual(['boot', 'copy']);
  expect(kernel.note).toContain('switches the machine off');
});

it('starts the machine of the header with a disk, in memory or kept, and says what a Linux calls it', () => {
  const { choices, note } = offerFor([file('root.img', 'disk')], NOWHERE);
  expect(choices.map(({ words }) => words)).toEqual([
    'Start Debian with it; changes are gone with this page',
    'Start Debian with it; a copy with its changes stays in this browser',
  ]);
  expect(note).toContain('/dev/vdb');
  expect(offerFor([file('root.img', 'disk')], { ...NOWHERE, hasDisk: false }).note).toContain('/dev/vda');
  const alone = offerFor([file('root.img', 'disk')], { ...NOWHERE, title: undefined });
  expect(alone.choices[0]?.words).toBe('Use it with a kernel of your own; changes are gone with this page');
  expect(alone.note).toContain('/dev/vda');
});

it('keeps the copy of a disk that is large, and does not offer memory for it', () => {
  const { choices } = offerFor([{ ...file('big.img', 'disk'), size: 2 ** 31 }], NOWHERE);
  expect(choices).toMatchObject([{ does: 'attach', kept: true }]);
});

it('boots a kernel, or runs firmware from flash, with the disk that came with it', () => {
  const boot = offerFor([file('root.img', 'disk'), file('Image', 'kernel'), file('initrd', 'initrd')], NOWHERE);
  expect(boot.choices).toEqual([
    { does: 'boot', words: 'Boot it, with the initramfs and the disk', kernel: 1, initrd: 2, disk: 0, memoryMiB: 512 },
  ]);
  expect(boot.note).toContain('/dev/vda');
  const flash = offerFor([file('QEMU_EFI.fd', 'firmware')], NOWHERE);
  expect(flash.choices).toEqual([
    {
      does: 'boot',
      words: 'Run it from flash, as the machine’s firmware',
      kernel: 0,
      initrd: undefined,
      disk: undefined,
      memoryMiB: 512,
    },
  ]);
});

it('gives a kernel the memory that it needs, not a guest’s, and says how much', () => {
  const kernel = file('Image', 'kernel');
  const large = { ...kernel, recognised: { ...kernel.recognised, memory: 700 << 20 } };
  expect(offerFor([large], NOWHERE).choices).toMatchObject([{ memoryMiB: 768 }]);
  const { choices, note } = offerFor([kernel], { ...NOWHERE, ownMiB: 256 });
  expect(choices).toMatchObject([{ memoryMiB: 256 }]);
  expect(note).toBe('The machine has 256 MiB of memory.');
});

it('asks whether a kernel is to have the disk that is attached, and says what another takes the place of', () => {
  const attached = { ...NOWHERE, attached: 'nuts.img' };
  expect(offerFor([file('Image', 'kernel'), file('initrd', 'initrd')], attached).choices).toMatchObject([
    { words: 'Boot it, with the initramfs and the disk “nuts.img”, which is attached' },
    { words: 'Boot it, with the initramfs, without that disk', detach: true },
  ]);
  expect(offerFor([file('Image', 'kernel')], attached).choices.map(({ words }) => words)).toEqual([
    'Boot it, with the disk “nuts.img”, which is attached',
    'Boot it, without that disk',
  ]);
  const replaced = offerFor([file('Image', 'kernel'), file('root.img', 'disk')], attached);
  expect(replaced.choices.map(({ words }) => words)).toEqual(['Boot it, with the disk']);
  expect(replaced.note).toContain('It takes the place of the disk “nuts.img”, which is attached now.');
});

it('says what to do first with a disk in another format', () => {
  const qcow2 = { ...file('x.qcow2', 'other', 'a qcow2 disk image'), size: 5 };
  const { choices, note } = offerFor([{ ...qcow2, recognised: { ...qcow2.recognised, instead: 'Convert it.' } }], NOWHERE);
  expect([choices, note]).toEqual([[], 'Convert it.']);
});

it('says in a sentence why there is nothing to choose', () => {
  const { what, note } = offerFor([file('cat.png', 'other', 'a PNG picture')], NOWHERE);
  expect(what).toBe('“cat.png” is a PNG picture.');
  expect(note).toBe('Nothing here boots or restores that. No machine is running.');
});

it('says that a machine that runs takes no new disk', () => {
  const disk = file('root.ext4', 'disk');
  expect(offerFor([disk], GUEST).note).toContain(
    'A machine that runs takes no new disk: to start with it switches the machine off that is here now',
  );
  expect(offerFor([disk], { ...GUEST, fixed: false }).note).not.toContain('takes no new disk');
});
