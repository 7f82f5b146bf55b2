import { INTERRUPTS_PER_WORD, type InterruptBank } from './interrupt-bank';

/** The interrupt that a CPU interface would take next. */
export interface HighestPending {
  pendingIntid: number;
  pendingPriority: number;
  pendingGroup1: boolean;
}

const anyCpu = (): boolean => true;

/**
 * Offers a bank's interrupts that are enabled, pending, not active and of a group that counts to `best`, which keeps the one with the highest priority, the lowest
 * INTID of equals. `first` is the INTID of the bank's first; of a shared bank only those count that `isFor` says are for the CPU.
 */
export function offerPending(
  best: HighestPending,
  bank: InterruptBank,
  first: number,
  group0: boolean,
  group1: boolean,
  isFor: (index: number) => boolean = anyCpu,
): void {
  for (let word = 0; word < bank.words; word++) {
    const pending = bank.pendingWord(word);
    if (pending === 0) continue;
    const inGroup1 = bank.group1[word]!;
    const enabledGroups = (group1 ? inGroup1 : 0) | (group0 ? ~inGroup1 : 0);
    let candidates = pending & bank.enabled[word]! & ~bank.active[word]! & enabledGroups;
    while (candidates !== 0) {
      const bit = candidates & -candidates;
      candidates ^= bit;
      const index = word * INTERRUPTS_PER_WORD + 31 - Math.clz32(bit);
      const priority = bank.priority[index]!;
      if (priority >= best.pendingPriority || !isFor(index)) continue;
      best.pendingIntid = first + index;
      best.pendingPriority = priority;
      best.pendingGroup1 = (inGroup1 & bit) !== 0;
    }
  }
}
