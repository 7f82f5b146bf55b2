import { expect, it } from 'vitest';
import type { DiskInfo, DiskPart, GuestInfo } from '../../vm/api';
import { deleteQuestion, filesOn, freshQuestion, isSwapOnly, keptWords, partLine, statusDisks } from './disk-sheet';

const [KIB, MIB] = [1024, 2 ** 20];
const swap: DiskPart = { number: 1, size: 600 * MIB, kind: 'swap' };
const home = (count: number): DiskPart => ({
  number: 2,
  size: 1024 * MIB,
  kind: 'ext4',
  label: 'dormouse-home',
  files: { size: 1015704 * KIB, used: 24 * KIB, count },
});
const disk = (parts?: DiskPart[]): DiskInfo => ({
  name: 'den',
  size: 1625 * MIB,
  used: 0,
  inUse: false,
  ...(parts ? { parts } : {}),
});
const asleep = (info: DiskInfo): DiskInfo => ({
  ...info,
  hibernated: { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: 0 },
});

it('space for files is told as df tells it', () => {
  expect(partLine(home(1))).toMatchObject({
    title: 'Files on partition 2',
    detail: '24 KiB used of 992 MiB, 1 file or folder (ext4, dormouse-home)',
    exact: '24 of 1015704 KiB used',
  });
  expect(partLine({ ...home(0), files: { size: MIB, used: MIB / 2, count: 0, behind: true } })).toMatchObject({
    detail: '512 KiB used of 1 MiB, no files yet; a little more may wait in its journal (ext4, dormouse-home)',
    share: 0.5,
  });
  const written = { ...home(1), files: { ...home(1).files!, behind: true as const } };
  expect(partLine(written, true).detail).toBe(partLine(home(1)).detail);
});

it('swap says whether somebody sleeps in it, and all else what it is not', () => {
  expect(partLine(swap)).toEqual({ title: 'Swap on partition 1', detail: '600 MiB, to hibernate to' });
  expect(partLine({ ...swap, number: 0, asleep: true })).toEqual({ title: 'Swap', detail: '600 MiB, a machine sleeps in it' });
  expect(partLine({ number: 0, size: MIB, kind: 'empty' }).title).toBe('Empty');
  expect(partLine({ number: 3, size: MIB, kind: 'other' }).title).toBe('Something else on partition 3');
});

it('whoever deletes a disk is told what goes with it', () => {
  const ask = (info: DiskInfo): string => deleteQuestion(info);
  expect(ask(disk([swap, home(0)]))).toBe('Delete “den”? There are no files on it.');
  expect(ask(disk([swap, home(3)]))).toBe('Delete “den” with the 3 files and folders on it? This cannot be undone.');
  expect(ask(asleep(disk([swap, home(1)])))).toBe(
    'Delete “den” with the 1 file or folder on it and the machine sleeping on it? This cannot be undone.',
  );
  expect(ask(asleep(disk([{ ...swap, number: 0 }])))).toBe(
    'Delete “den” with the machine sleeping on it? This cannot be undone.',
  );
  for (const unknown of [
    disk(),
    disk([{ number: 0, size: MIB, kind: 'other' }]),
    disk([{ number: 1, size: MIB, kind: 'ext4' }]),
  ]) {
    expect(filesOn(unknown)).toBeUndefined();
    expect(ask(unknown)).toBe('Delete “den” with whatever is on it? This cannot be undone.');
  }
});

it('a fresh start over a sleeper keeps files where there are any to keep', () => {
  expect(freshQuestion(asleep(disk([swap, home(0)]))).yes).toBe('Start fresh');
  expect(freshQuestion(asleep(disk([{ ...swap, number: 0 }]))).yes).toBe('Delete it and start fresh');
  expect(freshQuestion(asleep(disk())).question).toContain('deletes the disk “den”');
});

it('the poster says what is kept, by the disk at hand', () => {
  const guest: GuestInfo = {
    name: 'den',
    title: '',
    description: '',
    bytes: 1,
    agent: true,
    defaults: { vcpus: 1, memoryMiB: 512, diskMiB: 1625 },
    keepsFilesIn: '/root',
  };
  const files = 'What you write to /root stays in this browser, on its disk of 1.6 GiB.';
  expect([keptWords(guest, undefined), keptWords(guest, disk([swap, home(0)]))]).toEqual([files, files]);
  const old = { ...disk([{ ...swap, number: 0 }]), size: 600 * MIB };
  expect(keptWords(guest, old)).toBe('Its disk of 600 MiB stays in this browser, for it to hibernate to.');
  const passing = { ...disk([swap, home(0)]), inMemory: true } as const;
  expect(keptWords(guest, passing)).toContain('gone with this page');
  expect(freshQuestion(passing).question).toContain('in this page’s memory');
  const { keepsFilesIn: _, ...without } = guest;
  expect(keptWords(without, undefined)).toContain('for it to hibernate to');
});

it('the disk of an earlier guest is swap only', () => {
  expect([isSwapOnly(disk([{ ...swap, number: 0 }])), isSwapOnly(disk([swap, home(0)])), isSwapOnly(disk())]).toEqual([
    true,
    false,
    false,
  ]);
});

it('gives up no disk that somebody has attached, but only who sleeps there', () => {
  const hibernated = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: 0 } as const;
  const other: DiskPart = { number: 1, size: MIB, kind: 'other' };
  expect(freshQuestion({ ...disk([other]), hibernated }).yes).toBe('Delete it and start fresh');
  const attached = freshQuestion({ ...disk([other]), hibernated: { ...hibernated, guest: 'own' } });
  expect(attached.question).toContain('The files on the disk stay');
});

it('tells in the status bar of the disks of the machine at hand, whatever the next is to have', () => {
  const disks = [disk()];
  const own = { name: 'den', size: 8 * MIB, used: 0, where: 'machine' } as const;
  expect(statusDisks({ hasMachine: true, ofMachine: [own], disks }, 'den')).toEqual(['den, in memory, 8 MiB']);
  expect(statusDisks({ hasMachine: true, ofMachine: [], disks }, 'den')).toEqual([]);
  expect(statusDisks({ hasMachine: false, ofMachine: [], disks: [{ ...disk(), used: 8 * MIB }] }, 'den')).toEqual([
    'den, 8 MiB used',
  ]);
  expect(statusDisks({ hasMachine: false, ofMachine: [], disks }, undefined)).toEqual([]);
});
