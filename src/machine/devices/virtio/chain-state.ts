/** Buffers that a device holds while its machine is saved. */
import type { DeviceState } from '../../device';
import { SavedState } from '../../saved-state';
import { type InProgress, MAX_INDIRECT_DESCRIPTORS, type Segment } from './queue';

/** What a queue of the largest size holds, with a table of indirect descriptors. A function: the two files import each other. */
const mostSegments = (): number => 2 * MAX_INDIRECT_DESCRIPTORS;

export function saveInProgress({ chain, done }: InProgress): DeviceState {
  const { head, readable, writable } = chain;
  return { head, done, readable: readable.map((each) => ({ ...each })), writable: writable.map((each) => ({ ...each })) };
}

/** Addresses are looked at when they are used. Throws one sentence if it is none. */
export function checkInProgress(owner: string, state: DeviceState): InProgress {
  const saved = new SavedState(owner, state);
  const segments = (field: string): Segment[] =>
    saved.list(field, mostSegments()).map((each) => {
      const segment = new SavedState(owner, each);
      return { address: segment.number('address', Number.MAX_SAFE_INTEGER), length: segment.number('length') };
    });
  return {
    chain: { head: saved.number('head', 0xffff), readable: segments('readable'), writable: segments('writable') },
    done: saved.number('done', Number.MAX_SAFE_INTEGER),
  };
}
