/** What comes with the hash of the page's address while the page is open: an address that differs in nothing else loads no page. */

import { sentenceOf } from '../../vm/sentence';
import { asksToCompare } from '../panels/compare/compare-link';
import { programInHash, titleInHash } from './packed-text';
import type { Session } from './session.svelte';

export async function takeHash(vm: Pick<Session, 'focus' | 'notice'>, hash: string): Promise<void> {
  if (asksToCompare(hash)) vm.focus.show('compare');
  try {
    const program = await programInHash(hash);
    if (program !== undefined) vm.focus.edit({ linked: program, title: titleInHash(hash) });
  } catch (error) {
    // It is told on the console, wherever its person is.
    vm.notice(sentenceOf(error), 'warning');
    vm.focus.show('console');
  }
}
