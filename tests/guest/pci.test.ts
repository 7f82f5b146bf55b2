/** Guests that find their disks, consoles and entropy on PCI: Debian in all that it does with them, U-Boot, EDK2. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { readSavedVm } from '../../src/vm/saved-vm';
import { fatDisk } from './fat-disk.testkit';
import { Guest, newHomeDisk, noHome, quickDebian } from './harness';

const SERIOUS = /Unhandled|Unexpected|Oops|BUG:|spurious|nobody cared|virtio.*(fail|error)/i;
const U_BOOT = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';
const EDK2 = '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd';
const SUM = 'sha256sum /root/large | cut -c 1-16';

let guest: Guest | undefined;
afterEach(() => guest?.stop());

describe.skipIf(noHome)(`Debian on virtio-pci${noHome ? ` (${noHome})` : ''}`, () => {
  it.each([
    [3, 1],
    [3, 4],
    [2, 1],
    [2, 4],
  ] as const)('drives all its devices with a GICv%i and %i vCPUs, keeps its home, and is restored', async (gic, vcpus) => {
    const disk = await newHomeDisk();
    const second = new MemoryDisk(8 << 20, { name: 'second' });
    const options = { virtio: 'pci', gic, vcpus, images: quickDebian(), disk, moreDisks: [second] } as const;
    guest = await Guest.boot(options);
    expect(await guest.exec('nproc')).toBe(`${vcpus}`);
    // Nobody found anything in the slots of virtio-mmio; each function has its driver.
    const buses = await guest.exec('for d in /sys/bus/virtio/devices/*; do readlink -f $d; done');
    expect(buses.split('\n').map((path) => path.match(/0000:00:\w\w\.\d/)?.[0])).toEqual([
      '0000:00:01.0',
      '0000:00:01.1',
      '0000:00:01.2',
      '0000:00:01.3',
      '0000:00:02.0',
      '0000:00:03.0',
    ]);
    expect(await guest.exec('cat /sys/block/vda/size /sys/block/vdb/size')).toBe(`${disk.size / 512}\n${second.size / 512}`);
    const interrupts = await guest.exec('cat /proc/interrupts');
    expect(interrupts).toMatch(/36 Level\s+virtio0, virtio\d, virtio\d, virtio\d/);
    expect(interrupts).toMatch(/37 Level\s+virtio4/);
    expect(interrupts).toMatch(/38 Level\s+virtio5/);
    expect(await guest.exec('head -c 64 /dev/hwrng | wc -c')).toBe('64');
    await guest.exec('echo to hvc0 >/dev/hvc0');

    await guest.exec('head -c 3000000 /dev/urandom >/root/large; sync; echo 3 >/proc/sys/vm/drop_caches');
    const sum = await guest.exec(SUM);
    const snapshot = await guest.save();
    await guest.stop();
    expect((await readSavedVm([snapshot])).config.virtio).toBe('pci');
    guest = await Guest.restore(snapshot, { disk, moreDisks: [second] });
    await guest.vm.resume();
    expect(await guest.exec(`echo 3 >/proc/sys/vm/drop_caches; ${SUM}`)).toBe(sum);
    await guest.exec('sync; poweroff');
    await guest.end();
    expect(guest.console).not.toMatch(SERIOUS);

    guest = await Guest.boot(options);
    expect(await guest.exec(SUM)).toBe(sum);
    expect(guest.console).not.toMatch(SERIOUS);
  });

  it.each([3, 2] as const)('hibernates by SYSTEM_OFF2 and wakes, with a GICv%i', async (gic) => {
    const disk = await newHomeDisk();
    const options = { virtio: 'pci', gic, vcpus: 2, images: quickDebian(), disk } as const;
    guest = await Guest.boot(options);
    await guest.exec('echo kept >/tmp/kept; echo there >/root/there');
    const end = await guest.hibernate();
    expect(end).toMatchObject({ how: 'hibernated' });
    expect(guest.names()).toContain('SYSTEM_OFF2');
    const woken = await Guest.boot(options);
    guest = woken;
    expect(await woken.exec('cat /tmp/kept /root/there; nproc')).toBe('kept\nthere\n2');
    expect(await woken.exec('head -c 64 /dev/hwrng | wc -c')).toBe('64');
    await woken.exec('head -c 3000000 /dev/urandom >/root/large; sync');
    expect(woken.console).not.toMatch(SERIOUS);
  });
});

const without = (file: string, from: string): string | undefined =>
  existsSync(file) ? undefined : ` (skipped: ${from} is not installed)`;

const noUBoot = without(U_BOOT, 'u-boot-qemu');
describe.skipIf(noUBoot)(`U-Boot on virtio-pci${noUBoot ?? ''}`, () => {
  it('finds the functions and reads the disk', async () => {
    const disk = new MemoryDisk(1 << 20, { name: 'raw' });
    disk.write(512, new TextEncoder().encode('a marmot, asleep'));
    guest = await Guest.start({ virtio: 'pci', images: { kernel: readFileSync(U_BOOT) }, kernelFormat: 'firmware', disk });
    await guest.printed('Hit any key');
    await guest.type('\r', '=> ');
    await guest.type('pci enum; pci\r', /02\.00\s+0x1af4\s+0x1042[\s\S]*=> $/i);
    await guest.type('virtio scan; virtio info\r', /Device 0: 1af4 VirtIO Block Device[\s\S]*=> $/);
    await guest.type('virtio read 0x40400000 1 1\r', /blocks read: OK[\s\S]*=> $/);
    await guest.type('md.b 0x40400000 10\r', /a marmot, asleep/);
  });
});

const noEdk2 = without(EDK2, 'qemu-efi-aarch64');
describe.skipIf(noEdk2)(`EDK2 on virtio-pci${noEdk2 ?? ''}`, () => {
  it('has the disk in its map, and reads a file from it', async () => {
    const disk = fatDisk({ 'MARMOT.TXT': new TextEncoder().encode('asleep until spring\r\n') });
    guest = await Guest.start({ virtio: 'pci', images: { kernel: readFileSync(EDK2) }, disk });
    await guest.printed('to skip');
    await guest.type('\x1b', 'Shell> ');
    await guest.type('map\r', /PciRoot\(0x0\)\/Pci\(0x2,0x0\)[\s\S]*Shell> /);
    await guest.type('fs0:\r', 'FS0:\\> ');
    await guest.type('type marmot.txt\r', /asleep until spring/);
  });
});

describe.skipIf(noHome)(`a disk that was on virtio-mmio${noHome ? ` (${noHome})` : ''}`, () => {
  it('is found on PCI at the next boot', async () => {
    const disk = await newHomeDisk();
    guest = await Guest.boot({ images: quickDebian(), disk });
    await guest.exec('echo there >/root/there; sync');
    await guest.stop();
    guest = await Guest.boot({ virtio: 'pci', images: quickDebian(), disk });
    expect(await guest.exec('cat /root/there')).toBe('there');
  });
});
