/** From a frame to the playground: the same machine anew, by its address, or this very machine as it is. */
import { type MachineHandedOver, READY_FOR_MACHINE } from '../../ui/state/handed-over';
import { packText } from '../../ui/state/packed-text';
import { linkFor } from '../../ui/state/query';
import type { Session } from '../../ui/state/session.svelte';
import { sentenceOf } from '../../vm/sentence';

/** The playground with the same configuration; a program travels in the hash. */
export async function playgroundLink(vm: Session, site: URL): Promise<URL> {
  const url = new URL(linkFor(new URL('index.html', site).href, vm.shown));
  const { program, kernel, initrd, snapshot } = vm.draft;
  if (vm.draft.own) url.searchParams.delete('guest');
  for (const [name, given] of Object.entries({ kernel, initrd, snapshot }))
    if (given instanceof URL) url.searchParams.set(name, given.href);
  if (program instanceof URL) url.searchParams.set('src', program.href);
  else if (program) url.hash = `program=${await packText(await program.text())}`;
  return url;
}

/** Opens the playground and hands it a copy of the machine at hand, which runs on here. */
export function openWithMachine(vm: Session, site: URL): void {
  const opened = window.open(new URL('index.html#from=opener', site).href, '_blank');
  if (!opened) {
    vm.notice('no window may be opened from here: allow pop-ups for this frame', 'warning');
    return;
  }
  const onmessage = (event: MessageEvent<unknown>): void => {
    if (event.source !== opened || event.origin !== site.origin || event.data !== READY_FOR_MACHINE) return;
    removeEventListener('message', onmessage);
    vm.announce('Copying the machine into the playground.');
    vm.worker()
      .save()
      .then((snapshot) => {
        const message: MachineHandedOver = { dormouse: 'machine', snapshot };
        opened.postMessage(message, site.origin);
      })
      .catch((error: unknown) => vm.notice(sentenceOf(error), 'error'));
  };
  addEventListener('message', onmessage);
}
