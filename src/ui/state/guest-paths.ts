/** Paths and listings of the guest's files, as the page shows them. A guest's paths are absolute, with `/`. */

export interface GuestEntry {
  name: string;
  kind: 'folder' | 'file' | 'link' | 'other';
  /** Bytes; of a file. */
  size: number;
}

/** For a POSIX shell: whatever is in it stands for itself. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A folder as it is written: absolute, without `.`, `..`, and slashes at the end. Undefined for what is none. */
export function folderOf(text: string): string | undefined {
  if (!text.startsWith('/') || text.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const joined = (folder: string, name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);

export const parentOf = (folder: string): string => folderOf(`${folder}/..`) ?? '/';

/** `notes.txt` → `notes (2).txt`: a name that is free beside those `taken`. */
export function freeName(path: string, taken: (path: string) => boolean): string {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  const [stem, ending] = dot > slash + 1 ? [path.slice(0, dot), path.slice(dot)] : [path, ''];
  for (let number = 2; ; number++) {
    const free = `${stem} (${number})${ending}`;
    if (!taken(free)) return free;
  }
}

/** Lists a folder, in the guest's shell; links are followed, so that one to a folder is a folder. Read by {@link parseListing}. */
export const listCommand = (folder: string): string =>
  `cd ${shellQuoted(folder)} && { stat -L -c '%F|%s|%n' -- * .[!.]* ..?* 2>/dev/null; true; }`;

const LINE = /^([a-z ]+)\|(\d+)\|(.+)$/;

/** Folders first, each kind in the order of its names. Lines that are no entry, as names with a line feed make them, are passed over. */
export function parseListing(text: string): GuestEntry[] {
  const entries: GuestEntry[] = [];
  for (const line of text.split('\n')) {
    const found = LINE.exec(line);
    if (!found) continue;
    const [, type = '', size, name = ''] = found;
    entries.push({ name, kind: kindOf(type), size: Number(size) });
  }
  const rank = (entry: GuestEntry): number => (entry.kind === 'folder' ? 0 : 1);
  return entries.sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

function kindOf(type: string): GuestEntry['kind'] {
  if (type === 'directory') return 'folder';
  if (type.startsWith('regular')) return 'file';
  return type === 'symbolic link' ? 'link' : 'other';
}
