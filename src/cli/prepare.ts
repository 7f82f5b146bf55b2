/** Everything about a run that can be wrong with what the person gave, checked before a machine is built. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { MAX_DISKS } from '../machine/memory-map';
import type { BlockDevice } from '../storage/block-device';
import type { BootImages, KernelFormat, VmConfig } from '../vm/api';
import type { GuestTemplate } from '../vm/disk-template';
import { makeFirmwareRegisters } from '../vm/firmware-registers';
import { checkImages } from '../vm/kernel/check';
import { UnknownKernel } from '../vm/kernel/kernel';
import { pairDisks } from '../vm/pair-disks';
import { emptyDisksFor } from '../vm/saved-disks';
import type { SavedVm } from '../vm/saved-vm';
import { requireVariableSize, VARIABLE_BYTES } from '../vm/variables';
import { checkConfig } from '../vm/vm-config';
import type { RunOptions } from './command-line';
import { FileDisk, identityOf, openFileDisk, sizeOfFile } from './file-disk';
import { findGuest, loadGuest } from './guest-files';
import { readSaved } from './saved-file';
import { fileReason, UserError } from './user-error';

const DEFAULT_MEMORY_MIB = 512;
/** Nothing larger fits into a machine. */
const MAX_FILE_BYTES = 3072 * 2 ** 20;

export interface PreparedBoot {
  config: VmConfig;
  images: BootImages;
  /** What a new first disk begins with. */
  template?: GuestTemplate;
}
export interface PreparedRestore {
  config: VmConfig;
  saved: SavedVm;
}
export type Prepared = PreparedBoot | PreparedRestore;

/** Whatever the VMM says about a person's choice is the person's to put right. */
function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw choiceError(error);
  }
}

function choiceError(error: unknown): UserError {
  const { message } = error as Error;
  return new UserError(error instanceof UnknownKernel ? message.replace(/\.$/, ' (--flat).') : message);
}

function readInput(what: string, path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (status.size > MAX_FILE_BYTES)
      throw new UserError(`The ${what} “${path}” has ${status.size} bytes: no machine has that much memory.`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`The ${what} “${path}” cannot be read: ${fileReason(error)}.`);
  }
}

/** Loads what the machine begins with and checks all of it. Throws a UserError. */
export async function prepare(options: RunOptions): Promise<Prepared> {
  const { boot } = options;
  return 'saved' in boot ? prepareRestore(boot.saved, options) : prepareBoot(boot, options);
}

async function prepareBoot(
  boot: { guest: string } | { kernel: string; firmware?: string },
  options: RunOptions,
): Promise<PreparedBoot> {
  const guest = 'guest' in boot ? findGuest(boot.guest) : undefined;
  if (guest && !guest.agent && options.exec !== undefined) {
    throw new UserError(`The guest ${guest.name} has no agent, so --exec “${options.exec}” has nobody to run it.`);
  }
  const config: VmConfig = {
    guest: 'guest' in boot ? boot.guest : basename(boot.kernel),
    vcpus: options.vcpus,
    memoryMiB: options.memoryMiB ?? guest?.defaults.memoryMiB ?? DEFAULT_MEMORY_MIB,
    ...(options.psci === undefined ? {} : { psci: options.psci }),
    ...(options.registers.length === 0 ? {} : { registers: options.registers }),
    conduit: options.conduit,
    ...(options.cpu === undefined ? {} : { cpu: options.cpu }),
    gic: options.gic,
    ...(options.virtio === undefined ? {} : { virtio: options.virtio }),
    engine: options.engine ?? 'auto',
    clock: options.clock,
    ...(options.host === undefined ? {} : { host: options.host }),
    systemSuspend: options.systemSuspend,
    rules: options.rules,
    ...(options.kernelFormat === undefined ? {} : { kernelFormat: options.kernelFormat }),
  };
  checked(() => checkConfig(config));
  checked(() => makeFirmwareRegisters(config.psci, config.vcpus, config.registers, config.host));

  const { images: given, template } =
    'guest' in boot ? loadGuest(boot.guest) : { images: kernelFile(boot.kernel, options.kernelFormat), template: undefined };
  const images: BootImages = {
    ...given,
    ...('firmware' in boot && { firmware: readInput('firmware', boot.firmware) }),
    ...(options.initrd === undefined ? {} : { initrd: readInput('initrd', options.initrd) }),
    ...(options.append === undefined ? {} : { append: options.append }),
  };
  const { images: unpacked, kernel } = await checkImages(images, config).catch((error: unknown) => {
    throw choiceError(error);
  });
  const { firmwareVariables } = options;
  if (firmwareVariables !== undefined && !kernel.flash)
    throw new UserError(`--firmware-variables ${firmwareVariables} keeps what firmware stores, and “${config.guest}” is none.`);
  return { config, images: unpacked, ...(template ? { template } : {}) };
}

