/** Whole saved machines as files of the host. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { VmConfig } from '../vm/api';
import { readSnapshot, type SavedVm } from '../vm/snapshot';
import { fileReason, sentenceOf, UserError, writeReason } from './errors';

/** Node reads and writes less than 2 GiB at once. */
const PIECE_BYTES = 1 << 30;

const temporary = (path: string): string => `${path}.tmp`;

/** Makes sure that a machine can be saved to `path` before one runs. Leaves a file of that name alone. Throws a UserError. */
export function requireSavable(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`The machine cannot be saved to “${path}”: it is a directory.`);
  }
  attempt(path, () => {
    closeSync(openSync(temporary(path), 'w'));
    rmSync(temporary(path));
  });
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    removeTemporary(path);
    throw new UserError(`The machine cannot be saved to “${path}”: ${writeReason(error)}.`);
  }
}

function removeTemporary(path: string): void {
  try {
    rmSync(temporary(path), { force: true });
  } catch {
    // Something else of that name: what went wrong is told anyway.
  }
}

/** Writes the machine under another name first, so that `path` never holds half a one. Returns its bytes. Throws a UserError. */
export function writeSaved(path: string, chunks: readonly Uint8Array[]): number {
  let total = 0;
  attempt(path, () => {
    const file = openSync(temporary(path), 'w');
    try {
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at, Math.min(PIECE_BYTES, chunk.length - at));
        total += chunk.length;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary(path), path);
  });
  return total;
}

function readWhole(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, Math.min(PIECE_BYTES, bytes.length - at), at);
      if (read === 0) break;
      at += read;
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** Reads a file of {@link writeSaved}. Throws a UserError if it cannot be read, or is no saved machine. */
export function readSaved(path: string): SavedVm {
  let bytes: Uint8Array;
  try {
    bytes = readWhole(path);
  } catch (error) {
    throw new UserError(`The saved machine “${path}” cannot be read: ${fileReason(error)}.`);
  }
  let saved: SavedVm;
  try {
    saved = readSnapshot(bytes);
  } catch (error) {
    throw new UserError(`“${path}” cannot be restored: ${sentenceOf(error)}`);
  }
  if (!isConfig(saved.config)) throw new UserError(`“${path}” cannot be restored: it does not say what machine it is of.`);
  return saved;
}

/** A snapshot's sections are checked one by one, but what they say may be of another Dormouse. */
function isConfig(config: Partial<VmConfig> | undefined): config is VmConfig {
  return (
    typeof config === 'object' &&
    config !== null &&
    typeof config.guest === 'string' &&
    typeof config.vcpus === 'number' &&
    typeof config.memoryMiB === 'number' &&
    typeof config.psci === 'string' &&
    (config.clock === 'realtime' || config.clock === 'virtual') &&
    (config.conduit === 'hvc' || config.conduit === 'smc')
  );
}
