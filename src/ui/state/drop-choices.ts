/** What can be done with files that somebody drops on the page, best first, and the one sentence where there is nothing. */
import type { Recognised } from '../../vm/api';

export interface DroppedFile {
  name: string;
  recognised: Recognised;
}

/** What of the page's state decides. */
export interface DropPlace {
  /** A machine is there, or is loading: it would have to go first. */
  fixed: boolean;
  /** Files can be copied into the guest now; if not, why, as a sentence. */
  copies: true | string;
  /** Where they would land. */
  folder: string;
}

export type DropChoice =
  | { does: 'boot'; words: string; kernel: number; initrd: number | undefined }
  | { does: 'initrd'; words: string; initrd: number }
  | { does: 'restore'; words: string; saved: number }
  | { does: 'edit'; words: string; source: number }
  | { does: 'run'; words: string; source: number }
  | { does: 'copy'; words: string };

export interface DropOffer {
  /** What was dropped, as a sentence. */
  what: string;
  choices: DropChoice[];
  /** What else there is to know: that a machine would be switched off, or why there is nothing to choose. */
  note: string | undefined;
}

const quoted = (name: string): string => `“${name.length > 60 ? `${name.slice(0, 57)}…` : name}”`;

export function offerFor(files: readonly DroppedFile[], { fixed, copies, folder }: DropPlace): DropOffer {
  const at = (kind: Recognised['kind']): number | undefined => {
    const index = files.findIndex(({ recognised }) => recognised.kind === kind);
    return index < 0 ? undefined : index;
  };
  const [kernel, initrd, saved, source] = [at('kernel'), at('initrd'), at('saved'), at('source')];
  const choices: DropChoice[] = [];
  if (saved !== undefined) choices.push({ does: 'restore', words: 'Restore it, paused', saved });
  if (kernel !== undefined) {
    const words = initrd === undefined ? 'Boot it' : 'Boot it, with the initramfs';
    choices.push({ does: 'boot', words, kernel, initrd });
  } else if (initrd !== undefined) choices.push({ does: 'initrd', words: 'Use it with a kernel of your own', initrd });
  if (source !== undefined)
    choices.push({ does: 'edit', words: 'Open it in the editor', source }, { does: 'run', words: 'Assemble and run it', source });
  const ends = fixed && choices.length > 0;
  if (copies === true)
    choices.push({ does: 'copy', words: `Copy ${files.length === 1 ? 'it' : `all ${files.length}`} into the guest (${folder})` });
  const note = ends
    ? 'To boot, restore or run it switches the machine off that is here now: what that has not written to its disk is lost.'
    : choices.length === 0 && copies !== true
      ? `Nothing here boots or restores that. ${copies}`
      : undefined;
  return { what: whatOf(files), choices, note };
}

function whatOf(files: readonly DroppedFile[]): string {
  const named = files.slice(0, 3).map(({ name, recognised }) => `${quoted(name)} is ${recognised.what}`);
  const more = files.length - named.length;
  return `${named.join(', ')}${more > 0 ? `, and there ${more === 1 ? 'is one more file' : `are ${more} more files`}` : ''}.`;
}
