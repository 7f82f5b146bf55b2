/** Disks as a browser keeps them, put there by hand: what an earlier visit would have left (`workers/disks.ts`). */
import type { Page } from '@playwright/test';
import type { MemoryDisk } from '../../../src/storage/memory-disk';
import type { DiskInfo } from '../../../src/vm/api';

export interface KeptDisk {
  name: string;
  bytes: number;
  /** What is at its beginning; the rest is zero. */
  contents?: Buffer;
  /** The note of a sleep. */
  sleep?: NonNullable<DiskInfo['hibernated']>;
}

/** The beginning of a disk that has nothing behind it. */
export function beginningOf(disk: MemoryDisk, bytes: number): Buffer {
  const contents = new Uint8Array(bytes);
  disk.read(0, contents);
  return Buffer.from(contents);
}

/** To be called on a page of the site on which no machine runs. */
export async function keepDisk(page: Page, { name, bytes, contents, sleep }: KeptDisk): Promise<void> {
  await page.evaluate(
    async ({ name, bytes, contents, note }) => {
      const root = await navigator.storage.getDirectory();
      const disks = await root.getDirectoryHandle('disks', { create: true });
      const write = async (file: string, data: Uint8Array<ArrayBuffer> | string, size?: number): Promise<void> => {
        const writable = await (await disks.getFileHandle(file, { create: true })).createWritable();
        await writable.write(data);
        if (size !== undefined) await writable.truncate(size);
        await writable.close();
      };
      await write(
        `${name}.img`,
        Uint8Array.from(atob(contents), (letter) => letter.charCodeAt(0)),
        bytes,
      );
      if (note !== undefined) await write(`${name}.json`, note);
    },
    { name, bytes, contents: contents?.toString('base64') ?? '', note: sleep && JSON.stringify(sleep) },
  );
}
