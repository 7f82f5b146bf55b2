/** The same machine twice: on QEMU's `virt`, and here. */
import { join } from 'node:path';
import type { GicVersion, VirtioTransportName } from '../../src/vm/api';
import type { MachineProgram } from './console';

const ROOT = join(import.meta.dirname, '../..');

/**
 * The nearest of QEMU's processors: the only one that has nearly all that ours has, and no other maker's faults for Linux to
 * work around (its MIDR_EL1 is a software model's, too). Most of what it has more cannot be switched off.
 */
export const QEMU_CPU = 'max,sve=off,sme=off,lpa2=off';

export interface Boot {
  kernel: string;
  initrd?: string;
  append?: string;
  vcpus: number;
  /** 3 unless given. */
  gic?: GicVersion;
  /** `mmio` unless given. */
  virtio?: VirtioTransportName;
  memoryMiB: number;
  /** A raw disk image; each machine wants its own. */
  disk?: string;
}

export function onQemu(boot: Boot, cpu = QEMU_CPU, accelerator = 'tcg'): MachineProgram {
  const gic = boot.gic === 2 ? 'gic-version=2' : 'gic-version=3,its=off';
  const args = ['-M', `virt,${gic}`, '-cpu', cpu, '-accel', accelerator];
  args.push('-smp', `${boot.vcpus}`, '-m', `${boot.memoryMiB}`, '-nodefaults', '-display', 'none', '-serial', 'stdio');
  args.push('-no-reboot', '-global', 'virtio-mmio.force-legacy=false', '-kernel', boot.kernel);
  if (boot.initrd !== undefined) args.push('-initrd', boot.initrd);
  if (boot.append !== undefined) args.push('-append', boot.append);
  if (boot.disk !== undefined) args.push('-drive', `if=none,id=disk,format=raw,file=${boot.disk}`);
  args.push(...(boot.virtio === 'pci' ? onPci(boot) : inSlots(boot)));
  return { name: 'QEMU', command: 'qemu-system-aarch64', arguments: args };
}

function inSlots({ disk }: Boot): string[] {
  // QEMU fills its virtio-mmio slots from the last one down: with a disk this order puts each device where ours is.
  const devices = disk === undefined ? [] : ['virtio-blk-device,drive=disk'];
  devices.push('virtio-rng-device', 'virtio-serial-device');
  // The port for files, and hvc0, which is alone on its device.
  devices.push('virtio-serial-device,bus=virtio-mmio-bus.0', 'virtio-serial-device,max_ports=1,bus=virtio-mmio-bus.1');
  return devices.flatMap((device) => ['-device', device]);
}

/** The same devices as functions, where ours are. */
function onPci({ disk }: Boot): string[] {
  const devices = [
    'virtio-serial-pci,addr=1.0,multifunction=on',
    'virtio-rng-pci,addr=1.1',
    'virtio-serial-pci,max_ports=1,addr=1.2',
    'virtio-serial-pci,addr=1.3',
    ...(disk === undefined ? [] : ['virtio-blk-pci,drive=disk,num-queues=1,addr=2']),
  ];
  return devices.flatMap((device) => ['-device', `${device},disable-legacy=on`]);
}

export function onDormouse(boot: Boot, more: readonly string[] = []): MachineProgram {
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'run', '--kernel', boot.kernel];
  if (boot.initrd !== undefined) args.push('--initrd', boot.initrd);
  if (boot.append !== undefined) args.push('--append', boot.append);
  args.push('--smp', `${boot.vcpus}`, '--memory', `${boot.memoryMiB}`, '--no-reboot');
  if (boot.gic !== undefined) args.push('--gic', `${boot.gic}`);
  if (boot.virtio !== undefined) args.push('--virtio', boot.virtio);
  if (boot.disk !== undefined) args.push('--disk', boot.disk);
  return { name: 'Dormouse', command: process.execPath, arguments: [...args, ...more], folder: ROOT };
}
