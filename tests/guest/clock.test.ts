/** The time of day as the guest's own clock shows it, after the machine stood still, was saved, or slept. */
import { afterEach, describe, expect, it } from 'vitest';
import { Guest, missing, newDisk, secondsOff, whyMissing } from './harness';

const LATER_MS = 95_000;
/** The real-time clock has whole seconds, and the guest is set by messages that take their time. */
const TOLERANCE_S = 5;

describe.skipIf(missing)(`the guest's clock${whyMissing}`, () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  const off = (later: number): Promise<number> => secondsOff(() => guest!.exec('date +%s'), later);

  it('is right after a hibernation soon after boot and a wake much later', async () => {
    const disk = newDisk();
    guest = await Guest.boot({ disk });
    expect((await guest.hibernate()).how).toBe('hibernated');
    guest = await Guest.start({ disk, laterMs: LATER_MS });
    await guest.up();
    expect(await off(LATER_MS)).toBeLessThan(TOLERANCE_S);
  });

  it('is right after a pause', async () => {
    guest = await Guest.boot();
    await guest.vm.pause();
    await new Promise((resolve) => setTimeout(resolve, 8000));
    await guest.vm.resume();
    expect(await off(0)).toBeLessThan(TOLERANCE_S);
  });

  it('is right in a machine that was saved and is restored much later', async () => {
    guest = await Guest.boot();
    const snapshot = await guest.save();
    await guest.stop();
    guest = await Guest.restore(snapshot, { laterMs: LATER_MS });
    await guest.vm.resume();
    expect(await off(LATER_MS)).toBeLessThan(TOLERANCE_S);
  });
});
