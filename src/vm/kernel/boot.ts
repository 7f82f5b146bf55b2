import { atOnce, type Steps } from '../../cpu/stepwise';
import type { Machine } from '../../machine/machine';
import type { BootImages } from '../api';
import type { Kernel } from './kernel';
import { place } from './place';

/** Puts kernel, initrd and device tree into a machine's memory and resets it to the kernel's entry. Returns the device tree. */
export const boot = (machine: Machine, kernel: Kernel, images: BootFiles): Uint8Array =>
  atOnce(bootSteps(machine, kernel, images));

type BootFiles = Pick<BootImages, 'initrd' | 'append'>;

/** The same, some of it at a time. */
export function* bootSteps(machine: Machine, kernel: Kernel, images: BootFiles): Steps<Uint8Array> {
  const { append } = images;
  const initrd = kernel.beside ? undefined : images.initrd;
  const where = place(kernel, initrd?.length, machine.options.memoryMiB, append);
  const deviceTree = machine.deviceTree({
    ...(append === undefined ? {} : { bootargs: append }),
    ...(where.initrd ? { initrd: where.initrd } : {}),
  });
  for (const { address, bytes } of kernel.segments) yield* machine.loading(address, bytes, 'kernel');
  if (initrd && where.initrd) yield* machine.loading(where.initrd.start, initrd, 'initrd');
  machine.load(where.deviceTree, deviceTree, 'device tree');
  machine.reset(kernel.entry, where.deviceTree);
  return deviceTree;
}