/** Reads a saved machine. Which host it is restored on is its person's choice; all else it brings along. Throws a UserError. */
async function prepareRestore(path: string, { host, engine }: RunOptions): Promise<PreparedRestore> {
  const saved = await readSaved(path);
  const config: VmConfig = {
    ...saved.config,
    ...(host === undefined ? {} : { host }),
    ...(engine === undefined ? {} : { engine }),
  };
  checked(() => checkConfig(config));
  return { config, saved };
}

const kernelFile = (path: string, format?: KernelFormat): BootImages => ({
  kernel: readInput(format === 'firmware' ? 'firmware' : 'kernel', path),
});

/**
 * Opens (or creates) the disks in order: all, or none and a UserError.
 * @param usualSize bytes that a new one should have, for whoever names a file that is not there
 */
export function openDisks(options: RunOptions['disks'], usualSize?: number): FileDisk[] {
  if (options.length > MAX_DISKS)
    throw new UserError(`${options.length} disks are too many: the board has room for ${MAX_DISKS}.`);
  const disks: FileDisk[] = [];
  const files = new Set<string>();
  try {
    for (const option of options) {
      // Before it is opened: the first one has it, and is created by now.
      const present = identityOf(option.path);
      if (present !== undefined && files.has(present)) throw new Error(`The disk “${option.path}” is given twice.`);
      disks.push(openFileDisk(option, { usualSize }));
      files.add(identityOf(option.path)!);
    }
  } catch (error) {
    abandonDisks(disks);
    throw new UserError((error as Error).message);
  }
  return disks;
}

/** Opens the file that keeps the firmware's variables, or makes it. Throws a UserError. */
export function openVariables(path: string): FileDisk {
  return checked(() => {
    const present = sizeOfFile(path);
    if (present !== undefined) requireVariableSize(path, present);
    return openFileDisk(present === undefined ? { path, size: VARIABLE_BYTES } : { path });
  });
}

/** Lets go of the disks of a machine that was never there: a file that was made for it would stand in the way of the next. */
export function abandonDisks(disks: readonly BlockDevice[]): void {
  for (const disk of disks) {
    if (disk instanceof FileDisk) disk.abandon();
    else disk.close();
  }
}

/**
 * The disks of a saved machine, then what else is given: those of --disk (a file that is not there is made, and filled from the save), or none
 * given, disks in memory. Throws a UserError.
 */
export function disksFor(
  saved: SavedVm,
  options: RunOptions['disks'],
): { disks: BlockDevice[]; emptyDisks: ReadonlySet<BlockDevice> } {
  const emptyDisks = new Set<BlockDevice>();
  if (options.length === 0) {
    const disks = emptyDisksFor(saved.disks);
    return { disks, emptyDisks: new Set(disks) };
  }
  const given = options.map((option) => {
    const present = checked(() => sizeOfFile(option.path));
    return { option, name: option.path, size: present ?? option.size, isNew: present === undefined };
  });
  const order = checked(() => pairDisks(saved.disks, given)).map((number) => given[number]!);
  const disks = openDisks(
    order.map(({ option, isNew }, index) => ({
      ...option,
      ...(isNew && saved.disks[index] && { size: saved.disks[index].size }),
    })),
  );
  for (const [index, disk] of disks.entries()) if (order[index]!.isNew) emptyDisks.add(disk);
  return { disks, emptyDisks };
}
