import type { BlockDevice } from '../src/storage/block-device';
import { type Breathe, isZero } from '../src/storage/disk-contents';

/** Read at once, and written at once: what is zero takes no room on a disk in memory. */
const READ_BYTES = 1 << 20;
const WRITE_BYTES = 1 << 16;

/** Copies the image of a disk onto one of zeros that is as large at least. Rejects with a sentence if the file is gone, a DiskError if the disk cannot be written. */
export async function copyImage(
  image: Blob,
  disk: BlockDevice,
  progress: (loaded: number, total: number) => void,
  breathe: Breathe,
): Promise<void> {
  for (let at = 0; at < image.size; at += READ_BYTES) {
    const bytes = await pieceOf(image, at);
    for (let from = 0; from < bytes.length; from += WRITE_BYTES) {
      const part = bytes.subarray(from, from + WRITE_BYTES);
      // Whole words are looked at only.
      if (part.length % 4 !== 0 || !isZero(part)) disk.write(at + from, part);
    }
    progress(at + bytes.length, image.size);
    await breathe();
  }
  disk.flush();
}

async function pieceOf(image: Blob, at: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await image.slice(at, at + READ_BYTES).arrayBuffer());
  } catch {
    const name = image instanceof File ? ` “${image.name}”` : '';
    throw new Error(`The disk image${name} can no longer be read; drop it again.`);
  }
}
