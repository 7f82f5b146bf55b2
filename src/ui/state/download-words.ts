/** Whether a file that this page gives out comes through, and what is said of a machine that was saved into one. */
import { formatBytes } from './format';

/** The part of a window that tells. */
export interface FrameOf {
  readonly parent: unknown;
  readonly top: unknown;
  readonly frameElement: Pick<Element, 'getAttribute'> | null;
}

/** False: the page around forbids it, and the browser drops the file without a word. Undefined: a page of another site is around this one, which cannot be asked. */
export function downloadsAllowed(frame: FrameOf): boolean | undefined {
  if (frame.parent === frame) return true;
  if (!frame.frameElement) return undefined;
  const sandbox = frame.frameElement.getAttribute('sandbox');
  if (sandbox !== null && !sandbox.split(/\s+/).includes('allow-downloads')) return false;
  // What is around that page may forbid it as well.
  return frame.parent === frame.top ? true : undefined;
}

export const FORBIDDEN =
  'The page around forbids downloads (its frame has sandbox without allow-downloads): open the machine in the playground, and save it there.';

/** What of its disks goes into the file of a machine: the end of a sentence. */
export const diskWords = (disks: number): string =>
  disks === 0 ? '' : `, with what is on its ${disks === 1 ? 'disk' : `${disks} disks`}`;

/** @param bytes of the file */
export const savedWords = (name: string, bytes: number, allowed: true | undefined, disks: number): string =>
  allowed
    ? `the whole machine is saved as ${name}, ${formatBytes(bytes)}${diskWords(disks)}`
    : `the whole machine was handed to the browser as ${name}, ${formatBytes(bytes)}${diskWords(disks)}: if it is not among your downloads, the page around forbids them`;
