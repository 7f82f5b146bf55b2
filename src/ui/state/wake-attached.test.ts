import { describe, expect, it } from 'vitest';
import type { DiskInfo } from '../../vm/api';
import { attachedForWake, attachedWords } from './wake-attached';

const MIB = 2 ** 20;
const nuts: DiskInfo = { name: 'nuts.img', size: 8 * MIB, used: 0, inUse: false };
const sleeper = (more: object): DiskInfo => ({
  name: 'debian',
  size: MIB,
  used: 0,
  inUse: false,
  hibernated: { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: 0, ...more },
});
const print = '0123456789abcdef';
const withNuts = sleeper({ attached: { name: 'nuts.img', size: 8 * MIB, print } });

describe('the disk that is attached to wake', () => {
  it('is the one in this browser that was attached', () => {
    const found = attachedForWake(withNuts, [nuts], undefined);
    expect(found).toEqual({ name: 'nuts.img', size: 8 * MIB, kept: true, print });
    expect(attachedWords(withNuts, found)).toBe('It wakes with the disk “nuts.img” attached, as it fell asleep.');
    expect(attachedForWake(withNuts, [{ ...nuts, inMemory: true }], undefined)).toMatchObject({ kept: false });
  });

  it('is asked for, by name and size, where it is not here, and taken if somebody gives one of that size', () => {
    const image = new File([], 'nuts-again.img');
    const given = { name: 'nuts-again.img', size: 8 * MIB - 100, kept: false, image };
    for (const [disks, attached] of [
      [[], undefined],
      [[{ ...nuts, size: 9 * MIB }], undefined],
      [[{ ...nuts, inUse: true }], { ...given, size: MIB }],
    ] as const)
      expect(attachedForWake(withNuts, disks, attached)).toBe('missing');
    expect(attachedWords(withNuts, 'missing')).toBe(
      'It fell asleep with the disk “nuts.img” (8 MiB) attached, and that is not in this browser: drop its file here, as it was then, to wake it.',
    );
    // Whatever is here by that name.
    for (const disks of [[], [nuts]]) expect(attachedForWake(withNuts, disks, given)).toEqual({ ...given, print });
  });

  it('is the one it sleeps on itself, or none', () => {
    const on = { ...sleeper({ guest: 'own' }), name: 'root.img' };
    expect(attachedForWake(on, [on], undefined)).toEqual({ name: 'root.img', size: MIB, kept: true });
    expect(attachedForWake(sleeper({}), [nuts], undefined)).toBeUndefined();
    expect(attachedWords(on, attachedForWake(on, [on], undefined))).toBeUndefined();
  });
});
