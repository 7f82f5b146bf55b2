import type { GivenFile } from './guest-files.svelte';

/** More than anybody means to give at once; a home folder has a million. */
export const MOST_FILES = 1000;

/** Whether what is dragged over the page is files. */
export const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** The files that were dropped, those in folders with their paths. To be called while the event is handled. Rejects with one sentence if they are too many. */
export async function filesOf(data: DataTransfer): Promise<GivenFile[]> {
  // The list is emptied when the event is over: what is needed of it is taken first.
  const entries = [...data.items].flatMap((item) =>
    item.kind === 'file' ? [{ entry: item.webkitGetAsEntry(), file: item.getAsFile() }] : [],
  );
  const found: GivenFile[] = [];
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) await addFolder(entry as FileSystemDirectoryEntry, entry.name, found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}

async function addFolder(folder: FileSystemDirectoryEntry, path: string, found: GivenFile[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // A hundred at a time; none says that these were all.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (found.length >= MOST_FILES)
        throw new Error(
          `There are more than ${MOST_FILES} files in what was dropped: pack them into one (\`tar\`), and drop that.`,
        );
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory) await addFolder(entry as FileSystemDirectoryEntry, below, found);
      else found.push({ path: below, file: await fileOf(entry as FileSystemFileEntry) });
    }
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
