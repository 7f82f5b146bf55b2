/** A disk that tells which of its blocks are about to change: for whoever keeps what was in them. */
import type { BlockDevice, UsedRange } from './block-device';

/** What is told as one. */
export const BLOCK_BYTES = 4096;

/** The same disk to everybody; {@link note} says who hears of its changes. */
export class NotingDisk implements BlockDevice {
  readonly usedRanges?: () => Iterable<UsedRange>;
  private listener: ((block: number) => void) | undefined;
  private noted = new Set<number>();

  constructor(readonly disk: BlockDevice) {
    if (disk.usedRanges) this.usedRanges = () => disk.usedRanges!();
  }

  get name(): string {
    return this.disk.name;
  }
  get size(): number {
    return this.disk.size;
  }
  get readOnly(): boolean {
    return this.disk.readOnly;
  }

  /** From now on `listener` hears of each block before its first change, while it still holds what it does now. Undefined: nobody does. */
  note(listener: ((block: number) => void) | undefined): void {
    this.listener = listener;
    this.noted = new Set();
  }

  read(offset: number, into: Uint8Array): void {
    this.disk.read(offset, into);
  }
  write(offset: number, from: Uint8Array): void {
    this.changing(offset, from.length);
    this.disk.write(offset, from);
  }
  flush(): void {
    this.disk.flush();
  }
  discard(offset: number, length: number): void {
    // The bytes keep their value.
    this.disk.discard(offset, length);
  }
  writeZeroes(offset: number, length: number): void {
    this.changing(offset, length);
    this.disk.writeZeroes(offset, length);
  }
  close(): void {
    this.disk.close();
  }

  private changing(offset: number, length: number): void {
    const { listener, noted } = this;
    // What does not lie on the disk is refused by it.
    if (!listener || this.readOnly || offset < 0 || length <= 0 || offset + length > this.size) return;
    const last = Math.floor((offset + length - 1) / BLOCK_BYTES);
    for (let block = Math.floor(offset / BLOCK_BYTES); block <= last; block++) {
      if (noted.has(block)) continue;
      listener(block);
      noted.add(block);
    }
  }
}
