/** A machine as it is, as a copy in another window of this site: the other end is `handed-over.ts`. */
import { sentenceOf } from '../../vm/sentence';
import { type MachineHandedOver, READY_FOR_MACHINE } from './handed-over';
import { copyOf } from './save-and-restore';
import type { Session } from './session.svelte';

/** A playground that has not asked for the machine in so long (ms) will not. */
const HANDING_OVER = 60_000;

/**
 * Opens the playground and hands it a copy of the machine at hand, which stays here as it is.
 * @param site where the playground's page is
 * @param name what the copy is of, for people
 */
export function openWithMachine(vm: Session, site: URL, name = 'the embedded machine'): void {
  const opened = window.open(new URL('index.html#from=opener', site).href, '_blank');
  if (!opened) {
    vm.notice('no window may be opened from here: allow pop-ups for this page', 'warning');
    return;
  }
  const onmessage = (event: MessageEvent<unknown>): void => {
    if (event.source !== opened || event.origin !== site.origin || event.data !== READY_FOR_MACHINE) return;
    removeEventListener('message', onmessage);
    vm.announce('Copying the machine into another window.');
    const paused = vm.state === 'paused';
    copyOf(vm)
      .then((snapshot) => {
        const message: MachineHandedOver = { dormouse: 'machine', snapshot, name, paused };
        opened.postMessage(message, site.origin);
      })
      .catch((error: unknown) => vm.notice(sentenceOf(error), 'error'));
  };
  addEventListener('message', onmessage);
  setTimeout(() => removeEventListener('message', onmessage), HANDING_OVER);
}
