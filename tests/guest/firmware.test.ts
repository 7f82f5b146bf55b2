/** Firmware that no one here wrote, from flash: Debian's U-Boot and EDK2, to their prompts, and Linux through them. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { VARIABLE_BYTES } from '../../src/vm/variables';
import { fatDisk } from './fat-disk.testkit';
import { debian, Guest, type GuestOptions, missing, whyMissing } from './harness';

const U_BOOT = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';
const EDK2 = '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd';
const SECTOR = 512;
/** What variables are kept in, new. */
const newVariables = (): MemoryDisk => new MemoryDisk(VARIABLE_BYTES, { name: 'variables' });

const without = (file: string, from: string): string | undefined =>
  missing ?? (existsSync(file) ? undefined : `skipped: ${from} is not installed`);
const named = (name: string, why: string | undefined): string => (why ? `${name} (${why})` : name);

let guest: Guest | undefined;
afterEach(() => guest?.stop());

const noUBoot = without(U_BOOT, 'u-boot-qemu');
describe.skipIf(noUBoot)(named('U-Boot', noUBoot), () => {
  it('finds both banks of flash, keeps its environment there over a reset, and boots Debian from a disk', async () => {
    const { kernel, initrd, append } = debian();
    const sectorsOf = (bytes: Uint8Array): number => Math.ceil(bytes.length / SECTOR);
    const disk = new MemoryDisk((sectorsOf(kernel) + sectorsOf(initrd)) * SECTOR, { name: 'raw' });
    disk.write(0, kernel);
    disk.write(sectorsOf(kernel) * SECTOR, initrd);
    guest = await Guest.start({ images: { kernel: readFileSync(U_BOOT) }, kernelFormat: 'firmware', disk });
    const prompt = async (): Promise<void> => {
      await guest!.printed('Hit any key');
      await guest!.type('\r', '=> ');
    };
    await prompt();
    expect(guest.console).toContain('Flash: 64 MiB');
    await guest.type('setenv kept marmot; saveenv\r', /Writing to Flash... done[\s\S]*=> $/);
    const before = guest.console.length;
    await guest.type('reset\r', /Hit any key/);
    expect(guest.console.slice(before)).not.toContain('bad CRC');
    await guest.type('\r', '=> ');
    await guest.type('printenv kept\r', /kept=marmot[\s\S]*=> $/);

    const hex = (number: number): string => `0x${number.toString(16)}`;
    await guest.type(`setenv bootargs '${append}'\r`, '=> ');
    await guest.type(`virtio scan; virtio read 0x40400000 0 ${hex(sectorsOf(kernel))}\r`, /blocks read: OK[\s\S]*=> $/);
    await guest.type(
      `virtio read 0x48000000 ${hex(sectorsOf(kernel))} ${hex(sectorsOf(initrd))}\r`,
      /blocks read: OK[\s\S]*=> $/,
    );
    guest.vm.input(new TextEncoder().encode(`booti 0x40400000 0x48000000:${hex(initrd.length)} $fdtcontroladdr\r`));
    await guest.up();
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
  });
});

describe.skipIf(noUBoot)(named('U-Boot whose variables are kept', noUBoot), () => {
  it('finds its environment again after the power was off', async () => {
    const variables = newVariables();
    const start = async (): Promise<void> => {
      guest = await Guest.start({ images: { kernel: readFileSync(U_BOOT) }, kernelFormat: 'firmware', variables });
      await guest.printed('Hit any key');
      await guest.type('\r', '=> ');
    };
    await start();
    expect(guest!.console).toContain('bad CRC');
    await guest!.type('setenv kept marmot; saveenv\r', /Writing to Flash... done[\s\S]*=> $/);
    guest!.vm.input(new TextEncoder().encode('poweroff\r'));
    expect((await guest!.vm.ended).how).toBe('off');
    await start();
    expect(guest!.console).not.toContain('bad CRC');
    await guest!.type('printenv kept\r', /kept=marmot[\s\S]*=> $/);
  });
});

const noEdk2 = without(EDK2, 'qemu-efi-aarch64');
describe.skipIf(noEdk2)(named('EDK2', noEdk2), () => {
  const edk2 = async (options: Pick<GuestOptions, 'disk' | 'variables'> = {}): Promise<void> => {
    guest = await Guest.start({ images: { kernel: readFileSync(EDK2) }, ...options });
    await guest.printed('to skip');
    await guest.type('\x1b', 'Shell> ');
  };

  it('comes to its shell, and keeps variables over a reset, and in a saved machine', async () => {
    await edk2();
    const variable = '-guid 12345678-1234-1234-1234-123456789abc';
    await guest!.type(`setvar kept ${variable} -bs -rt -nv =0xcafe\r`, 'Shell> ');
    const from = guest!.console.length;
    guest!.vm.input(new TextEncoder().encode('reset\r'));
    await guest!.printed('to skip', from);
    await guest!.type('\x1b', 'Shell> ');
    await guest!.type(`setvar kept ${variable}\r`, /FE CA/);
    const saved = await guest!.save();
    await guest!.stop();
    guest = await Guest.restore(saved);
    await guest.vm.resume();
    await guest.type(`setvar kept ${variable}\r`, /FE CA/);
  });

  it('keeps variables over power off, and after it was killed', async () => {
    const variables = newVariables();
    const variable = '-guid 12345678-1234-1234-1234-123456789abc';
    await edk2({ variables });
    await guest!.type(`setvar kept ${variable} -bs -rt -nv =0xcafe\r`, 'Shell> ');
    guest!.vm.input(new TextEncoder().encode('reset -s\r'));
    expect((await guest!.vm.ended).how).toBe('off');
    await edk2({ variables });
    await guest!.type(`setvar kept ${variable}\r`, /FE CA[\s\S]*Shell> /);
    await guest!.type(`setvar also ${variable} -bs -rt -nv =0xf00d\r`, 'Shell> ');
    await guest!.stop();
    await edk2({ variables });
    await guest!.type(`setvar also ${variable}\r`, /0D F0/);
  });

  it.skipIf(missing)(`boots the Debian that it is given beside itself, with initrd and command line${whyMissing}`, async () => {
    const images = { ...debian(), firmware: readFileSync(EDK2) };
    guest = await Guest.start({ images, append: 'marmot=1' });
    await guest.up();
    expect((await guest.dmesg('efi:')).join('\n')).toContain('EFI v2.');
    expect(await guest.exec('cat /proc/cmdline')).toContain('marmot=1');
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
    expect(await guest.exec('ls /proc/device-tree | grep fw-cfg')).toBe('fw-cfg@9020000');
    // Saved with what it would boot again.
    const saved = await guest.save();
    await guest.stop();
    guest = await Guest.restore(saved);
    await guest.vm.resume();
    const from = guest.console.length;
    guest.vm.input(new TextEncoder().encode('reboot -f\r'));
    await guest.printed('UEFI firmware', from);
    await guest.printed('Linux version', from);
  });

  it.skipIf(missing)(`starts Debian through its EFI stub from a FAT disk${whyMissing}`, async () => {
    const { kernel, initrd, append } = debian();
    await edk2({ disk: fatDisk({ 'IMAGE.EFI': kernel, 'INITRD.GZ': initrd }) });
    await guest!.type('fs0:\r', 'FS0:\\> ');
    guest!.vm.input(new TextEncoder().encode(`image.efi initrd=\\initrd.gz ${append}\r`));
    await guest!.up();
    expect((await guest!.dmesg('efi:')).join('\n')).toContain('EFI v2.');
  });
});
