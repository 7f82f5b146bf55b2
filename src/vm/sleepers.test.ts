import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { bareVm, PROGRAMS, programImage } from './bare-vm.testkit';
import { BANNER, sleeperDisk, text } from './hibernated-disk.testkit';
import { sleepersOn, WakeRefusal } from './sleepers';

/** A program that switches off and says it is a Linux, as far as the host can tell. */
function linux(): Uint8Array {
  const code = programImage(PROGRAMS.off);
  const image = new Uint8Array(512);
  image.set(code);
  image.set(text(BANNER), 256);
  return image;
}

const start = (options: Parameters<typeof bareVm>[1]) => bareVm('', { images: { kernel: linux() }, ...options });

describe('sleepers', () => {
  it('are known of a machine before it starts, and when it has switched itself off', async () => {
    const disk = sleeperDisk({ memoryMiB: 16 });
    const { vm } = await start({ disks: [new MemoryDisk(1 << 20), disk] });
    expect(vm.sleepers).toMatchObject([{ disk, image: { physicalPages: 4096 } }]);
    await vm.start();
    expect((await vm.ended).sentence).toContain('The machine hibernated, but the firmware saw a plain SYSTEM_OFF');
    expect(vm.sleepers).toHaveLength(1);
  });

  it('that would not survive keep a machine from starting', async () => {
    const refused = start({ disks: [sleeperDisk({ name: 'marmot' })] });
    await expect(refused).rejects.toBeInstanceOf(WakeRefusal);
    await expect(refused).rejects.toThrow('The machine asleep on disk “marmot” has 512 MiB of memory, this one 16 MiB');
    await expect(start({ disks: [sleeperDisk({ memoryMiB: 16, build: '#7 SMP other' })] })).rejects.toThrow(
      'runs the kernel “#7 SMP other”',
    );
  });

  it('are given up if a person says so', async () => {
    const { vm } = await start({ disks: [sleeperDisk()], wakeAnyway: true });
    expect(vm.state).toBe('ready');
  });

  it('are none on a disk that cannot be read, and not understood from a broken image', async () => {
    const broken = sleeperDisk();
    broken.read = () => {
      throw new Error('sector 0 is gone');
    };
    expect(await sleepersOn([broken])).toEqual([]);
    const odd = sleeperDisk();
    odd.write(5 * 4096, text('~~'));
    expect(await sleepersOn([odd])).toEqual([{ disk: odd }]);
  });
});
