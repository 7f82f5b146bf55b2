import { type ByteSource, collected } from '../storage/byte-reader';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { Machine } from './machine';
import { machineSections, restoreMachine } from './saved-machine';

/** A machine as a file. */
export const saved = (machine: Machine): Promise<Uint8Array> => collected(writeSnapshot(machineSections(machine)));

/** Puts a file into a machine of the same shape. */
export const restore = (machine: Machine, file: ByteSource): Promise<void> => restoreMachine(machine, readSnapshot(file));

/** One machine saved and restored into another. */
export const transfer = async (from: Machine, to: Machine): Promise<void> => restore(to, [await saved(from)]);
