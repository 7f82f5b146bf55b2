/** What Linux calls its disks: the first one vda, whatever others there are, also one that was put in while it was saved. */
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { Guest, missing, whyMissing } from './harness';

const MIB = 2 ** 20;
const disk = (name: string, mib: number): MemoryDisk => new MemoryDisk(mib * MIB, { name });

describe.skipIf(missing)(`the names of disks${whyMissing}`, () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  /** `vda 65536` (in KiB) for each. */
  const partitions = async (guest: Guest): Promise<string[]> =>
    (await guest.exec("awk 'NR > 2 { print $4, $3 }' /proc/partitions")).split('\n').filter((line) => line);

  it('are in the order they are given in, and one that is put in while the machine is saved comes behind them', async () => {
    const [first, second] = [disk('first', 64), disk('second', 32)];
    guest = await Guest.boot({ disk: first, moreDisks: [second] });
    const two = ['vda 65536', 'vdb 32768'];
    expect(await partitions(guest)).toEqual(two);
    const snapshot = await guest.save();
    await guest.stop();
    guest = await Guest.restore(snapshot, { disk: first, moreDisks: [second, disk('third', 16)] });
    await guest.vm.resume();
    await guest.up();
    // A running Linux does not look again.
    expect(await partitions(guest)).toEqual(two);
    await guest.vm.reset();
    await guest.until('the guest to boot again', () => !guest!.vm.agent.ready);
    await guest.up();
    expect(await partitions(guest)).toEqual([...two, 'vdc 16384']);
  });
});
