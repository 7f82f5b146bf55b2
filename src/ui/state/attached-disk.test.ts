import { expect, it } from 'vitest';
import { attachedAgain, attachedChoice, attachedName, whereChangesGo } from './attached-disk';

it('has a name that can be one, and that no other disk has', () => {
  expect(attachedName('my root (1).ext4', [])).toBe('my-root-1-.ext4');
  expect(attachedName('disk.img', ['disk.img', 'disk.img-2'])).toBe('disk.img-3');
  expect(attachedName('', [])).toBe('disk');
  expect(attachedName(`${'x'.repeat(90)}.img`, [])).toMatch(/^x{44}\.img$/);
});

it('is copied from its file once, and attached again as it is', () => {
  const image = new File(['x'], 'disk.img');
  expect(attachedChoice({ name: 'disk.img', size: 1, kept: false, image })).toEqual({
    name: 'disk.img',
    sizeMiB: 1,
    kind: 'memory',
    image,
  });
  expect(attachedChoice(attachedAgain({ name: 'disk.img', size: 3 << 20 }))).toEqual({
    name: 'disk.img',
    sizeMiB: 3,
    kind: 'kept',
  });
});

it('says where its changes go', () => {
  expect(whereChangesGo({ name: 'disk.img', kept: true })).toContain('stays in this browser, on the disk “disk.img”');
  expect(whereChangesGo({ name: 'disk.img', kept: false })).toContain('gone with this page');
});
