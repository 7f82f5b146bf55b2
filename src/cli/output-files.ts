/** Files that a run writes: none of them may be one that it reads, or one that somebody uses as a disk. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { diskHolder, identityOf } from './file-disk';
import { UserError } from './user-error';

/** A file by what it is for, such as “report” or “disk”. */
export interface UsedFile {
  what: string;
  path: string;
}

/** The same for all names of a file, also of one that is not there yet. */
function fileKey(path: string): string {
  const present = identityOf(path);
  if (present !== undefined) return present;
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

/** Throws a UserError if one of `outputs` is another of them, one of `inputs`, or a disk that a machine has. */
export function requireOutputs(outputs: readonly UsedFile[], inputs: readonly UsedFile[]): void {
  const used = new Map(inputs.map((file) => [fileKey(file.path), file]));
  for (const file of outputs) {
    const other = used.get(fileKey(file.path));
    if (other) {
      throw new UserError(
        `The ${file.what} “${file.path}” is the ${other.what} “${other.path}”, too, and would be written over it: give it another name.`,
      );
    }
    requireNoDisk(file);
    used.set(fileKey(file.path), file);
  }
}

/** Throws a UserError if some machine has the file as its disk: it would be lost. */
export function requireNoDisk({ what, path }: UsedFile): void {
  const holder = diskHolder(path);
  if (!holder) return;
  throw new UserError(
    `The ${what} “${path}” is a disk that process ${holder.pid} on ${holder.host} uses, and would be written over it: give it another name.`,
  );
}
