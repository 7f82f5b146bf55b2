import { describe, expect, it } from 'vitest';
import { endTitle, firmwareWords, sleepsOn, sleptWords } from './end-words';

describe('end words', () => {
  it('a machine that left an image is asleep, whatever its firmware heard', () => {
    const off = { how: 'off', sentence: '', call: 'SYSTEM_OFF', vcpu: 1 } as const;
    expect(endTitle(off)).toBe('The machine is off');
    expect(endTitle(off, true)).toContain('asleep');
    expect(firmwareWords(off)).toBe('SYSTEM_OFF by vCPU 1.');
    expect(firmwareWords({ ...off, sentence: 'The guest powered off: SYSTEM_OFF on vCPU 1.' })).toBeUndefined();
    expect(firmwareWords({ how: 'crashed', sentence: '' })).toBeUndefined();
  });

  it('a machine that said it hibernates sleeps, unless there is nothing to wake it from', () => {
    const end = { how: 'hibernated', sentence: '', call: 'SYSTEM_OFF2' } as const;
    expect(sleepsOn({ ...end, kept: 'image' })).toBe(true);
    expect(sleepsOn({ ...end, kept: 'perhaps' })).toBe(true);
    expect(sleepsOn({ ...end, kept: 'nothing' })).toBe(false);
    expect(endTitle({ ...end, kept: 'nothing' })).toBe('The machine is off, and nothing of it is kept');
    expect(sleepsOn({ how: 'off', sentence: '' })).toBe(false);
    expect(endTitle({ how: 'off', sentence: '', kept: 'image' })).toContain('only its disk knows');
  });

  it('tells how it went to sleep', () => {
    const slept = { call: 'SYSTEM_OFF', psci: '1.1', vcpus: 1, memoryMiB: 512, when: 0 } as const;
    expect(sleptWords(slept)).toBe('with plain SYSTEM_OFF under PSCI 1.1, 1 vCPU, 512 MiB');
  });
});
