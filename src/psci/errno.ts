/**
 * Results of VMM-side operations that fail with KVM's errno values and a sentence for people.
 */
export type Errno = 'EINVAL' | 'ENOENT' | 'EBUSY' | 'ENOEXEC' | 'EEXIST';

export interface Failure<E extends Errno = Errno> {
  readonly ok: false;
  readonly errno: E;
  /** One clear sentence with the offending value. */
  readonly sentence: string;
}

export type Result<T, E extends Errno = Errno> = { readonly ok: true; readonly value: T } | Failure<E>;

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const err = <E extends Errno>(errno: E, sentence: string): Failure<E> => ({ ok: false, errno, sentence });
