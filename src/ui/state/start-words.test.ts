import { expect, it } from 'vitest';
import { startWords } from './start-words';

it('says what begins, under which firmware, and how large it is', () => {
  const lab = { title: 'Firmware lab', version: '1.1', memoryMiB: 64, vcpus: 1 } as const;
  expect(startWords(lab)).toBe('Firmware lab starts: PSCI 1.1, 64 MiB of memory, 1 vCPU');
  expect(startWords({ ...lab, vcpus: 4, wakesFrom: 'den' })).toBe(
    'Firmware lab wakes from the disk “den”: PSCI 1.1, 64 MiB of memory, 4 vCPUs',
  );
});
