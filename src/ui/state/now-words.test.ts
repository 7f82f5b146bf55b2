import { expect, it } from 'vitest';
import type { VcpuView } from '../../vm/api';
import { nowWords } from './now-words';

it('says what a vCPU does, not what it did last', () => {
  const words = (power: VcpuView['power'], el: 0 | 1, rests = false) => nowWords({ power, el } as VcpuView, rests);
  expect([words('on', 0), words('on', 1), words('ready', 1)]).toEqual(['EL0', 'EL1', 'EL1 · waits for its turn']);
  // Its last instruction was one of EL1.
  expect([words('idle', 1), words('idle', 1, true), words('suspended', 1), words('off', 1)]).toEqual([
    'idle',
    'suspended',
    'suspended',
    'off',
  ]);
});
