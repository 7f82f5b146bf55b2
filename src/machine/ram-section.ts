import { PAGE_BYTES } from '../cpu/ram';
import type { Breathe } from '../storage/disk-contents';
import { SnapshotError } from '../storage/snapshot-format';
import type { Machine } from './machine';

/**
 * RAM in a snapshot: runs of pages, the lowest first, without those that are zero. A part is the number of its first page (4 bytes,
 * little-endian) and the pages' contents.
 */

const HEAD_BYTES = 4;
/** Pages in a part: with its head it stays below 1 MiB. */
const MOST_PAGES = 255;

/** A part without bytes: nothing to write, but work was done, and whoever takes parts may let others have a turn. */
const BREATH = new Uint8Array(0);
/** Zero pages that are looked at, or made, between two breaths. */
const BREATH_PAGES = 2048;

/** The parts of a machine's RAM, each made when it is asked for. Parts without bytes come now and then while nothing is found: moments to breathe. */
export function* ramParts(machine: Machine): Generator<Uint8Array> {
  const { memory } = machine;
  const { pages } = memory;
  for (let page = 0; page < pages; page++) {
    if (page % BREATH_PAGES === 0) yield BREATH;
    if (memory.isZero(page)) continue;
    let end = page + 1;
    while (end < pages && end - page < MOST_PAGES && !memory.isZero(end)) end++;
    const part = new Uint8Array(HEAD_BYTES + (end - page) * PAGE_BYTES);
    new DataView(part.buffer).setUint32(0, page, true);
    part.set(memory.view(memory.addressOf(page), (end - page) * PAGE_BYTES), HEAD_BYTES);
    yield part;
    page = end - 1;
  }
}

export interface FillOptions {
  breathe?: Breathe;
  /** A mark of the memory at which all of it was zero. Pages that were never touched cost the host nothing, and stay that way. */
  blankSince?: number;
}

/** Fills a machine's RAM from parts, and the rest of it with zeros. Throws a SnapshotError if they do not fit; RAM is then half filled. */
export async function fillRam(
  machine: Machine,
  parts: AsyncIterable<Uint8Array>,
  { breathe = () => undefined, blankSince }: FillOptions = {},
): Promise<void> {
  const { memory } = machine;
  const { pages } = memory;
  /** In order; those that are behind are dropped. Undefined: any page may be in use. */
  const touched = blankSince === undefined ? undefined : [...memory.dirtyPages(blankSince)].reverse();
  const clear = async (from: number, to: number): Promise<void> => {
    while (touched && touched.length > 0 && touched.at(-1)! < to) {
      const page = touched.pop()!;
      if (page >= from) memory.fill(memory.addressOf(page), PAGE_BYTES);
    }
    for (let page = from; !touched && page < to; page += BREATH_PAGES) {
      memory.fill(memory.addressOf(page), Math.min(BREATH_PAGES, to - page) * PAGE_BYTES);
      await breathe();
    }
  };
  /** The first page that is not filled yet. */
  let next = 0;
  for await (const part of parts) {
    const count = (part.length - HEAD_BYTES) / PAGE_BYTES;
    if (!Number.isInteger(count) || count < 1) {
      throw new SnapshotError(
        'damaged',
        `The saved memory has a part of ${part.length} bytes, which are no pages of ${PAGE_BYTES}.`,
      );
    }
    const first = new DataView(part.buffer, part.byteOffset).getUint32(0, true);
    if (first < next) {
      throw new SnapshotError('damaged', `The saved memory has page ${first} after page ${next - 1}: they must be in order.`);
    }
    if (first + count > pages) {
      throw new SnapshotError('unfit', `The saved memory has a page ${first + count - 1}, beyond the ${pages} of this machine.`);
    }
    await clear(next, first);
    memory.write(memory.addressOf(first), part.subarray(HEAD_BYTES));
    next = first + count;
    await breathe();
  }
  await clear(next, pages);
}
