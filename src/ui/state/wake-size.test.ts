import { describe, expect, it } from 'vitest';
import { wakeSizeWords } from './wake-size';

const SLEPT = { vcpus: 2, memoryMiB: 512 };

describe('the size a machine wakes with', () => {
  it('is no matter when it is as chosen', () => {
    expect(wakeSizeWords(SLEPT, SLEPT)).toEqual([]);
  });

  it('is not the memory that was chosen, with both numbers and the reason', () => {
    expect(wakeSizeWords(SLEPT, { vcpus: 2, memoryMiB: 1024 })).toEqual([
      {
        tone: 'warning',
        sentence:
          'It wakes with the 512 MiB it went to sleep with, not the 1024 MiB chosen: its image fits no other size of memory.',
      },
    ]);
  });

  it('has the vCPUs that were chosen, with what its kernel makes of them', () => {
    expect(wakeSizeWords(SLEPT, { ...SLEPT, vcpus: 1 })).toEqual([
      {
        tone: 'info',
        sentence:
          'It slept with 2 vCPUs and wakes with 1: its kernel calls CPU_ON for the other, is refused, and goes on without it.',
      },
    ]);
    expect(wakeSizeWords({ ...SLEPT, vcpus: 4 }, { ...SLEPT, vcpus: 2 })[0]?.sentence).toContain('CPU_ON for the others');
    expect(wakeSizeWords({ ...SLEPT, vcpus: 1 }, { ...SLEPT, vcpus: 4 })).toEqual([
      {
        tone: 'info',
        sentence: 'It slept with 1 vCPU and wakes with 4: its kernel asks only for those it slept with, and leaves the rest off.',
      },
    ]);
  });

  it('may differ in both', () => {
    expect(wakeSizeWords(SLEPT, { vcpus: 1, memoryMiB: 64 })).toHaveLength(2);
  });
});
