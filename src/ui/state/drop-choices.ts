/** What can be done with files that somebody drops on the page, best first, and the one sentence where there is nothing. */
import { MOST_IN_MEMORY, type Recognised } from '../../vm/api';
import { deviceOf } from './attached-disk';
import { memoryFor } from './memory-need';

export interface DroppedFile {
  name: string;
  /** Bytes. */
  size: number;
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
  /** What the header says would be started; undefined: nothing could be. */
  title: string | undefined;
  /** It has a disk of its own. */
  hasDisk: boolean;
  /** Name of the disk that is attached already. */
  attached?: string | undefined;
  /** Memory that was chosen for a kernel of one's own, if one is in the header. */
  ownMiB?: number | undefined;
}

export type DropChoice =
  | {
      does: 'boot';
      words: string;
      kernel: number;
      initrd: number | undefined;
      disk: number | undefined;
      memoryMiB: number;
      /** The disk that is attached already is not to be there. */
      detach?: true;
    }
  | { does: 'attach'; words: string; disk: number; kept: boolean }
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

export function offerFor(
  files: readonly DroppedFile[],
  { fixed, copies, folder, title, hasDisk, attached, ownMiB }: DropPlace,
): DropOffer {
  const at = (kind: Recognised['kind']): number | undefined => {
    const index = files.findIndex(({ recognised }) => recognised.kind === kind);
    return index < 0 ? undefined : index;
  };
  const firmware = at('firmware');
  const [kernel, initrd, disk, saved, source] = [at('kernel') ?? firmware, at('initrd'), at('disk'), at('saved'), at('source')];
  const choices: DropChoice[] = [];
  const notes: string[] = [];
  if (saved !== undefined) choices.push({ does: 'restore', words: 'Restore it, paused', saved });
  if (kernel !== undefined) {
    const { size, recognised } = files[kernel]!;
    const memoryMiB = memoryFor(recognised.memory ?? size, initrd === undefined ? 0 : files[initrd]!.size, ownMiB);
    notes.push(`The machine has ${memoryMiB} MiB of memory.`);
    const given = [
      initrd !== undefined && 'the initramfs',
      disk !== undefined ? 'the disk' : attached !== undefined && `the disk ${quoted(attached)}, which is attached`,
    ].filter(Boolean);
    const boots = kernel === firmware ? 'Run it from flash, as the machine’s firmware' : 'Boot it';
    const words = (all: typeof given) => (all.length > 0 ? `${boots}, with ${all.join(' and ')}` : boots);
    const boot = { does: 'boot', kernel, initrd, disk, memoryMiB } as const;
    choices.push({ ...boot, words: words(given) });
    if (attached !== undefined && disk === undefined)
      choices.push({ ...boot, words: `${words(given.slice(0, -1))}, without that disk`, detach: true });
  } else if (disk !== undefined) {
    const starts = title === undefined ? 'Use it with a kernel of your own' : `Start ${title} with it`;
    if (files[disk]!.size <= MOST_IN_MEMORY)
      choices.push({ does: 'attach', words: `${starts}; changes are gone with this page`, disk, kept: false });
    choices.push({ does: 'attach', words: `${starts}; a copy with its changes stays in this browser`, disk, kept: true });
  } else if (initrd !== undefined) choices.push({ does: 'initrd', words: 'Use it with a kernel of your own', initrd });
  if (source !== undefined)
    choices.push({ does: 'edit', words: 'Open it in the editor', source }, { does: 'run', words: 'Assemble and run it', source });
  const ends = fixed && choices.length > 0;
  if (copies === true)
    choices.push({ does: 'copy', words: `Copy ${files.length === 1 ? 'it' : `all ${files.length}`} into the guest (${folder})` });
  if (disk !== undefined) {
    const device = deviceOf(kernel === undefined && title !== undefined && hasDisk);
    notes.push(`The machine has a copy of the disk (a Linux calls it ${device}); the file itself is never written to.`);
    if (attached !== undefined) notes.push(`It takes the place of the disk ${quoted(attached)}, which is attached now.`);
  }
  if (ends) {
    const attaches = choices.some(({ does }) => does === 'attach');
    const what = attaches ? 'A machine that runs takes no new disk: to start with it' : 'To boot, restore or run it';
    notes.push(`${what} switches the machine off that is here now: what that has not written to its disk is lost.`);
  }
  const instead = files.find(({ recognised }) => recognised.instead !== undefined)?.recognised.instead;
  if (instead !== undefined) notes.push(instead);
  else if (choices.length === 0 && copies !== true) notes.push(`Nothing here boots or restores that. ${copies}`);
  return { what: whatOf(files), choices, note: notes.length > 0 ? notes.join(' ') : undefined };
}

function whatOf(files: readonly DroppedFile[]): string {
  const named = files.slice(0, 3).map(({ name, recognised }) => `${quoted(name)} is ${recognised.what}`);
  const more = files.length - named.length;
  return `${named.join(', ')}${more > 0 ? `, and there ${more === 1 ? 'is one more file' : `are ${more} more files`}` : ''}.`;
}
