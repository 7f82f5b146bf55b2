import { expect, it } from 'vitest';
import type { VmConfig } from '../../vm/api';
import { absence, whatChanged } from './what-changed';

const CONFIG: VmConfig = {
  guest: 'debian',
  vcpus: 2,
  memoryMiB: 512,
  psci: '1.1',
  conduit: 'hvc',
  gic: 3,
  engine: 'auto',
  clock: 'realtime',
};
const MINUTE = 60_000;

it('says how long it was away', () => {
  expect([0.5, 3, 125, 60 * 24 * 4].map((minutes) => absence(minutes * MINUTE))).toEqual([
    'less than a minute',
    '3 min',
    '2 h 05 min',
    '4 days',
  ]);
});

it('tells what is other than it was, and what nobody noted only as it is', () => {
  const before = { how: 'woken', when: 0, psci: '1.3', vcpus: 2, memoryMiB: 512, hostUnknown: true } as const;
  const { title, rows, word } = whatChanged(before, CONFIG, 8 * MINUTE);
  expect(title).toBe('Waking after 8 min of sleep');
  expect(rows.filter(({ differs }) => differs)).toEqual([{ what: 'PSCI', was: '1.3', is: '1.1', differs: true }]);
  expect(rows.find(({ what }) => what === 'Host')?.was).toBeUndefined();
  expect(word).toBeUndefined();
});

it('says so if nothing is different', () => {
  const before = { how: 'restored', psci: '1.1', vcpus: 2, memoryMiB: 512, host: undefined } as const;
  const { title, word } = whatChanged(before, CONFIG, 0);
  expect(title).toBe('Restored');
  expect(word).toBe('Nothing of the machine is different.');
});

it('does not say that a guest is awake before it is', () => {
  const before = { how: 'woken', when: 0, psci: '1.1', vcpus: 2, memoryMiB: 512 } as const;
  const titles = (['begins', 'started', 'awake'] as const).map((waking) => whatChanged(before, CONFIG, 3 * MINUTE, waking).title);
  expect(titles).toEqual([
    'Waking after 3 min of sleep',
    'The kernel that wakes it has started, after 3 min of sleep',
    'Awake again after 3 min of sleep',
  ]);
});

it('says of a kernel that booted instead that nobody was woken', () => {
  const before = { how: 'woken', when: 0, psci: '1.1', vcpus: 2, memoryMiB: 512 } as const;
  expect(whatChanged(before, CONFIG, 3 * MINUTE, 'booted')).toMatchObject({
    title: 'Not woken',
    word: 'The kernel took no image from its disk, for a reason that the guest’s log has (dmesg), and booted afresh.',
  });
});

it('says where the disk of a restored machine is, and what becomes of one in memory', () => {
  const before = { how: 'restored', psci: '1.1', vcpus: 2, memoryMiB: 512, host: undefined } as const;
  const [own, kept] = (['machine', 'kept'] as const).map((where) => ({ name: 'den', size: 1, used: 1, where }));
  const { rows, word } = whatChanged(before, CONFIG, 0, 'begins', [own!]);
  expect(rows.at(-1)).toMatchObject({ what: 'Disk', is: 'den, in memory' });
  expect(word).toBe(
    'Nothing of the machine is different but its disk, which is in memory: what is written to it goes with the machine, unless you save that again.',
  );
  expect(whatChanged({ ...before, psci: '1.3' }, CONFIG, 0, 'begins', [own!]).word).toMatch(/^Its disk is in memory: what/);
  expect(whatChanged(before, CONFIG, 0, 'begins', [kept!]).word).toBe('Nothing of the machine is different.');
});
