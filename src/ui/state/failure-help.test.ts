import { describe, expect, it } from 'vitest';
import { DiskError } from '../../storage/block-device';
import { DISK_ERROR, DOWNLOAD_FAILED, UNKNOWN_KERNEL, WAKE_REFUSAL } from '../../vm/api';
import { BANNER, imageOn, sleeperDisk, text } from '../../vm/hibernated-disk.testkit';
import { refusalToWake } from '../../vm/wake-check';
import { type Failed, helpFor } from './failure-help';

const kernel = { segments: [{ address: 0, bytes: text(BANNER) }] };
const OTHER_MEMORY = refusalToWake('den', (await imageOn(sleeperDisk()))!, { memoryMiB: 256, kernel })!;
const does = (failed: Partial<Failed>): string[] =>
  helpFor({ name: 'Error', sentence: 'It is refused.', known: true, own: false, flat: false, keepsDisk: false, ...failed }).map(
    (help) => help.does,
  );

describe('the main button after a failure', () => {
  it('tries again where that can help, and only there', () => {
    expect(does({ known: false })).toEqual(['retry']);
    expect(does({ name: DOWNLOAD_FAILED })).toEqual(['retry', 'back']);
    expect(does({ name: DISK_ERROR })).toEqual(['retry', 'back']);
    expect(does({ name: DISK_ERROR, keepsDisk: true })).toEqual(['retry', 'in-memory', 'back']);
    expect(new DiskError('in-use', 'Another tab has it.').name).toBe(DISK_ERROR);
    expect(does({})).toEqual(['back', 'retry']);
    expect(does({ name: undefined })).toEqual(['back', 'retry']);
  });

  it('leads to another kernel when this one is none, which may also be code', () => {
    expect(does({ name: UNKNOWN_KERNEL, own: true })).toEqual(['back', 'flat']);
    expect(does({ name: UNKNOWN_KERNEL, own: true, flat: true })).toEqual(['back']);
  });

  it('takes the memory that a sleeper needs; waking it anyway is never first', () => {
    const [main, ...others] = helpFor({
      name: WAKE_REFUSAL,
      sentence: OTHER_MEMORY,
      known: true,
      own: false,
      flat: false,
      keepsDisk: true,
    });
    expect(main).toEqual({ does: 'resize', words: 'Wake with 512 MiB', memoryMiB: 512 });
    expect(others.map((help) => help.does)).toEqual(['wake-anyway', 'back']);
    expect(does({ name: WAKE_REFUSAL })).toEqual(['back', 'wake-anyway']);
    // No machine here can have as much.
    expect(does({ name: WAKE_REFUSAL, sentence: OTHER_MEMORY.replaceAll('512', '99999') })[0]).toBe('back');
  });
});
