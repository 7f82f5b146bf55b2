/**
 * What is on a disk, block by block without the zero ones: as parts of a snapshot's section, and as a fingerprint by which a disk is known again.
 */
import type { BlockDevice } from './block-device';
import { Mix } from './mix';
import { SnapshotError } from './snapshot-format';

/** Lets the host's own events happen, if it is time. */
export type Breathe = () => Promise<void> | undefined;
const noBreath: Breathe = () => undefined;

/** Bytes in a block; the last one of a disk may be shorter. */
export const BLOCK_BYTES = 65536;
/** Blocks in a part: with its head it stays below 1 MiB. */
const MOST_BLOCKS = 15;
const HEAD_BYTES = 4;

const blocksOf = (size: number): number => Math.ceil(size / BLOCK_BYTES);
const bytesOf = (size: number, block: number): number => Math.min(BLOCK_BYTES, size - block * BLOCK_BYTES);

/** Whether whole 32-bit words, at an offset that is a multiple of four, are all zero. */
export function isZero(bytes: Uint8Array): boolean {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
  return true;
}

/**
 * Tells disks of other contents apart: 64 bits over the number and the bytes of every block that is not zero, lowest first. Two disks are the
 * same to a guest if their contents are, whatever they are called and wherever they came from.
 */
export class Fingerprint {
  private readonly mix = new Mix();

  add(block: number, bytes: Uint8Array): void {
    this.mix.word(block);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    for (let i = 0; i < words.length; i++) this.mix.word(words[i]!);
  }

  get value(): bigint {
    return this.mix.value;
  }
}

/** A part without bytes: nothing to write, but work was done, and whoever takes parts may let others have a turn. */
const BREATH = new Uint8Array(0);
/** Blocks that are looked at between two breaths at most. */
const BREATH_BLOCKS = 32;

/** The numbers of the blocks that may hold something. */
function* candidates(disk: BlockDevice): Generator<number> {
  let next = 0;
  for (const { start, length } of disk.usedRanges?.() ?? [{ start: 0, length: disk.size }]) {
    const end = blocksOf(start + length);
    for (next = Math.max(next, Math.floor(start / BLOCK_BYTES)); next < end; next++) yield next;
  }
}

/** The blocks of a disk that are not zero. The bytes are valid until the next block is asked for. Undefined now and then: a breath. */
function* usedBlocks(disk: BlockDevice): Generator<[block: number, bytes: Uint8Array] | undefined> {
  const buffer = new Uint8Array(BLOCK_BYTES);
  let looked = 0;
  for (const block of candidates(disk)) {
    const bytes = buffer.subarray(0, bytesOf(disk.size, block));
    disk.read(block * BLOCK_BYTES, bytes);
    if (!isZero(bytes)) yield [block, bytes];
    if (++looked % BREATH_BLOCKS === 0) yield undefined;
  }
}

/** The fingerprint of a disk as it is now. Reads all that may be used: about a second for each GiB. `breathe` is called every few MiB. */
export async function fingerprintOf(disk: BlockDevice, breathe: Breathe = noBreath): Promise<bigint> {
  const print = new Fingerprint();
  for (const used of usedBlocks(disk)) {
    if (used) print.add(...used);
    else await breathe();
  }
  return print.value;
}

/**
 * A disk as parts, each the number of its first block (4 bytes, little-endian) and whole blocks; `print` gets what they hold. Parts without bytes
 * come now and then while nothing is found: they are no parts, but a moment to breathe.
 */
export function* diskParts(disk: BlockDevice, print: Fingerprint): Generator<Uint8Array> {
  let first = 0;
  let run: Uint8Array[] = [];
  for (const used of usedBlocks(disk)) {
    if (!used) {
      yield BREATH;
      continue;
    }
    const [block, bytes] = used;
    print.add(block, bytes);
    if (run.length > 0 && (block !== first + run.length || run.length === MOST_BLOCKS)) {
      yield joined(first, run);
      run = [];
    }
    if (run.length === 0) first = block;
    run.push(bytes.slice());
  }
  if (run.length > 0) yield joined(first, run);
}

function joined(first: number, blocks: readonly Uint8Array[]): Uint8Array {
  const part = new Uint8Array(HEAD_BYTES + blocks.reduce((sum, { length }) => sum + length, 0));
  new DataView(part.buffer).setUint32(0, first, true);
  let at = HEAD_BYTES;
  for (const block of blocks) {
    part.set(block, at);
    at += block.length;
  }
  return part;
}

/**
 * Writes parts of {@link diskParts} to an empty disk of that size; `print` gets what they hold, so that nothing need be read again. Throws a
 * SnapshotError if they do not fit; the disk is then half filled.
 */
export async function fillDisk(
  disk: BlockDevice,
  parts: AsyncIterable<Uint8Array>,
  print: Fingerprint,
  breathe: Breathe = noBreath,
): Promise<void> {
  let next = 0;
  for await (const part of parts) {
    const first = part.length > HEAD_BYTES ? new DataView(part.buffer, part.byteOffset).getUint32(0, true) : -1;
    const bytes = part.subarray(HEAD_BYTES);
    const end = first * BLOCK_BYTES + bytes.length;
    const isWhole = bytes.length % BLOCK_BYTES === 0 || end === disk.size;
    if (first < next || !isWhole || end > disk.size) {
      throw new SnapshotError(
        'damaged',
        `The saved disk “${disk.name}” has ${bytes.length} bytes for block ${first} after block ${next - 1}, where they cannot be.`,
      );
    }
    disk.write(first * BLOCK_BYTES, bytes);
    next = first;
    // A copy: words are read at multiples of four, where a part's blocks do not lie.
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) print.add(next++, bytes.slice(at, at + BLOCK_BYTES));
    await breathe();
  }
}

/** Reads the parts of a disk that is there already, and keeps nothing of them: the reader checks them on the way. */
export async function skipParts(parts: AsyncIterable<Uint8Array>, breathe: Breathe = noBreath): Promise<void> {
  for await (const _ of parts) await breathe();
}
