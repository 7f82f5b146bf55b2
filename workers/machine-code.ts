/**
 * What machines are made of, which is most of the code: the core, the board, the firmware. It is no part of the worker's own script, but fetched
 * by {@link machineCode} when the first machine is asked for, beside its guest.
 */
export { beginDisk } from '../src/vm/disk-template';
export { emptyDisksFor } from '../src/vm/saved-disks';
export { readSavedVm } from '../src/vm/saved-vm';
export { createVm, vmFromSnapshot } from '../src/vm/vm-builder';
