import { describe, expect, it } from 'vitest';
import { boardToWakeOn, wakeBoardWords } from './wake-board';

const SLEPT = { cpu: 'cortex-a53', gic: 2, virtio: 'pci' } as const;

describe('the board a machine wakes on', () => {
  it('is the one it slept on, unless another was asked for', () => {
    expect(boardToWakeOn(SLEPT, {})).toEqual(SLEPT);
    expect(boardToWakeOn(SLEPT, { gic: 3, cpu: 'max', virtio: 'mmio' })).toEqual({ cpu: 'max', gic: 3, virtio: 'mmio' });
    // An older note does not say it.
    expect(boardToWakeOn({}, {})).toEqual({ cpu: 'max', gic: 3, virtio: 'mmio' });
  });

  it('is told where it differs, and no matter where it does not or is not known', () => {
    expect(wakeBoardWords(SLEPT, SLEPT)).toEqual([]);
    expect(wakeBoardWords({}, { cpu: 'max', gic: 3, virtio: 'mmio' })).toEqual([]);
    expect(wakeBoardWords(SLEPT, { cpu: 'cortex-a72', gic: 3, virtio: 'mmio' })).toEqual([
      {
        tone: 'warning',
        sentence:
          'It slept with a GICv2 and wakes with a GICv3: its kernel goes on driving the one it booted with, which is not there.',
      },
      {
        tone: 'warning',
        sentence:
          'It slept with its devices on virtio-pci and wakes with them on virtio-mmio: its kernel looks for its disk where it was, and does not find it.',
      },
      {
        tone: 'warning',
        sentence:
          'It slept on the CPU model cortex-a53 and wakes on cortex-a72: its kernel and programs go on with what they found when they started, and fail where cortex-a72 does not have it.',
      },
    ]);
    // It has all that any other has.
    expect(wakeBoardWords(SLEPT, { ...SLEPT, cpu: 'max' })).toMatchObject([{ tone: 'info' }]);
  });
});
