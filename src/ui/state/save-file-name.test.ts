import { describe, expect, it } from 'vitest';
import { guestOfSavedFile, savedFileName } from './save-file-name';

describe('names of saved machines', () => {
  it('say what is inside, also after a second download', () => {
    const name = savedFileName({ guest: 'my-own', vcpus: 2, memoryMiB: 512 }, '1.1');
    expect(name).toBe('my-own-2cpu-512MiB-psci1.1.dormouse');
    expect(guestOfSavedFile(name)).toBe('my-own');
    expect(guestOfSavedFile('my-own-2cpu-512MiB-psci1.1 (1).dormouse')).toBe('my-own');
    expect(guestOfSavedFile('holiday.dormouse')).toBeUndefined();
  });
});
