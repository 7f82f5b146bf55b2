/** Whole saved machines as files of the host. */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { readSavedVm, type SavedVm } from '../vm/saved-vm';
import { requireNoDisk } from './output-files';
import { fileReason, sentenceOf, UserError, writeReason } from './user-error';

/** What is read at once. */
const PIECE_BYTES = 1 << 20;

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

/**
 * Writes the machine under another name first, so that `path` never holds half a one. Returns its bytes. Throws a UserError if the file
 * cannot be written, and whatever `chunks` throws.
 */
export async function writeSaved(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let file = 0;
  attempt(path, () => {
    file = openSync(temporary(path), 'w');
  });
  let total = 0;
  try {
    for await (const chunk of chunks) {
      attempt(path, () => writeAll(file, chunk));
      total += chunk.length;
    }
    attempt(path, () => fsyncSync(file));
    // Since this run began, somebody may have made it a disk.
    requireNoDisk({ what: 'saved machine', path });
  } catch (error) {
    removeTemporary(path);
    throw error;
  } finally {
    closeSync(file);
  }
  attempt(path, () => renameSync(temporary(path), path));
  return total;
}

function writeAll(file: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at, chunk.length - at);
}

function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = new Uint8Array(PIECE_BYTES);
      const read = readSync(file, piece);
      if (read === 0) return;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}

/** Opens a file of {@link writeSaved}: its machine is read when it is restored. Throws a UserError if it cannot be read, or is no saved machine. */
export async function readSaved(path: string): Promise<SavedVm> {
  try {
    return await readSavedVm(piecesOf(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined) {
      throw new UserError(`The saved machine “${path}” cannot be read: ${fileReason(error)}.`);
    }
    throw new UserError(`“${path}” cannot be restored: ${sentenceOf(error)}`);
  }
}
