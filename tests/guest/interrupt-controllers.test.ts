/** Debian on a machine with a GICv2: all CPUs, the interrupts of devices, a snapshot, hibernation. */
import { describe, expect, it } from 'vitest';
import { readSavedVm } from '../../src/vm/saved-vm';
import { Guest, missing, newDisk, whyMissing } from './harness';

const SERIOUS = /Unhandled|Unexpected|Oops|BUG:|spurious|nobody cared/i;

describe.skipIf(missing)(`Debian with a GICv2${whyMissing}`, () => {
  it.each([1, 4])('boots with %i vCPUs, and its devices and timers interrupt', async (vcpus) => {
    const guest = await Guest.boot({ gic: 2, vcpus });
    expect(await guest.exec('nproc')).toBe(`${vcpus}`);
    const interrupts = await guest.exec('cat /proc/interrupts');
    expect(interrupts).toMatch(/GIC-0\s+27 Level\s+arch_timer/);
    expect(interrupts).not.toContain('GICv3');
    if (vcpus > 1) expect(interrupts).toMatch(/IPI1:(\s+[1-9]\d*){4}/);
    await guest.exec(
      Array.from({ length: vcpus }, () => '(i=0; while [ $i -lt 300 ]; do i=$((i+1)); done) &').join(' ') + ' wait',
    );
    expect(guest.console).not.toMatch(SERIOUS);

    const snapshot = await guest.save();
    await guest.stop();
    const restored = await Guest.restore(snapshot);
    expect((await readSavedVm([snapshot])).config.gic).toBe(2);
    await restored.vm.resume();
    expect(await restored.exec('nproc; sleep 1; echo slept')).toBe(`${vcpus}\nslept`);
    expect(restored.console).not.toMatch(SERIOUS);
    await restored.stop();
  });

  it('hibernates and wakes', async () => {
    const disk = newDisk();
    const guest = await Guest.boot({ gic: 2, vcpus: 2, disk });
    await guest.exec('echo kept >/tmp/kept');
    await guest.hibernate();
    const woken = await Guest.boot({ gic: 2, vcpus: 2, disk });
    expect(await woken.exec('cat /tmp/kept; nproc')).toBe('kept\n2');
    expect(woken.console).not.toMatch(SERIOUS);
    await woken.stop();
  });
});
