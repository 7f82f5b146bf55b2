/** The `start` of a page: whatever there is to do until the machine runs. */
import type { Session } from '../../ui/state/session.svelte';
import type { EventDetails } from '../protocol';

interface Parts {
  vm: Session;
  tell(event: 'error', detail: EventDetails['error']): void;
}

const NOTHING = 'There is nothing to start here: name a guest that the site has, a kernel or a program.';

/** Makes a function that starts, wakes or resumes the machine. It rejects with the sentence that is on the page, too. */
export function starter({ vm, tell }: Parts): () => Promise<void> {
  async function bring(): Promise<void> {
    if (vm.state === 'paused') return vm.resume();
    // Also while it loads, which somebody else has begun.
    if (vm.fixed) return;
    await vm.sleepers.looked;
    await vm.sleepers.refresh();
    // Whoever fell asleep here is woken, also if it was a saved machine that went on.
    const asleep = vm.sleepers.justFellAsleep;
    if (!asleep && !vm.canStart) {
      vm.notice(NOTHING, 'error');
      throw new Error(NOTHING);
    }
    await (asleep ? vm.wake(asleep, vm.sleepers.target) : vm.startOrWake());
    if (vm.failure) throw new Error(vm.failure);
    if (vm.state === 'empty') throw new Error('The machine did not start: loading was cancelled.');
  }

  return () =>
    bring().catch((error: Error) => {
      tell('error', { sentence: error.message });
      throw error;
    });
}
