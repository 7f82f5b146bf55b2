import { describe, expect, it } from 'vitest';
import { savedFileName } from './save-file-name';

describe('names of saved machines', () => {
  it('say what is inside', () => {
    const name = savedFileName({ guest: 'my-own', vcpus: 2, memoryMiB: 512 }, '1.1');
    expect(name).toBe('my-own-2cpu-512MiB-psci1.1.dormouse');
  });
});
