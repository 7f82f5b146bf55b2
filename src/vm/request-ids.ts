import type { BlockDevice } from '../storage/block-device';
import { crc32 } from '../storage/crc32';

/** Request ids start below this, so that a host can make some millions of them before they begin again at 1. */
const FIRST_IDS = 900_000_000;
/** A swap area's header, which tells one hibernation image from the next. */
const HEADER_BYTES = 4096;

/**
 * Where a machine's requests to the guest agent begin. A woken guest still answers what the machine that went to sleep was
 * asking, so two machines must not use the same numbers. Entropy alone does not do under the virtual clock, where it is
 * the same in every run: the disk a guest wakes from is not the one it started with.
 */
export function firstRequestId(entropy: (into: Uint8Array) => void, disks: readonly BlockDevice[]): number {
  const random = new Uint8Array(4);
  entropy(random);
  let number = new DataView(random.buffer).getUint32(0, true);
  for (const disk of disks) {
    const header = new Uint8Array(Math.min(disk.size, HEADER_BYTES));
    disk.read(0, header);
    number = (number ^ crc32(header)) >>> 0;
  }
  return 1 + (number % FIRST_IDS);
}
