/**
 * What is on a disk, block by block without the zero ones: as parts of a snapshot's section, and as a fingerprint by which a disk is known again.
 */
import type { BlockDevice } from './block-device';
import { Mix } from './mix';
import { SnapshotError } from './snapshot';

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

/** The blocks of a disk that are not zero. The bytes are valid until the next block is asked for. */
function* usedBlocks(disk: BlockDevice): Generator<[block: number, bytes: Uint8Array]> {
  const buffer = new Uint8Array(BLOCK_BYTES);
  for (let block = 0; block < blocksOf(disk.size); block++) {
    const bytes = buffer.subarray(0, bytesOf(disk.size, block));
    disk.read(block * BLOCK_BYTES, bytes);
    if (!isZero(bytes)) yield [block, bytes];
  }
}

/** The fingerprint of a disk as it is now. Reads all of it: about a second for each GiB that is not empty. */
export function fingerprintOf(disk: BlockDevice): bigint {
  const print = new Fingerprint();
  for (const [block, bytes] of usedBlocks(disk)) print.add(block, bytes);
  return print.value;
}

/** A disk as parts, each the number of its first block (4 bytes, little-endian) and whole blocks; `print` gets what they hold. */
export function* diskParts(disk: BlockDevice, print: Fingerprint): Generator<Uint8Array> {
  let first = 0;
  let run: Uint8Array[] = [];
  for (const [block, bytes] of usedBlocks(disk)) {
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

/** Writes parts of {@link diskParts} to an empty disk of that size. Throws a SnapshotError if they do not fit; the disk is then half filled. */
export async function fillDisk(disk: BlockDevice, parts: AsyncIterable<Uint8Array>): Promise<void> {
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
    next = first + Math.ceil(bytes.length / BLOCK_BYTES);
  }
}

/** Reads parts and keeps nothing of them but their fingerprint: for a disk that is there already. */
export async function skipParts(parts: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of parts);
}
