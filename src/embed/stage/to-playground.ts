/** From a frame to the playground: the same machine anew, by its address, or this very machine as it is. */
import { type MachineHandedOver, READY_FOR_MACHINE } from '../../ui/state/handed-over';
import { linkFor } from '../../ui/state/query';
import { FILE_ROLES } from '../../ui/state/remote-files';
import type { Session } from '../../ui/state/session.svelte';
import { sentenceOf } from '../../vm/sentence';
import { playgroundAddress, withProgram } from '../playground-link';
import type { FileOrigins } from '../protocol';

/** What of a frame's address the configuration of a machine does not say. */
const BESIDE_CONFIG: readonly string[] = ['append', 'disk', 'type', ...FILE_ROLES];

export interface LinkParts {
  vm: Session;
  site: URL;
  /** Of the frame. */
  search: string;
  /** Where the files are from that a page gave. */
  from: FileOrigins;
}

/** The playground with the same machine, as it is set now. A program travels in the hash; files of the page's, by their addresses. */
export async function playgroundLink({ vm, site, search, from }: LinkParts): Promise<URL> {
  const url = new URL(linkFor(new URL('index.html', site).href, vm.shown));
  const { draft } = vm;
  if (draft.own) url.searchParams.delete('guest');
  const given = [...playgroundAddress(site, new URLSearchParams(search)).searchParams];
  for (const [name, value] of [...Object.entries(from), ...given])
    if (BESIDE_CONFIG.includes(name) && !url.searchParams.has(name)) url.searchParams.set(name, value);
  const { program } = draft;
  if (program && !(program instanceof URL)) return withProgram(url, await program.text());
  return url;
}

/** A playground that has not asked for the machine in so long (ms) will not. */
const HANDING_OVER = 60_000;

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
  setTimeout(() => removeEventListener('message', onmessage), HANDING_OVER);
}
