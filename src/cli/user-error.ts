export { faultOf, sentenceOf } from '../vm/sentence';

/** Something the person at the keyboard can put right: one sentence with the offending value, exit status 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a directory',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space is left',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
};

/** Why the host's file system refused to read, as the end of a sentence, e.g. `there is no such file`. */
export function fileReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

/** The same for a file that was to be written. */
export function writeReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'its folder does not exist' : fileReason(error);
}
