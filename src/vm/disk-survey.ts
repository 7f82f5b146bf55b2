import type { BlockDevice } from '../storage/block-device';
import type { DiskInfo, DiskPart } from './api';
import { readerOf } from './ext4-superblock';
import { ext4Usage } from './ext4-usage';
import { type DiskRange, type Partition, partitionsOf } from './partitions';
import { isBlank, swapAreaAt } from './swap-signature';

/** What is on a disk: its partitions, or what lies on all of it. Little is read. Throws a DiskError if it cannot be. */
export function surveyDisk(disk: BlockDevice): DiskPart[] {
  const whole: Partition = { number: 0, start: 0, length: disk.size };
  const partitions = partitionsOf(disk);
  return (partitions.length > 0 ? partitions : [whole]).map((each) => partOf(disk, each));
}

/** The same for a listing; nothing for a disk that cannot be read: whoever uses it will be told why. */
export function partsOf(disk: BlockDevice): Pick<DiskInfo, 'parts'> {
  try {
    return { parts: surveyDisk(disk) };
  } catch {
    return {};
  }
}

function partOf(disk: BlockDevice, { number, start, length }: Partition): DiskPart {
  const range: DiskRange = { start, length };
  const part = { number, size: length };
  const swap = swapAreaAt(disk, start);
  if (swap) return { ...part, kind: 'swap', ...labelled(swap.label), ...(swap.asleep ? { asleep: true } : {}) };
  const usage = ext4Usage(readerOf(disk, range), length);
  if (!usage) return { ...part, kind: isBlank(disk, range) ? 'empty' : 'other' };
  const { kind, label, size, used, files: count, behind } = usage;
  return { ...part, kind, ...labelled(label), files: { size, used, count, ...(behind ? { behind } : {}) } };
}

const labelled = (label: string): { label?: string } => (label === '' ? {} : { label });
