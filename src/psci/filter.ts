/**
 * The VMM's SMCCC filter (KVM_ARM_VM_SMCCC_FILTER): ranges of function ids it denies or answers itself.
 */
import { type Errno, err, ok, type Result } from './errno';
import { hex } from './words';

/** HANDLE 0, DENY 1, FWD_TO_USER 2. */
export type FilterAction = 'handle' | 'deny' | 'forward';

export interface FilterRange {
  /** First 32-bit function id. */
  readonly base: number;
  /** Number of ids. */
  readonly count: number;
  readonly action: FilterAction;
}

/** The Arm architecture services: no filter may cover them, or a guest could not find its mitigations. */
export const RESERVED_RANGES: readonly Omit<FilterRange, 'action'>[] = [
  { base: 0x8000_0000, count: 0x1_0000 },
  { base: 0xc000_0000, count: 0x1_0000 },
];

const overlaps = (a: Omit<FilterRange, 'action'>, b: Omit<FilterRange, 'action'>): boolean =>
  a.base < b.base + b.count && b.base < a.base + a.count;

/** The action for `id`. An id no range covers is handled. */
export function filterAction(filter: readonly FilterRange[] | undefined, id: number): FilterAction {
  return filter?.find((range) => id >= range.base && id < range.base + range.count)?.action ?? 'handle';
}

/** A filter with `range` added. Errors: EINVAL (empty or wrapping), EBUSY (the VM has run), EEXIST (overlap). */
export function addFilterRange(
  filter: readonly FilterRange[],
  range: FilterRange,
  vmHasRun: boolean,
): Result<readonly FilterRange[], Extract<Errno, 'EINVAL' | 'EBUSY' | 'EEXIST'>> {
  const text = `SMCCC filter range from ${hex(range.base)} (count ${range.count})`;
  if (range.count <= 0 || !Number.isInteger(range.count)) return err('EINVAL', `The ${text} is empty.`);
  if (range.base < 0 || range.base + range.count > 0x1_0000_0000) {
    return err('EINVAL', `The ${text} does not fit in 32 bits.`);
  }
  if (vmHasRun) return err('EBUSY', `The ${text} comes too late: the VM has already run.`);
  const reserved = RESERVED_RANGES.find((other) => overlaps(other, range));
  if (reserved)
    return err('EEXIST', `The ${text} touches the architecture services at ${hex(reserved.base)}, which are reserved.`);
  const other = filter.find((existing) => overlaps(existing, range));
  if (other) return err('EEXIST', `The ${text} overlaps the range from ${hex(other.base)}.`);
  return ok([...filter, range]);
}
